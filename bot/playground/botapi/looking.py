"""What the bot may look up: itself, chats, members, profile pictures, files."""

from __future__ import annotations

from typing import Any

from bot.playground.botapi.call import Call
from bot.playground.botapi.errors import bad
from bot.playground.files import DOWNLOAD_LIMIT

Json = dict[str, Any]


def get_me(call: Call) -> Json:
    return call.world.bot.shown() | {
        "can_join_groups": True,
        "can_read_all_group_messages": call.world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def get_chat(call: Call) -> Json:
    chat = call.chat()
    body = chat.shown() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    if chat.type == "private":
        user = call.world.users[chat.id]
        if not user.started and not user.blocked:
            raise bad("chat not found")
        return body
    call.present_chat()
    body["permissions"] = chat.permissions
    if chat.linked_chat is not None:
        body["linked_chat_id"] = chat.linked_chat
    if pinned := [post for post in chat.posts.values() if post.pinned and not post.deleted]:
        body["pinned_message"] = pinned[-1].body
    return body


def get_chat_member(call: Call) -> Json:
    chat = call.present_chat()
    user = call.user()
    if chat.type == "private":
        raise bad("there are no members in the private chat")
    return chat.member(user.id).shown(user)


def get_chat_administrators(call: Call) -> list[Json]:
    """Other bots are left out unless asked for, as on Telegram."""
    chat = call.present_chat()
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    leaders = [(member, call.world.users[member.user]) for member in chat.members.values() if member.leads]
    return [
        member.shown(user)
        for member, user in leaders
        if not user.is_bot or user is call.world.bot or call.get("return_bots")
    ]


def get_chat_member_count(call: Call) -> int:
    chat = call.present_chat()
    return 2 if chat.type == "private" else sum(member.present for member in chat.members.values())


def get_user_profile_photos(call: Call) -> Json:
    user = call.user()
    offset, limit = call.get("offset", 0), call.get("limit", 100)
    if not 1 <= limit <= 100 or offset < 0:
        raise bad("invalid offset or limit")
    chosen = user.pictures[offset : offset + limit]
    return {
        "total_count": len(user.pictures),
        "photos": [[size.shown() for size in picture.sizes] for picture in chosen],
    }


def get_file(call: Call) -> Json:
    stored = call.world.files.by_id(call["file_id"])
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    shown = stored.shown()
    return {name: shown[name] for name in ("file_id", "file_unique_id", "file_size")} | {
        "file_path": stored.path
    }


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "getUserProfilePhotos": get_user_profile_photos,
    "getFile": get_file,
}
