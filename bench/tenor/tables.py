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
    """One table: its name, which sayings it learns from, whose demands it hears, and whose words it may take for talk.

    `signal` is what speaks where it hears something.
    """

    of: str
    learns_from: Callable[[Saying], bool]
    hears: tuple[Speaker, ...] = ()
    signal: str = ""
    talks: tuple[Talk, ...] = ()

    def all_ears(self) -> Tenor:
        """A table to which everything collects and nothing is talk."""
        return Tenor(dict.fromkeys(self.hears, -inf), {one.whose: -inf for one in self.talks}, 0.0, {})

    def learnt(self, read: Sequence[Saying], heard: Sequence[Heard]) -> Tenor:
        """From what was read, with the thresholds that follow from how it was heard unread."""
        least = {one.value: threshold(heard, self.signal, one) for one in self.hears}
        below = {one.whose: talk(heard, one.demands, one.share) for one in self.talks}
        return replace(learn(read), least=least, talk=below)


def _of(speaker: Speaker) -> Callable[[Saying], bool]:
    return lambda one: one.writer in LINES or (one.speaker is speaker and not one.unsettled)


def _of_what_only_frauds_ask(one: Saying) -> bool:
    """Every demand that is an alarm whoever makes it, and every harmless word but those of a false name."""
    return one.collects is one.unsettled and not one.borrowed


def _in_words_of_a_tell(one: Saying) -> bool:
    return one.tells and _of_what_only_frauds_ask(one)


def _under_no_protected_name(one: Saying) -> bool:
    """What is an alarm for the name, the file or the crowd beside it is asked in the words of honest parents."""
    asks_it = one.tells or not one.collects
    return one.speaker is not Speaker.LOOKALIKE and asks_it and _of_what_only_frauds_ask(one)


TABLES = (
    Table(
        loading.FALSE_NAMES,
        lambda _: True,
        hears=(Speaker.LOOKALIKE, Speaker.OFFICE),
        signal="sounds_like_collecting",
        talks=(
            Talk("lookalike", Speaker.LOOKALIKE, 0.01, Speaker.STAFF),
            # Of a false name that says neither to whom nor how, more is taken for talk.
            Talk("lookalike_without_a_way", Speaker.LOOKALIKE, 0.03, Speaker.STAFF),
        ),
    ),
    Table(loading.STAFF, _of(Speaker.STAFF), hears=(Speaker.STAFF,), signal="sounds_private"),
    Table(loading.OUTSIDERS, _of(Speaker.OUTSIDER), hears=(Speaker.OUTSIDER,), signal="sounds_private"),
    Table(
        loading.TELLERS,
        _in_words_of_a_tell,
        talks=(Talk("outsiders", Speaker.OUTSIDER, 0.03, Speaker.OUTSIDER),),
    ),
    Table(
        loading.FRAUDS,
        _under_no_protected_name,
        hears=(Speaker.OFFICE, Speaker.OUTSIDER, Speaker.STAFF),
        signal="sounds_like_fraud",
    ),
)
