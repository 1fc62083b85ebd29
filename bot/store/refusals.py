"""What was to be done about an incident and was not: noted when it is given up, looked at in the incident's own turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Ban, Delete, Mute
from bot.store import timers
from bot.store.tables import outbox

KIND = "refusal"
DELETE, MUTE, BAN = MEASURES = ("delete", "mute", "ban")
_GIVEN_UP = ("failed", "expired", "dropped")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A measure that was not taken; `unsure`: it may have been, at an earlier try whose answer was lost. `about`: the
    account or the message; `at`: when it was wanted, in milliseconds.
    """

    what: str
    about: str
    at: int
    unsure: bool = False

    @property
    def told(self) -> str:
        """What it is called where people read of it."""
        return f"{self.what}_{'unknown' if self.unsure else 'refused'}"


async def note(tx: AsyncConnection, measure: Delete | Mute | Ban, chat: int, now: datetime) -> None:
    """However many are given up, their incident looks once. What lets somebody go is nobody's concern."""
    lets_go = not isinstance(measure, Delete) and not measure.on
    if measure.incident is None or lets_go:
        return
    name, number = f"incident:{measure.incident}:{KIND}", str(measure.incident)
    await timers.plan(tx, name, KIND, now, chat, payload=number, moves=False)


async def of(tx: AsyncConnection, incident: int) -> list[Refusal]:
    """Those of an incident that count: what was wanted of the same account or message later takes their place."""
    rows = await tx.execute(
        select(outbox.c.kind, outbox.c.payload, outbox.c.state, outbox.c.created_at, outbox.c.doubled)
        .where(outbox.c.incident_id == incident, outbox.c.kind.in_(MEASURES))
        .order_by(outbox.c.id)
    )
    last = {(row.kind, _about(row.payload)): row for row in rows}
    return [
        Refusal(what, about, row.created_at, bool(row.doubled))
        for (what, about), row in last.items()
        if row.state in _GIVEN_UP and row.payload.get("on", True)
    ]


def _about(packed: Mapping[str, Any]) -> str:
    return str(packed["message_id"] if "message_id" in packed else packed["person"])
