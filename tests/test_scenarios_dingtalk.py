"""The scenarios of the playground on DingTalk: with an admin's message stream, by naming the robot, in private."""

from __future__ import annotations

import pytest

from bot.media.reading import words_are_read
from bot.playground import scenarios
from bot.playground.assembly import assembled
from bot.playground.client import Refused
from bot.playground.dingtalk.side import DingTalkSide
from bot.playground.player import compare
from bot.playground.scenarios import Need
from bot.playground.stage import CLASS
from tests.guarded import PATIENCE, SCAM

PLAYED = scenarios.names(given=DingTalkSide.gives)


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said where nothing can be written down is another matter: a busy machine must not look like that."""
    monkeypatch.setattr("bot.answering.PATIENCE", 60.0)


def test_what_plays_there_is_all_that_makes_sense_there() -> None:
    assert set(scenarios.names()) - set(PLAYED) == {"edited", "picture"}


@pytest.mark.parametrize("name", PLAYED)
async def test_what_must_hold_of_a_scenario_holds_on_dingtalk(name: str) -> None:
    async with assembled(platforms=[DingTalkSide.name]) as stage:
        play = await stage.player.play(scenarios.scenario(name))
        assert stage.player.hears is (Need.HEARING in play.scenario.needs)
    outcome = compare(play, scenarios.expected(name, platform=DingTalkSide.name))
    assert outcome.right, "\n".join((*outcome.problems, outcome.changes))


def test_how_a_scenario_reads_on_dingtalk_is_on_file_and_speaks_of_nothing_that_is_not_there() -> None:
    for name in PLAYED:
        read = scenarios.expected(name, platform=DingTalkSide.name).transcript
        assert read or words_are_read(), name
        assert not any(word in read for word in ("按钮", "按一下", "Telegram", "/start")), name


async def test_a_class_that_is_heard_makes_room_for_one_that_is_not_and_the_other_way_round() -> None:
    async with assembled(platforms=[DingTalkSide.name]) as stage:
        control = stage.playground.controls[DingTalkSide.name]
        for needs, heard in ((frozenset({Need.HEARING}), True), (frozenset[Need](), False)):
            await stage.player.open_class("zh-Hans", needs)
            assert (await control.get("scenarios"))["hears"] is heard
            clone = await control.post("users", {"key": "clone", "first_name": "王丽老师"})
            await control.member(CLASS, clone["id"])
            await control.say(CLASS, clone["id"], SCAM)
            if heard:
                assert await control.said(CLASS, contains="冒充王丽老师", wait=PATIENCE)
            await stage.player.settled()
            assert bool(await control.said(CLASS, contains="冒充王丽老师", count=0)) is heard


async def test_what_cannot_play_there_is_neither_shown_nor_played() -> None:
    async with assembled(platforms=[DingTalkSide.name]) as stage:
        control = stage.playground.controls[DingTalkSide.name]
        told = await control.get("scenarios")
        assert {one["name"] for one in told["scenarios"] if one["language"] == "zh-Hans"} == set(PLAYED)
        assert {one["leads_to"] for one in told["scenarios"] if one["name"] in ("named", "asked")} == {
            "answer"
        }
        with pytest.raises(Refused, match="change what they said"):
            await control.post("play", {"name": "edited"})
