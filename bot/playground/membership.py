"""Members join, leave, rise and fall; a group moves: the updates and service messages that follow."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from bot.playground.chats import Chat
from bot.playground.people import Member, User
from bot.playground.posting import publish
from bot.playground.world import Mistake, World

Json = dict[str, Any]


def change(world: World, chat: Chat, after: Member, by: User, *, quiet: bool = False) -> Member:
    """Puts a member in place of what they were before, and tells whoever may know."""
    if chat.type == "private":
        raise Mistake("a private chat has no members to change", 409)
    user = world.user(after.user)
    before = chat.member(user.id)
    if after.status == "creator" and chat.owner not in (None, user.id):
        raise Mistake("the chat has an owner already", 409)
    chat.members[user.id] = after
    if before == after:
        return after
    if not quiet:
        # A bot that is removed still learns of it; one that was not there yet learns of its coming.
        _tell_bot(world, chat, user, before, after, by)
        _service_message(world, chat, user, before, after, by)
    world.journal.event("member", chat_id=chat.id, member=after.told(), before=before.told(), by=by.id)
    return after


def _tell_bot(world: World, chat: Chat, user: User, before: Member, after: Member, by: User) -> None:
    body = {
        "chat": chat.shown(),
        "from": by.shown(),
        "date": int(world.clock.seconds()),
        "old_chat_member": before.shown(user),
        "new_chat_member": after.shown(user),
    }
    if user is world.bot:
        world.queue.put("my_chat_member", body)
    elif chat.member(world.bot.id).leads:
        world.queue.put("chat_member", body)


def _service_message(world: World, chat: Chat, user: User, before: Member, after: Member, by: User) -> None:
    if not chat.is_group or before.present == after.present:
        return
    if after.present:
        shown = user.shown()
        content: Json = {"new_chat_members": [shown], "new_chat_member": shown, "new_chat_participant": shown}
    else:
        content = {"left_chat_member": user.shown(), "left_chat_participant": user.shown()}
    publish(world, chat, {"from": by.shown()}, content, by_bot=by is world.bot, service=True)


def block(world: World, user: User, blocked: bool) -> None:
    """A user blocks the bot, or lets it in again."""
    if user.blocked == blocked:
        return
    user.blocked = blocked
    old, new = Member(world.bot.id, "member"), Member(world.bot.id, "kicked")
    if not blocked:
        old, new = new, old
    body = {
        "chat": world.private(user).shown(),
        "from": user.shown(),
        "date": int(world.clock.seconds()),
        "old_chat_member": old.shown(world.bot),
        "new_chat_member": new.shown(world.bot),
    }
    world.queue.put("my_chat_member", body)
    world.tell_user(user)


def meet(world: World, user: User) -> None:
    """A user writes to the bot in private: from now on it may answer."""
    block(world, user, False)
    if not user.started:
        user.started = True
        world.tell_user(user)


def migrate(world: World, old: Chat) -> Chat:
    """A basic group becomes a supergroup, under another number."""
    if old.type != "group" or old.migrated_to is not None:
        raise Mistake("only a basic group can become a supergroup, and only once", 409)
    new = world.add_chat("supergroup", old.title, username=old.username, permissions=dict(old.permissions))
    new.members = {number: replace(member) for number, member in old.members.items()}
    new.numbers = count(1)
    owner = world.users.get(old.owner or 0, world.bot)
    author = {"from": owner.shown()}
    publish(world, old, author, {"migrate_to_chat_id": new.id}, service=True)
    old.migrated_to = new.id
    world.move_key(old, new)
    publish(world, new, author, {"migrate_from_chat_id": old.id}, service=True)
    world.journal.event("migrated", old=old.id, new=new.id)
    return new
