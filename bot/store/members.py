"""What is known about a group's members, by keyed fingerprint; and how much was seen on which day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import case, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import counters, members

# A group larger than this remembers those who were heard last.
LOADED = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """One member of one group. Moments are milliseconds; `messages` adds up over several writes."""

    chat_id: int
    member_mark: str
    joined_at: int | None
    first_seen_at: int
    last_seen_at: int
    messages: int
    name_mark: str
    renamed_at: int | None


async def load(tx: AsyncConnection, chat: int) -> tuple[Known, ...]:
    rows = await tx.execute(
        select(members).where(members.c.chat_id == chat).order_by(members.c.last_seen_at.desc()).limit(LOADED)
    )
    return tuple(Known(**row) for row in rows.mappings())


async def note(tx: AsyncConnection, seen: Iterable[Known]) -> None:
    """Add what was seen since the last time to what is known."""
    rows = [asdict(one) for one in seen]
    if not rows:
        return
    new = insert(members)
    fresh = new.excluded
    await tx.execute(
        new.on_conflict_do_update(
            index_elements=["chat_id", "member_mark"],
            set_={
                "joined_at": func.coalesce(fresh.joined_at, members.c.joined_at),
                "last_seen_at": fresh.last_seen_at,
                "messages": members.c.messages + fresh.messages,
                "name_mark": case((fresh.name_mark == "", members.c.name_mark), else_=fresh.name_mark),
                "renamed_at": func.coalesce(fresh.renamed_at, members.c.renamed_at),
            },
        ),
        rows,
    )


async def count(tx: AsyncConnection, counted: Mapping[tuple[int, str, str], int]) -> None:
    """Add to the counters: (group, day, what) → how many more."""
    rows = [
        {"chat_id": chat, "day": day, "name": name, "value": more}
        for (chat, day, name), more in counted.items()
    ]
    if not rows:
        return
    new = insert(counters)
    await tx.execute(
        new.on_conflict_do_update(
            index_elements=["chat_id", "day", "name"],
            set_={"value": counters.c.value + new.excluded.value},
        ),
        rows,
    )
