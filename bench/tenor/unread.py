"""What each saying sounds like to who has read only other writers, and the thresholds that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.tenor.fitting import learn
from bench.tenor.gathering import Saying, Speaker

# Of what people say under their own names, the odd tale or joke sounds like the thing itself; from the rest a demand must
# stand clear, for they say a thousand times as much as was read.
_ALL_BUT_THE_ODD, _CLEAR_OF_IT = 0.99, 0.75


@dataclass(frozen=True, slots=True)
class Heard:
    """How much one saying sounds like collecting to who has read only other writers."""

    saying: Saying
    tenor: float


def unread(read: Sequence[Saying]) -> list[Heard]:
    found: list[Heard] = []
    for writer in sorted({one.writer for one in read}):
        tenor = learn([one for one in read if one.writer != writer])
        found += (Heard(one, tenor.of(one.text)) for one in read if one.writer == writer)
    return found


def said(heard: Iterable[Heard], speaker: Speaker, *, collects: bool) -> list[float]:
    """How all that such a speaker demands, or else says, sounds."""
    return [one.tenor for one in heard if one.saying.speaker is speaker and one.saying.collects is collects]


def listened(heard: Iterable[Heard], signal: str, speaker: Speaker, *, collects: bool) -> list[float]:
    """The same of what the judge would listen to for such a signal."""
    return said((one for one in heard if signal in one.saying.listened), speaker, collects=collects)


def threshold(heard: Sequence[Heard], signal: str, speaker: Speaker) -> float:
    """From where on such a speaker's words are a demand: above what the judge would listen to of his harmless ones.

    Under a false name no harmless message may pass; few are listened to there. One in fifty may of what was said under an
    office's, and one in ten of what registered teachers say that the judge would listen to were it said under a borrowed one.
    """
    own = [one for one in heard if not one.saying.borrowed]
    harmless = listened(own, signal, speaker, collects=False)
    match speaker:
        case Speaker.OFFICE:
            least = max((*harmless, _quantile(said(own, speaker, collects=False), 0.98)))
        case Speaker.LOOKALIKE:
            borrowed = [one for one in heard if one.saying.borrowed]
            least = max((*harmless, _quantile(listened(borrowed, signal, speaker, collects=False), 0.9)))
        case _:
            least = _quantile(harmless, _ALL_BUT_THE_ODD) + _CLEAR_OF_IT
    return round(least + 0.01, 2)


def talk(heard: Sequence[Heard], speaker: Speaker, share: float) -> float:
    """What all this speaker's demands but such a share of them exceed."""
    return round(_quantile(said(heard, speaker, collects=True), share), 2)


def _quantile(tenors: Sequence[float], share: float) -> float:
    return float(np.quantile(tenors, share))
