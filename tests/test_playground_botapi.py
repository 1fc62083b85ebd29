"""The playground's server as the real python-telegram-bot library meets it."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    MessageOriginHiddenUser,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.playground import Playground
from tests.playground_class import class_number, library_bot, message_of, number_of, own_playground

App = Application[Any, Any, Any, Any, Any, Any]

playground = pytest.fixture(own_playground)
bot = pytest.fixture(library_bot)
chat = pytest.fixture(class_number)


async def test_an_application_answers_a_message_and_a_button(playground: Playground) -> None:
    async def warn(update: Update, _: object) -> None:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("误报", callback_data="safe")]])
        await message_of(update).reply_html("<b>请先打电话核实</b>", reply_markup=keyboard, do_quote=True)

    async def decide(update: Update, _: object) -> None:
        query = update.callback_query
        assert query is not None
        await query.answer("收到")
        await query.edit_message_text("已核实")

    control = playground.control
    async with _running(playground, MessageHandler(filters.TEXT, warn), CallbackQueryHandler(decide)):
        asked = await control.say("class", "mum", "资料费88元，扫码")
        (warning,) = await control.said("class", wait=10)
        assert warning["html"] == "<b>请先打电话核实</b>"
        assert warning["reply_to"] == asked["message_id"]
        assert await control.said("class", reply_to=asked["message_id"]) == [warning]
        assert await control.said("class", reply_to=asked["message_id"] + 1) == []
        pressed = await control.press("class", warning["message_id"], "teacher", "误报", wait=10)
        assert pressed["answer"]["text"] == "收到"
        (edited,) = await control.said("class", contains="已核实", wait=10)
        assert edited["buttons"] == []
        assert [before["text"] for before in edited["history"]] == ["请先打电话核实"]
        assert await control.idle(quiet=0.05)


async def test_commands_and_deep_links_arrive_in_private(playground: Playground) -> None:
    async def start(update: Update, context: Any) -> None:
        await message_of(update).reply_text("参数:" + ",".join(context.args))

    async with _running(playground, CommandHandler("start", start)):
        await playground.control.tell_bot("mum", "/start sub_42")
        (said,) = await playground.control.said("mum", wait=10)
        assert said["text"] == "参数:sub_42"


async def test_everything_people_send_is_understood_by_the_library(playground: Playground, bot: Bot) -> None:
    control = playground.control
    first = await control.say("class", "teacher", "春游通知 https://school.example/a 联系 @wangli")
    await control.say_all(
        [
            {
                "chat": "class",
                "from": "mum",
                "photo": {"qr": "wxp://f2f0abc", "caption": "资料费"},
                "caption": "请看",
            },
            {"chat": "class", "from": "mum", "document": {"name": "缴费.exe", "text": "MZ"}},
            {"chat": "class", "from": "mum", "voice": {"duration": 4}},
            {
                "chat": "class",
                "from": "mum",
                "contact": {"phone_number": "13800000000", "first_name": "财务"},
            },
            {"chat": "class", "from": "mum", "poll": {"question": "去吗", "options": ["去", "不去"]}},
            {"chat": "class", "from": "mum", "sticker": {"emoji": "👍"}},
            {"chat": "class", "from": "mum", "text": "好", "reply_to": first["message_id"], "quote": "春游"},
            {"chat": "class", "from": "mum", "text": "转发", "forward": {"hidden_user": "李老师"}},
            {"chat": "class", "from": "mum", "html": '点<a href="http://pay.example">这里</a>'},
        ]
    )
    updates = await bot.get_updates()
    notice, photo, document, voice, contact, poll, sticker, reply, forward, link = map(message_of, updates)
    assert {entity.type for entity in notice.entities} == {MessageEntity.URL, MessageEntity.MENTION}
    assert photo.caption == "请看"
    assert photo.photo[-1].width > photo.photo[0].width
    assert document.document is not None
    assert document.document.file_name == "缴费.exe"
    assert voice.voice is not None
    assert contact.contact is not None
    assert contact.contact.phone_number == "13800000000"
    assert poll.poll is not None
    assert sticker.sticker is not None
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == notice.text
    assert reply.quote is not None
    assert reply.quote.text == "春游"
    assert isinstance(forward.forward_origin, MessageOriginHiddenUser)
    assert link.entities[0].url == "http://pay.example"


async def test_anonymous_admins_and_linked_channels_are_shown_by_their_fixed_ids(
    playground: Playground, bot: Bot, chat: int
) -> None:
    control = playground.control
    await control.user("校长", key="head")
    await control.chat(
        "学校通知", key="news", type="channel", members=[{"user": "head", "status": "creator"}]
    )
    await control.change_chat("class", linked_chat="news")
    await control.member("class", "teacher", "creator", anonymous=True, title="班主任", quiet=True)
    await control.say("class", "teacher", "我是群主")
    await control.say("news", "head", "放假通知")
    anonymous, channel = map(message_of, await bot.get_updates())
    assert anonymous.from_user is not None
    assert anonymous.from_user.id == 1087968824
    assert anonymous.sender_chat is not None
    assert anonymous.sender_chat.id == chat
    assert anonymous.author_signature == "班主任"
    assert channel.from_user is not None
    assert channel.from_user.id == 777000
    assert channel.is_automatic_forward


async def test_pictures_and_documents_travel_both_ways(playground: Playground, bot: Bot, chat: int) -> None:
    await playground.control.say("class", "mum", document={"name": "名单.txt", "text": "一二三"})
    (update,) = await bot.get_updates()
    document = message_of(update).document
    assert document is not None
    assert bytes(await (await document.get_file()).download_as_bytearray()).decode() == "一二三"

    drawn = BytesIO()
    Image.new("RGB", (2000, 1000), "white").save(drawn, "PNG")
    sent = await bot.send_photo(chat, drawn.getvalue(), caption="<i>提示</i>", parse_mode="HTML")
    again = await bot.send_photo(chat, sent.photo[-1].file_id)
    assert (sent.photo[-1].width, sent.photo[-1].height) == (1280, 640)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    file = await bot.send_document(chat, b"%PDF", filename="证据.pdf")
    assert file.document is not None
    assert file.document.file_name == "证据.pdf"
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(chat, b"not a picture")


async def test_profile_pictures_can_be_seen_and_copied(playground: Playground, bot: Bot) -> None:
    await playground.control.change_user("mum", picture={"copy_of": "teacher"})
    pictures = []
    for key in ("teacher", "mum"):
        photos = await bot.get_user_profile_photos(await number_of(playground, key))
        assert photos is not None
        pictures.append(await (await photos.photos[0][-1].get_file()).download_as_bytearray())
    assert pictures[0] == pictures[1]
    assert Image.open(BytesIO(pictures[0])).format == "PNG"


async def test_polls_are_sent_answered_and_closed(playground: Playground, bot: Bot, chat: int) -> None:
    quiz = await bot.send_poll(
        chat, "先做什么?", ["打电话核实", "马上付款"], type="quiz", correct_option_ids=[0], is_anonymous=False
    )
    await playground.control.vote("class", quiz.message_id, "mum", 0)
    poll, answer = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    assert poll.poll is not None
    assert poll.poll.total_voter_count == 1
    assert answer.poll_answer is not None
    assert answer.poll_answer.option_ids == (0,)
    assert (await bot.stop_poll(chat, quiz.message_id)).is_closed


async def test_messages_are_copied_and_forwarded(playground: Playground, bot: Bot, chat: int) -> None:
    control = playground.control
    await control.tell_bot("teacher", "/start")
    posted = await control.say("class", "mum", "扫码交费")
    teacher = await number_of(playground, "teacher")
    forwarded = await bot.forward_message(teacher, chat, posted["message_id"])
    assert forwarded.forward_origin is not None
    assert forwarded.text == "扫码交费"
    copied = await bot.copy_message(teacher, chat, posted["message_id"])
    assert copied.message_id == forwarded.message_id + 1


async def test_replies_to_what_is_gone_are_refused_or_sent_plainly(
    playground: Playground, bot: Bot, chat: int
) -> None:
    gone = await playground.control.say("class", "mum", "撤回")
    await playground.control.take_back("class", gone["message_id"])
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(chat, "?", reply_parameters=ReplyParameters(gone["message_id"]))
    lenient = ReplyParameters(gone["message_id"], allow_sending_without_reply=True)
    assert (await bot.send_message(chat, "?", reply_parameters=lenient)).reply_to_message is None


async def test_a_press_is_answered_once_and_in_time(playground: Playground, bot: Bot, chat: int) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("键", callback_data="x")]])
    message = await bot.send_message(chat, "?", reply_markup=keyboard)
    control = playground.control
    first = await control.press("class", message.message_id, "mum", "键")
    late = await control.press("class", message.message_id, "mum", [0, 0])
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(first["callback_id"], "字" * 201)
    await bot.answer_callback_query(first["callback_id"], "好")
    await control.advance(16 * 60)
    for number in (first["callback_id"], late["callback_id"], "forged"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(number)


async def test_command_menus_are_kept_by_scope_and_language(bot: Bot, chat: int) -> None:
    commands = [BotCommand("status", "看看守护情况")]
    scope = BotCommandScopeChat(chat)
    await bot.set_my_commands(commands, scope, language_code="zh")
    assert await bot.get_my_commands(scope, language_code="zh") == tuple(commands)
    assert await bot.get_my_commands() == ()
    await bot.delete_my_commands(scope, language_code="zh")
    assert await bot.get_my_commands(scope, language_code="zh") == ()
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("状态", "x")])


class _running:
    """A real application that polls the playground."""

    def __init__(self, playground: Playground, *handlers: Any) -> None:
        builder = Application.builder().token(playground.token).base_url(playground.base_url)
        self._app: App = builder.base_file_url(playground.base_file_url).build()
        self._app.add_handlers(list(handlers))

    async def __aenter__(self) -> App:
        await self._app.initialize()
        await self._app.start()
        assert self._app.updater is not None
        await self._app.updater.start_polling()
        return self._app

    async def __aexit__(self, *_: object) -> None:
        assert self._app.updater is not None
        await self._app.updater.stop()
        await self._app.stop()
        await self._app.shutdown()


async def test_a_call_cut_off_in_the_middle_has_no_effect_and_is_no_error(
    playground: Playground, bot: Bot, chat: int, caplog: pytest.LogCaptureFixture
) -> None:
    where = urlsplit(playground.base_url)
    answer, line = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST {where.path}{playground.token}/sendMessage HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 100\r\n"
    line.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nchat_id={chat}&".encode())
    line.write_eof()
    assert await answer.read() == b""
    line.close()
    await bot.send_message(chat, "好")
    assert [one["text"] for one in await playground.control.said("class", count=0)] == ["好"]
    assert not [record for record in caplog.records if record.exc_info]
