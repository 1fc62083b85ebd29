"""What protected people's profile pictures look like, by account; nobody else's are written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Subquery,
    delete,
    func,
    insert,
    select,
    true,
    tuple_,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import json_lists
from bot.store.chats import INSIDE
from bot.store.moments import milliseconds
from bot.store.tables import admins, chats, portraits, protected, school_groups, school_people

# A clone may use the picture a teacher had last term.
KEPT = 3


@dataclass(frozen=True, slots=True)
class Account:
    platform: str
    user: str


async def of(tx: AsyncConnection, platform: str, users: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The fingerprints of these accounts' pictures, the newest first; accounts without one are left out."""
    rows = await tx.execute(
        select(portraits.c.user, portraits.c.portraits).where(
            portraits.c.platform == platform, portraits.c.user.in_(list(users))
        )
    )
    return {row.user: tuple(row.portraits) for row in rows if row.portraits}


async def due(tx: AsyncConnection, chat: int, before: datetime) -> list[Account]:
    """The protected accounts of a group at whose pictures nobody has looked since then."""
    platform = await tx.scalar(select(chats.c.platform).where(chats.c.id == chat))
    users = await _protected(tx, chat)
    fresh = await tx.scalars(
        select(portraits.c.user).where(
            portraits.c.platform == platform,
            portraits.c.user.in_(users),
            portraits.c.looked_at >= milliseconds(before),
        )
    )
    known = set(fresh)
    return [Account(str(platform), user) for user in users if user not in known]


async def longest_due(tx: AsyncConnection, before: datetime, most: int) -> list[Account]:
    """So many protected accounts of all groups at whose pictures nobody has looked since then, longest ago first."""
    guarded = select(chats.c.id, chats.c.platform).where(*INSIDE).subquery()
    one = json_lists.texts(protected.c.users)
    named = select(guarded.c.platform, one.c.value.label("user")).select_from(
        guarded.join(protected, protected.c.chat_id == guarded.c.id).join(one, true())
    )
    schooled = _schooled()
    of_school = select(guarded.c.platform, schooled.c.user).join(
        schooled, (schooled.c.chat_id == guarded.c.id) & (schooled.c.platform == guarded.c.platform)
    )
    has_named = select(protected.c.id).where(
        protected.c.chat_id == guarded.c.id, func.json_array_length(protected.c.users) > 0
    )
    has_school = select(schooled.c.user).where(
        schooled.c.chat_id == guarded.c.id, schooled.c.platform == guarded.c.platform
    )
    leading = (
        select(guarded.c.platform, admins.c.user)
        .join(admins, admins.c.chat_id == guarded.c.id)
        .where(~has_named.exists(), ~has_school.exists())
    )
    people = union(named, of_school, leading).subquery()
    known = (portraits.c.platform == people.c.platform) & (portraits.c.user == people.c.user)
    looked_at = func.coalesce(portraits.c.looked_at, 0)
    rows = await tx.execute(
        select(people.c.platform, people.c.user)
        .select_from(people.outerjoin(portraits, known))
        .where(looked_at < milliseconds(before))
        .order_by(looked_at)
        .limit(most)
    )
    return [Account(*row) for row in rows]


async def put_off(tx: AsyncConnection, account: Account, looked_at: datetime) -> None:
    """It could not be looked at; what is known of it stays, as if that had been seen at this moment."""
    moment = milliseconds(looked_at)
    values = {"platform": account.platform, "user": account.user, "portraits": [], "looked_at": moment}
    if not (await tx.execute(update(portraits).where(_is(account)).values(looked_at=moment))).rowcount:
        await tx.execute(insert(portraits).values(values))


async def note(tx: AsyncConnection, account: Account, picture: str, portrait: str, at: datetime) -> bool:
    """An account shows this picture now. True when it is another than the one known of it; the first is no change."""
    row = (await tx.execute(select(portraits).where(_is(account)))).first()
    moment = milliseconds(at)
    if row is None:
        values = {
            "platform": account.platform,
            "user": account.user,
            "picture": picture,
            "portraits": [portrait] if portrait else [],
            "looked_at": moment,
        }
        await tx.execute(insert(portraits).values(values))
        return bool(portrait)
    known = [one for one in row.portraits if one != portrait]
    changed = row.picture != picture and portrait not in row.portraits[:1]
    kept = [portrait, *known][:KEPT] if portrait else known
    await tx.execute(
        update(portraits)
        .where(_is(account))
        .values(
            picture=picture,
            portraits=kept,
            looked_at=moment,
            changed_at=moment if changed else row.changed_at,
        )
    )
    return bool(kept != row.portraits)


async def reject(tx: AsyncConnection, account: Account, portrait: str) -> None:
    """This picture was not put on by the account's owner: it is not theirs."""
    row = (await tx.execute(select(portraits.c.portraits).where(_is(account)))).first()
    if row is not None:
        kept = [one for one in row.portraits if one != portrait]
        await tx.execute(update(portraits).where(_is(account)).values(portraits=kept))


async def guarding(tx: AsyncConnection, account: Account) -> list[int]:
    """The groups on whose roster this account is, or on their school's."""
    rows = await tx.execute(
        select(chats.c.id, protected.c.users)
        .join(protected, protected.c.chat_id == chats.c.id)
        .where(chats.c.platform == account.platform, *INSIDE)
    )
    schooled = _schooled()
    of_school = await tx.scalars(
        select(chats.c.id)
        .join(schooled, (schooled.c.chat_id == chats.c.id) & (schooled.c.platform == chats.c.platform))
        .where(chats.c.platform == account.platform, schooled.c.user == account.user, *INSIDE)
    )
    return sorted({row.id for row in rows if account.user in row.users} | set(of_school))


async def forget(tx: AsyncConnection) -> int:
    """Delete those of accounts that are protected in no group any more. Returns how many."""
    people = {
        (platform, user)
        for platform, users in await tx.execute(
            select(chats.c.platform, protected.c.users).join(chats, chats.c.id == protected.c.chat_id)
        )
        for user in users
    }
    rows = await tx.execute(
        select(chats.c.platform, admins.c.user).join(chats, chats.c.id == admins.c.chat_id).distinct()
    )
    people |= {(platform, user) for platform, user in rows}
    schooled = _schooled()
    people |= {
        (platform, user)
        for platform, user in await tx.execute(select(schooled.c.platform, schooled.c.user).distinct())
    }
    gone = [
        key
        for key in await tx.execute(select(portraits.c.platform, portraits.c.user))
        if tuple(key) not in people
    ]
    if gone:
        await tx.execute(delete(portraits).where(tuple_(portraits.c.platform, portraits.c.user).in_(gone)))
    return len(gone)


async def _protected(tx: AsyncConnection, chat: int) -> list[str]:
    """The accounts on a group's roster and its school's; before anybody was named, its admins."""
    rosters = await tx.scalars(select(protected.c.users).where(protected.c.chat_id == chat))
    schooled = _schooled()
    of_school = await tx.scalars(select(schooled.c.user).where(schooled.c.chat_id == chat))
    named = list(dict.fromkeys([*(user for users in rosters for user in users), *of_school]))
    if named:
        return named
    return list(await tx.scalars(select(admins.c.user).where(admins.c.chat_id == chat)))


def _schooled() -> Subquery:
    """The accounts a group has from its school, on the group's own platform; a school's list names both in one."""
    listed = json_lists.texts(school_people.c.accounts)
    account = listed.c.value
    mark = chats.c.platform + ":"
    return (
        select(
            school_groups.c.chat_id,
            chats.c.platform,
            func.substr(account, func.length(mark) + 1).label("user"),
        )
        .select_from(
            school_groups.join(chats, chats.c.id == school_groups.c.chat_id)
            .join(school_people, school_people.c.school_id == school_groups.c.school_id)
            .join(listed, true())
        )
        .where(func.substr(account, 1, func.length(mark)) == mark)
        .subquery()
    )


def _is(account: Account) -> ColumnElement[bool]:
    return (portraits.c.platform == account.platform) & (portraits.c.user == account.user)
