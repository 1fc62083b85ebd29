"""The table of per-group settings. A new setting is one line here and its words in bot/texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
MODES = ("observe", "warn", "guard")
# Which admins are told of incidents in private; what weakens the guard is told to all of them always.
ALERTED = ("owner", "admins")
# How long a person who was asked for a code has to answer; meanwhile parents wait for certainty.
ANSWER_MINUTES = ("30", "20", "10", "5")
# The weekly digest to admins: always, only when there is something to say, never.
DIGEST = ("on", "quiet", "off")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Setting:
    """`accepts` returns the canonical form of what an admin typed, or None when it is not valid.

    `usual`: what is offered where anything else may be typed.
    `protects`: the choices rise from the least protection to the most, and to go down is told to all admins.
    """

    name: str
    default: str
    accepts: Callable[[str], str | None]
    choices: tuple[str, ...] = ()
    protects: bool = False
    usual: tuple[str, ...] = ()


def _one_of(*choices: str) -> Callable[[str], str | None]:
    known = {choice.casefold(): choice for choice in choices}
    return lambda typed: known.get(typed.strip().casefold())


def _zone(typed: str) -> str | None:
    known = {zone.casefold(): zone for zone in available_timezones()}
    return known.get(typed.strip().replace(" ", "_").casefold())


def _clock(typed: str) -> str | None:
    try:
        hour, _, minute = typed.strip().replace("：", ":").partition(":")
        return time(int(hour), int(minute or 0)).strftime("%H:%M")
    except (ValueError, OverflowError):
        return None


SETTINGS: tuple[Setting, ...] = (
    Setting("language", "zh-Hans", _one_of(*LANGUAGES), LANGUAGES),
    Setting("timezone", "Asia/Shanghai", _zone),
    Setting("mode", "warn", _one_of(*MODES), MODES, protects=True),
    Setting("tips", "on", _one_of("on", "off"), ("on", "off")),
    Setting("quiz", "on", _one_of("on", "off"), ("on", "off")),
    Setting("tip_day", "mon", _one_of(*DAYS), DAYS),
    Setting("tip_time", "18:30", _clock, usual=("07:30", "12:00", "18:30", "20:30")),
    Setting("digest", "on", _one_of(*DIGEST), DIGEST),
    Setting("digest_day", "tip", _one_of("tip", *DAYS), ("tip", *DAYS)),
    Setting("answer_minutes", "10", _one_of(*ANSWER_MINUTES), ANSWER_MINUTES, protects=True),
    Setting("alerts", "admins", _one_of(*ALERTED), ALERTED, protects=True),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """One group's settings: what its admins chose, over the defaults."""

    chosen: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.chosen.get(name, BY_NAME[name].default)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self["timezone"])
