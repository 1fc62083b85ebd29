"""What a chat's admins chose; everything else is a default."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import BY_NAME, Settings
from bot.store.gathered import gathered
from bot.store.tables import settings
from bot.store.upserts import insert


async def load(tx: AsyncConnection, chat: int) -> Settings:
    return (await of_each(tx, [chat]))[chat]


async def of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, Settings]:
    """Of all of these chats, those that chose nothing included."""
    columns = settings.c.chat_id, settings.c.name, settings.c.value
    rows = await tx.execute(select(*columns).where(settings.c.chat_id.in_(chats)))
    chosen = gathered((chat, (name, value)) for chat, name, value in rows if name in BY_NAME)
    return {chat: Settings(dict(chosen.get(chat, ()))) for chat in chats}


async def choose(tx: AsyncConnection, chat: int, name: str, value: str) -> None:
    """Keep an accepted value; a default is kept too, so that a later change of defaults changes nobody's choice."""
    assert BY_NAME[name].accepts(value) == value, "only canonical values are stored"
    new = insert(settings).values(chat_id=chat, name=name, value=value)
    await tx.execute(
        new.on_conflict_do_update(index_elements=["chat_id", "name"], set_={"value": new.excluded.value})
    )


async def forget(tx: AsyncConnection, chat: int, name: str) -> None:
    await tx.execute(delete(settings).where(settings.c.chat_id == chat, settings.c.name == name))
