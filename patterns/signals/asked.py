"""What is asked, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator

from patterns import loading
from patterns.asks import Mood, Rule
from patterns.case import Case
from patterns.conversation import Trace
from patterns.model import AttachmentKind, Evidence
from patterns.signals.collectors import sells
from patterns.signals.wording import Wording, evidence

MEANT_GROUPS = frozenset({"request", "tell"})
_BESIDE_A_PAYEE = 0.25
_CARRIES_ON = 2.0
# Minutes after which an ask begins to fade, and is gone.
_FRESH, _FORGOTTEN = 10.0, 40.0
_FROM_AN_IMPOSTOR = 0.5
# To whom it is said: “no need to reply, everyone” takes no request back.
_ASK_NOTHING = frozenset({"addresses_everyone"})
_OF_FALSE_NAMES = frozenset({"impostor", "lookalike", "office"})
_MOOD_SIGNALS = {
    Mood.NEGATED: "denies",
    Mood.ASKED: "asks_about",
    Mood.POLITE: "asks_about",
    Mood.REPORTED: "reports",
    Mood.QUOTED: "quotes",
    Mood.RETOLD: "quotes",
}


def rules_met(case: Case) -> Iterator[Evidence]:
    """Every phrase rule that counts for this sender."""
    for hit in case.counted:
        rule = hit.rule
        found = case.reading.quote(hit)
        yield Evidence(rule.id, rule.group, rule.weight, found, Wording(rule.why, found))


def taken_back(case: Case) -> Iterator[Evidence]:
    """Requests that are denied, asked about, reported or quoted."""
    back = [
        hit
        for hit in case.reading.hits_where(lambda rule: _may_be_taken_back(case, rule))
        if hit.mood in _MOOD_SIGNALS
    ]
    if not back:
        return
    seen: set[Mood] = set()
    # “Who has not paid yet?” is no question from whoever poses as the teacher.
    if case.lookalike or any(hit.rule.politely for hit in case.counted):
        seen.update((Mood.ASKED, Mood.POLITE))
    elif case.posing or case.impostor or case.names_a_payee:
        seen.add(Mood.POLITE)
    if case.speaks_as_pupil and case.meant("pays_to_me"):
        seen.add(Mood.REPORTED)
    if case.links and case.met("logs_in_elsewhere"):
        seen.update((Mood.ASKED, Mood.POLITE))
    if any(hit.rule.relays for hit in case.counted):
        seen.update(_MOOD_SIGNALS)
    for hit in back:
        if hit.mood not in seen:
            seen.add(hit.mood)
            signal = _MOOD_SIGNALS[hit.mood]
            share = _share_of_a_denial(case)
            heavy = loading.weights().signals[signal] * share
            yield evidence(signal, case.reading.quote(hit), weight=heavy)


def _may_be_taken_back(case: Case, rule: Rule) -> bool:
    if rule.group not in MEANT_GROUPS or rule.id in _ASK_NOTHING:
        return False
    return case.impostor or rule.only not in _OF_FALSE_NAMES


def _share_of_a_denial(case: Case) -> float:
    """“No cash, just send it to me” denies the cash and not the asking."""
    if (
        case.pays
        or sells(case)
        or (case.impostor and case.meant("pays_to_me", "names_payee", "moves_private", "may_be_reached"))
    ):
        return _BESIDE_A_PAYEE
    return _FROM_AN_IMPOSTOR if case.impostor else 1.0


def asked_before(case: Case) -> Iterator[Evidence]:
    """What the same account asked shortly before, when it goes on asking, or has taken a false name since."""
    if not (case.asserted or case.impostor or case.has(AttachmentKind.IMAGE)):
        return
    if not (case.impostor or _goes_on(case)):
        return
    now = {hit.rule.id for hit in case.counted}
    earlier: dict[str, float] = {}
    for trace in case.own_traces:
        for name, weight in _left_of(trace, case):
            if name not in now and name != "asked_before":
                earlier[name] = weight
    if weight := sum(earlier.values()):
        yield evidence("asked_before", weight=weight)


def _left_of(trace: Trace, case: Case) -> Iterator[tuple[str, float]]:
    """What an earlier ask still weighs. Under a false name all of it; else little by little nothing, and only a real ask."""
    if case.impostor:
        full = loading.weights().signals
        yield from ((name, full.get(name, weight)) for name, weight in trace.of_group("request"))
        return
    honest = sum(weight for _, weight in trace.of_group("against"))
    asked = sum(weight for _, weight in trace.of_group("request"))
    age = case.message.minute - trace.minute
    share = min(1.0, (_FORGOTTEN - age) / (_FORGOTTEN - _FRESH))
    if share > 0 and asked + honest >= loading.weights().thresholds["request"]:
        yield from ((name, weight * share) for name, weight in trace.of_group("request"))


def _goes_on(case: Case) -> bool:
    """Does it carry an ask further: a way to pay, a link, the picture meant, or words for paying of some weight?"""
    if case.pays or case.links:
        return True
    if case.has(AttachmentKind.IMAGE) and (case.directed or not case.reading.text.text.strip()):
        return True
    return sum({hit.rule.id: hit.rule.weight for hit in case.counted}.values()) >= _CARRIES_ON
