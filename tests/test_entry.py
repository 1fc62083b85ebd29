"""Who asks to be let into a group: admins hear of those they should phone about first, and of nobody else."""

from __future__ import annotations

import pytest

from bot.actions import Action, Say
from bot.events import EntryAsked
from bot.store import pardons
from patterns.marks import PERSON
from patterns.model import Person
from tests.classroom import CLONE, CODE, FEE, HEAD, TEACHER, Classroom, classroom, mark
from tests.onebot_class import QQ, qq_class
from tests.opened import for_each_test
from tests.qq_class import Official, official_class

room = for_each_test(classroom)
onebot = for_each_test(qq_class)
official = for_each_test(official_class)


async def asks(room: Classroom, who: Person, words: str = "", risks: str = "") -> list[str]:
    """What the admins are told."""
    done: list[Action] = await room.answers(EntryAsked(room.chat.place, who, words, room.now, risks))
    return [one.text for one in done if isinstance(one, Say)]


async def test_an_ordinary_parent_who_asks_is_no_news(room: Classroom) -> None:
    for words in ("我是小雨妈妈", "三(2)班王丽老师班上的，小雨妈妈", ""):
        assert not await asks(room, Person("50", "小雨妈妈"), words)


async def test_the_admins_hear_of_somebody_who_asks_under_a_teachers_name(room: Classroom) -> None:
    told = await asks(room, CLONE, "请通过")
    assert len(told) == len({TEACHER.id, HEAD.id})
    assert all("名字很像王丽老师" in one and "请通过" in one and "打电话" in one for one in told)
    assert not await asks(room, CLONE, "请通过"), "once in a while is enough"


@pytest.mark.parametrize("words", ["我是王丽老师", "王丽老师"])
async def test_the_admins_hear_of_somebody_who_says_they_are_the_teacher(room: Classroom, words: str) -> None:
    told = await asks(room, Person("51", "丽丽"), words)
    assert told and all("自己是王丽老师" in one for one in told)


async def test_the_teachers_own_account_is_let_in_without_a_word(room: Classroom) -> None:
    assert not await asks(room, TEACHER, "我是王丽老师")


async def test_an_account_that_was_confirmed_as_a_scammers_is_named_as_that(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    incident = await room.incident()
    scams = [mark(f"{PERSON}:{room.chat.place.platform}:52")]
    async with room.db.transaction() as tx:
        await pardons.confirm(tx, room.chat.id, scams, incident.id, room.now)
    told = await asks(room, Person("52", "乐乐妈妈"))
    assert told and all("已被确认是诈骗" in one for one in told)


async def test_what_the_platform_itself_holds_against_somebody_is_passed_on(room: Classroom) -> None:
    told = await asks(room, Person("53", "乐乐妈妈"), risks="该账号存在<b>风险</b>")
    assert told and all("平台提示：该账号存在&lt;b&gt;风险" in one for one in told)


async def test_somebody_who_asks_on_qq_is_looked_up_and_judged(onebot: QQ) -> None:
    world = onebot.playground.world
    async with onebot.on_guard():
        await onebot.playground.control.user("王丽老师", key="cloned")
        for key, words in (("outsider", "我是乐乐的妈妈"), ("cloned", "老师")):
            await onebot.implementation.asks_to_enter(world.chat("class"), world.user(key), words)
        await onebot.settled()
        (told,) = await onebot.said("teacher", contains="申请进群", wait=60.0)
        assert "名字很像王丽老师" in told and "留言：老师" in told and "qq:" not in told


async def test_the_official_bot_passes_on_what_qq_warns_of(official: Official) -> None:
    world = official.playground.world
    async with official.on_guard():
        await official.says("mum", "早")
        await official.settled()
        asking = world.chat("class"), world.user("outsider")
        await official.gateway.asks_to_enter(*asking, "我是乐乐妈妈", "该用户近期被多人举报")
        (told,) = await official.said("teacher", contains="申请进群", wait=60.0)
        assert "平台提示：该用户近期被多人举报" in told
