"""Whoever has paid is helped: the right steps for the place, ticked off, written up, told to the admins if wished."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.actions import Action, Say
from bot.config.loading import Misconfigured, load
from bot.settings import LANGUAGES
from bot.store import dialogues
from bot.texts.rescue import FLASH, places, unchecked
from tests.drawing import needs_font
from tests.group_chat import PARENT, STRANGER, GroupChat, button, group_chat, offered, said
from tests.guarded import CODE, PATIENCE, SCAM, guarded
from tests.opened import for_each_test

room = for_each_test(group_chat)


async def answered(room: GroupChat, *answers: str) -> list[Action]:
    private = await room.private(PARENT)
    await room.says(PARENT, "/paid", chat=private)
    await room.presses(PARENT, "/paid report", chat=private)
    actions: list[Action] = []
    for answer in answers:
        actions = list(await room.says(PARENT, answer, chat=private))
    return actions


@pytest.mark.parametrize(
    ("zone", "number"),
    [
        ("Asia/Shanghai", "110"),
        ("Asia/Hong_Kong", "18222"),
        ("Asia/Taipei", "165"),
        ("Asia/Singapore", "1799"),
        ("Asia/Kuala_Lumpur", "997"),
    ],
)
async def test_the_numbers_are_those_of_the_groups_place(room: GroupChat, zone: str, number: str) -> None:
    await room.chooses("timezone", zone)
    assert number in said(await room.says(PARENT, "/paid"))


async def test_who_lives_nobody_knows_where_is_asked_first(room: GroupChat) -> None:
    private = await room.private(STRANGER)
    await room.says(STRANGER, "/language zh-Hant", chat=private)
    page = await room.says(STRANGER, "/paid", chat=private)
    (shown,) = [one for one in page if isinstance(one, Say)]
    assert shown.buttons[0][0].command == "/paid place" and "165" not in shown.text
    await room.presses(STRANGER, "/paid place", chat=private)
    there = await room.presses(STRANGER, "/paid place tw", chat=private)
    assert "165" in said(there)


async def test_a_step_done_is_ticked_and_can_be_unticked(room: GroupChat) -> None:
    private = await room.private(PARENT)
    page = await room.says(PARENT, "/paid", chat=private)
    assert "☑" not in said(page)
    ticked = await room.presses(PARENT, button(page, "☐ 2"), chat=private)
    assert "☑ 2." in said(ticked) and "☐ 1." in said(ticked)
    assert "☑" not in said(await room.presses(PARENT, "/paid did 2", chat=private))


@pytest.mark.parametrize("wrong", ["did", "did 99999", "did -1", "did ²", "place", "place mars", "🙂"])
async def test_a_forged_button_does_no_harm(room: GroupChat, wrong: str) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, "/paid", chat=private)
    assert said(await room.presses(PARENT, f"/paid {wrong}", chat=private))


async def test_somebody_elsewhere_finds_the_numbers_of_that_place(room: GroupChat) -> None:
    private = await room.private(PARENT)
    page = await room.says(PARENT, "/paid", chat=private)
    listed = await room.presses(PARENT, button(page, "别的地方"), chat=private)
    there = await room.presses(PARENT, button(listed, "台湾"), chat=private)
    assert "165" in said(there)


async def test_what_to_tell_the_police_is_written_down_in_order_and_kept_nowhere(room: GroupChat) -> None:
    actions = await answered(room, "今天 10:20", "380 元", "*丽（王*）6222", "微信")
    (report,) = [one for one in actions if isinstance(one, Say)]
    for words in ("今天 10:20", "380 元", "微信"):
        assert words in report.text
    assert report.paper is not None and report.paper.facts["rows"][2][1] == "*丽（王*）6222"
    assert report.fleeting
    async with room.db.read() as tx:
        kept = await dialogues.current(tx, (await room.private(PARENT)).id, "paid")
    assert kept is not None and kept.state["facts"] == {}


async def test_questions_can_be_passed_over(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, "/paid", chat=private)
    await room.presses(PARENT, "/paid report", chat=private)
    for _ in range(3):
        await room.presses(PARENT, "/paid skip", chat=private)
    (report,) = [one for one in await room.says(PARENT, "支付宝", chat=private) if isinstance(one, Say)]
    assert report.paper is not None
    assert [row[1].strip() for row in report.paper.facts["rows"]] == ["", "", "", "支付宝"], (
        "filled in by hand"
    )


async def test_who_passes_over_every_question_is_not_told_to_read_out_nothing(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, "/paid", chat=private)
    await room.presses(PARENT, "/paid report", chat=private)
    for _ in range(3):
        await room.presses(PARENT, "/paid skip", chat=private)
    report = said(await room.presses(PARENT, "/paid skip", chat=private))
    assert "照着念" not in report and "用笔填" in report


async def test_an_answer_without_end_is_asked_for_again_and_nothing_is_cut_off(room: GroupChat) -> None:
    actions = await answered(room, "今天", "380 元", "长" * 10_000)
    assert "写短一点" in said(actions)
    private = await room.private(PARENT)
    assert "4/4" in said(await room.says(PARENT, "*丽（王*）", chat=private))


async def test_who_is_in_none_of_the_places_is_not_asked_for_it_again(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, "/paid", chat=private)
    there = await room.presses(PARENT, "/paid place other", chat=private)
    assert [one.command for one in offered(there)][-1] == "/paid place"
    assert all("先告诉我" not in one.label for one in offered(there))


async def test_an_answer_is_not_taken_for_a_message_to_check_and_a_late_one_is(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, "/paid", chat=private)
    await room.presses(PARENT, "/paid report", chat=private)
    assert "2/4" in said(await room.says(PARENT, "今天早上", chat=private))
    room.now += timedelta(hours=2)
    assert "2/4" not in said(await room.says(PARENT, "今天早上", chat=private))
    assert "3/4" not in said(await room.says(PARENT, "您好", chat=private))


async def test_the_admins_are_told_only_on_wish_and_in_private(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.heard_before(PARENT)
    page = await room.says(PARENT, "/paid", chat=private)
    assert [one.chat for one in page if isinstance(one, Say)] == [private.id]
    told = await room.presses(PARENT, button(page, "悄悄告诉"), chat=private)
    words = [one for one in told if isinstance(one, Say) and one.chat != private.id]
    assert words and all(PARENT.name in one.text for one in words)
    assert room.chat.id not in {one.chat for one in words}
    again = await room.presses(PARENT, "/paid admins", chat=private)
    assert {one.key for one in again if isinstance(one, Say)} == {one.key for one in words}


async def test_a_stranger_to_every_group_reaches_no_admin(room: GroupChat) -> None:
    private = await room.private(STRANGER)
    actions = await room.presses(STRANGER, "/paid admins", chat=private)
    assert not [one for one in actions if isinstance(one, Say) and one.chat != private.id]


def test_every_place_has_as_many_steps_in_every_language_and_a_short_first_word() -> None:
    for place in places().values():
        assert {len(place.steps[language]) for language in LANGUAGES} == {5}
        assert all(0 < len(place.first[language]) <= FLASH for language in LANGUAGES)


def test_help_lines_nobody_compared_for_long_are_known() -> None:
    assert "mo" in unchecked(places(), date(2026, 3, 4))
    assert "my" not in unchecked(places(), date(2026, 3, 4))
    assert "my" in unchecked(places(), date(2028, 3, 4))


def test_an_operator_may_replace_a_place(tmp_path: Path) -> None:
    own = tmp_path / "lines.yaml"
    texts = "{zh-Hans: 甲, zh-Hant: 乙, en: c}"
    steps = "{zh-Hans: [甲], zh-Hant: [乙], en: [c]}"
    own.write_text(
        f"hk:\n  zones: [Asia/Hong_Kong]\n  checked: 2026-11-01\n  name: {texts}\n  first: {texts}\n  steps: {steps}\n"
    )
    assert places(own)["hk"].steps["en"] == ("c",)
    assert places(own)["cn"] == places()["cn"]
    config = tmp_path / "config.yaml"
    for wrong in ("hk: 1", "hk:\n  zones: []", own.read_text().replace("2026-11-01", "soon"), "["):
        own.write_text(wrong)
        config.write_text(f"help_lines: {own}\n")
        with pytest.raises(Misconfigured, match="help_lines"):
            load(config, {})


@needs_font
@pytest.mark.parametrize(
    ("language", "calm", "report", "read_out", "told"),
    [
        ("zh-Hans", "先别慌", "📝 帮我整理报警要说的话", "照着念", "悄悄告诉群管理员了"),
        ("zh-Hant", "先別慌", "📝 幫我整理報警要說的話", "照著唸", "悄悄告訴群組管理員了"),
        ("en", "Keep calm", "📝 Write down what to tell the police", "Read this out", "told quietly"),
    ],
)
async def test_from_the_button_on_a_warning_to_the_file_for_the_police(
    tmp_path: Path, language: str, calm: str, report: str, read_out: str, told: str
) -> None:
    async with guarded(tmp_path) as school:
        await school.tells("mum", "/start")
        await school.tells("mum", f"/language {language}")
        await school.says("clone", SCAM, photo={"qr": CODE})
        warning = await school.warned()
        control = school.playground.control
        await control.press("class", warning["message_id"], "mum", "我已经付了，怎么办")
        await school.settled()
        (listed,) = await school.said("mum", contains=calm)
        await control.press("mum", listed["message_id"], "mum", report)
        for answer in ("8:15 pm", "380", "某某便利店 🙂", "WeChat"):
            await school.settled()
            await school.tells("mum", answer)
        await school.settled()
        (written,) = await school.said("mum", contains=read_out)
        assert "某某便利店" in written["text"]
        assert (await control.file(written["document"]["file_id"])).startswith(b"%PDF-")
        # She never said a word in the group, and came from its warning.
        pressed = await control.press("mum", listed["message_id"], "mum", data="/paid admins", wait=PATIENCE)
        assert told in pressed["answer"]["text"]
        await school.settled()
        assert await school.said("teacher", contains="小雨妈妈")
        await school.unharmed()
