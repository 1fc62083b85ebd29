"""The playground's server as the real python-telegram-bot library meets it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ChatMember,
    ChatPermissions,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    MessageOriginHiddenUser,
    ReactionTypeEmoji,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.playground import Playground
from bot.playground.botapi import derive
from bot.playground.botapi.checking import methods
from bot.playground.botapi.methods import ANSWERED
from bot.playground.markup import BadMarkup, parse_html, to_html

Json = dict[str, Any]
App = Application[Any, Any, Any, Any, Any, Any]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground.serve(now=datetime(2026, 11, 23, 10, tzinfo=UTC)) as playground:
        await playground.control.reset(
            users=[
                {"key": "teacher", "first_name": "王丽老师", "username": "wangli"},
                {"key": "mum", "first_name": "小雨妈妈", "picture": None},
            ],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班家长群",
                    "members": [{"user": "teacher", "status": "creator"}, "mum"],
                    "bot": "administrator",
                    "quiet": True,
                }
            ],
        )
        yield playground


@pytest.fixture
async def bot(playground: Playground) -> AsyncIterator[Bot]:
    async with Bot(playground.token, playground.base_url, playground.base_file_url) as bot:
        yield bot


@pytest.fixture
async def chat(playground: Playground) -> int:
    return int((await playground.control.chats())[0]["id"])


@pytest.fixture
async def person(playground: Playground) -> Callable[[str], Awaitable[int]]:
    async def find(key: str) -> int:
        return next(int(user["id"]) for user in await playground.control.users() if user["key"] == key)

    return find


async def test_an_application_answers_a_message_and_a_button(playground: Playground) -> None:
    async def warn(update: Update, _: object) -> None:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("误报", callback_data="safe")]])
        await _message(update).reply_html("<b>请先打电话核实</b>", reply_markup=keyboard, do_quote=True)

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
        pressed = await control.press("class", warning["message_id"], "teacher", "误报", wait=10)
        assert pressed["answer"]["text"] == "收到"
        (edited,) = await control.said("class", contains="已核实", wait=10)
        assert edited["buttons"] == []
        assert [before["text"] for before in edited["history"]] == ["请先打电话核实"]
        assert await control.idle(quiet=0.05)


async def test_commands_and_deep_links_arrive_in_private(playground: Playground) -> None:
    async def start(update: Update, context: Any) -> None:
        await _message(update).reply_text("参数:" + ",".join(context.args))

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
    notice, photo, document, voice, contact, poll, sticker, reply, forward, link = map(_message, updates)
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
    anonymous, channel = map(_message, await bot.get_updates())
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
    document = _message(update).document
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


async def test_profile_pictures_can_be_seen_and_copied(
    playground: Playground, bot: Bot, person: Callable[[str], Awaitable[int]]
) -> None:
    await playground.control.change_user("mum", picture={"copy_of": "teacher"})
    pictures = []
    for key in ("teacher", "mum"):
        photos = await bot.get_user_profile_photos(await person(key))
        assert photos is not None
        pictures.append(await (await photos.photos[0][-1].get_file()).download_as_bytearray())
    assert pictures[0] == pictures[1]
    assert Image.open(BytesIO(pictures[0])).format == "PNG"


async def test_markup_is_read_as_strictly_as_there(bot: Bot, chat: int) -> None:
    sent = await bot.send_message(
        chat, "😀 <b>粗<i>斜</i></b> &lt;b&gt; <code>@abcd</code>", parse_mode="HTML"
    )
    assert sent.text == "😀 粗斜 <b> @abcd"
    assert sent.text_html == "😀 <b>粗<i>斜</i></b> &lt;b&gt; <code>@abcd</code>"
    for broken in ("<b>x", "x</b>", "<b>x</i>", "<script>x</script>", "1 < 2"):
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await bot.send_message(chat, broken, parse_mode="HTML")


_MARKUP = (
    *("<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "<code>", "</code>", '<a href="https://a.cn">', "</a>"),
    *("<blockquote expandable>", "</blockquote>", "<", "&amp;", "字", "😀", " "),
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_MARKUP), max_size=12))
def test_markup_that_is_taken_can_be_written_and_read_again(pieces: list[str]) -> None:
    try:
        text, entities = parse_html("".join(pieces))
    except BadMarkup:
        return
    again, same = parse_html(to_html(text, entities))
    assert again == text
    assert sorted(map(repr, same)) == sorted(map(repr, entities))


async def test_limits_are_those_of_telegram(bot: Bot, chat: int) -> None:
    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("键", callback_data=data)]])

    await bot.send_message(chat, "字" * 4096, reply_markup=keyboard("x" * 64))
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(chat, "字" * 4097)
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(chat, "x", reply_markup=keyboard("字" * 22))
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(chat, " \n ")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(chat, b"x", caption="字" * 1025)


async def test_the_bot_writes_in_private_only_after_start_and_until_blocked(
    playground: Playground, bot: Bot, person: Callable[[str], Awaitable[int]]
) -> None:
    mum = await person("mum")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(mum, "您好")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(12345, "您好")
    await playground.control.tell_bot("mum", "/start")
    await bot.send_message(mum, "您好")
    await playground.control.change_user("mum", blocked=True)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(mum, "您好")


async def test_messages_are_edited_only_by_their_author_and_only_if_something_changes(
    playground: Playground, bot: Bot, chat: int
) -> None:
    own = await bot.send_message(chat, "甲")
    theirs = await playground.control.say("class", "mum", "乙")
    await own.edit_text("丙")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await own.edit_text("丙")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("丁", chat, theirs["message_id"])
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("丁", chat, 999)


async def test_messages_can_be_deleted_for_two_days_and_with_the_right_to(
    playground: Playground, bot: Bot, chat: int
) -> None:
    control = playground.control
    old = await control.say("class", "mum", "旧")
    await control.advance(48 * 3600 + 1)
    new = await control.say("class", "mum", "新")
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(chat, old["message_id"])
    await bot.delete_message(chat, new["message_id"])
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(chat, new["message_id"])
    await control.member("class", "bot", "member", by="teacher")
    another = await control.say("class", "mum", "/x")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(chat, another["message_id"])


async def test_a_muted_member_cannot_write_until_let_go(
    playground: Playground, bot: Bot, chat: int, person: Callable[[str], Awaitable[int]]
) -> None:
    mum, teacher = await person("mum"), await person("teacher")
    await bot.restrict_chat_member(chat, mum, ChatPermissions.no_permissions())
    assert (await bot.get_chat_member(chat, mum)).status == ChatMember.RESTRICTED
    with pytest.raises(Exception, match="may not write"):
        await playground.control.say("class", "mum", "喂")
    await bot.restrict_chat_member(chat, mum, ChatPermissions.all_permissions())
    await playground.control.say("class", "mum", "谢谢")
    await bot.ban_chat_member(chat, mum)
    assert (await bot.get_chat_member(chat, mum)).status == ChatMember.BANNED
    await bot.unban_chat_member(chat, mum)
    with pytest.raises(BadRequest, match="Can't remove chat owner"):
        await bot.ban_chat_member(chat, teacher)
    await playground.control.member("class", "bot", "administrator", rights={"can_restrict_members": False})
    with pytest.raises(BadRequest, match="Not enough rights"):
        await bot.ban_chat_member(chat, mum)


async def test_the_bot_can_promote_tag_pin_react_and_leave(
    playground: Playground, bot: Bot, chat: int, person: Callable[[str], Awaitable[int]]
) -> None:
    mum = await person("mum")
    await playground.control.member("class", "bot", "administrator", rights={"can_promote_members": True})
    await bot.promote_chat_member(chat, mum, can_delete_messages=True)
    assert {member.user.id for member in await bot.get_chat_administrators(chat)} >= {mum, bot.id}
    await bot.promote_chat_member(chat, mum)
    await bot.set_chat_member_tag(chat, mum, "家委会")
    assert await bot.get_chat_member_count(chat) == 3
    message = await bot.send_message(chat, "本周提示")
    await message.pin()
    await message.set_reaction(ReactionTypeEmoji("👍"))
    assert (await bot.get_chat(chat)).pinned_message == message
    await bot.leave_chat(chat)
    with pytest.raises(Forbidden, match="not a member of the supergroup"):
        await bot.send_message(chat, "再见")


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


async def test_messages_are_copied_and_forwarded(
    playground: Playground, bot: Bot, chat: int, person: Callable[[str], Awaitable[int]]
) -> None:
    control = playground.control
    await control.tell_bot("teacher", "/start")
    posted = await control.say("class", "mum", "扫码交费")
    teacher = await person("teacher")
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


async def test_a_group_that_moved_answers_with_its_new_number(playground: Playground, bot: Bot) -> None:
    control = playground.control
    small = await control.chat("小群", key="small", type="group", members=["mum"], bot="member")
    await control.migrate("small")
    moved = (await control.chats())[-1]["id"]
    with pytest.raises(ChatMigrated) as raised:
        await bot.send_message(small["id"], "在吗")
    assert raised.value.new_chat_id == moved
    messages = [_message(update) for update in await bot.get_updates() if update.message]
    assert messages[-2].migrate_to_chat_id == moved
    assert messages[-1].migrate_from_chat_id == small["id"]


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


async def test_a_wrong_token_is_refused(playground: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{playground.base_url}1:{'A' * 35}/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("method", "parameters", "status", "words"),
    [
        ("sendTelepathy", {}, 404, "Not Found"),
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": "CHAT"}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": "CHAT", "text": "x", "colour": "red"}, 400, "no parameter 'colour'"),
        ("sendMessage", {"chat_id": "CHAT", "text": ["x"]}, 400, '"text" must be of type String'),
        (
            "sendMessage",
            {"chat_id": "CHAT", "text": "x", "reply_markup": "{"},
            400,
            "can't parse reply markup",
        ),
        ("sendMessage", {"chat_id": "CHAT", "text": "x", "reply_markup": [1]}, 400, "object expected"),
        (
            "deleteMessage",
            {"chat_id": "CHAT", "message_id": "five"},
            400,
            '"message_id" must be of type Integer',
        ),
        ("getChatMember", {"chat_id": "CHAT", "user_id": 5}, 400, "Bad Request: user not found"),
        ("sendVideo", {"chat_id": "CHAT", "video": "x"}, 501, "Not Implemented"),
        (
            "sendMessage",
            {"chat_id": "CHAT", "text": "x", "ephemeral_message_parameters": {}},
            501,
            "ephemeral",
        ),
        ("GETME", {}, 200, ""),
    ],
)
async def test_calls_are_checked_against_the_published_api(
    playground: Playground, chat: int, method: str, parameters: Json, status: int, words: str
) -> None:
    given = {name: chat if value == "CHAT" else value for name, value in parameters.items()}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{playground.base_url}{playground.token}/{method}", json=given)
    assert answer.status_code == status
    assert words in answer.json().get("description", "")


def test_every_method_of_the_published_api_is_in_the_table() -> None:
    table = methods()
    assert len(table) > 180
    assert table["sendmessage"].needs == {"chat_id": "id", "text": "string"}
    assert table["sendphoto"].needs["photo"] == "file or string"


def test_the_table_is_derived_from_the_published_types() -> None:
    published = """
    export type ApiMethods<F> = {
        /** Use this to send. {@link x} */
        sendThing(args: {
            /** The chat: id or @name; */
            chat_id: number | string;
            thing: F | string;
            mode?: "a" | "b";
            latitude?: number;
            colour?: 0x6FB9F0 | 0xFFD67E;
            rows?: readonly Row[];
            reply_markup?: InlineKeyboardMarkup | ForceReply;
        }): true;
        getThing(): Thing;
    """
    sent, got = derive.methods(published.replace("\n    ", "\n")).items()
    assert sent[1]["needs"] == {"chat_id": "id", "thing": "file or string"}
    assert sent[1]["takes"] == {
        "mode": "one of a b",
        "latitude": "float",
        "colour": "integer",
        "rows": "array",
        "reply_markup": "object",
    }
    assert got == ("getThing", {"needs": {}, "takes": {}})


def test_the_page_about_the_playground_names_every_method_it_answers() -> None:
    page = Path(__file__).parent.parent / "docs" / "playground.md"
    listed = page.read_text(encoding="utf-8").partition("Answered are: ")[2].partition(".")[0]
    assert {name.lower() for name in listed.replace("\n", " ").split(", ")} == set(ANSWERED) | {"getupdates"}


def _message(update: Update) -> Any:
    message = update.message
    assert message is not None
    return message


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
