"""What a group's mode and the bot's rights allow at each level."""

from __future__ import annotations

import pytest

from bot.abilities import Abilities, Right
from bot.settings import MODES
from handlers.policy import SILENCE, Powers, Response, respond
from patterns.model import Level

ALL = Powers(frozenset(Right), Abilities())
NONE = Powers(frozenset(), Abilities())


@pytest.mark.parametrize("mode", MODES)
def test_a_clear_message_moves_nobody(mode: str) -> None:
    assert respond(Level.CLEAR, mode, ALL) == SILENCE


@pytest.mark.parametrize("level", [Level.NOTICE, Level.CAUTION, Level.ALARM])
def test_observing_only_the_admins_are_told(level: Level) -> None:
    assert respond(level, "observe", ALL) == Response(admins=True)


@pytest.mark.parametrize("mode", MODES)
def test_a_notice_is_for_the_admins_alone(mode: str) -> None:
    assert respond(Level.NOTICE, mode, ALL) == Response(admins=True)


@pytest.mark.parametrize("mode", ["warn", "guard"])
def test_a_caution_is_public_and_touches_nobody(mode: str) -> None:
    assert respond(Level.CAUTION, mode, ALL) == Response(admins=True, public=True)


@pytest.mark.parametrize("mode", ["warn", "guard"])
def test_a_caution_is_not_given_twice(mode: str) -> None:
    assert respond(Level.CAUTION, mode, ALL, cautioned_before=True) == Response(admins=True)


def test_an_alarm_is_given_however_often_there_was_a_caution() -> None:
    assert respond(Level.ALARM, "warn", ALL, cautioned_before=True).public


def test_warning_tells_everybody_and_touches_nobody() -> None:
    assert respond(Level.ALARM, "warn", ALL) == Response(admins=True, public=True)


def test_guarding_also_deletes_and_mutes() -> None:
    everything = Response(admins=True, public=True, delete=True, mute=True)
    assert respond(Level.ALARM, "guard", ALL) == everything


def test_an_admins_account_is_never_muted_by_the_bot_itself() -> None:
    answer = respond(Level.ALARM, "guard", ALL, ordinary_member=False)
    assert answer.delete and not answer.mute


@pytest.mark.parametrize(
    "powers",
    [NONE, Powers(frozenset(Right), Abilities(deletes=False, mutes=False))],
    ids=["no rights", "a platform without"],
)
def test_what_cannot_be_done_is_not_tried(powers: Powers) -> None:
    answer = respond(Level.ALARM, "guard", powers)
    assert answer.public and not answer.delete and not answer.mute
