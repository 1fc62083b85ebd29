"""What the bot posts: texts, pictures, documents, polls, copies and forwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground import polls
from bot.playground.botapi import formatting
from bot.playground.botapi.call import Call
from bot.playground.botapi.checking import Upload
from bot.playground.botapi.errors import Refusal, bad, forbidden
from bot.playground.chats import Chat, Post
from bot.playground.files import PHOTO_UPLOAD_LIMIT, UPLOAD_LIMIT, NotAPicture, StoredFile
from bot.playground.markup import length16
from bot.playground.posting import publish, quoted, whispered

Json = dict[str, Any]

_COPIED = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "photo",
    "document",
    "voice",
    "video",
    "sticker",
    "contact",
    "poll",
)
_UNKNOWN_HERE = (
    "business_connection_id",
    "direct_messages_topic_id",
    "suggested_post_parameters",
)
_POLL_DETAILS = ("is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only", "is_closed")


def send_message(call: Call) -> Json:
    return _send(call, lambda: formatting.text(call), "can_send_messages", "text messages")


def send_photo(call: Call) -> Json:
    def content() -> Json:
        stored = _stored(call, "photo", PHOTO_UPLOAD_LIMIT)
        return {"photo": [size.shown() for size in stored.sizes or (stored,)]} | formatting.caption(call)

    return _send(call, content, "can_send_photos", "photos")


def send_document(call: Call) -> Json:
    def content() -> Json:
        return {"document": described(_stored(call, "document", UPLOAD_LIMIT))} | formatting.caption(call)

    return _send(call, content, "can_send_documents", "documents")


def send_poll(call: Call) -> Json:
    return _send(call, lambda: {"poll": _poll(call)}, "can_send_polls", "polls")


def send_chat_action(call: Call) -> bool:
    call.present_chat()
    return True


def copy_message(call: Call) -> Json:
    source = call.post(call.chat("from_chat_id"), "message to copy not found")

    def content() -> Json:
        copied = {name: source.body[name] for name in _COPIED if name in source.body}
        if not copied:
            raise bad("the message can't be copied")
        if "caption" in call.parameters and "text" not in copied:
            copied.pop("caption", None)
            copied.pop("caption_entities", None)
            copied |= formatting.caption(call)
        return copied

    return {"message_id": _send(call, content, "can_send_messages", "text messages")["message_id"]}


def forward_message(call: Call) -> Json:
    source = call.post(call.chat("from_chat_id"), "message to forward not found")

    def content() -> Json:
        kept = {name: source.body[name] for name in _COPIED if name in source.body}
        if not kept:
            raise bad("the message can't be forwarded")
        return kept | {"forward_origin": source.body.get("forward_origin") or origin_of(source)}

    return _send(call, content, "can_send_messages", "text messages")


def origin_of(post: Post) -> Json:
    """Who a forwarded message shows as its first author."""
    body = post.body
    date = body["date"]
    if (sender := body.get("sender_chat")) is not None:
        if sender["type"] == "channel":
            return {"type": "channel", "date": date, "chat": sender, "message_id": post.id}
        return {"type": "chat", "date": date, "sender_chat": sender}
    return {"type": "user", "date": date, "sender_user": body["from"]}


def described(stored: StoredFile) -> Json:
    body = stored.shown()
    body.pop("width", None)
    body.pop("height", None)
    if stored.name:
        body["file_name"] = stored.name
    return body | ({"mime_type": stored.mime_type} if stored.mime_type else {})


def _send(call: Call, content: Callable[[], Json], permission: str, noun: str) -> Json:
    for name in _UNKNOWN_HERE:
        if call.get(name) is not None:
            # Passing over it would show to everybody what was meant for one.
            raise Refusal(501, f"Not Implemented: the playground does not know {name}")
    chat = call.present_chat()
    _require_voice(call, chat, permission, noun)
    extra: Json = {}
    keys = formatting.client_keyboard(call.get("reply_markup"), private=chat.type == "private")
    if keyboard := formatting.inline_keyboard(call.get("reply_markup")):
        extra["reply_markup"] = keyboard
    if (thread := call.get("message_thread_id")) is not None:
        if not chat.is_forum:
            raise bad("message thread not found")
        extra |= {"message_thread_id": thread, "is_topic_message": True}
    extra |= _reply(call, chat)
    body = content()
    if (whisper := call.get("ephemeral_message_parameters")) is not None:
        return _whispered(call, chat, whisper, body | extra)
    posted = publish(call.world, chat, author(call, chat), body | extra, by_bot=True, keys=keys)
    return posted.post.body


def _whispered(call: Call, chat: Chat, whisper: Json, body: Json) -> Json:
    """Shown to one member alone: it is none of the chat's messages and has a number of its own."""
    receiver = whisper.get("receiver_user_id")
    if not isinstance(receiver, int) or receiver not in call.world.users:
        raise bad("user not found")
    if not chat.is_group or not chat.member(call.world.bot.id).leads:
        raise bad("not enough rights to send ephemeral messages")
    if not chat.member(receiver).present or call.world.users[receiver].is_bot:
        raise bad("PARTICIPANT_ID_INVALID")
    return whispered(call.world, chat, author(call, chat), call.world.users[receiver], body)


def author(call: Call, chat: Chat) -> Json:
    if chat.type == "channel":
        return {"sender_chat": chat.shown()}
    return {"from": call.world.bot.shown()}


def _require_voice(call: Call, chat: Chat, permission: str, noun: str) -> None:
    if chat.type == "private":
        return
    me = chat.member(call.world.bot.id)
    if chat.type == "channel" and not me.may("can_post_messages"):
        raise forbidden("bot is not an administrator of the channel chat")
    if me.leads:
        return
    allowed = chat.permissions.get(permission, True)
    if me.status == "restricted":
        allowed = allowed and me.permissions.get(permission, False)
    if not allowed:
        raise bad(f"not enough rights to send {noun} to the chat")


def _reply(call: Call, chat: Chat) -> Json:
    parameters = call.get("reply_parameters")
    if parameters is None:
        number, lenient, other = call.get("reply_to_message_id"), False, None
    else:
        number = parameters.get("message_id")
        lenient = bool(parameters.get("allow_sending_without_reply", False))
        other = parameters.get("chat_id")
        if number is None and parameters.get("ephemeral_message_id") is None:
            raise bad('field "message_id" of the ReplyParameters is required')
    if not number:
        return {}
    place = chat if other in (None, chat.id) else call.world.chats.get(call.world.number(other) or 0)
    known = isinstance(number, int | str) and str(number).isdecimal()
    target = place.post(int(number)) if place and known else None
    if target is None:
        if lenient:
            return {}
        raise bad("message to be replied not found")
    if place is not chat:
        return {"external_reply": {"origin": origin_of(target), "message_id": target.id}}
    return {"reply_to_message": quoted(target)} | _quote(parameters or {}, target)


def _quote(parameters: Json, target: Post) -> Json:
    wanted = parameters.get("quote")
    if not wanted:
        return {}
    if not isinstance(wanted, str) or wanted not in target.text:
        raise bad("QUOTE_TEXT_INVALID")
    position = length16(target.text[: target.text.index(wanted)])
    return {"quote": {"text": wanted, "position": position, "is_manual": True}}


def _stored(call: Call, name: str, limit: int) -> StoredFile:
    given = call[name]
    if isinstance(given, Upload):
        if not given.data:
            raise bad("file must be non-empty")
        if len(given.data) > limit:
            raise bad(f"file of size {len(given.data)} bytes is too big for a {name}")
        if name != "photo":
            return call.world.files.document(given.data, given.name, given.mime_type)
        try:
            return call.world.files.photo(given.data)
        except NotAPicture as error:
            raise bad(str(error)) from error
    stored = call.world.files.by_id(given)
    if stored is None:
        # Telegram would fetch an address; this server reaches nobody.
        words = (
            "failed to get HTTP URL content" if "://" in given else "wrong file identifier/HTTP URL specified"
        )
        raise bad(words)
    return stored


def _poll(call: Call) -> Json:
    question, options = call["question"], call["options"]
    if not 1 <= len(question) <= 300:
        raise bad("poll question length must not exceed 300")
    if not 1 <= len(options) <= 12:
        raise bad("poll can't have more than 12 options" if options else "poll must have at least one option")
    texts = [str(option.get("text", "") if isinstance(option, dict) else option) for option in options]
    if not all(1 <= len(text) <= 100 for text in texts):
        raise bad("poll options length must not exceed 100")
    kind = call.get("type", "regular")
    details: Json = {name: call[name] for name in _POLL_DETAILS if name in call.parameters} | {"type": kind}
    if kind == "quiz":
        right = call.get("correct_option_ids")
        if not right or not all(isinstance(at, int) and 0 <= at < len(texts) for at in right):
            raise bad("correct option ID must be specified")
        details |= {"correct_option_ids": right, "allows_revoting": call.get("allows_revoting", False)}
        if call.get("explanation"):
            details["explanation"] = call["explanation"]
    return polls.opened(next(call.world.numbers.polls), question, texts, **details)


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendPoll": send_poll,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
