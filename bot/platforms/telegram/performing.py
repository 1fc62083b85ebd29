"""Actions as calls of Telegram's Bot API."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, cast

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    ChatPermissions,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestUsers,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest

from bot.actions import (
    Action,
    Answer,
    Ban,
    Button,
    Delete,
    Edit,
    Leave,
    Menu,
    Mute,
    Picker,
    Quiz,
    Recall,
    Say,
    Whisper,
)
from bot.places import ChatKind, Place
from bot.platforms import Posted, Sent
from bot.platforms.telegram import people

# There is one such question at a time; what it was about the bot knows itself.
_PICKED = 1
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TAG = re.compile(r"</?(?:b|i|code)>")


async def perform(bot: Bot, action: Action, place: Place, target: Posted | None) -> Sent:
    chat = int(place.address)
    match action:
        case Say():
            return Sent(str((await _say(bot, chat, action)).message_id))
        case Whisper():
            await _whisper(bot, chat, action)
        case Edit():
            await edited(bot, chat, action, _required(target))
        case Recall():
            await _delete(bot, chat, _required(target).message_id)
        case Delete():
            await _delete(bot, chat, action.message_id)
        case Mute():
            await _mute(bot, chat, action)
        case Ban():
            await _ban(bot, chat, action)
        case Quiz():
            return await _ask(bot, chat, action)
        case Answer():
            await bot.answer_callback_query(action.press, action.text[:200] or None, action.alert)
        case Menu():
            commands = [BotCommand(entry.command, entry.label[:256]) for entry in action.entries]
            phones = action.phones.partition("-")[0] or None
            await bot.set_my_commands(commands, scope=_scope(action, place), language_code=phones)
        case Leave():
            await bot.leave_chat(chat)
    return Sent()


def _required(target: Posted | None) -> Posted:
    assert target is not None, "an edit or recall comes with the message it is about"
    return target


async def _say(bot: Bot, chat: int, say: Say) -> Message:
    """Post it, with less and less around it rather than not at all: silence is worse than a bare warning."""
    if say.paper is not None and say.paper.name:
        return await _hand_over(bot, chat, say, say.paper.name)
    picture = say.image or (say.picture.file_id if say.picture else None)
    if picture is not None and len(say.text) <= MessageLimit.CAPTION_LENGTH:
        try:
            return await bot.send_photo(
                chat,
                picture,
                caption=say.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_keyboard(say.buttons),
                reply_parameters=_reply(say),
                message_thread_id=_thread(say),
            )
        except BadRequest as refusal:
            if not _about_picture(refusal):
                raise
    try:
        return await _post(bot, chat, say, thread=_thread(say))
    except BadRequest as refusal:
        if "thread not found" in refusal.message.lower():
            return await _post(bot, chat, say, thread=None)
        if "parse entities" in refusal.message.lower():
            return await _post(bot, chat, say, thread=_thread(say), marked_up=False)
        raise


async def _whisper(bot: Bot, chat: int, whisper: Whisper) -> None:
    """Bot API 10.3, "EphemeralMessageParameters": an admin bot may show any member a message of their own.

    It has no number among the chat's messages, so nothing refers to it later.
    """
    await bot.send_message(
        chat,
        whisper.text,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_markup=_keyboard(whisper.buttons),
        api_kwargs={"ephemeral_message_parameters": {"receiver_user_id": int(whisper.person)}},
    )


async def _hand_over(bot: Bot, chat: int, say: Say, name: str) -> Message:
    """A document, its words as the caption; words too long for one go first, on their own."""
    fits = len(say.text) <= MessageLimit.CAPTION_LENGTH
    if not fits:
        await _post(bot, chat, say, thread=_thread(say))
    return await bot.send_document(
        chat,
        say.image,
        filename=name,
        caption=say.text if fits else None,
        parse_mode=ParseMode.HTML,
        reply_markup=_keyboard(say.buttons) if fits else None,
        reply_parameters=_reply(say),
        message_thread_id=_thread(say),
    )


async def _post(bot: Bot, chat: int, say: Say, *, thread: int | None, marked_up: bool = True) -> Message:
    return await bot.send_message(
        chat,
        say.text if marked_up else unescape(_TAG.sub("", say.text)),
        parse_mode=ParseMode.HTML if marked_up else None,
        link_preview_options=_NO_PREVIEW,
        reply_markup=_picker(say.picker) if say.picker else _keyboard(say.buttons),
        reply_parameters=_reply(say),
        message_thread_id=thread,
    )


async def _ask(bot: Bot, chat: int, quiz: Quiz) -> Sent:
    posted = await bot.send_poll(
        chat,
        quiz.question,
        quiz.options,
        type="quiz",
        correct_option_ids=cast(Any, [quiz.right]),
        explanation=quiz.why or None,
        is_anonymous=True,
        message_thread_id=int(quiz.thread) if quiz.thread else None,
    )
    return Sent(str(posted.message_id), posted.poll.id if posted.poll else "")


def _about_picture(refusal: BadRequest) -> bool:
    words = refusal.message.lower()
    return any(word in words for word in ("file", "photo", "image", "caption", "parse entities", "thread"))


async def edited(bot: Bot, chat: int, edit: Edit, target: Posted) -> None:
    """Make a message of ours say this; nothing happens when it does already."""
    number, keyboard = int(target.message_id), _keyboard(edit.buttons)
    try:
        if target.pictured and len(edit.text) <= MessageLimit.CAPTION_LENGTH:
            try:
                await bot.edit_message_caption(
                    chat, number, caption=edit.text, parse_mode=ParseMode.HTML, reply_markup=keyboard
                )
                return
            except BadRequest as refusal:
                # Its picture had been refused, and it was posted as text.
                if "no caption" not in refusal.message.lower():
                    raise
        await bot.edit_message_text(
            edit.text,
            chat,
            number,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=keyboard,
        )
    except BadRequest as refusal:
        if "not modified" not in refusal.message.lower():
            raise


async def _delete(bot: Bot, chat: int, message_id: str) -> None:
    try:
        await bot.delete_message(chat, int(message_id))
    except BadRequest as refusal:
        # Somebody was quicker: it is gone, which is what was wanted.
        if "to delete not found" not in refusal.message.lower():
            raise


async def _mute(bot: Bot, chat: int, mute: Mute) -> None:
    if mute.on:
        permissions = ChatPermissions.no_permissions()
    else:
        # Not all permissions: what the group allows everyone is what its member gets back.
        permissions = (await bot.get_chat(chat)).permissions or ChatPermissions.all_permissions()
    account = people.number_of(mute.person)
    if account < 0:
        await (bot.ban_chat_sender_chat if mute.on else bot.unban_chat_sender_chat)(chat, account)
        return
    await bot.restrict_chat_member(chat, account, permissions, use_independent_chat_permissions=True)


async def _ban(bot: Bot, chat: int, ban: Ban) -> None:
    account = people.number_of(ban.person)
    if account < 0:
        await (bot.ban_chat_sender_chat if ban.on else bot.unban_chat_sender_chat)(chat, account)
    elif ban.on:
        await bot.ban_chat_member(chat, account)
    else:
        # Without this a member who was let in again meanwhile would be put out.
        await bot.unban_chat_member(chat, account, only_if_banned=True)


def _scope(menu: Menu, place: Place) -> BotCommandScope:
    if menu.admins:
        return BotCommandScopeChatAdministrators(int(place.address))
    if place.kind is ChatKind.PRIVATE and not menu.chat:
        return BotCommandScopeAllPrivateChats()
    return BotCommandScopeChat(int(place.address))


def _thread(say: Say) -> int | None:
    return int(say.thread) if say.thread else None


def _reply(say: Say) -> ReplyParameters | None:
    if say.reply_to is None:
        return None
    return ReplyParameters(int(say.reply_to), allow_sending_without_reply=True)


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _picker(picker: Picker) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    if not picker.label:
        return ReplyKeyboardRemove()
    asked = KeyboardButtonRequestUsers(
        _PICKED, user_is_bot=False, max_quantity=1, request_name=True, request_username=True
    )
    return ReplyKeyboardMarkup(
        [[KeyboardButton(picker.label, request_users=asked)]], resize_keyboard=True, one_time_keyboard=True
    )


def _button(button: Button) -> InlineKeyboardButton:
    if button.link:
        return InlineKeyboardButton(button.label, url=button.link)
    return InlineKeyboardButton(button.label, callback_data=button.command)
