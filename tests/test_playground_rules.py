"""The playground keeps Telegram's rules: markup, limits, rights, ages, and the published parameters."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import (
    Bot,
    ChatMember,
    ChatPermissions,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.playground import Playground
from bot.playground.botapi import derive
from bot.playground.botapi.checking import methods
from bot.playground.botapi.methods import ANSWERED
from bot.playground.markup import BadMarkup, parse_html, to_html
from tests.playground_class import Json, class_number, library_bot, message_of, number_of, own_playground

playground = pytest.fixture(own_playground)
bot = pytest.fixture(library_bot)
chat = pytest.fixture(class_number)


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
    playground: Playground, bot: Bot
) -> None:
    mum = await number_of(playground, "mum")
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


async def test_a_muted_member_cannot_write_until_let_go(playground: Playground, bot: Bot, chat: int) -> None:
    mum, teacher = await number_of(playground, "mum"), await number_of(playground, "teacher")
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
    playground: Playground, bot: Bot, chat: int
) -> None:
    mum = await number_of(playground, "mum")
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


async def test_a_group_that_moved_answers_with_its_new_number(playground: Playground, bot: Bot) -> None:
    control = playground.control
    small = await control.chat("小群", key="small", type="group", members=["mum"], bot="member")
    await control.migrate("small")
    moved = (await control.chats())[-1]["id"]
    with pytest.raises(ChatMigrated) as raised:
        await bot.send_message(small["id"], "在吗")
    assert raised.value.new_chat_id == moved
    messages = [message_of(update) for update in await bot.get_updates() if update.message]
    assert messages[-2].migrate_to_chat_id == moved
    assert messages[-1].migrate_from_chat_id == small["id"]


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
            400,
            "user not found",
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
