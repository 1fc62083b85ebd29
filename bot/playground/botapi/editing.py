"""What the bot changes afterwards: its own messages, reactions, pins, and what it deletes."""

from __future__ import annotations

from typing import Any

from bot.playground.botapi import formatting
from bot.playground.botapi.call import Call
from bot.playground.botapi.errors import bad
from bot.playground.chats import Chat, Post
from bot.playground.posting import publish, quoted, republish, take_away

Json = dict[str, Any]

_DELETABLE_FOR = 48 * 3600
_UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def edit_message_text(call: Call) -> Json:
    if not call.get("text"):
        raise bad("message text is empty")
    chat, post = _own(call)
    if "text" not in post.body:
        raise bad("there is no text in the message to edit")
    return _edited(call, chat, post, {"entities": None} | formatting.text(call))


def edit_message_caption(call: Call) -> Json:
    chat, post = _own(call)
    if "text" in post.body:
        raise bad("there is no caption in the message to edit")
    return _edited(call, chat, post, {"caption": None, "caption_entities": None} | formatting.caption(call))


def edit_message_reply_markup(call: Call) -> Json:
    chat, post = _own(call)
    return _edited(call, chat, post, {})


def stop_poll(call: Call) -> Json:
    chat, post = _own(call)
    poll = post.body.get("poll")
    if poll is None or poll["is_closed"]:
        raise bad("poll has already been closed" if poll else "message with poll to stop not found")
    closed: Json = poll | {"is_closed": True}
    republish(call.world, chat, post, {"poll": closed}, silent=True)
    call.world.queue.put("poll", closed)
    return closed


def delete_message(call: Call) -> bool:
    chat = call.present_chat()
    post = call.post(chat, "message to delete not found")
    _require_deletable(call, chat, post)
    take_away(call.world, chat, [post], call.world.bot.id)
    return True


def delete_messages(call: Call) -> bool:
    """Those that cannot be found are skipped, as on Telegram."""
    chat = call.present_chat()
    numbers = call["message_ids"]
    if not 1 <= len(numbers) <= 100:
        raise bad("message_ids must be a list of 1-100 identifiers")
    posts = [post for number in numbers if isinstance(number, int) and (post := chat.post(number))]
    for post in posts:
        _require_deletable(call, chat, post)
    take_away(call.world, chat, posts, call.world.bot.id)
    return True


def set_message_reaction(call: Call) -> bool:
    chat = call.present_chat()
    post = call.post(chat, "message to react not found")
    chat.reactions[post.id] = call.get("reaction", [])
    return True


def pin_chat_message(call: Call) -> bool:
    chat = _pinnable(call)
    post = call.post(chat, "message to pin not found")
    _set_pinned(call, chat, [post], True)
    author = {"from": call.world.bot.shown()} if chat.type != "channel" else {"sender_chat": chat.shown()}
    publish(call.world, chat, author, {"pinned_message": quoted(post)}, by_bot=True)
    return True


def unpin_chat_message(call: Call) -> bool:
    chat = _pinnable(call)
    pinned = [post for post in chat.posts.values() if post.pinned]
    if call.get("message_id") is not None:
        pinned = [post for post in pinned if post.id == call["message_id"]]
    if not pinned:
        raise bad("message to unpin not found")
    _set_pinned(call, chat, pinned[-1:], False)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    chat = _pinnable(call)
    _set_pinned(call, chat, [post for post in chat.posts.values() if post.pinned], False)
    return True


def _own(call: Call) -> tuple[Chat, Post]:
    if call.get("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    if call.get("chat_id") is None:
        raise bad("chat_id is empty")
    chat = call.present_chat()
    post = call.post(chat, "message to edit not found")
    if not post.by_bot:
        raise bad("message can't be edited")
    return chat, post


def _edited(call: Call, chat: Chat, post: Post, changes: Json) -> Json:
    changes = changes | {"reply_markup": formatting.inline_keyboard(call.get("reply_markup"))}
    if all(post.body.get(name) == value for name, value in changes.items()):
        raise bad(_UNMODIFIED)
    only_buttons = set(changes) == {"reply_markup"}
    republish(call.world, chat, post, changes, silent=only_buttons)
    return post.body


def _require_deletable(call: Call, chat: Chat, post: Post) -> None:
    me = chat.member(call.world.bot.id)
    allowed = post.by_bot or chat.type == "private" or me.may("can_delete_messages")
    if not allowed or "migrate_to_chat_id" in post.body:
        raise bad("message can't be deleted")
    if call.now - post.body["date"] > _DELETABLE_FOR:
        raise bad("message can't be deleted for everyone")


def _pinnable(call: Call) -> Chat:
    chat = call.present_chat()
    if chat.type != "private":
        me = chat.member(call.world.bot.id)
        if not me.may("can_pin_messages") and not (not me.leads and chat.permissions.get("can_pin_messages")):
            raise bad("not enough rights to manage pinned messages in the chat")
    return chat


def _set_pinned(call: Call, chat: Chat, posts: list[Post], pinned: bool) -> None:
    for post in posts:
        post.pinned = pinned
        if post.by_bot:
            post.revision = call.world.journal.spoke()
        call.world.journal.event("edited", chat_id=chat.id, message=post.shown())


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "stopPoll": stop_poll,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
}
