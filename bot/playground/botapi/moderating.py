"""What the bot may do to members: restrict, ban, promote, tag; and leaving by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.playground.botapi.call import Call
from bot.playground.botapi.errors import bad
from bot.playground.chats import Chat
from bot.playground.membership import change
from bot.playground.people import PERMISSIONS, Member
from bot.playground.posting import take_away

Json = dict[str, Any]

_YEAR = 366 * 86_400
_SENDING = ("can_send_other_messages", "can_add_web_page_previews")


def restrict_chat_member(call: Call) -> bool:
    chat, member = _target(
        call, "can_restrict_members", "not enough rights to restrict/unrestrict chat member"
    )
    if chat.type != "supergroup":
        raise bad("method is available only for supergroups")
    permissions = _permissions(call)
    if all(permissions.get(name, False) or not chat.permissions.get(name) for name in PERMISSIONS):
        after = replace(member, status="member" if member.present else "left", permissions={}, until=0)
    else:
        after = replace(member, status="restricted", permissions=permissions, until=_until(call))
    change(call.world, chat, after, call.world.bot)
    return True


def ban_chat_member(call: Call) -> bool:
    chat, member = _target(
        call, "can_restrict_members", "not enough rights to restrict/unrestrict chat member"
    )
    change(call.world, chat, Member(member.user, "kicked", until=_until(call)), call.world.bot)
    if call.get("revoke_messages"):
        posts = [post for post in chat.posts.values() if _wrote(post.body, member.user) and not post.deleted]
        take_away(call.world, chat, posts, call.world.bot.id)
    return True


def unban_chat_member(call: Call) -> bool:
    chat, member = _target(
        call, "can_restrict_members", "not enough rights to restrict/unrestrict chat member"
    )
    if member.status == "kicked" or (member.present and not call.get("only_if_banned", False)):
        change(call.world, chat, Member(member.user, "left"), call.world.bot)
    return True


def promote_chat_member(call: Call) -> bool:
    chat, member = _target(call, "can_promote_members", "not enough rights", admins_too=True)
    rights = {name: bool(value) for name, value in call.parameters.items() if name.startswith("can_")}
    if any(rights.values()):
        rights["can_manage_chat"] = True
        after = replace(
            member, status="administrator", rights=rights, anonymous=bool(call.get("is_anonymous", False))
        )
    else:
        after = replace(member, status="member", rights={}, anonymous=False, title="")
    change(call.world, chat, after, call.world.bot)
    return True


def set_chat_member_tag(call: Call) -> bool:
    chat, member = _target(call, "can_manage_tags", "not enough rights", admins_too=True)
    tag = call.get("tag", "")
    if len(tag) > 16:
        raise bad("tag is too long")
    change(call.world, chat, replace(member, tag=tag), call.world.bot)
    return True


def set_chat_permissions(call: Call) -> bool:
    chat = call.present_chat()
    if not chat.member(call.world.bot.id).may("can_restrict_members"):
        raise bad("not enough rights to change chat permissions")
    chat.permissions = dict.fromkeys(PERMISSIONS, False) | _permissions(call)
    call.world.tell_chat(chat)
    return True


def leave_chat(call: Call) -> bool:
    chat = call.present_chat()
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    change(call.world, chat, Member(call.world.bot.id, "left"), call.world.bot)
    return True


def _target(call: Call, right: str, complaint: str, *, admins_too: bool = False) -> tuple[Chat, Member]:
    chat = call.present_chat()
    if chat.type == "private":
        raise bad("can't restrict members of a private chat")
    user = call.user()
    if not chat.member(call.world.bot.id).may(right):
        raise bad(complaint)
    member = chat.member(user.id)
    if user is call.world.bot:
        raise bad("can't restrict self")
    if member.status == "creator":
        raise bad("can't remove chat owner")
    if member.leads and not admins_too:
        raise bad("user is an administrator of the chat")
    return chat, member


def _permissions(call: Call) -> dict[str, bool]:
    given: Json = call["permissions"]
    permissions = {name: bool(given.get(name, False)) for name in PERMISSIONS}
    if not call.get("use_independent_chat_permissions"):
        # Without the flag the wider permissions bring the narrower ones with them.
        if any(permissions[name] for name in _SENDING):
            permissions |= dict.fromkeys(PERMISSIONS[:8], True)
        if any(permissions[name] for name in PERMISSIONS[1:8]):
            permissions["can_send_messages"] = True
    return permissions


def _until(call: Call) -> int:
    """Less than half a minute or more than a year from now means for ever."""
    until = int(call.get("until_date", 0))
    return until if 30 <= until - call.now <= _YEAR else 0


def _wrote(body: Json, user: int) -> bool:
    return bool(body.get("from", {}).get("id") == user)


METHODS = {
    "restrictChatMember": restrict_chat_member,
    "banChatMember": ban_chat_member,
    "unbanChatMember": unban_chat_member,
    "promoteChatMember": promote_chat_member,
    "setChatMemberTag": set_chat_member_tag,
    "setChatPermissions": set_chat_permissions,
    "leaveChat": leave_chat,
}
