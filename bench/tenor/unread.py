"""What each saying sounds like to who has read only other writers, and the thresholds that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.tenor.fitting import learn
from bench.tenor.gathering import Saying, Speaker

# What people say under their own names is a thousand times as much as what was read.
_MARGIN = 1.5


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


def listened(heard: Iterable[Heard], speaker: Speaker, *, collects: bool) -> list[float]:
    """The same of what the judge would listen to."""
    return said((one for one in heard if one.saying.listened), speaker, collects=collects)


def threshold(heard: Sequence[Heard], speaker: Speaker) -> float:
    """What no harmless message the judge would listen to exceeds; nor nearly, of those who wear no false name.

    Few are listened to under one. There one in fifty may of what was said under an office's, and one in ten of what
    registered teachers say that the judge would listen to were it said under a borrowed one.
    """
    own = [one for one in heard if not one.saying.borrowed]
    least = max(listened(own, speaker, collects=False), default=0.0)
    if speaker is Speaker.OFFICE:
        least = max(least, float(np.quantile(said(own, speaker, collects=False), 0.98)))
    elif speaker is Speaker.LOOKALIKE:
        borrowed = [one for one in heard if one.saying.borrowed]
        least = max(least, float(np.quantile(listened(borrowed, speaker, collects=False), 0.9)))
    else:
        least += _MARGIN
    return round(least + 0.01, 2)


def talk(heard: Sequence[Heard], speaker: Speaker, share: float) -> float:
    """What all this speaker's demands but such a share of them exceed."""
    return round(float(np.quantile(said(heard, speaker, collects=True), share)), 2)
