"""A class on another platform than Telegram: what its people can do there, and what the bot said to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bot.config import Config
from bot.playground import Playground
from bot.playground.assembly import Guard
from tests.guarded import CODE, SCAM, Log, rows, settled


@dataclass(slots=True)
class Elsewhere:
    """The class of tests/guarded.py."""

    # Seconds without a call after which nothing more is under way.
    quiet: ClassVar = 0.1

    playground: Playground
    folder: Path
    log: Log
    guard: Guard | None = field(default=None, kw_only=True)

    async def says(self, who: str, text: str | None = None, **content: Any) -> int:
        return int((await self.playground.control.say("class", who, text, **content))["message_id"])

    async def scam(self) -> int:
        return await self.says("clone", photo={"qr": CODE}, caption=SCAM)

    async def tells(self, who: str, text: str | None = None, **content: Any) -> None:
        await self.playground.control.tell_bot(who, text, **content)

    async def said(self, chat: str = "class", contains: str | None = None, wait: float = 0.0) -> list[str]:
        """What the bot said and did not take back, once something was said at all."""
        found = await self.playground.control.said(chat, contains=contains, wait=wait)
        return [one["text"] for one in found if not one["deleted"]]

    async def settled(self) -> None:
        assert self.guard is not None
        await settled(self.playground, self.guard, self.quiet)

    async def rows(self, *columns: Any) -> list[Any]:
        return await rows(Config.model_validate({"data": self.folder}).database_url, *columns)
