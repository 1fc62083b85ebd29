"""What is known about a group's members, by keyed fingerprint; and how much was seen on which day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.chats import INSIDE
from bot.store.gathered import gathered
from bot.store.moments import milliseconds
from bot.store.tables import chats, counters, members
from bot.store.upserts import insert

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
    account: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who has said nothing for a while; `account` is sealed."""

    chat: int
    member_mark: str
    account: str


_FIELDS = tuple(field.name for field in fields(Known))
_KNOWN = tuple(members.c[name] for name in _FIELDS)


async def of_each(tx: AsyncConnection, groups: Collection[int]) -> dict[int, tuple[Known, ...]]:
    place = func.row_number().over(partition_by=members.c.chat_id, order_by=members.c.last_seen_at.desc())
    lately = select(*_KNOWN, place.label("place")).where(members.c.chat_id.in_(groups)).subquery()
    rows = await tx.execute(select(*(lately.c[name] for name in _FIELDS)).where(lately.c.place <= LOADED))
    return gathered((row.chat_id, Known(*row)) for row in rows)


async def note(tx: AsyncConnection, seen: Iterable[Known]) -> None:
    """Add what was seen since the last time to what is known."""
    rows = [{name: getattr(one, name) for name in _FIELDS} for one in seen]
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
                "account": case((fresh.account == "", members.c.account), else_=fresh.account),
            },
        ),
        rows,
    )


async def longest_silent(
    tx: AsyncConnection, platforms: Iterable[str], before: datetime, most: int
) -> list[Silent]:
    """So many who were neither heard nor looked at since then, longest ago first, in groups the bot is in."""
    moment = milliseconds(before)
    looked_at = func.coalesce(members.c.looked_at, 0)
    rows = await tx.execute(
        select(members.c.chat_id, members.c.member_mark, members.c.account)
        .join(chats, chats.c.id == members.c.chat_id)
        .where(
            *INSIDE,
            chats.c.platform.in_(list(platforms)),
            members.c.account != "",
            members.c.last_seen_at < moment,
            looked_at < moment,
        )
        .order_by(looked_at, members.c.last_seen_at)
        .limit(most)
    )
    return [Silent(*row) for row in rows]


async def looked(tx: AsyncConnection, silent: Silent, at: datetime, *, gone: bool = False) -> None:
    """Their name was looked at, or could not be. Whoever is `gone` is looked at no more."""
    one = members.c.chat_id == silent.chat, members.c.member_mark == silent.member_mark
    values: dict[str, object] = {"looked_at": milliseconds(at)}
    await tx.execute(update(members).where(*one).values(values | ({"account": ""} if gone else {})))


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
