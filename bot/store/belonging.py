"""Which guarded groups an account belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events import Membership
from bot.places import ChatKind
from bot.store.tables import admins, chats, members

_PRESENT = (Membership.MEMBER.value, Membership.ADMIN.value, Membership.OWNER.value)


@dataclass(frozen=True, slots=True)
class Belonging:
    chat: int
    title: str
    admin: bool


async def of(tx: AsyncConnection, platform: str, user: str, member_mark: str) -> tuple[Belonging, ...]:
    """Groups the bot is in too where this account is an admin or was seen as a member."""
    runs = select(admins.c.chat_id).where(admins.c.user == user)
    heard = select(members.c.chat_id).where(members.c.member_mark == member_mark)
    rows = await tx.execute(
        select(chats.c.id, chats.c.title, chats.c.id.in_(runs).label("admin"))
        .where(
            chats.c.platform == platform,
            chats.c.kind == ChatKind.GROUP.value,
            chats.c.membership.in_(_PRESENT),
            or_(chats.c.id.in_(runs), chats.c.id.in_(heard)),
        )
        .order_by(chats.c.id)
    )
    return tuple(Belonging(row.id, row.title, bool(row.admin)) for row in rows)
