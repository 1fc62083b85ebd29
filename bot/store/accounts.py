"""Several numbers of one platform that mean one account: which they are, and everything of the one put to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import JSON, Column, Table, and_, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import ChatKind
from bot.store import chats
from bot.store.moments import milliseconds
from bot.store.schools import Member, renumbered
from bot.store.tables import chats as chats_table
from bot.store.tables import (
    confirmed_marks,
    incidents,
    joined_accounts,
    members,
    metadata,
    protected,
    school_people,
    shared_marks,
    subscriptions,
)
from bot.store.upserts import insert

# Columns in which an account is written down, wherever they stand.
ACCOUNTS = frozenset(
    (
        "user",
        "decided_by",
        "given_by",
        "added_by",
        "proposed_by",
        "agreed_by",
        "noted_by",
        "undo_by",
        "marked_by",
    )
)
_MARKED = (
    (members, members.c.member_mark),
    (confirmed_marks, confirmed_marks.c.mark),
    (shared_marks, shared_marks.c.mark),
)


async def joined(tx: AsyncConnection, platform: str) -> dict[str, str]:
    """What each number goes by, of those that go by another one."""
    columns = joined_accounts.c.other, joined_accounts.c.goes_by
    wanted = select(*columns).where(joined_accounts.c.platform == platform)
    return {row.other: row.goes_by for row in await tx.execute(wanted)}


async def gone_by(tx: AsyncConnection, chat: int, numbers: Iterable[str]) -> frozenset[str]:
    """The numbers these accounts go by in a chat."""
    there = select(chats_table.c.platform).where(chats_table.c.id == chat).scalar_subquery()
    listed = frozenset(numbers)
    known = select(joined_accounts.c.other, joined_accounts.c.goes_by).where(
        joined_accounts.c.platform == there, joined_accounts.c.other.in_(list(listed))
    )
    used = {row.other: row.goes_by for row in await tx.execute(known)}
    return frozenset(used.get(one, one) for one in listed)


async def by_the_numbers_used(tx: AsyncConnection, people: Iterable[Member]) -> tuple[Member, ...]:
    """A school's list may name accounts by numbers they do not go by."""
    used: dict[str, dict[str, str]] = {}
    for row in await tx.execute(select(joined_accounts)):
        used.setdefault(row.platform, {})[row.other] = row.goes_by
    listed = tuple(people)
    for platform, goes_by in used.items():
        listed = tuple(
            replace(one, accounts=_alone(renumbered(account, platform, goes_by) for account in one.accounts))
            for one in listed
        )
    return listed


async def join(
    tx: AsyncConnection, platform: str, user: str, other: str, marks: Mapping[str, str], at: datetime
) -> int | None:
    """From now on `other` is `user`, and was so all along; `marks` are the keyed fingerprints of what was known of
    `other`, and what they are now. Returns the private chat whose address has become another, if there is one.
    """
    mine = joined_accounts.c.platform == platform
    await tx.execute(
        update(joined_accounts).where(mine, joined_accounts.c.goes_by == other).values(goes_by=user)
    )
    new = insert(joined_accounts).values(
        platform=platform, other=other, goes_by=user, joined_at=milliseconds(at)
    )
    fresh = {"goes_by": new.excluded.goes_by}
    await tx.execute(new.on_conflict_do_update(index_elements=["platform", "other"], set_=fresh))
    for table in metadata.sorted_tables:
        for column in table.c:
            if column.name in ACCOUNTS:
                await _put(tx, table, column, other, user)
    subjects = [f"user:{number}"[:160] for number in (other, user)]
    await _put(tx, incidents, incidents.c.subject, *subjects)
    for old, now in marks.items():
        for table, column in _MARKED:
            await _put(tx, table, column, old, now)
    goes_by = {other: user}
    await _in_lists(tx, protected, protected.c.users, lambda one: goes_by.get(one, one))
    await _in_lists(
        tx, school_people, school_people.c.accounts, lambda one: renumbered(one, platform, goes_by)
    )
    return await _private(tx, platform, user, other)


async def _put(tx: AsyncConnection, table: Table, column: Column[str], old: str, now: str) -> None:
    """Where only one of the two can stand, what stands already stays."""
    key = [one for one in table.primary_key.columns if one is not column]
    if column.primary_key:
        there = table.alias()
        same = [there.c[one.name] == one for one in key]
        double = exists(select(1).where(and_(there.c[column.name] == now, *same)))
        await tx.execute(delete(table).where(column == old, double))
    # What is sealed by the old fingerprint can be opened no more.
    sealed = {"account": ""} if table is members else {}
    await tx.execute(update(table).where(column == old).values({column.name: now, **sealed}))


async def _in_lists(
    tx: AsyncConnection, table: Table, column: Column[JSON], renamed: Callable[[str], str]
) -> None:
    """A person with both numbers has one."""
    for row in (await tx.execute(select(table.c.id, column))).all():
        listed = list(_alone(map(renamed, row[1])))
        if listed != row[1]:
            await tx.execute(update(table).where(table.c.id == row.id).values({column.name: sorted(listed)}))


def _alone(numbers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(numbers))


async def _private(tx: AsyncConnection, platform: str, user: str, other: str) -> int | None:
    """Where both were written to already, what was subscribed to is said at the one that stays."""
    known, kept = await chats.find(tx, platform, other), await chats.find(tx, platform, user)
    if known is None or known.place.kind is not ChatKind.PRIVATE:
        return None
    if kept is None:
        await chats.readdress(tx, known.id, user)
        return known.id
    private = subscriptions.c.private_chat_id
    await tx.execute(update(subscriptions).where(private == known.id).values(private_chat_id=kept.id))
    return None
