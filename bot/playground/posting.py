"""A message enters a chat: it gets its number and date, is kept, and reaches whoever may see it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bot.playground.chats import Chat, Post
from bot.playground.entities import words
from bot.playground.people import (
    ANONYMOUS_ADMIN,
    CHANNEL_BOT,
    LINKED_CHANNEL,
    User,
)
from bot.playground.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Posted:
    post: Post
    update_id: int | None


def publish(
    world: World,
    chat: Chat,
    author: Json,
    content: Json,
    *,
    date: int | None = None,
    by_bot: bool = False,
    quiet: bool = False,
    service: bool = False,
    keys: list[list[Json]] | None = None,
) -> Posted:
    """`author` is what tells who speaks (from, sender_chat ...), `content` everything else."""
    at = time.time()
    body: Json = {
        "message_id": next(chat.numbers),
        **author,
        "chat": chat.shown(),
        "date": int(world.clock.seconds()) if date is None else date,
        **content,
    }
    post = Post(body, at, by_bot, keys=keys)
    if not quiet:
        chat.keep(post)
        if by_bot:
            world.spoken.append(post)
            post.revision = world.journal.spoke()
        world.journal.event("message", chat_id=chat.id, message=post.shown())
    update = None
    if not by_bot and bot_sees(world, chat, body, service=service):
        update = world.queue.put("channel_post" if chat.type == "channel" else "message", body)
    return Posted(post, update)


def whispered(world: World, chat: Chat, author: Json, receiver: User, content: Json) -> Json:
    """A message that one member of a chat sees; Telegram calls it ephemeral."""
    body: Json = {
        "message_id": 0,
        "ephemeral_message_id": len(world.whispers) + 1,
        **author,
        "chat": chat.shown(),
        "receiver_user": receiver.shown(),
        "date": int(world.clock.seconds()),
        **content,
    }
    post = Post(body, time.time(), True)
    world.whispers.append(post)
    post.revision = world.journal.spoke()
    world.journal.event("whispered", chat_id=chat.id, message=post.shown())
    return body


def republish(world: World, chat: Chat, post: Post, changes: Json, *, silent: bool = False) -> int | None:
    """An edit. A change of buttons alone is `silent`: it leaves no edit date."""
    at = time.time()
    body = {name: value for name, value in (post.body | changes).items() if value is not None}
    if not silent:
        body["edit_date"] = int(world.clock.seconds())
    post.rewrite(body, at)
    if post.by_bot:
        post.revision = world.journal.spoke()
    world.journal.event("edited", chat_id=chat.id, message=post.shown())
    if post.by_bot or not bot_sees(world, chat, body):
        return None
    return world.queue.put("edited_channel_post" if chat.type == "channel" else "edited_message", body)


def take_away(world: World, chat: Chat, posts: list[Post], by: int) -> None:
    """Deleted messages are kept here, marked. No bot on Telegram is told of a deletion; one on QQ is."""
    for post in posts:
        post.deleted, post.deleted_by = True, by
        if post.by_bot:
            post.revision = world.journal.spoke()
        user = post.body.get("from", {}).get("id", 0)
        told = {"chat": chat.shown(), "message_id": post.id, "user_id": user, "by": by}
        if chat.is_group:
            world.queue.put("recalled", told)
    if posts:
        world.journal.event("deleted", chat_id=chat.id, message_ids=[post.id for post in posts], by=by)


def bot_sees(world: World, chat: Chat, body: Json, *, service: bool = False) -> bool:
    if chat.type == "private":
        return not world.users[chat.id].is_bot
    me = chat.member(world.bot.id)
    if not me.present or (chat.type == "channel" and not me.leads):
        return False
    speaker = body.get("from", {})
    if speaker.get("is_bot") and "sender_chat" not in body and not service:
        return False
    return me.leads or world.reads_all or service or _is_for_bot(world, body)


def _is_for_bot(world: World, body: Json) -> bool:
    """What a bot in privacy mode gets to see: commands, replies to it and mentions of it."""
    if body.get("reply_to_message", {}).get("from", {}).get("id") == world.bot.id:
        return True
    if body.get("via_bot", {}).get("id") == world.bot.id:
        return True
    text: str = body.get("text") or body.get("caption") or ""
    entities: list[Json] = body.get("entities") or body.get("caption_entities") or []
    own = "@" + world.bot.username.casefold()
    if any(mention.casefold() == own for mention in words(text, entities, "mention")):
        return True
    commands = [command.casefold() for command in words(text, entities, "bot_command")]
    return any("@" not in command or command.endswith(own) for command in commands)


def speaker(user: User, chat: Chat, as_chat: Chat | None = None) -> Json:
    """Who a message of this user in this chat shows as its author."""
    member = chat.members.get(user.id)
    if chat.type == "channel":
        return {"sender_chat": chat.shown()}
    if as_chat is None and not (member and member.leads and member.anonymous):
        author: Json = {"from": user.shown()}
        if member and (tag := member.title if member.leads else member.tag):
            author["sender_tag"] = tag
        return author
    if as_chat is None or as_chat.id == chat.id:
        author = {"from": ANONYMOUS_ADMIN.shown(), "sender_chat": chat.shown()}
        return author | ({"author_signature": member.title} if member and member.title else {})
    return {"from": CHANNEL_BOT.shown(), "sender_chat": as_chat.shown()}


def carry_to_linked_group(world: World, channel: Chat, post: Post) -> Posted | None:
    """A channel's post appears in its discussion group by itself."""
    group = world.chats.get(channel.linked_chat or 0)
    if group is None:
        return None
    origin = {"type": "channel", "chat": channel.shown(), "message_id": post.id, "date": post.body["date"]}
    author = {"from": LINKED_CHANNEL.shown(), "sender_chat": channel.shown()}
    content = {
        name: value
        for name, value in post.body.items()
        if name not in ("message_id", "from", "sender_chat", "chat", "date")
    }
    return publish(world, group, author, content | {"is_automatic_forward": True, "forward_origin": origin})


def quoted(post: Post) -> Json:
    """A message inside another one: its own reply is left out."""
    return {name: value for name, value in post.body.items() if name != "reply_to_message"}
