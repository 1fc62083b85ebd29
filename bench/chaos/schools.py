"""A school on the platform that is played: on Telegram, or on QQ."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from bench import books, traffic
from bench.chaos.school import School
from bench.processes import Server
from bot.playground.onebot.numbering import Numbering, group_number


@dataclass
class QQSchool(School):
    """On QQ: choices stand in the text, and what the account was shown is what the groups' histories hold."""

    quiet: bool = False
    # An account may say two things a second at most: what it has to say must not grow without end.
    pace: float = 0.2
    _numbering: Numbering = field(default_factory=Numbering)

    def subscribe(self) -> None:
        """Each group's parent asks in the group, then in private, and picks the group there."""
        for group in range(self.groups):
            self.says(group, f"s{group}", "/subscribe")
        self._answered("g", "私下找我")
        for text, answer in (("/subscribe", "要收哪个群"), ("1", "好了")):
            for group in range(self.groups):
                self._done("/messages", {"from": f"s{group}", "to_bot": True, "text": text})
            self._answered("s", answer)

    def _answered(self, whose: str, contains: str) -> None:
        """Wait until the bot has said this to each group or parent, and has noted that it did."""
        for group in range(self.groups):
            asked: dict[str, str | int] = {"chat": f"{whose}{group}", "contains": contains, "wait": 60}
            assert self.control.get("/said", params=asked).json()["messages"], f"{whose}{group}: {contains}"
        traffic.settle(self.control)

    def settled(self, database: Path | URL, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            told = self.control.get("/idle", params={"quiet": 1.0, "timeout": 5}).json()
            self.looks(database)
            if told["idle"] and not books.waiting(database) and self.updates <= self._stored:
                return
            time.sleep(0.5)

    def offers(self, said: dict[str, Any], command: str) -> bool:
        return {"/paid": "1 我已经付了", "/scam": "1 是诈骗"}[command] in said["text"]

    def _heard(self, sent: dict[str, Any]) -> None:
        """What was said while nobody was connected counts, too: it can be read up."""
        group = group_number(int(sent["chat_id"]))
        number = self._numbering.number(int(sent["chat_id"]), int(sent["message_id"]))
        self.updates.add(f"message:{group}:{number}:{sent['date']}")


@contextmanager
def opened(server: Server, groups: int, type: str = "supergroup") -> Iterator[School]:
    with server.control() as control:
        school = School(control, groups, type) if server.on_telegram else QQSchool(control, groups)
        school.open()
        yield school
