"""What QQ's bot platform allows: answers for a while, words of one's own accord as it counts them, measures to admins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.actions import Ban, Delete, Mute, Priority, Say
from bot.platforms import Refused, Spent
from bot.platforms.qq.rations import Rations
from bot.playground.people import Member
from tests.fakes import until
from tests.guarded import MORNING, PATIENCE
from tests.opened import for_each_test
from tests.qq_class import Official, official_class

school = for_each_test(official_class)


async def test_answers_use_a_message_five_times_and_then_the_bot_speaks_of_its_own_accord(
    school: Official,
) -> None:
    async with school.on_guard() as guard:
        await school.says("mum", "早上好")
        await school.settled()
        platform = guard.router.platforms["qq"]
        for number in range(6):
            await platform.perform(Say(f"k{number}", 1, f"第{number}条", Priority.TIP), school.place)
        calls = await school.playground.control.calls("POST messages", count=7, wait=PATIENCE)
        asked = [one["parameters"] for one in calls]
        # What the bot may do there was said first, as an answer, too.
        assert [one.get("msg_seq") for one in asked] == [1, 2, 3, 4, 5, None, None]
        school.gateway.doing.unasked = 0
        with pytest.raises(Refused):
            await platform.perform(Say("k7", 1, "再来", Priority.TIP), school.place)
        assert school.log.entries("qq_limit_reached")


async def test_a_limit_that_is_spent_is_remembered_shown_and_tried_again_in_time(school: Official) -> None:
    async with school.on_guard() as guard:
        await school.says("mum", "早上好")
        await school.settled()
        await school.playground.control.advance(400)
        school.gateway.doing.unasked = 0
        await school.tells("teacher", "/提醒 现在")
        await until(lambda: school.log.entries("qq_limit_reached"), PATIENCE)
        await school.settled()
        before = await refused(school)
        with pytest.raises(Spent):
            await guard.router.platforms["qq"].perform(Say("k", 1, "再来", Priority.TIP), school.place)
        assert await refused(school) == before, "QQ is not asked again"
        await school.says("mum", f"@{school.playground.world.bot.full_name} /状态")
        assert await school.said(contains="只能回复大家", wait=PATIENCE), "an answer still goes"
    async with school.on_guard() as guard:
        platform = guard.router.platforms["qq"]
        await school.playground.control.advance(400)
        with pytest.raises(Spent):
            await platform.perform(Say("k", 1, "再来", Priority.TIP), school.place)
        assert await refused(school) == before, "nor by another process"
        await school.playground.control.advance(3600)
        school.gateway.doing.unasked = 5
        await platform.perform(Say("k", 1, "又能说了", Priority.TIP), school.place)
        assert await school.said(contains="又能说了")
        await school.settled()
        await school.says("mum", f"@{school.playground.world.bot.full_name} /状态")
        assert len(await school.said(contains="我在这个群里", wait=PATIENCE)) >= 1
        await school.settled()
        assert len(await school.said(contains="只能回复大家")) == 1, "that was before"


async def refused(school: Official) -> int:
    calls = await school.playground.control.calls("POST messages", count=0)
    return sum(one["status"] != 200 for one in calls)


def test_each_refusal_doubles_the_rest_and_one_success_ends_it() -> None:
    rations, rests = Rations(), list[float]()
    for _ in range(7):
        rests.append((rations.refused("group:1", MORNING) - MORNING) / timedelta(hours=1))
    assert rests == [1, 2, 4, 8, 16, 24, 24]
    assert rations.spent("group:2", MORNING) is None
    assert rations.spent("group:1", MORNING + timedelta(hours=24)) is None
    rations.said("group:1")
    assert rations.spent("group:1", MORNING) is None
    assert rations.refused("group:1", MORNING) == MORNING + timedelta(hours=1)


async def test_what_qq_does_not_let_the_bot_do_its_admins_are_asked_to_do(school: Official) -> None:
    """It was an admin when it was last told."""
    world = school.playground.world
    async with school.on_guard() as guard:
        await school.says("teacher", "/模式 守护")
        await school.settled()
        chat, me = world.chat("class"), world.bot.id
        chat.members[me] = Member(me)
        number = await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        for word in ("没让我禁言。", "没让我删掉"):
            (told,) = await school.said("teacher", contains=word, wait=PATIENCE)
            assert "三(2)班" in told and "/状态" in told
        await school.tells("teacher", "/移出 #1")
        assert await school.said("teacher", contains="没让我把人移出群", wait=PATIENCE)
        await school.settled()
        (card,) = await school.said("teacher", contains="疑似诈骗")
        assert "已被" not in card and "已删除" not in card
        assert not chat.posts[number].deleted and chat.member(world.user("clone").id).status == "member"
        clone = f"qqbot:OPEN{world.user('clone').id}"
        for measure in (Mute("m", 1, clone), Ban("b", 1, clone), Delete("d", 1, str(number))):
            with pytest.raises(Refused):
                await guard.router.platforms["qq"].perform(measure, school.place)
        assert not [one for one in school.log.entries() if "exception" in one]


async def test_a_window_that_has_closed_is_not_used(school: Official) -> None:
    async with school.on_guard() as guard:
        await school.says("mum", "早上好")
        await school.settled()
        await school.playground.control.advance(400)
        await guard.router.platforms["qq"].perform(Say("k", 1, "晚了", Priority.TIP), school.place)
        call = (await school.playground.control.calls("POST messages", count=2, wait=PATIENCE))[-1]
        assert "msg_id" not in call["parameters"] and call["status"] == 200


async def test_a_group_that_lets_the_bot_answer_only_is_said_plainly(school: Official) -> None:
    school.gateway.telling.speaks_unasked = False
    async with school.on_guard() as guard:
        await school.says("mum", "早上好")
        await school.settled()
        await school.playground.control.advance(400)
        with pytest.raises(Refused, match="answer only"):
            await guard.router.platforms["qq"].perform(Say("k", 1, "晚了", Priority.TIP), school.place)
        assert "机器人主动在群聊内发言" in school.log.entries("qq_group_silent")[0]["remedy"]
