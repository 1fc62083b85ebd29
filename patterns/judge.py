"""judge(message, context, conversation) → Verdict: the whole decision, from text and facts to a level with its reasons."""

from __future__ import annotations

from dataclasses import replace

from patterns import fees, loading, signals
from patterns.asks import read
from patterns.case import Case
from patterns.context import Context
from patterns.conversation import EMPTY, Conversation
from patterns.model import CLEAR, AttachmentKind, Evidence, Level, Message, Person, Verdict
from patterns.names import Claim, Resemblance, Roster
from patterns.normalize import Normalized, normalize
from patterns.posing import who_it_resembles
from patterns.scoring import Sum, add_up, level_of
from patterns.shown import Shown
from patterns.signals.only_frauds import may_be_fraud
from patterns.signals.who import OFFICES
from patterns.sums import FIGURE, MONEYED

__all__ = ["EMPTY", "Context", "asks_nothing", "judge", "may_ask", "poses"]

_SILENT_ATTACHMENTS = frozenset({AttachmentKind.VOICE, AttachmentKind.OTHER})
_POSING = frozenset({"teacher", "head", "student"}) | OFFICES


def judge(message: Message, context: Context, conversation: Conversation = EMPTY) -> Verdict:
    """What to make of one message, given its group and what was said just before."""
    book = context.rules or loading.rulebook()
    text = normalize(message.wording)
    spots = book.spots(text.text)
    like, claim = who_it_resembles(message, context)
    known = context.roster.owner(message.sender.id) is not None
    ordinary = _is_ordinary(message, like, claim) and not (spots and conversation.expects_more_of(message))
    opened = not ordinary or (bool(spots) and book.opens(spots, widely=known))
    if not opened and context.confirmed is None:
        return CLEAR
    shown = Shown(message.attachments, text)
    ordinary = ordinary and not _shows_confirmed(shown, context)
    if ordinary and not opened:
        return CLEAR
    reading = read(text, book, loading.moods(), spots, loading.begins_word)
    # Most talk of money ends here.
    if ordinary and not known and not reading.leads and not _sounds_alone(text):
        if not shown.written:
            return CLEAR
        reading = reading.emptied()
    return _conclude(Case(message, context, conversation, reading, shown, like, claim))


def poses(message: Message, context: Context) -> bool:
    """Does the sender's name pass for a protected person's, or claim an office or a teacher's role?"""
    return not _is_nobody(*who_it_resembles(message, context))


def may_ask(message: Message) -> bool:
    """Could it ask for something, whoever sends it? Says so of any picture, file or link; looks for words, not for rules."""
    book = loading.rulebook()
    shows = bool(message.attachments) and _shows_something(message)
    return shows or book.opens(book.spots(normalize(message.wording).text))


def asks_nothing(text: str) -> bool:
    """Whether the words alone, from nobody in particular, ask for nothing and show nowhere to pay."""
    verdict = judge(Message("", Person("", ""), text), Context(roster=Roster()))
    return verdict.level is Level.CLEAR and not verdict.asks and not verdict.marks


def _sounds_alone(text: Normalized) -> bool:
    """Might it be heard for its tenor alone?"""
    return _sounds_private(text) or _sounds_like_fraud(text)


def _sounds_private(text: Normalized) -> bool:
    costs = FIGURE.search(text.text) and MONEYED.search(text.text)
    return bool(costs) and loading.tenor(loading.OUTSIDERS).collects(text.text, loading.OUTSIDERS)


def _sounds_like_fraud(text: Normalized) -> bool:
    return may_be_fraud(text) and loading.tenor(loading.FRAUDS).collects(text.text, loading.OUTSIDERS)


def _is_nobody(like: Resemblance | None, claim: Claim | None) -> bool:
    return like is None and (claim is None or claim.kind not in _POSING)


def _shows_confirmed(shown: Shown, context: Context) -> bool:
    """Does it show what was confirmed as scam? Then it needs no asking word. Costs nothing where nothing was."""
    return context.confirmed is not None and any(map(context.confirmed, shown.marks))


def _is_ordinary(message: Message, like: Resemblance | None, claim: Claim | None) -> bool:
    return (
        _is_nobody(like, claim)
        and message.standing.portrait_of is None
        and not (message.attachments and _shows_something(message))
    )


def _shows_something(message: Message) -> bool:
    return any(item.kind not in _SILENT_ATTACHMENTS for item in message.attachments)


def _conclude(case: Case) -> Verdict:
    weights = loading.weights()
    who = [one for signal in signals.WHO for one in signal(case)]
    impostor = bool(who) and add_up(who, weights).identity >= weights.thresholds["identity"]
    known = replace(case, impostor=True) if impostor else case
    rest = [one for signal in signals.THE_REST for one in signal(known)]
    found = _strongest((*who, *rest))
    if not found:
        return CLEAR
    total = add_up(found, weights)
    level = level_of(total, weights)
    fee = fees.announced(known) if level < Level.ALARM else None
    return Verdict(
        level=level if fee is None else Level.CLEAR,
        evidence=found,
        score=round(total.total, 2),
        impersonates=_worn(known) if impostor else None,
        tells=tuple(one.signal for one in found if one.group == "tell"),
        marks=known.marks,
        asks=_asks(total),
        fee="" if fee is None else fee.notice,
    )


def _asks(total: Sum) -> bool:
    return bool(total.tells) or total.asked >= loading.weights().thresholds["request"]


def _worn(case: Case) -> str:
    if case.resemblance is not None:
        return case.resemblance.protected.name
    return case.message.standing.portrait_of or (case.claim.found if case.claim else case.message.sender.name)


def _strongest(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """One piece of evidence a signal: the first of the heaviest."""
    best: dict[str, Evidence] = {}
    for one in evidence:
        if one.signal not in best or abs(one.weight) > abs(best[one.signal].weight):
            best[one.signal] = one
    return tuple(best.values())
