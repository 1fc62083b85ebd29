"""Several platforms in one house: what each can do is declared, what it cannot is made up for in words."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import outbox
from bot.abilities import Abilities, Hearing
from bot.actions import Answer, Button, Edit, Menu, MenuEntry, Paper, Quiz, Say
from bot.choices import chosen, meant, offered
from bot.events import ButtonPressed, MessageSeen, Picture
from bot.places import Chat, ChatKind, Place
from bot.platforms import table
from bot.settings import LANGUAGES
from bot.store import chats, incidents
from bot.store.db import Database
from bot.substitutes import instead
from bot.texts import Said, say, texts, wordings
from handlers.commands import commands, parse
from patterns.model import Message, Person
from tests.fakes import START

PLAIN = Abilities(edits=False, buttons=False, polls=False, menus=False, files=False)
GROUP = Chat(1, Place("fake", "-100", ChatKind.GROUP, "三(2)班家长群"))
PRIVATE = Chat(2, Place("fake", "7", ChatKind.PRIVATE))
CARD = ((Button("是诈骗", "/scam #1 0"), Button("没问题", "/safe #1 0")),)
# Words of the command line's own, which an operator types.
FOR_OPERATORS = ("school.", "operator.")
DECIDE = Say("card", 2, "您看是不是诈骗？", buttons=CARD, incident=None)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path / "test.db")
    async with db.transaction() as tx:
        for chat in (GROUP, PRIVATE):
            await chats.register(tx, chat.place, 0)
    yield db
    await db.close()


def test_the_table_in_the_documentation_is_what_the_platforms_declare() -> None:
    document = (Path(__file__).parent.parent / "docs" / "platforms.md").read_text("utf-8")
    assert "\n".join(table.lines()) in document


def test_every_ability_is_in_the_table() -> None:
    assert len(table.lines()) == 2 + len(Abilities.__dataclass_fields__)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_a_name_in_every_language_and_no_two_share_one(language: str) -> None:
    named = {name: wordings(language, f"spoken.{name}") for name in commands()}
    every = [word for words in named.values() for word in words]
    assert len(every) == len(set(every))
    for name, words in named.items():
        for word in words:
            assert " " not in word
            given = parse(f"/{word} 添加", "guard_bot")
            assert given is not None and given[0].name == name and given[1] == "添加"


def test_a_chinese_name_is_understood_with_a_full_width_slash_and_the_bots_own_address() -> None:
    for text in ("／状态", "/状态@guard_bot", "/狀態", " /状态 "):
        given = parse(text.strip(), "guard_bot")
        assert given is not None and given[0].name == "status", text
    assert parse("/状态@other_bot", "guard_bot") is None
    assert parse("状态", "guard_bot") is None


def test_buttons_become_numbers_where_there_are_none() -> None:
    said = instead(DECIDE, PLAIN, "zh-Hans", PRIVATE)
    assert isinstance(said, Say) and said.buttons == ()
    assert said.text.endswith("回复数字：1 是诈骗　2 没问题")
    in_group = instead(replace(DECIDE, chat=1), PLAIN, "en", GROUP)
    assert isinstance(in_group, Say) and "Quote this message" in in_group.text


def test_a_box_to_tick_is_named_by_its_own_number() -> None:
    boxes = (Button("☑ 1", "/paid did 1"), Button("☐ 2", "/paid did 2"), Button("别的", "/paid more"))
    said = instead(replace(DECIDE, buttons=(boxes,)), PLAIN, "zh-Hans", PRIVATE)
    assert isinstance(said, Say) and said.text.endswith("回复数字：☑ 1　☐ 2　3 别的")
    assert chosen("2", boxes) == boxes[1]


def test_buttons_stay_where_there_are_some() -> None:
    assert instead(DECIDE, Abilities(), "zh-Hans", PRIVATE) == DECIDE


def test_a_name_on_a_button_cannot_break_the_words() -> None:
    sly = Say("k", 2, "?", buttons=((Button("<b>{x}</b>", "/scam"),),))
    said = instead(sly, PLAIN, "zh-Hans", PRIVATE)
    assert isinstance(said, Say) and "&lt;b&gt;{x}" in said.text and "<" not in said.text


def test_commands_are_called_as_people_type_them_there() -> None:
    said = instead(
        Say("k", 2, "发 /teacher add 或 /status。见 a/status、/nothing"), PLAIN, "zh-Hans", PRIVATE
    )
    assert isinstance(said, Say) and said.text == "发 /老师 添加 或 /状态。见 a/status、/nothing"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_what_a_command_is_told_to_do_is_said_in_the_readers_own_language(language: str) -> None:
    for key, forms in texts(language).items():
        for form in forms if not key.startswith(FOR_OPERATORS) else ():
            said = instead(Say("k", 2, Said(form)), PLAIN, language, PRIVATE)
            assert isinstance(said, Say)
            assert not re.search(r"/[\u4e00-\u9fff]+ [a-z]+(?![\w-])", said.text), f"{key}: {said.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_only_what_names_the_bot_is_heard_it_says_so_beside_a_command(language: str) -> None:
    deaf = replace(PLAIN, hearing=Hearing.MENTION)
    how, hint = say(language, "teacher.how_to_add"), say(language, "instead.named")
    told = [
        instead(Say("k", chat.id, text), abilities, language, chat)
        for chat, text, abilities in (
            (GROUP, how, deaf),
            (PRIVATE, how, deaf),
            (GROUP, how, PLAIN),
            (GROUP, Said("好"), deaf),
        )
    ]
    assert [isinstance(said, Say) and hint in said.text for said in told] == [True, False, False, False]


def test_an_edit_is_said_anew_with_its_choices() -> None:
    said = instead(Edit("e", "card", "已确认", buttons=CARD), PLAIN, "zh-Hans", PRIVATE)
    assert isinstance(said, Say) and (said.key, said.chat) == ("e", 2) and "1 是诈骗" in said.text


def test_what_is_said_anew_keeps_its_picture_and_what_it_answers() -> None:
    before = Say("card", 2, "看", picture=Picture("file", "unique"), reply_to="77")
    said = instead(Edit("e", "card", "已确认"), PLAIN, "zh-Hans", PRIVATE, before)
    assert isinstance(said, Say) and (said.picture, said.reply_to) == (before.picture, "77")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_press_what_is_not_there(language: str) -> None:
    text = say(language, "subscribe.no_group")
    said = instead(Say("k", 2, text), PLAIN, language, PRIVATE)
    assert isinstance(said, Say)
    assert not any(word in said.text for word in ("按钮", "按鈕", "button"))


def test_an_answer_over_the_chat_becomes_a_reply_and_a_silent_one_nothing() -> None:
    said = instead(Answer("a", 1, "77@170", "只有<管理员>"), PLAIN, "zh-Hans", GROUP)
    assert isinstance(said, Say) and (said.reply_to, said.text) == ("77", "只有&lt;管理员&gt;")
    assert instead(Answer("a", 1, "77@170"), PLAIN, "zh-Hans", GROUP) is None


def test_a_menu_is_left_out_and_a_paper_becomes_words() -> None:
    assert instead(Menu("m", 1, (MenuEntry("status", "状态"),)), PLAIN, "zh-Hans", GROUP) is None
    paper = Say(
        "p", 1, "给您。", paper=Paper("letter", "zh-Hans", name="a.pdf", otherwise="这里放不下文件。")
    )
    said = instead(paper, PLAIN, "zh-Hans", GROUP)
    assert isinstance(said, Say) and said.paper is None and said.text == "给您。\n这里放不下文件。"


def test_a_poll_becomes_a_question_with_numbers() -> None:
    quiz = Quiz("quiz:1:who:0", 1, "老师在群里发收款码，怎么办？", ("先付", "打电话问"), 1, "为什么")
    said = instead(quiz, PLAIN, "zh-Hans", GROUP)
    assert isinstance(said, Say) and "1 先付　2 打电话问" in said.text and "为什么" not in said.text
    assert [button.command for button in offered(quiz)] == [
        "/answer quiz:1:who:0 0",
        "/answer quiz:1:who:0 1",
    ]


def test_a_reply_means_a_choice_by_number_or_by_its_words() -> None:
    buttons = offered(DECIDE)
    for text in ("2", "２", "2。", "②", "没问题", "没问题！", " 没 问题 "):
        assert chosen(text, buttons) == buttons[1], text
    for text in ("3", "0", "不是", "12", "", "。", "²²²²²²²²²²²²²²²²²²²²"):
        assert chosen(text, buttons) is None, text


async def sent(db: Database, say: Say | Edit, message_id: str, seconds: float = 0.0) -> None:
    at = START + timedelta(seconds=seconds)
    async with db.transaction() as tx:
        await outbox.put(tx, [say], at)
        (parcel,) = [one for one in await outbox.first(tx, (), 9) if one.key == say.key]
        await outbox.sent(tx, parcel, message_id, at)
        if isinstance(say, Edit):
            await outbox.stands_anew(tx, parcel, message_id, at)


async def taken_back(db: Database) -> None:
    """What was said anew is gone under its old number."""
    async with db.transaction() as tx:
        (old,) = await outbox.first(tx, (), 9)
        await outbox.sent(tx, old, "", START)


async def heard(
    db: Database, text: str, chat: Chat, reply_to: str | None = None, seconds: float = 200
) -> ButtonPressed | None:
    message = Message("9", Person("7", "王丽"), text, reply_to=reply_to)
    event = MessageSeen(chat.place, message, START + timedelta(seconds=seconds))
    async with db.read() as tx:
        return await meant(tx, event, chat)


async def test_a_number_in_private_presses_the_button_of_the_last_message(db: Database) -> None:
    await sent(db, DECIDE, "m1")
    press = await heard(db, "2", PRIVATE)
    assert press is not None and (press.data, press.message_id, press.sender.id) == ("/safe #1 0", "m1", "7")
    assert await heard(db, "老师让交钱，是真的吗", PRIVATE) is None


async def test_a_number_in_a_group_must_quote_the_bots_message(db: Database) -> None:
    await sent(db, replace(DECIDE, key="public", chat=1), "m1")
    assert await heard(db, "1", GROUP) is None
    assert await heard(db, "1", GROUP, reply_to="somebody's") is None
    press = await heard(db, "1", GROUP, reply_to="m1")
    assert press is not None and press.data == "/scam #1 0"


async def test_with_two_matters_at_once_the_one_meant_has_to_be_quoted(db: Database) -> None:
    async with db.transaction() as tx:
        first, second = [
            await incidents.open_(
                tx, 1, subject=f"user:{user}", user=user, user_name="", message_id=user, at=START
            )
            for user in ("50", "51")
        ]
    await sent(db, replace(DECIDE, incident=first.id), "m1")
    other = ((Button("是诈骗", "/scam #2 0"),),)
    await sent(db, replace(DECIDE, key="card2", buttons=other, incident=second.id), "m2", 10)
    press = await heard(db, "1", PRIVATE)
    assert press is not None and press.data == ""
    quoted = await heard(db, "1", PRIVATE, reply_to="m1")
    assert quoted is not None and quoted.data == "/scam #1 0"


async def test_what_was_said_anew_is_answered_by_its_new_number_and_the_old_one_goes(db: Database) -> None:
    await sent(db, DECIDE, "m1")
    await sent(db, Edit("e1", "card", "还不确定", buttons=((Button("解除禁言", "/mute #1 off"),),)), "m2")
    press = await heard(db, "1", PRIVATE)
    assert press is not None and (press.data, press.message_id) == ("/mute #1 off", "m2")
    async with db.read() as tx:
        (gone,) = await outbox.first(tx, (), 9)
    assert (gone.action.key, getattr(gone.action, "message_id", "")) == ("e1:old", "m1")


async def test_a_number_sent_while_an_incidents_card_changes_means_what_stood_there(db: Database) -> None:
    """Another admin has just decided: whoever was about to reply “1 scam” does not say “1 fine”."""
    async with db.transaction() as tx:
        opened = await incidents.open_(
            tx, 1, subject="user:50", user="50", user_name="", message_id="50", at=START
        )
    await sent(db, replace(DECIDE, incident=opened.id), "m1")
    decided = ((Button("没问题", "/safe #1 1"), Button("收回决定", "/undo #1 1")),)
    await sent(db, Edit("e1", "card", "已确认：是诈骗", buttons=decided), "m2", 199)
    press = await heard(db, "1", PRIVATE)
    assert press is not None and press.data == "/scam #1 0", "which decides nothing any more"
    press = await heard(db, "1", PRIVATE, seconds=203)
    assert press is not None and (press.data, press.message_id) == ("/safe #1 1", "m2")


async def test_the_same_of_a_card_that_another_took_the_place_of(db: Database) -> None:
    async with db.transaction() as tx:
        opened = await incidents.open_(
            tx, 1, subject="user:50", user="50", user_name="", message_id="50", at=START
        )
    await sent(db, replace(DECIDE, incident=opened.id), "m1")
    decided = ((Button("没问题", "/safe #1 1"),),)
    anew = replace(DECIDE, key="anew", buttons=decided, incident=opened.id, replaces="card")
    await sent(db, anew, "m2", 200)
    press = await heard(db, "1", PRIVATE)
    assert press is not None and press.data == "/scam #1 0"
    press = await heard(db, "1", PRIVATE, seconds=205)
    assert press is not None and press.data == "/safe #1 1"


async def test_a_choice_on_a_card_that_was_said_anew_is_what_stood_on_it(db: Database) -> None:
    await sent(db, DECIDE, "m1")
    for number in range(2, 5):
        await sent(db, Edit(f"e{number}", "card", "还不确定", buttons=(CARD[0][::-1],)), f"m{number}", number)
        await taken_back(db)
    press = await heard(db, "2", PRIVATE, reply_to="m1")
    assert press is not None and (press.data, press.message_id) == ("/safe #1 0", "m1")
    for later in ("m2", "m3", "m4"):
        press = await heard(db, "1", PRIVATE, reply_to=later)
        assert press is not None and press.data == "/safe #1 0"
    assert await heard(db, "有两个孩子", PRIVATE, reply_to="m1") is None, "words are words"
    assert await heard(db, "2", GROUP, reply_to="m1") is None, "it stood in another chat"


async def test_a_choice_on_a_card_nobody_remembers_is_said_to_be_gone(db: Database) -> None:
    await sent(db, DECIDE, "m1")
    press = await heard(db, "2", PRIVATE, reply_to="m0")
    assert press is not None and press.data and parse(press.data, "") is None
    assert await heard(db, "有两个孩子", PRIVATE, reply_to="m0") is None, "words are words"
    assert await heard(db, "2", GROUP, reply_to="m0") is None
