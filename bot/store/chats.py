"""The chats the bot knows: their internal number, their present address, what the bot may do there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Right
from bot.events import Membership
from bot.places import Chat, ChatKind, Place
from bot.store.moments import milliseconds
from bot.store.tables import admins, chats, former_addresses, incidents, metadata, outbox

_COLUMNS = (chats.c.id, chats.c.platform, chats.c.address, chats.c.kind, chats.c.title)

_OUTSIDE = (Membership.OUT.value, Membership.BANNED.value)
# The groups the bot is in, as far as it was told.
INSIDE = (chats.c.kind == ChatKind.GROUP.value, chats.c.membership.not_in(_OUTSIDE))


@dataclass(frozen=True, slots=True)
class Access:
    """What the bot last knew about its own place in a chat."""

    membership: Membership
    rights: frozenset[Right]
    reachable: bool


async def find(tx: AsyncConnection, platform: str, address: str) -> Chat | None:
    """The chat that is at this address, or was before it moved."""
    return await _at(tx, platform, address) or await _once_at(tx, platform, address)


async def _at(tx: AsyncConnection, platform: str, address: str) -> Chat | None:
    return (await at_each(tx, platform, [address])).get(address)


async def _once_at(tx: AsyncConnection, platform: str, address: str) -> Chat | None:
    row = (
        await tx.execute(
            select(*_COLUMNS)
            .join(former_addresses, former_addresses.c.chat_id == chats.c.id)
            .where(former_addresses.c.platform == platform, former_addresses.c.address == address)
        )
    ).first()
    return _chat(*row) if row else None


async def get(tx: AsyncConnection, chat: int) -> Chat | None:
    row = (await tx.execute(select(*_COLUMNS).where(chats.c.id == chat))).first()
    return _chat(*row) if row else None


async def joined(tx: AsyncConnection) -> list[Chat]:
    """The groups the bot is in, as far as it was told."""
    rows = await tx.execute(select(*_COLUMNS).where(*INSIDE).order_by(chats.c.id))
    return [_chat(*row) for row in rows]


async def at_each(tx: AsyncConnection, platform: str, addresses: Collection[str]) -> dict[str, Chat]:
    """The chats at these addresses now, by address; where none is known, or one was before it moved, is left out."""
    rows = await tx.execute(
        select(*_COLUMNS).where(chats.c.platform == platform, chats.c.address.in_(addresses))
    )
    return {row.address: _chat(*row) for row in rows}


async def accounts_inside(tx: AsyncConnection, platforms: Collection[str], address: str) -> list[str]:
    """Which of these are in the group at this address, as far as they were told, by who knew it first."""
    here = chats.c.platform.in_(platforms), chats.c.address == address
    return list(await tx.scalars(select(chats.c.platform).where(*here, *INSIDE).order_by(chats.c.id)))


async def register(tx: AsyncConnection, place: Place, now: int) -> tuple[Chat, bool]:
    """The chat at this place, and whether it is new. A changed title is noted."""
    known = await find(tx, place.platform, place.address)
    if known is None:
        number = (
            await tx.execute(
                insert(chats)
                .values(
                    platform=place.platform,
                    address=place.address,
                    kind=place.kind.value,
                    title=place.title,
                    created_at=now,
                )
                .returning(chats.c.id)
            )
        ).scalar_one()
        return Chat(number, _bare(place)), True
    if place.title and place.title != known.place.title:
        await tx.execute(update(chats).where(chats.c.id == known.id).values(title=place.title))
        known = Chat(known.id, replace(known.place, title=place.title))
    return known, False


async def private(tx: AsyncConnection, platform: str, user: str, now: datetime) -> Chat:
    """Where somebody reads in private; written down where they have not written there yet."""
    return (await register(tx, Place(platform, user, ChatKind.PRIVATE), milliseconds(now)))[0]


async def with_stale_admins(tx: AsyncConnection, since: datetime) -> list[Chat]:
    """Groups the bot is in whose admins were not asked for since then."""
    asked = select(func.max(admins.c.seen_at)).where(admins.c.chat_id == chats.c.id).scalar_subquery()
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(
            chats.c.kind == ChatKind.GROUP.value,
            chats.c.membership.not_in(_OUTSIDE),
            func.coalesce(asked, 0) < milliseconds(since),
        )
        .order_by(chats.c.id)
    )
    return [_chat(*row) for row in rows]


async def access(tx: AsyncConnection, chat: int) -> Access | None:
    return (await access_to_each(tx, [chat])).get(chat)


async def access_to_each(tx: AsyncConnection, numbers: Collection[int]) -> dict[int, Access]:
    columns = chats.c.id, chats.c.membership, chats.c.rights, chats.c.reachable
    rows = await tx.execute(select(*columns).where(chats.c.id.in_(numbers)))
    return {
        row.id: Access(Membership(row.membership), frozenset(map(Right, row.rights)), bool(row.reachable))
        for row in rows
    }


async def set_access(
    tx: AsyncConnection, chat: int, membership: Membership, rights: Collection[Right]
) -> None:
    await tx.execute(
        update(chats)
        .where(chats.c.id == chat)
        .values(membership=membership.value, rights=sorted(right.value for right in rights))
    )


async def set_reachable(tx: AsyncConnection, chat: int, reachable: bool) -> None:
    await tx.execute(update(chats).where(chats.c.id == chat).values(reachable=reachable))


async def readdress(tx: AsyncConnection, chat: int, address: str) -> None:
    """The same chat, its person known by another number."""
    await tx.execute(update(chats).where(chats.c.id == chat).values(address=address))


async def move(tx: AsyncConnection, chat: int, platform: str, address: str) -> int:
    """Give a chat its new address. Returns the number it is known under from now on.

    The platform may have shown us the new address before it told us of the move. Of two
    registrations the younger is a shell without settings and gives way; what happened in it and
    what is still to be said there are kept.
    """
    once = await _once_at(tx, platform, address)
    if once is not None and once.id == chat:
        # Told late: it has moved on since.
        return chat
    double = await _at(tx, platform, address)
    kept, shell = chat, None
    if double is not None and double.id != chat:
        kept, shell = min(chat, double.id), max(chat, double.id)
    both = [kept] if shell is None else [kept, shell]
    elsewhere = await tx.execute(
        select(chats.c.id, chats.c.address).where(chats.c.id.in_(both), chats.c.address != address)
    )
    left = {row.id: row.address for row in elsewhere}
    await _reply_to_nothing(tx, left)
    if shell is not None:
        await _take_over(tx, kept, shell)
    await tx.execute(update(chats).where(chats.c.id == kept).values(address=address))
    for former in left.values():
        await tx.execute(insert(former_addresses).values(platform=platform, address=former, chat_id=kept))
    return kept


async def _reply_to_nothing(tx: AsyncConnection, moving: Collection[int]) -> None:
    """A moved group counts its messages anew: a reply to an old number would point at somebody else's message."""
    unsent = await tx.execute(
        select(outbox.c.id, outbox.c.payload).where(
            outbox.c.chat_id.in_(moving), outbox.c.kind == "say", outbox.c.state.in_(("waiting", "sending"))
        )
    )
    for row in unsent.all():
        if row.payload.get("reply_to"):
            bare = {name: value for name, value in row.payload.items() if name != "reply_to"}
            await tx.execute(update(outbox).where(outbox.c.id == row.id).values(payload=bare))


async def _take_over(tx: AsyncConnection, kept: int, shell: int) -> None:
    """Two registrations of one group become one."""
    for table in (outbox, former_addresses):
        await tx.execute(update(table).where(table.c.chat_id == shell).values(chat_id=kept))
    highest = select(func.coalesce(func.max(incidents.c.number), 0)).where(incidents.c.chat_id == kept)
    above = int((await tx.execute(highest)).scalar_one())
    await tx.execute(
        update(incidents)
        .where(incidents.c.chat_id == shell)
        .values(chat_id=kept, number=incidents.c.number + above)
    )
    await tx.execute(delete(chats).where(chats.c.id == shell))


async def forget(tx: AsyncConnection, chat: int) -> None:
    """Everything known of a chat but its number and address, under which it may come back."""
    # Numbers of incidents are given out again: what was said of an old one in private must not pass for a new one's.
    for incident in await tx.scalars(select(incidents.c.id).where(incidents.c.chat_id == chat)):
        await tx.execute(delete(outbox).where(outbox.c.key.startswith(f"incident:{incident}:")))
    for table in reversed(metadata.sorted_tables):
        if "chat_id" in table.c:
            await tx.execute(delete(table).where(table.c.chat_id == chat))
    await tx.execute(update(chats).where(chats.c.id == chat).values(title="", rights=[]))


def _bare(place: Place) -> Place:
    # A chat is more than the topic it was first seen in.
    return Place(place.platform, place.address, place.kind, place.title)


def _chat(number: int, platform: str, address: str, kind: str, title: str) -> Chat:
    return Chat(number, Place(platform, address, ChatKind(kind), title))
