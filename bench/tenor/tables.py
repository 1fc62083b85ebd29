"""The tables that are learnt: from whose words, whom each listens to, and what it takes for talk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

from bench.tenor.fitting import learn
from bench.tenor.gathering import LINES, Saying, Speaker
from bench.tenor.unread import Heard, talk, threshold
from patterns import loading
from patterns.tenor import Tenor


@dataclass(frozen=True, slots=True)
class Talk:
    """What sounds less like collecting than all but a share of somebody's demands."""

    whose: str
    demands: Speaker
    share: float
    # Whose harmless words it is measured on.
    told_by: Speaker


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, which sayings it learns from, whose demands it hears, and whose words it may take for talk."""

    of: str
    learns_from: Callable[[Saying], bool]
    hears: tuple[Speaker, ...] = ()
    talks: tuple[Talk, ...] = ()

    def all_ears(self) -> Tenor:
        """A table to which everything collects and nothing is talk."""
        return Tenor(dict.fromkeys(self.hears, -inf), {one.whose: -inf for one in self.talks}, 0.0, {})

    def learnt(self, read: Sequence[Saying], heard: Sequence[Heard]) -> Tenor:
        """From what was read, with the thresholds that follow from how it was heard unread."""
        least = {one.value: threshold(heard, one) for one in self.hears}
        below = {one.whose: talk(heard, one.demands, one.share) for one in self.talks}
        return replace(learn(read), least=least, talk=below)


def _of(speaker: Speaker) -> Callable[[Saying], bool]:
    return lambda one: one.writer in LINES or (one.speaker is speaker and not one.unsettled)


def _of_what_only_frauds_ask(one: Saying) -> bool:
    """Every such demand that is an alarm and every harmless word of it."""
    return one.tells and one.collects is one.unsettled and not one.borrowed


TABLES = (
    Table(
        loading.FALSE_NAMES,
        lambda _: True,
        hears=(Speaker.LOOKALIKE, Speaker.OFFICE),
        talks=(
            Talk("lookalike", Speaker.LOOKALIKE, 0.01, Speaker.STAFF),
            # Of a false name that says neither to whom nor how, more is taken for talk.
            Talk("lookalike_without_a_way", Speaker.LOOKALIKE, 0.03, Speaker.STAFF),
        ),
    ),
    Table(loading.STAFF, _of(Speaker.STAFF), hears=(Speaker.STAFF,)),
    Table(loading.OUTSIDERS, _of(Speaker.OUTSIDER), hears=(Speaker.OUTSIDER,)),
    Table(
        loading.TELLERS,
        _of_what_only_frauds_ask,
        talks=(Talk("outsiders", Speaker.OUTSIDER, 0.03, Speaker.OUTSIDER),),
    ),
)
