"""Who collects without a false name: a registered account, a seller, a pupil, whoever presses for another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patterns import loading
from patterns.artefacts import Kind
from patterns.asks import Hit, Mood
from patterns.case import Case
from patterns.model import AttachmentKind, Evidence
from patterns.signals.wording import evidence

_MONEY_ASKS = ("asks_payment", "hands_over", "names_fee", "red_packet", "proves_payment")
RECEIVERS = ("pays_to_me", "names_payee")
_JESTS = re.compile("哈哈|[😂🤣😆]|haha|\\blol\\b")
_HAND_OVER = frozenset(
    {"asks_payment", "wants_sum", "hands_over", "borrows", "red_packet", "scans", "collects", *RECEIVERS}
)
# As long as nobody in a class can have come to know an account.
_DAYS_A_NEWCOMER = 14.0
# What is collected openly, or not at all.
_OPENLY = (
    "takes_cash", "costs_nothing", "warns", "homework", "sets_exercise", "cites_lesson", "surveys", "jokes", "tells_news",
)  # fmt: skip
_NOT_ITS_OWN_MONEY = tuple(rule for rule in _OPENLY if rule not in ("costs_nothing", "tells_news"))
_TALKED_OF = ("says_paid", "tells_of_prices", "trades")
_TAKEN_BACK = frozenset({Mood.NEGATED, Mood.ASKED, Mood.POLITE, Mood.REPORTED, Mood.QUOTED})
_SOMEBODY_ELSES = frozenset({Mood.NEGATED, Mood.ASKED, Mood.QUOTED, Mood.RETOLD})
_PAYING = frozenset({"asks_payment", "hands_over", "pays_to_me"})
_NOT_HIS_OWN = frozenset({Mood.NEGATED, Mood.REPORTED, Mood.QUOTED, Mood.ASKED})


def staff_asks_privately(case: Case) -> Iterator[Evidence]:
    """A registered account asks for money into private hands, or names an account the school never registered."""
    if case.stranger:
        return
    own_code = any(one.pays for one in case.attached) or _code_nobody_knows(case)
    elsewhere = case.paid_elsewhere and case.meant(*_MONEY_ASKS)
    if own_code or elsewhere or _names_receiver(case):
        yield evidence("staff_asks_privately")


def _code_nobody_knows(case: Case) -> bool:
    """Is a sum to be paid by a code that leads to no address of the school's, and who knows where?"""
    if not case.has(AttachmentKind.QR) or not case.meant("scans"):
        return False
    leads = any(
        one.kind in (Kind.LINK, Kind.UNKNOWN_QR) and not case.context.official(one) for one in case.attached
    )
    return leads and (case.meant(*_MONEY_ASKS) or bool(case.shown.amounts))


def _names_receiver(case: Case) -> bool:
    """Is money asked for, and is it said nearby into whose hands?"""
    asks = [hit for hit in case.counted if hit.rule.id in _MONEY_ASKS]
    hands = [hit for hit in case.counted if hit.rule.id in RECEIVERS or _red_packet_to_self(case, hit)]
    if hands and any(one.kind is Kind.CONTACT for one in case.attached):
        return True
    near = case.reading.clauses.near
    return any(near((ask.start, ask.end), (hand.start, hand.end)) for ask in asks for hand in hands)


def _red_packet_to_self(case: Case, hit: Hit) -> bool:
    return hit.rule.id == "red_packet" and "我" in case.reading.quote(hit)


def sells_for_himself(case: Case) -> Iterator[Evidence]:
    """A stranger offers something to whoever wants it, and the money goes to himself, or comes before the thing.

    What parents trade openly among themselves is left to them.
    """
    if sells(case):
        yield evidence("sells_for_himself")


def sells(case: Case) -> bool:
    """Does a stranger offer something to whoever wants it, to be paid into his own hands, or before it comes?"""
    if not case.stranger or case.impostor or case.warns or not case.met("offers"):
        return False
    if case.met("trades", "jokes", "takes_cash", "cites_lesson", "sets_exercise", "homework", "says_paid"):
        return False
    if any(hit.mood in _NOT_HIS_OWN for hit in case.reading.hits_of(_PAYING)):
        return False
    own_hands = _beside_an_offer(case, *RECEIVERS) or bool(case.paid_elsewhere)
    if own_hands and case.met("tells_of_hardship", "pleads"):
        return True
    return (own_hands or _beside_an_offer(case, "pays_first")) and names_a_sum(case)


def names_a_sum(case: Case) -> bool:
    """Is there a figure, or a sum of money? Sums are the dearest to look for."""
    return case.names_figure or bool(case.shown.amounts)


def _beside_an_offer(case: Case, *rules: str) -> bool:
    """Is one of these meant where something is offered, and not pages away as in a long letter?"""
    offers = [(hit.start, hit.end) for hit in case.reading.hits_of(("offers",))]
    asks = [(hit.start, hit.end) for hit in case.counted if hit.rule.id in rules]
    near = case.reading.clauses.near
    return any(near(offer, ask) for offer in offers for ask in asks)


def newcomer_collects(case: Case) -> Iterator[Evidence]:
    """An account nobody in the class can know yet, under a name of its own, says how money comes into its hands."""
    if comes_to_collect(case) and not sells(case):
        yield evidence("newcomer_collects")


def comes_to_collect(case: Case) -> bool:
    """Does a stranger who joined within days name his own hands, account or code for a sum?"""
    days = case.message.standing.joined_days
    if days is None or days > _DAYS_A_NEWCOMER or not case.stranger or case.impostor:
        return False
    if case.warns or case.leaves_money_alone or case.met("trades", "says_paid", *_NOT_ITS_OWN_MONEY):
        return False
    if not case.reading.moods.isdisjoint(_SOMEBODY_ELSES):
        return False
    named = case.meant("names_payee") and case.meant("asks_payment", "hands_over")
    own_hands = case.pays or named or case.meant("pays_to_me")
    return own_hands and names_a_sum(case)


def sounds_private(case: Case) -> Iterator[Evidence]:
    """Words under no false name that read like money asked for into private hands, though no rule knows how they put it."""
    if not hears_private(case) or sells(case) or any(staff_asks_privately(case)):
        return
    text, tenor = case.reading.text, loading.tenor(_table(case))
    yield evidence("sounds_private", text.quote(*tenor.tellingest(text.text)))


def hears_private(case: Case) -> bool:
    """Does it sound like that, and says nothing else what it is?"""
    if case.impostor or not case.says_enough or not _costs_the_reader(case):
        return False
    if case.warns or case.leaves_money_alone or case.met(*_OPENLY) or case.meant("official_channel"):
        return False
    if case.stranger and case.met(*_TALKED_OF):
        return False
    if not case.reading.moods.isdisjoint(_TAKEN_BACK if case.stranger else {Mood.NEGATED}) or _goes_to_school(
        case
    ):
        return False
    return loading.tenor(_table(case)).collects(case.reading.text.text, _table(case))


def _table(case: Case) -> str:
    return loading.OUTSIDERS if case.stranger else loading.STAFF


def _costs_the_reader(case: Case) -> bool:
    """Is there a figure, or a word of money, or a packet to be filled? Of a stranger both are wanted."""
    if not case.stranger:
        return case.names_figure or case.speaks_of_money or case.has(AttachmentKind.RED_PACKET)
    return case.speaks_of_money and (case.names_figure or any(one.pays for one in case.attached))


def _goes_to_school(case: Case) -> bool:
    """Is a payee, an address or a fee named that the school has registered?"""
    known = any(case.context.registered(one) for one in case.paying)
    named = any(fee.what and fee.what in case.message.wording for fee in case.context.fees)
    return known or named or any(case.context.official(one) for one in case.shown.every)


def pupil_collects(case: Case) -> Iterator[Evidence]:
    """Somebody who passes for a pupil names a sum and the hands it is to go to."""
    if not case.stranger or case.impostor or not case.speaks_as_pupil:
        return
    if case.meant(*RECEIVERS) and case.meant("names_fee", "hands_over", "asks_payment"):
        yield evidence("pupil_collects")


def pupil_wants_money(case: Case) -> Iterator[Evidence]:
    """Somebody writes as a child does, and a sum, a code or an account goes with what is asked."""
    if not case.stranger or case.impostor or not case.speaks_as_pupil or case.warns:
        return
    if case.met("official_channel", "takes_cash", "homework", "costs_nothing"):
        return
    jests = case.met("jokes") or _JESTS.search(case.reading.text.text)
    if jests and not case.names_a_payee:
        return
    if not (case.directed or case.pays or case.met("kin_in_need", "borrows", "collects", "pays_to_me")):
        return
    if not (case.pays or names_a_sum(case)):
        return
    for hit in case.reading.hits_of(_HAND_OVER):
        if hit.mood not in (Mood.NEGATED, Mood.ASKED, Mood.NARRATED):
            yield evidence("pupil_wants_money", case.reading.quote(hit))
            return


def presses_for_collector(case: Case) -> Iterator[Evidence]:
    """Somebody without a role shames or hurries the others to pay what another unregistered account collects, and nobody
    was warned of yet: one warning is enough.
    """
    if not case.stranger or case.impostor or case.warns:
        return
    owner = case.roster.owner
    for hit in case.reading.hits_of(("presses_payers",)):
        if any(
            trace.may_be_pressed_for(case.message) and not trace.has("trades") and owner(trace.sender) is None
            for trace in case.traces
        ):
            yield evidence("presses_for_collector", case.reading.quote(hit))
