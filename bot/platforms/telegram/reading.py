"""Raw updates as events. Pure; what cannot be read raises `Unreadable` with the reason."""

from __future__ import annotations

import json
import traceback
from datetime import datetime
from typing import Any

import orjson
from telegram import Chat, ChatMember, ChatMemberUpdated, Message, Update

from bot.abilities import Right
from bot.events import BotChanged, ButtonPressed, ChatMoved, Event, MemberChanged, Membership, PollCounted
from bot.places import ChatKind, Place
from bot.platforms import Unreadable
from bot.platforms.telegram import messages
from bot.platforms.telegram.people import NAME, person_of, place_of, sender_of
from bot.platforms.telegram.plain import plain

ALLOWED = ["message", "edited_message", "callback_query", "chat_member", "my_chat_member", "poll"]

_STANDING = {
    ChatMember.OWNER: Membership.OWNER,
    ChatMember.ADMINISTRATOR: Membership.ADMIN,
    ChatMember.MEMBER: Membership.MEMBER,
    ChatMember.LEFT: Membership.OUT,
    ChatMember.BANNED: Membership.BANNED,
}


def events_of(body: bytes, at: datetime, *, reads_all: bool) -> list[Event]:
    """`at` is when the update arrived: a button press carries no time of its own."""
    try:
        told = _told(body)
        ordinary = plain(told)
        return [ordinary] if ordinary else _events(Update.de_json(told), at, reads_all)
    except Exception as trouble:
        # Whatever is wrong with it was wrong before it came to us, and will be again.
        raise Unreadable(_reason(trouble)) from trouble


def _told(body: bytes) -> Any:
    """The update's JSON, with a question mark for each half of a character that came without the other."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half characters, and nesting beyond the usual, are for a more patient reader.
        told = json.loads(body)
        return json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))


def _reason(trouble: Exception) -> str:
    """Kind and place of the failure, without its words: those may be somebody's message."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return f"{type(trouble).__name__} in {frames[-1].name}"


def _events(update: Update, at: datetime, reads_all: bool) -> list[Event]:
    if update.message:
        return _message(update.message)
    if update.edited_message:
        edited = messages.seen(update.edited_message, edited=True)
        return [edited] if edited else []
    if update.poll:
        return [PollCounted(NAME, update.poll.id, tuple(one.voter_count for one in update.poll.options))]
    if update.chat_member:
        return _member(update.chat_member)
    if update.my_chat_member:
        return _bot(update.my_chat_member, reads_all)
    return _press(update, at)


def _press(update: Update, at: datetime) -> list[Event]:
    query = update.callback_query
    if query is None or query.message is None:
        return []
    return [
        ButtonPressed(
            place=place_of(query.message.chat),
            sender=person_of(query.from_user),
            press=query.id,
            data=query.data or "",
            message_id=str(query.message.message_id),
            at=at,
        )
    ]


def _message(message: Message) -> list[Event]:
    moved = _moved(message)
    if moved:
        return [moved]
    if message.new_chat_members or message.left_chat_member:
        return _came_or_went(message)
    seen = messages.seen(message, edited=False)
    return [seen] if seen else []


def _moved(message: Message) -> ChatMoved | None:
    here = place_of(message.chat)
    if message.migrate_to_chat_id:
        return ChatMoved(here, _group(message.migrate_to_chat_id, here.title), message.date)
    if message.migrate_from_chat_id:
        return ChatMoved(_group(message.migrate_from_chat_id, here.title), here, message.date)
    return None


def _group(number: int, title: str) -> Place:
    return Place(NAME, str(number), ChatKind.GROUP, title)


def _came_or_went(message: Message) -> list[Event]:
    """Joins as the group itself is told: all there is where the bot is no admin."""
    by = sender_of(message)
    if by is None:
        return []
    place = place_of(message.chat)
    came = [
        MemberChanged(place, person_of(user), Membership.OUT, Membership.MEMBER, by, message.date)
        for user in message.new_chat_members
        if not user.is_bot
    ]
    gone = message.left_chat_member
    if gone is None or gone.is_bot:
        return [*came]
    return [MemberChanged(place, person_of(gone), Membership.MEMBER, Membership.OUT, by, message.date)]


def _member(changed: ChatMemberUpdated) -> list[Event]:
    if changed.chat.type == Chat.CHANNEL:
        return []
    member = changed.new_chat_member
    tag = getattr(member, "custom_title", None) or getattr(member, "tag", None) or ""
    return [
        MemberChanged(
            place=place_of(changed.chat),
            person=person_of(member.user, tag),
            before=standing(changed.old_chat_member),
            after=standing(member),
            by=person_of(changed.from_user),
            at=changed.date,
        )
    ]


def _bot(changed: ChatMemberUpdated, reads_all: bool) -> list[Event]:
    if changed.chat.type == Chat.CHANNEL:
        return []
    return [
        BotChanged(
            place=place_of(changed.chat),
            before=standing(changed.old_chat_member),
            after=standing(changed.new_chat_member),
            rights=rights(changed.new_chat_member, reads_all=reads_all),
            by=person_of(changed.from_user),
            at=changed.date,
        )
    ]


def standing(member: ChatMember) -> Membership:
    if member.status == ChatMember.RESTRICTED:
        # Restricted people may have left: the restriction stays with the account.
        return Membership.RESTRICTED if getattr(member, "is_member", True) else Membership.OUT
    return _STANDING.get(member.status, Membership.OUT)


def rights(member: ChatMember, *, reads_all: bool) -> frozenset[Right]:
    """What the bot may do as this member of a group."""
    return frozenset(right for right, given in _rights(member, reads_all).items() if given)


def _rights(member: ChatMember, reads_all: bool) -> dict[Right, Any]:
    admin = member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    inside = admin or member.status == ChatMember.MEMBER
    return {
        # Admins are shown every message; others only when privacy mode is off.
        Right.READ_ALL: admin or (inside and reads_all),
        Right.SEE_MEMBERS: admin,
        Right.POST: inside or getattr(member, "can_send_messages", False),
        Right.DELETE: getattr(member, "can_delete_messages", False),
        Right.RESTRICT: getattr(member, "can_restrict_members", False),
        Right.INVITE: admin and getattr(member, "can_invite_users", False),
    }
