"""/control/messages, edits and deletes: what people write, change and take back."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.playground.chats import Chat
from bot.playground.control import wishes
from bot.playground.control.answers import answering
from bot.playground.control.content import CAPTION_LIMIT, TEXT_LIMIT, content, written
from bot.playground.membership import meet
from bot.playground.people import User
from bot.playground.posting import Posted, carry_to_linked_group, publish, republish, speaker, take_away
from bot.playground.world import Mistake, World

Json = dict[str, Any]

_MESSAGE = (
    "chat", "from", "to_bot", "text", "html", "entities", "photo", "document", "voice", "video", "sticker",
    "contact", "users_shared", "poll", "caption", "caption_html", "media_group", "reply_to", "quote", "external_reply",
    "forward", "as_chat", "thread", "via_bot", "date",
)  # fmt: skip

# So many messages are injected at a stretch before others get their turn.
_STRETCH = 200


def post(world: World, wanted: Json, *, quiet: bool = False) -> Json:
    wishes.only(wanted, *_MESSAGE)
    author = world.user(wishes.need(wanted, "from"))
    chat = world.private(author) if wanted.get("to_bot") else world.chat(wishes.need(wanted, "chat"))
    _require_voice(world, chat, author)
    if chat.type == "private":
        meet(world, author)
    as_chat = world.chat(wanted["as_chat"]) if wanted.get("as_chat") is not None else None
    date = wishes.whole(wanted["date"], "date") if wanted.get("date") is not None else None
    posted = publish(
        world, chat, speaker(author, chat, as_chat), content(world, chat, wanted), date=date, quiet=quiet
    )
    if chat.type == "channel":
        carry_to_linked_group(world, chat, posted.post)
    return told(posted)


def told(posted: Posted) -> Json:
    body = posted.post.body
    return {
        "chat_id": body["chat"]["id"],
        "message_id": body["message_id"],
        "update_id": posted.update_id,
        "date": body["date"],
        "fetchable_at": posted.post.arrived_at,
    }


def _require_voice(world: World, chat: Chat, author: User) -> None:
    if author is world.bot:
        raise Mistake("the bot speaks for itself, through the Bot API")
    if chat.type == "private":
        if chat.id != author.id:
            raise Mistake("a private chat is between that user and the bot", 409)
        return
    if chat.migrated_to is not None:
        raise Mistake("this group has become a supergroup", 409)
    member = chat.members.get(author.id)
    if member is None or not member.present:
        raise Mistake(f"user {author.id} is not a member of chat {chat.id}", 409)
    muted = member.status == "restricted" and not member.permissions.get("can_send_messages", False)
    if muted or (not member.leads and not chat.permissions.get("can_send_messages", True)):
        raise Mistake(f"user {author.id} may not write in chat {chat.id}", 409)
    if chat.type == "channel" and not member.leads:
        raise Mistake("only its administrators post in a channel", 409)


def edit(world: World, wanted: Json) -> Json:
    wishes.only(wanted, "chat", "message_id", "text", "html", "entities", "caption", "caption_html", "photo")
    chat = world.chat(wishes.need(wanted, "chat"))
    found = chat.post(wishes.whole(wishes.need(wanted, "message_id"), "message_id"))
    if found is None:
        raise Mistake("there is no such message to edit", 404)
    if found.by_bot:
        raise Mistake("this message is the bot's", 409)
    changes: Json = {}
    if "photo" in wanted:
        stored = wishes.photo(world, wanted["photo"])
        changes["photo"] = [size.shown() for size in stored.sizes or (stored,)]
    if "text" in wanted or "html" in wanted:
        changes |= {"entities": None} | written(wanted, "text", "html", "entities", TEXT_LIMIT)
    if "caption" in wanted or "caption_html" in wanted:
        caption = written(wanted, "caption", "caption_html", "caption_entities", CAPTION_LIMIT)
        changes |= {"caption_entities": None} | caption
    if not changes:
        raise Mistake("an edit needs text, html, caption, caption_html or photo")
    author = world.users.get(found.body.get("from", {}).get("id"))
    if author is not None:
        changes["from"] = author.shown()  # an edited message comes with the name its writer wears now
    return told(Posted(found, republish(world, chat, found, changes))) | {"fetchable_at": found.written_at}


def delete(world: World, wanted: Json) -> Json:
    wishes.only(wanted, "chat", "message_ids", "by")
    chat = world.chat(wishes.need(wanted, "chat"))
    posts = [found for number in wishes.need(wanted, "message_ids") if (found := chat.post(number))]
    default = posts[0].body.get("from", {}).get("id", 0) if posts else 0
    by = world.user(wanted["by"]).id if wanted.get("by") is not None else int(default)
    take_away(world, chat, posts, by)
    return {"deleted": [found.id for found in posts]}


async def _messages(world: World, request: Request) -> Json:
    wanted = await wishes.body(request)
    quiet = False
    if isinstance(wanted, dict) and "messages" in wanted:
        wishes.only(wanted, "messages", "quiet")
        quiet, wanted = bool(wanted.get("quiet")), wanted["messages"]
    if isinstance(wanted, dict):
        return post(world, wanted)
    if not isinstance(wanted, list):
        raise Mistake("the body must be a message or a list of them")
    sent = []
    for number, one in enumerate(wanted, 1):
        sent.append(post(world, one, quiet=quiet))
        if number % _STRETCH == 0:
            await asyncio.sleep(0)
    return {"sent": sent}


async def _edits(world: World, request: Request) -> Json:
    return edit(world, await wishes.wish(request))


async def _deletes(world: World, request: Request) -> Json:
    return delete(world, await wishes.wish(request))


def routes(world: World) -> list[Route]:
    return [
        Route("/control/messages", answering(world, _messages), methods=["POST"]),
        Route("/control/edits", answering(world, _edits), methods=["POST"]),
        Route("/control/deletes", answering(world, _deletes), methods=["POST"]),
    ]
