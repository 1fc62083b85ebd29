"""Whatever strangers send, the bot answers clearly or keeps silent: the whole bot, against the playground."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from bot.store.tables import settings
from handlers.commands import commands
from tests.guarded import CODE, SCAM, School, guarded
from tests.opened import for_each_test

HIDDEN = "\u200b\u200d\u2060\ufeff"
PILED = "丽" + "\u0301" * 3000
ODD_TEXTS = (
    "😀" * 2048,
    "请" * 4096,
    "/" * 4096,
    "@" * 2000,
    "<b>" * 500,
    "&" * 4096,
    "{}%s{0}" * 500,
    "a" + "\u0301" * 4000,
    HIDDEN,
    "\u202e" + "今天放学早一点",
    "مرحبا بكم في الصف",
    "\x00\x01\x07",
    "／",
    "/@",
    "0" * 4096,
    "http://" * 500,
)
HOSTILE_NAMES = {
    "markup": '<b>王丽</b>老师<a href="https://evil.example/x">领奖</a>',
    "half markup": "王丽<b>老师</i><a href=",
    "live": "王丽 @evil_account t.me/evil /evilcmd #加群 $EVIL https://evil.example",
    "hidden": f"\u202e王{HIDDEN}丽老师\u2066",
    "piled": f"王{PILED}老师",
    "templates": "{name}{0}%s &lt;b&gt; &#60;i&#62; [王丽](http://evil.example)",
    "blank": "\u3164",
}
WRONG_ARGUMENTS = ("²", "#99999999999999999999")
# A number said in a group may be no answer to the bot's question at all.
LET_PASS = {"answer"}
# A second set-up takes the first one's page away, or keeps it from being posted.
ONE_AT_A_TIME = {"setup"}

school = for_each_test(guarded)


async def test_odd_texts_in_the_group_are_met_with_silence_and_the_guard_goes_on(school: School) -> None:
    before = await school.said()
    for text in ODD_TEXTS:
        await school.says("mum", text)
    await school.settled()
    assert await school.said() == before
    await school.says("clone", SCAM, photo={"qr": CODE})
    assert len(await school.warnings()) == 1
    await school.unharmed()


async def test_odd_texts_in_private_are_each_answered(school: School) -> None:
    control = school.playground.control
    for number, text in enumerate(ODD_TEXTS):
        await control.user("家长", key=f"parent{number}")
        await school.tells(f"parent{number}", text)
    await school.settled()
    for number, text in enumerate(ODD_TEXTS):
        assert await school.said(f"parent{number}"), text[:20]
    await school.unharmed()


async def test_a_scam_as_long_as_a_message_can_be_is_still_warned_of(school: School) -> None:
    await school.says("clone", SCAM + "。谢谢各位家长" * 500 + "！" * 500)
    assert len(await school.warnings()) == 1
    await school.unharmed()


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
async def test_names_and_titles_put_nothing_live_into_anything_the_bot_says(
    tmp_path: Path, name: str
) -> None:
    async with guarded(
        tmp_path, title=name, deputy=name, stranger=name, outsider=f"王丽老师{name}"
    ) as school:
        control = school.playground.control
        asked = await school.says("stranger", f"{SCAM}{name[:500]}", photo={"qr": CODE})
        await control.member("class", "outsider")
        await school.says("deputy", "大家好")
        for command in ("/status", "/why", "/teacher add", "/teacher list", "/setup en", "/help"):
            await school.says("teacher", command, reply_to=asked)
        await school.tells("mum", "/subscribe")
        await school.tells("teacher", f"/check {name[:500]}")
        await school.settled()
        said = json.dumps(await school.said(None), ensure_ascii=False)
        everything = said.replace(f"https://t.me/{await bot_of(school)}?", "")
        assert await school.warnings()
        assert not any(live in everything for live in ("https://evil", "t.me/", "@evil", "/evilcmd", "#加群"))
        assert "\\u202e" not in everything and "\u202e" not in everything
        assert everything.count("\u0301") < 100
        await school.unharmed()


async def bot_of(school: School) -> str:
    state = await school.playground.control.get("/state")
    return str(state["bot"]["username"])


def _bare(text: str) -> str:
    """Letters and digits only, as somebody would type them off."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


async def test_what_a_scammer_wants_called_paid_or_opened_is_repeated_in_no_public_message(
    school: School,
) -> None:
    control = school.playground.control
    wanted = (
        CODE,
        "https://fee-school.example/pay?x=1",
        "6217002870012345678",
        "13800138000",
        "wx_collect88",
    )
    link, card, phone, handle = wanted[1:]
    await control.change_user("clone", first_name="王丽老师", username="collect_fees_bot")
    asked = await school.says("clone", f"{SCAM} 链接 {link} 卡号 {card} 电话 {phone} 微信 {handle}")
    await school.says("clone", caption=f"转这里 {card}", photo={"qr": CODE})
    await school.says("clone", "收款人", contact={"phone_number": phone, "first_name": "王丽"})
    await control.edit("class", asked, f"{SCAM} 加微信 {handle} 或打 {phone}")
    await control.change_user("stranger", first_name=f"王丽老师{phone}")
    account = "20445517"
    also = await school.says("dad", f"To keep it running please send £12 per child to account {account}")
    await school.says("stranger", f"{SCAM} {link}")
    await school.settled()
    for who in ("teacher", "mum"):
        await school.says(who, "/why", reply_to=asked)
        await school.says(who, "/why", reply_to=also)
        await school.says(who, "/why 1")
        await school.says(who, f"/check {link}")
        await school.says(who, "/status")
    await school.says("teacher", "/scam 1")
    await school.settled()
    assert await school.warnings()
    public = json.dumps(await control.said("class", count=0), ensure_ascii=False)
    answers = json.dumps(await control.calls("answerCallbackQuery", count=0), ensure_ascii=False)
    for one in (*wanted, account, "collect_fees_bot", "fee-school"):
        assert _bare(one) not in _bare(public + answers), one
    await school.unharmed()


async def test_commands_of_parents_are_refused_politely_and_once(school: School) -> None:
    before = len(await school.said())
    for command in (
        "/mode guard",
        "/setup",
        "/teacher add",
        "/safe 1",
        "/tips off",
        "/language en",
        "/mode observe",
    ):
        await school.says("mum", command)
    await school.settled()
    refusals = (await school.said())[before:]
    assert len(refusals) == 1
    assert await school.rows(settings.c.name) == []
    await school.unharmed()


async def test_parents_cannot_make_the_bot_flood_the_group(school: School) -> None:
    before = len(await school.said())
    for _ in range(4):
        for command in ("/check 有人让我交钱", "/enlist 1 2", "/help", "/status", "/paid"):
            await school.says("dad", command)
    await school.settled()
    assert len(await school.said()) - before <= 5
    await school.unharmed()


async def test_commands_for_another_bot_are_left_alone(school: School) -> None:
    before = await school.said()
    for command in (
        "/mode@otherbot guard",
        "/setup@",
        "/mode@class_guard_bot2 guard",
        "/unknown",
        "／mode＠otherbot guard",
    ):
        await school.says("teacher", command)
    await school.settled()
    assert await school.said() == before
    await school.says("teacher", "／mode＠Class_Guard_Bot guard")
    await school.settled()
    assert await school.rows(settings.c.name, settings.c.value) == [("mode", "guard")]
    await school.unharmed()


async def test_wrong_arguments_to_any_command_are_answered_in_the_group(tmp_path: Path) -> None:
    async with guarded(tmp_path, *(f"group_{name}" for name in commands())) as school:
        for wrong in WRONG_ARGUMENTS:
            for name in commands():
                await school.says("teacher", f"/{name} {wrong}", chat=f"group_{name}")
        await school.settled()
        for name in commands().keys() - LET_PASS:
            # Hello, and an answer to each.
            answers = 1 if name in ONE_AT_A_TIME else len(WRONG_ARGUMENTS)
            assert len(await school.said(f"group_{name}")) == 1 + answers, name
        await school.unharmed()


async def test_wrong_arguments_to_any_command_are_answered_in_private(school: School) -> None:
    control = school.playground.control
    for name in commands():
        await control.user("家长", key=f"asks_{name}")
        for wrong in WRONG_ARGUMENTS:
            await school.tells(f"asks_{name}", f"/{name} {wrong}")
    await school.settled()
    for name in commands():
        assert len(await school.said(f"asks_{name}")) == len(WRONG_ARGUMENTS), name
    await school.unharmed()
