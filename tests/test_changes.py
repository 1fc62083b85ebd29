"""A protected person's account shows another name or picture: the admins are asked once, and what they say holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import LANGUAGES
from bot.store.tables import changes, portraits, protected, stolen
from bot.texts import say
from tests.guarded import PATIENCE, School, guarded


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    """The teacher is registered; the deputy, an admin, has pressed start."""
    async with guarded(tmp_path, clone="路过的人", faces=True) as school:
        hello = await school.says("teacher", "大家好")
        await school.tells("deputy", "/start")
        await school.says("deputy", "/teacher add 王丽老师", reply_to=hello)
        await school.settled()
        yield school


async def renames(school: School, who: str, name: str) -> None:
    await school.playground.control.change_user(who, first_name=name)


async def asked(school: School, who: str = "deputy", about: str = "改了名字") -> list[dict[str, Any]]:
    await school.settled()
    return [one for one in await school.said(who) if about in one["text"]]


async def presses(school: School, who: str, card: dict[str, Any], label: str) -> None:
    await school.playground.control.press(card["chat_id"], card["message_id"], who, label, wait=PATIENCE)
    await school.settled()


async def names(school: School) -> list[str]:
    (row,) = await school.rows(protected.c.name, protected.c.aliases)
    return [row.name, *row.aliases]


async def test_a_teacher_renamed_is_asked_about_once_and_the_name_becomes_hers(school: School) -> None:
    await renames(school, "teacher", "小荷才露尖尖角")
    for text in ("早上好", "今天带彩笔", "/help"):
        await school.says("teacher", text)
    (card,) = await asked(school)
    assert "小荷才露尖尖角" in card["text"] and "王丽老师" in card["text"]
    (own,) = await asked(school, "teacher", "您的账号换了名字或头像")
    assert own["buttons"] == []
    await presses(school, "deputy", card, "问过了，是本人")
    assert await names(school) == ["王丽老师", "小荷才露尖尖角"]
    await renames(school, "clone", "小荷才露尖尖角")
    await school.says("clone", "各位家长，请扫码交资料费86元，交完发截图")
    (warning,) = await school.warnings()
    assert "冒充王丽老师" in warning["text"]
    await renames(school, "teacher", "王丽老师")
    await school.says("teacher", "我改回来了")
    await school.settled()
    assert len(await school.rows(changes.c.id)) == 1
    await school.unharmed()


async def test_a_name_that_is_not_her_doing_makes_the_account_stolen(school: School) -> None:
    await renames(school, "teacher", "教务处通知")
    await school.says("teacher", "大家好")
    (card,) = await asked(school)
    await presses(school, "deputy", card, "不是本人")
    # She is the group's owner: one admin alone has the account watched, and does not tell the class.
    assert await school.playground.control.said("teacher", contains="的账号可能被盗", wait=PATIENCE)
    assert [row.sure for row in await school.rows(stolen.c.user, stolen.c.sure)] == [False]
    assert await names(school) == ["王丽老师"]
    (row,) = await school.rows(changes.c.id)
    await school.tells("deputy", f"/known yes {row.id}")
    assert await school.playground.control.said("deputy", contains="已经有管理员处理过了", wait=PATIENCE)
    await school.unharmed()


async def test_whose_account_it_is_cannot_say_so_herself_while_there_is_somebody_else(school: School) -> None:
    await renames(school, "teacher", "教务处通知")
    await school.says("teacher", "大家好")
    await asked(school)
    (row,) = await school.rows(changes.c.id)
    await school.tells("teacher", f"/known yes {row.id}")
    assert await school.playground.control.said("teacher", contains="另一位管理员", wait=PATIENCE)
    await school.tells("mum", f"/known no {row.id}")
    assert await school.playground.control.said("mum", contains="只有本群管理员", wait=PATIENCE)
    assert [one.decision for one in await school.rows(changes.c.decision)] == [""]


@pytest.mark.parametrize("typed", ["", "yes", "yes 999999999999999999999999", "no -1", "maybe 1", "yes ٣"])
async def test_a_button_that_never_was_is_answered(school: School, typed: str) -> None:
    await school.tells("deputy", f"/known {typed}")
    assert await school.playground.control.said("deputy", contains="失效", wait=PATIENCE)
    await school.unharmed()


async def test_a_flower_behind_the_name_is_no_news_nor_is_a_parents_new_name(school: School) -> None:
    await renames(school, "teacher", "王丽老师🌸")
    await school.says("teacher", "大家好")
    await school.says("mum", "好")
    await renames(school, "mum", "阳光灿烂")
    await school.says("mum", "收到")
    assert await asked(school) == []


async def test_before_anybody_was_named_an_admins_new_name_is_no_news(tmp_path: Path) -> None:
    async with guarded(tmp_path, faces=True) as school:
        await school.tells("deputy", "/start")
        await school.says("teacher", "大家好")
        await school.settled()
        await renames(school, "teacher", "李白")
        await school.says("teacher", "大家好")
        assert await asked(school) == []


async def test_a_new_picture_is_asked_about_and_taken_back_when_it_was_not_her(school: School) -> None:
    control = school.playground.control
    await control.change_user("teacher", picture={"copy_of": "mum"})
    await control.advance(86_400 + 60)
    await school.says("deputy", "/status")
    (card,) = await control.said("deputy", contains="换了头像", wait=PATIENCE)
    before = await school.rows(portraits.c.portraits)
    await school.says("deputy", "/status")
    assert len(await asked(school, about="换了头像")) == 1
    await presses(school, "deputy", card, "不是本人")
    assert await control.said("teacher", contains="的账号可能被盗", wait=PATIENCE)
    after = await school.rows(portraits.c.portraits)
    assert sum(len(row.portraits) for row in after) == sum(len(row.portraits) for row in before) - 1
    await school.unharmed()


async def test_a_new_picture_that_was_her_is_hers(school: School) -> None:
    control = school.playground.control
    await control.change_user("teacher", picture={"copy_of": "mum"})
    await control.advance(86_400 + 60)
    await school.says("deputy", "/status")
    (card,) = await control.said("deputy", contains="换了头像", wait=PATIENCE)
    await presses(school, "deputy", card, "问过了，是本人")
    assert any("这个头像也算" in one["text"] for one in await school.said("deputy"))
    assert await school.rows(stolen.c.user) == []
    await school.unharmed()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["name", "picture"])
def test_the_question_fits_a_screen_whatever_the_names(language: str, what: str) -> None:
    name = "王" * 40
    text = say(language, f"changed.{what}", name=name, title=name, shown=name, badge="K7Q-2M8")
    assert len(text) < 500 and text.count("\n") <= 3
