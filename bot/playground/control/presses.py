"""/control/press and votes: buttons and polls of the bot in people's hands."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.playground import polls
from bot.playground.chats import Chat, Post
from bot.playground.control import wishes
from bot.playground.control.answers import answering
from bot.playground.people import User
from bot.playground.posting import republish
from bot.playground.world import Mistake, Press, World

Json = dict[str, Any]


def press(world: World, wanted: Json) -> Json:
    wishes.only(wanted, "chat", "message_id", "from", "button", "data", "forged", "wait")
    chat, user, post = _grasp(world, wanted)
    button = _button(post, wanted)
    if "url" in button:
        return {"url": button["url"]}
    number = str(next(world.numbers.presses))
    world.presses[number] = Press(number, user.id, world.clock.seconds())
    body = {
        "id": number,
        "from": user.shown(),
        "message": post.body,
        "chat_instance": str(abs(chat.id)),
        "data": button["data"],
    }
    update = world.queue.put("callback_query", body)
    world.journal.event(
        "pressed",
        chat_id=chat.id,
        message_id=post.id,
        label=button["text"],
        callback_id=number,
        **{"from": user.id},
    )
    return {"callback_id": number, "update_id": update, "answer": None}


def _grasp(world: World, wanted: Json) -> tuple[Chat, User, Post]:
    user = world.user(wishes.need(wanted, "from"))
    chat = world.chat(wanted["chat"]) if wanted.get("chat") is not None else world.private(user)
    post = chat.post(wishes.whole(wishes.need(wanted, "message_id"), "message_id"))
    if post is None:
        raise Mistake("there is no such message", 404)
    if chat.type == "private" and chat.id != user.id:
        raise Mistake("a private chat is between that user and the bot", 409)
    if chat.type != "private" and not chat.member(user.id).present and not wanted.get("forged"):
        raise Mistake(f"user {user.id} is not a member of chat {chat.id}", 409)
    return chat, user, post


def _button(post: Post, wanted: Json) -> Json:
    rows = post.buttons
    if "data" in wanted:
        data = wishes.text(wanted, "data")
        found = next((one for row in rows for one in row if one.get("data") == data), None)
        if found is None and not wanted.get("forged"):
            raise Mistake("no button of this message carries that data", 404)
        return found or {"text": "", "data": data}
    place = wishes.need(wanted, "button")
    if isinstance(place, list):
        row, column = place
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise Mistake("there is no button at that place", 404)
        return rows[row][column]
    found = next((one for row in rows for one in row if one["text"] == place), None)
    if found is None:
        labels = ", ".join(one["text"] for row in rows for one in row) or "none"
        raise Mistake(f"no button {place!r}; there is: {labels}", 404)
    return found


def vote(world: World, wanted: Json) -> Json:
    wishes.only(wanted, "chat", "message_id", "from", "options")
    chat, user, post = _grasp(world, wanted)
    poll = post.body.get("poll")
    if poll is None or poll["is_closed"]:
        raise Mistake("this message holds no open poll", 409)
    chosen = wanted.get("options", [])
    if not all(isinstance(at, int) and 0 <= at < len(poll["options"]) for at in chosen):
        raise Mistake("there is no such option")
    counted = polls.voted(poll, chosen)
    republish(world, chat, post, {"poll": counted}, silent=True)
    if post.by_bot:
        world.queue.put("poll", counted)
        if not poll["is_anonymous"]:
            answer = {"poll_id": poll["id"], "user": user.shown(), "option_ids": chosen}
            persistent = [str(at) for at in chosen]
            world.queue.put("poll_answer", answer | {"option_persistent_ids": persistent})
    return counted


async def _press(world: World, request: Request) -> Json:
    wanted = await wishes.wish(request)
    patience = min(float(wanted.get("wait") or 0.0), wishes.LONGEST_WAIT)
    result = press(world, wanted)
    if patience and (pressed := world.presses.get(result.get("callback_id", ""))):
        await world.answered.until(patience, lambda: pressed.answer is not None)
        result["answer"] = pressed.answer
    return result


async def _vote(world: World, request: Request) -> Json:
    return vote(world, await wishes.wish(request))


def routes(world: World) -> list[Route]:
    return [
        Route("/control/press", answering(world, _press), methods=["POST"]),
        Route("/control/votes", answering(world, _vote), methods=["POST"]),
    ]
