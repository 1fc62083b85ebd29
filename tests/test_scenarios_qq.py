"""The scenarios of the playground, played by the real bot on the official QQ bot platform."""

from __future__ import annotations

import pytest

from bot.playground import scenarios
from bot.playground.assembly import assembled
from bot.playground.player import compare
from bot.playground.qq.side import QQSide

PLAYED = scenarios.names(given=QQSide.gives)


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said where nothing can be written down is another matter: a busy machine must not look like that."""
    monkeypatch.setattr("bot.answering.PATIENCE", 60.0)


@pytest.mark.parametrize("name", PLAYED)
async def test_what_must_hold_of_a_scenario_holds_on_the_official_bot(name: str) -> None:
    async with assembled(platforms=[QQSide.name]) as stage:
        play = await stage.player.play(scenarios.scenario(name))
    outcome = compare(play, scenarios.expected(name, platform=QQSide.name))
    assert outcome.right, "\n".join((*outcome.problems, outcome.changes))
