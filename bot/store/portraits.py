"""What protected people's profile pictures look like, by account; nobody else's are written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    tuple_,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import json_lists, schools
from bot.store.chats import INSIDE
from bot.store.moments import milliseconds
from bot.store.tables import admins, chats, portraits, protected, school_groups

# A clone may use the picture a teacher had last term.
KEPT = 3


@dataclass(frozen=True, slots=True)
class Account:
    platform: str
    user: str


async def of(tx: AsyncConnection, platform: str, users: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The fingerprints of these accounts' pictures, the newest first; accounts without one are left out."""
    asked = json_lists.texts(literal(sorted(set(users)), JSON))
    rows = await tx.execute(
        select(portraits.c.user, portraits.c.portraits)
        .join(asked, asked.c.value == portraits.c.user)
        .where(portraits.c.platform == platform)
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
    has_named = select(protected.c.id).where(
        protected.c.chat_id == guarded.c.id, func.json_array_length(protected.c.users) > 0
    )
    schooled = await _schooled(tx, *INSIDE)
    has_school = json_lists.texts(literal([str(chat) for chat in schooled], JSON))
    leading = (
        select(guarded.c.platform, admins.c.user)
        .join(admins, admins.c.chat_id == guarded.c.id)
        .where(~has_named.exists(), guarded.c.id.not_in(select(cast(has_school.c.value, Integer))))
    )
    people = union(named, leading).subquery()
    known = (portraits.c.platform == people.c.platform) & (portraits.c.user == people.c.user)
    looked_at = func.coalesce(portraits.c.looked_at, 0)
    rows = await tx.execute(
        select(looked_at, people.c.platform, people.c.user)
        .select_from(people.outerjoin(portraits, known))
        .where(looked_at < milliseconds(before))
        .order_by(looked_at)
        .limit(most)
    )
    found = {Account(*account): when for when, *account in rows}
    found |= await _looked_at(tx, {one for those in schooled.values() for one in those}, before, most)
    return sorted(found, key=lambda account: found[account])[:most]


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
    of_school = {chat for chat, those in (await _schooled(tx, *INSIDE)).items() if account in those}
    return sorted({row.id for row in rows if account.user in row.users} | of_school)


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
    people |= {
        (account.platform, account.user) for those in (await _schooled(tx)).values() for account in those
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
    of_school = (await _schooled(tx, chats.c.id == chat)).get(chat, ())
    named = list(
        dict.fromkeys([*(user for users in rosters for user in users), *(one.user for one in of_school)])
    )
    if named:
        return named
    return list(await tx.scalars(select(admins.c.user).where(admins.c.chat_id == chat)))


async def _schooled(tx: AsyncConnection, *which: ColumnElement[bool]) -> dict[int, tuple[Account, ...]]:
    """By group: the accounts it has from its school, on its own platform. Those without any are left out."""
    rows = await tx.execute(
        select(school_groups.c.chat_id, school_groups.c.school_id, chats.c.platform)
        .join(chats, chats.c.id == school_groups.c.chat_id)
        .where(*which)
    )
    people: dict[int, tuple[schools.Member, ...]] = {}
    found: dict[tuple[int, str], tuple[Account, ...]] = {}
    groups: dict[int, tuple[Account, ...]] = {}
    for number, school, platform in rows.all():
        if school not in people:
            people[school] = await schools.people(tx, school)
        if (school, platform) not in found:
            theirs = dict.fromkeys(user for member in people[school] for user in sorted(member.on(platform)))
            found[school, platform] = tuple(Account(platform, user) for user in theirs)
        if found[school, platform]:
            groups[number] = found[school, platform]
    return groups


async def _looked_at(
    tx: AsyncConnection, accounts: set[Account], before: datetime, most: int
) -> dict[Account, int]:
    """So many of them at whose pictures nobody has looked since then, and when somebody last did; 0 for never."""
    looked_at = func.coalesce(portraits.c.looked_at, 0)
    found: dict[Account, int] = {}
    for platform in {one.platform for one in accounts}:
        users = sorted(one.user for one in accounts if one.platform == platform)
        asked = json_lists.texts(literal(users, JSON))
        known = (portraits.c.platform == platform) & (portraits.c.user == asked.c.value)
        rows = await tx.execute(
            select(asked.c.value, looked_at)
            .select_from(asked.outerjoin(portraits, known))
            .where(looked_at < milliseconds(before))
            .order_by(looked_at)
            .limit(most)
        )
        found |= {Account(platform, user): when for user, when in rows}
    return found


def _is(account: Account) -> ColumnElement[bool]:
    return (portraits.c.platform == account.platform) & (portraits.c.user == account.user)
