"""A database as a school leaves it that has been guarded for long: nobody has to be asked who administers what, or looked at."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.tables import admins, chats, members, portraits

MEMBERS = 10
# As a playground with restarted numbers counts them, for the world of `traffic.open_groups`.
FIRST_GROUP, FIRST_PERSON = -1002000000001, 700000001


def guarded_for_long(folder: Path, groups: int) -> None:
    """Groups with their owners and ten members known in each."""
    asyncio.run(_school(folder, groups))


async def _school(folder: Path, groups: int) -> None:
    """A database as a school of this size leaves it: groups, their owners, ten members known in each."""
    db = await Database.open(folder / "classguard.db")
    now = milliseconds(datetime.now(UTC))
    try:
        async with db.transaction() as tx:
            await tx.execute(insert(chats), [_chat(number, now) for number in range(groups)])
            await tx.execute(insert(admins), [_admin(number, now) for number in range(groups)])
            await tx.execute(insert(portraits), [_portrait(number, now) for number in range(groups)])
            for member in range(MEMBERS):
                await tx.execute(insert(members), [_member(number, member, now) for number in range(groups)])
    finally:
        await db.close()


def _chat(number: int, now: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "platform": "telegram",
        "address": str(FIRST_GROUP - number),
        "kind": "group",
        "title": f"三({number})班家长群",
        "rights": ["read_all"],
        "membership": "admin",
        "reachable": True,
        "created_at": now,
    }


def _admin(number: int, now: int) -> dict[str, Any]:
    return {
        "chat_id": number + 1,
        "user": str(FIRST_PERSON + MEMBERS + number),
        "name": "王丽老师",
        "owner": True,
        "seen_at": now,
    }


def _portrait(number: int, now: int) -> dict[str, Any]:
    user = str(FIRST_PERSON + MEMBERS + number)
    return {"platform": "telegram", "user": user, "portraits": [], "looked_at": now}


def _member(number: int, member: int, now: int) -> dict[str, Any]:
    return {
        "chat_id": number + 1,
        "member_mark": f"{member:032}",
        "first_seen_at": now,
        "last_seen_at": now,
        "messages": 5,
        "name_mark": f"{member:032}",
    }
