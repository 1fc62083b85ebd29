"""Plays a scenario on the playground's server, writes down what was said, and tells whether it should have been."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time

from bot.playground.client import Control
from bot.playground.hearing import Hearing
from bot.playground.scenarios import FIRST, Expected, Need, Scenario, Step
from bot.playground.side import Side
from bot.playground.stage import Settled, Stage
from bot.playground.transcript import Entry, Transcript, difference
from patterns.model import Level

_END = "end"


@dataclass(slots=True)
class Play:
    """What came of a scenario on a platform. `levels`: the highest level reached by the time a named step had
    been dealt with; `said`: what the guard said to it.
    """

    scenario: Scenario
    transcript: Transcript
    levels: dict[str, Level] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    public: int = 0
    private: int = 0
    platform: str = FIRST


@dataclass(frozen=True, slots=True)
class Outcome:
    """`problems` in plain words; `changes` is the difference to the transcript on file."""

    problems: tuple[str, ...]
    changes: str

    @property
    def right(self) -> bool:
        return not self.problems and not self.changes


class Player:
    """Plays on one side. `settled` returns once the bot has dealt with everything that has happened; `opened` is called
    when there are other people, before they do anything.

    `clock_lag` is how many seconds a bot that follows the clock from afar may be behind it. `hears` says whether the
    bot hears all that is said in the class now on stage.
    """

    def __init__(
        self, side: Side, control: Control, settled: Settled, opened: Settled, clock_lag: float = 0.0
    ) -> None:
        self.side = side
        self._control = control
        self.settled = settled
        self._opened = opened
        self._clock_lag = clock_lag
        self.hears = Need.NAMING not in side.gives

    async def open_class(self, language: str, needs: frozenset[Need] = frozenset()) -> Stage:
        """A new class in which the guard has been set up with its own commands, and with what is needed."""
        await self._dismiss_old_class()
        side = self.side
        self.hears = Need.NAMING not in side.gives or Need.HEARING in needs
        stage = Stage(self._control, language, self.settled, buttons=side.buttons, named=side.named)
        await stage.open()
        await self._opened()
        school_class = stage.school_class
        for step in school_class.called_opening if side.named else school_class.opening:
            if step.at:
                await self._turn(stage, "mon", step.at)
            await stage.perform(step)
            await self.settled()
            if step.adds_guard and self.hears:
                await side.lend_ears(stage.chat)
                await self.settled()
        return stage

    async def _turn(self, stage: Stage, day: str, at: time) -> None:
        if await stage.turn_to(stage.moment(day, at)):
            await asyncio.sleep(self._clock_lag)

    async def _dismiss_old_class(self) -> None:
        """The guard leaves, so that it plans nothing more for people who are about to vanish."""
        await self.side.lend_ears()
        for chat in await self._control.chats():
            await self._control.member(chat["id"], "bot", "left")
        await self.settled()

    async def play(
        self, scenario: Scenario, pause: float = 0.0, heard: Callable[[Entry], None] = lambda _: None
    ) -> Play:
        """Plays on a new class, `pause` seconds between two steps; `heard` is told every line as it is written."""
        stage = await self.open_class(scenario.language, scenario.needs)
        # Unwatched, time stands still between the steps: how long the machine takes is no part of the play.
        await self._control.run_clock(pause > 0)
        try:
            return await self._played(stage, scenario, pause, heard)
        finally:
            await self._control.run_clock(True)

    async def _played(
        self, stage: Stage, scenario: Scenario, pause: float, heard: Callable[[Entry], None]
    ) -> Play:
        transcript = Transcript(scenario.language)
        hearing = Hearing(self._control, stage, transcript)
        await hearing.begin()
        play = Play(scenario, transcript, platform=self.side.name)
        for step in scenario.steps:
            if pause:
                await asyncio.sleep(pause)
            written = len(transcript.entries)
            await self._take_step(step, scenario, stage, hearing)
            for entry in transcript.entries[written:]:
                heard(entry)
            play.said[step.id or _END] = "\n".join(
                entry.text for entry in transcript.entries[written:] if entry.by_guard
            )
            play.levels[step.id or _END] = hearing.level
        play.levels[_END] = hearing.level
        play.public, play.private = hearing.public, hearing.private
        return play

    async def _take_step(self, step: Step, scenario: Scenario, stage: Stage, hearing: Hearing) -> None:
        if step.at:
            await self._turn(stage, scenario.day, step.at)
        when = await stage.now()
        who = stage.names[step.who]
        answer = await stage.perform(step)
        await self.settled()
        hearing.write_step(step, when, who, answer)
        await hearing.write_answers(answer)


def compare(play: Play, expected: Expected) -> Outcome:
    """What should have been said against what was."""
    problems = [
        _problem(demand.after, play.levels, demand.level or f"≤ {demand.at_most}")
        for demand in expected.must
        if demand.after not in play.levels or not demand.allows(play.levels[demand.after])
    ]
    problems += [
        f"after {demand.after!r}: the guard does not say {demand.says!r}"
        for demand in expected.must
        if demand.says not in play.said.get(demand.after, "")
    ]
    reached, unasked = play.levels[_END], not play.scenario.asks
    if reached < Level.CAUTION and play.public and unasked:
        problems.append(f"the group was spoken to {play.public} times at level {reached.word}")
    if reached == Level.CLEAR and play.private and unasked:
        problems.append(f"{play.private} private messages were sent although nothing was wrong")
    if reached >= Level.CAUTION and not play.public:
        problems.append(f"level {reached.word} was reached, and the group was told nothing")
    if reached == Level.NOTICE and not play.private:
        problems.append("level notice was reached, and no admin was told")
    # Where no transcript is kept, what must hold is what there is to compare.
    changes = difference(expected.transcript, str(play.transcript)) if expected.transcript else ""
    return Outcome(tuple(problems), changes)


def _problem(after: str, levels: Mapping[str, Level], wanted: str) -> str:
    reached = levels.get(after)
    return f"after {after!r}: {reached.word if reached is not None else 'no such step'}, should be {wanted}"
