"""The chats the bot knows: their internal number, their present address, what the bot may do there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events import Chat, ChatKind, Membership, Place, Right
from bot.store.moments import milliseconds
from bot.store.tables import admins, chats, metadata, outbox

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
    row = (
        await tx.execute(select(*_COLUMNS).where(chats.c.platform == platform, chats.c.address == address))
    ).first()
    return _chat(*row) if row else None


async def get(tx: AsyncConnection, chat: int) -> Chat | None:
    row = (await tx.execute(select(*_COLUMNS).where(chats.c.id == chat))).first()
    return _chat(*row) if row else None


async def joined(tx: AsyncConnection) -> list[Chat]:
    """The groups the bot is in, as far as it was told."""
    rows = await tx.execute(select(*_COLUMNS).where(*INSIDE).order_by(chats.c.id))
    return [_chat(*row) for row in rows]


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
        known = Chat(known.id, _bare(place))
    return known, False


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
    row = (
        await tx.execute(
            select(chats.c.membership, chats.c.rights, chats.c.reachable).where(chats.c.id == chat)
        )
    ).first()
    if row is None:
        return None
    return Access(Membership(row.membership), frozenset(map(Right, row.rights)), bool(row.reachable))


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


async def move(tx: AsyncConnection, chat: int, platform: str, address: str) -> int:
    """Give a chat its new address. Returns the number it is known under from now on.

    The platform may have shown us the new address before it told us of the move. Of two
    registrations the younger is a shell without settings and gives way, its unsent messages kept.
    """
    double = await find(tx, platform, address)
    if double is None or double.id == chat:
        await tx.execute(update(chats).where(chats.c.id == chat).values(address=address))
        return chat
    kept, shell = min(chat, double.id), max(chat, double.id)
    await tx.execute(update(outbox).where(outbox.c.chat_id == shell).values(chat_id=kept))
    await tx.execute(delete(chats).where(chats.c.id == shell))
    await tx.execute(update(chats).where(chats.c.id == kept).values(address=address))
    return kept


async def forget(tx: AsyncConnection, chat: int) -> None:
    """Everything known of a chat but its number and address, under which it may come back."""
    for table in reversed(metadata.sorted_tables):
        if "chat_id" in table.c:
            await tx.execute(delete(table).where(table.c.chat_id == chat))
    await tx.execute(update(chats).where(chats.c.id == chat).values(title="", rights=[]))


def _bare(place: Place) -> Place:
    # A chat is more than the topic it was first seen in.
    return Place(place.platform, place.address, place.kind, place.title)


def _chat(number: int, platform: str, address: str, kind: str, title: str) -> Chat:
    return Chat(number, Place(platform, address, ChatKind(kind), title))
