"""What a chat's admins chose; everything else is a default."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import BY_NAME, Settings
from bot.store.tables import settings
from bot.store.upserts import insert


async def load(tx: AsyncConnection, chat: int) -> Settings:
    rows = await tx.execute(select(settings.c.name, settings.c.value).where(settings.c.chat_id == chat))
    return Settings({name: value for name, value in rows if name in BY_NAME})


async def choose(tx: AsyncConnection, chat: int, name: str, value: str) -> None:
    """Keep an accepted value; a default is kept too, so that a later change of defaults changes nobody's choice."""
    assert BY_NAME[name].accepts(value) == value, "only canonical values are stored"
    new = insert(settings).values(chat_id=chat, name=name, value=value)
    await tx.execute(
        new.on_conflict_do_update(index_elements=["chat_id", "name"], set_={"value": new.excluded.value})
    )


async def forget(tx: AsyncConnection, chat: int, name: str) -> None:
    await tx.execute(delete(settings).where(settings.c.chat_id == chat, settings.c.name == name))
