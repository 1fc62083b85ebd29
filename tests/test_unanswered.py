"""What the platform may have done though its answer was lost: nobody is told that it was refused."""

from __future__ import annotations

import pytest

from bot.actions import Action, Ban, Delete
from bot.playground.qq.naming import message_id
from tests.classroom import CLONE, CODE, FEE, HEAD
from tests.guarded import PATIENCE
from tests.opened import for_each_test
from tests.qq_class import Official, official_class
from tests.refusing import MEASURES, Refusing, card, refusing, told

there = for_each_test(refusing)
school = for_each_test(official_class)


@pytest.mark.parametrize("measure", MEASURES)
async def test_what_may_have_been_done_before_it_was_refused_is_told_as_unknown(
    there: Refusing, measure: type[Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sending.FIRST_PAUSE", 0.01)
    there.refuses, there.loses = {measure}, {measure}
    await there.room.says(CLONE, FEE, CODE)
    if measure is Ban:
        await there.room.presses(HEAD, "/ban #1")
    done = await there.settles()
    assert all("没收到回音" in one.text and "没让我" not in one.text for one in told(done)) and told(done)
    assert "没有回音" in card(done).text and "没让我" not in card(done).text
    (deed,) = [one.what for one in (await there.file()).deeds if one.what.endswith(("refused", "unknown"))]
    assert deed.endswith("unknown")


async def test_what_is_done_at_the_second_try_was_done_whatever_became_of_the_first(
    there: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sending.FIRST_PAUSE", 0.01)
    there.refuses, there.loses = set(), {Delete}
    await there.room.says(CLONE, FEE, CODE)
    assert not told(await there.settles())
    assert not (await there.file()).refused


async def test_a_message_qq_looked_at_first_and_then_no_longer_knew_is_not_said_to_have_been_refused(
    school: Official,
) -> None:
    async with school.on_guard():
        number = await school.scam()
        await school.settled()
        path = message_id(school.playground.world.chat("class").id, number)
        school.gateway.doing.refused[path] = [(202, 304023), (404, 11)]
        await school.tells("teacher", "/delete #1")
        assert await school.said("teacher", contains="不知道删掉了没有", wait=PATIENCE)
        await school.settled()
        assert not await school.said("teacher", contains="平台没让我")
