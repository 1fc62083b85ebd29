"""A group's admins on other platforms: where else they can be written to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Chat, ChatKind, Place
from bot.store import admins, roster, schools
from bot.store.tables import chats


async def of(tx: AsyncConnection, group: Chat) -> list[Chat]:
    """Private chats its admins have had with the bot on other platforms, by what the group's roster and its school's
    tell of their accounts.
    """
    led = {admin.user for admin in await admins.load(tx, group.id)}
    people = [entry.person.ids for entry in await roster.load(tx, group.id)]
    school = await schools.of_group(tx, group.id)
    if school is not None:
        people += [member.person.ids for member in await schools.people(tx, school.id)]
    theirs = {account for ids in people if ids & led for account in ids} - led
    if not theirs:
        return []
    # No group has a person's number as its address, and no two platforms share one.
    rows = await tx.execute(
        select(chats.c.id, chats.c.platform, chats.c.address)
        .where(
            chats.c.kind == ChatKind.PRIVATE.value,
            chats.c.address.in_(theirs),
            chats.c.platform != group.place.platform,
        )
        .order_by(chats.c.id)
    )
    return [Chat(row.id, Place(row.platform, row.address, ChatKind.PRIVATE)) for row in rows]
