"""What a person sends, turned into the fields of a Bot API message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground import polls
from bot.playground.botapi.sending import described, origin_of
from bot.playground.chats import Chat
from bot.playground.control import wishes
from bot.playground.entities import detect
from bot.playground.markup import BadMarkup, length16, parse_html
from bot.playground.posting import quoted
from bot.playground.world import Mistake, World

Json = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def content(world: World, chat: Chat, wanted: Json) -> Json:
    """Text or one medium, with everything that may hang on it."""
    body: Json = {}
    if "text" in wanted or "html" in wanted:
        body |= written(wanted, "text", "html", "entities", TEXT_LIMIT)
    if "users_shared" in wanted:
        body |= _users_shared(world, chat, wanted["users_shared"])
    for name, make in _MEDIA.items():
        if name in wanted:
            body |= make(world, wanted[name])
    if not body:
        raise Mistake(f"a message needs text, html or one of {', '.join(_MEDIA)}")
    if "caption" in wanted or "caption_html" in wanted:
        body |= written(wanted, "caption", "caption_html", "caption_entities", CAPTION_LIMIT)
    if "media_group" in wanted:
        body["media_group_id"] = str(wanted["media_group"])
    if "thread" in wanted:
        body |= {"message_thread_id": wishes.whole(wanted["thread"], "thread"), "is_topic_message": True}
    if "via_bot" in wanted:
        body["via_bot"] = world.user(wanted["via_bot"]).shown()
    if "forward" in wanted:
        body["forward_origin"] = _origin(world, wanted["forward"])
    return body | _reply(chat, wanted) | _external_reply(world, wanted)


def written(wanted: Json, plain: str, html: str, entities_name: str, limit: int) -> Json:
    """A text or caption with what Telegram marks in it by itself."""
    if html in wanted:
        try:
            text, given = parse_html(wishes.text(wanted, html))
        except BadMarkup as error:
            raise Mistake(f"this markup is broken: {error}") from error
    else:
        text, given = wishes.text(wanted, plain), list(wanted.get("entities") or ())
    if length16(text) > limit:
        raise Mistake(f"a {plain} has at most {limit} characters")
    entities = detect(text, given)
    name = "text" if plain == "text" else "caption"
    if not text and name == "text":
        raise Mistake("an empty text cannot be sent")
    return {name: text} | ({entities_name: entities} if entities else {})


def _photo(world: World, wanted: Any) -> Json:
    stored = wishes.photo(world, wanted)
    return {"photo": [size.shown() for size in stored.sizes or (stored,)]}


def _document(world: World, wanted: Json) -> Json:
    if "file_id" in wanted:
        return {"document": described(wishes.photo(world, wanted))}
    name = wishes.text(wanted, "name")
    if "base64" in wanted:
        data = wishes.raw_bytes(wanted)
    elif "qr" in wanted:
        data = wishes.drawing(wanted) or b""
    else:
        data = wishes.text(wanted, "text").encode("utf-8", "replace")
    stored = world.files.document(data, name, wishes.text(wanted, "mime_type"))
    return {"document": described(stored)}


def _voice(world: World, wanted: Json) -> Json:
    stored = world.files.document(b"OggS playground", "", "audio/ogg", "voice")
    return {"voice": stored.shown() | {"duration": int(wanted.get("duration", 3)), "mime_type": "audio/ogg"}}


def _video(world: World, wanted: Json) -> Json:
    stored = world.files.document(b"playground video", "", "video/mp4", "video")
    sizes = {"width": 640, "height": 360, "duration": int(wanted.get("duration", 3))}
    return {"video": stored.shown() | sizes | {"mime_type": "video/mp4"}}


def _sticker(world: World, wanted: Json) -> Json:
    stored = world.files.document(b"RIFF playground", "", "image/webp", "sticker")
    look = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
    return {"sticker": stored.shown() | look | {"emoji": str(wanted.get("emoji", "👍"))}}


def _contact(world: World, wanted: Json) -> Json:
    contact = {
        "phone_number": str(wishes.need(wanted, "phone_number")),
        "first_name": str(wishes.need(wanted, "first_name")),
    }
    if wanted.get("last_name"):
        contact["last_name"] = wishes.text(wanted, "last_name")
    if wanted.get("user") is not None:
        return {"contact": contact | {"user_id": world.user(wanted["user"]).id}}
    return {"contact": contact}


def _users_shared(world: World, chat: Chat, wanted: Json) -> Json:
    """People chosen with the key the bot has put into this chat."""
    shown = next((post.keys for post in reversed(chat.posts.values()) if post.keys is not None), [])
    asked = [key["request_users"] for row in shown for key in row if "request_users" in key]
    if not asked and not wanted.get("forged"):
        raise Mistake("the bot has put no key into this chat that asks for people", 409)
    number = asked[0]["request_id"] if asked else 1
    users = [world.user(one) for one in wishes.need(wanted, "users")]
    kept = ("first_name", "last_name", "username")
    shared = [
        {"user_id": user.id} | {name: user.shown()[name] for name in kept if user.shown().get(name)}
        for user in users
    ]
    return {"users_shared": {"request_id": number, "users": shared}}


def _poll(world: World, wanted: Json) -> Json:
    question, options = (
        str(wishes.need(wanted, "question")),
        [str(one) for one in wishes.need(wanted, "options")],
    )
    anonymous = bool(wanted.get("anonymous", True))
    return {"poll": polls.opened(next(world.numbers.polls), question, options, is_anonymous=anonymous)}


_MEDIA: dict[str, Callable[[World, Any], Json]] = {
    "photo": _photo,
    "document": _document,
    "voice": _voice,
    "video": _video,
    "sticker": _sticker,
    "contact": _contact,
    "poll": _poll,
}


def _origin(world: World, wanted: Json) -> Json:
    date = wishes.whole(wanted.get("date", int(world.clock.seconds())), "date")
    if "hidden_user" in wanted:
        return {"type": "hidden_user", "date": date, "sender_user_name": wishes.text(wanted, "hidden_user")}
    if "user" in wanted:
        return {"type": "user", "date": date, "sender_user": world.user(wanted["user"]).shown()}
    if "chat" in wanted:
        return {"type": "chat", "date": date, "sender_chat": world.chat(wanted["chat"]).shown()}
    if "channel" in wanted:
        number = wishes.whole(wanted.get("message_id", 1), "message_id")
        channel = world.chat(wanted["channel"]).shown()
        return {"type": "channel", "date": date, "chat": channel, "message_id": number}
    raise Mistake("a forward names a user, a hidden_user, a chat or a channel")


def _reply(chat: Chat, wanted: Json) -> Json:
    if wanted.get("reply_to") is None:
        return {}
    target = chat.post(wishes.whole(wanted["reply_to"], "reply_to"))
    if target is None:
        raise Mistake(f"there is no message {wanted['reply_to']} to reply to", 404)
    body: Json = {"reply_to_message": quoted(target)}
    if quote := wishes.text(wanted, "quote"):
        if quote not in target.text:
            raise Mistake("the quoted words are not in that message")
        position = length16(target.text[: target.text.index(quote)])
        body["quote"] = {"text": quote, "position": position, "is_manual": True}
    return body


def _external_reply(world: World, wanted: Json) -> Json:
    if "external_reply" not in wanted:
        return {}
    given = wanted["external_reply"]
    if "chat" in given:
        place = world.chat(given["chat"])
        post = place.post(wishes.whole(given.get("message_id"), "message_id"))
        if post is None:
            raise Mistake("there is no such message to reply to", 404)
        reply = {"origin": origin_of(post), "chat": place.shown(), "message_id": post.id}
    else:
        reply = {"origin": _origin(world, wishes.need(given, "origin"))}
    text = wishes.text(given, "text")
    return {"external_reply": reply} | ({"quote": {"text": text, "position": 0}} if text else {})
