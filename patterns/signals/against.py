"""What speaks for the sender."""

from __future__ import annotations

from collections.abc import Iterator

from patterns.artefacts import Kind
from patterns.case import Case
from patterns.model import AttachmentKind, Evidence
from patterns.signals.collectors import comes_to_collect, hears_private, sells
from patterns.signals.wording import evidence

# What is no small talk, whoever is meant to hear it.
_SPEAK_TO_ANYBODY = (
    "kin_in_need",
    "asks_quota",
    "sells_places",
    "sells_cover",
    "promises_returns",
    "asks_papers",
    "rents_accounts",
    "unlocks_account",
    "sends_card_numbers",
    "recovers_losses",
    "deals_off_group",
)


def payee_known(case: Case) -> Iterator[Evidence]:
    if case.paying and all(case.context.registered(one) for one in case.paying):
        yield evidence("registered_payee")


def domain_known(case: Case) -> Iterator[Evidence]:
    links = [one for one in (*case.attached, *case.written) if one.kind is Kind.LINK]
    if links and all(case.context.official(one) for one in links):
        yield evidence("registered_domain")


def fee_announced(case: Case) -> Iterator[Evidence]:
    text = case.message.wording
    for fee in case.context.fees:
        # A fee the class has a notice of speaks for nobody who wants it paid elsewhere.
        if fee.notice and case.paid_elsewhere:
            continue
        if fee.what and fee.what in text and (not fee.amount or fee.amount in text) and not case.impostor:
            yield evidence("announced_fee", fee.what)


def small_talk(case: Case) -> Iterator[Evidence]:
    """Words alone from somebody who poses as nobody: whom do they address, and who is to be paid?"""
    if not case.stranger or case.impostor or not case.asserted or case.pays or case.has(AttachmentKind.IMAGE):
        return
    if (
        case.meant(*_SPEAK_TO_ANYBODY)
        or (case.meant("asks_donation") and case.meant("tells_of_hardship", "pleads"))
        or sells(case)
        or comes_to_collect(case)
        or case.resemblance
        or case.posing
        or case.links
        or hears_private(case)
    ):
        return
    hands = case.directed and case.meant("pays_to_me")
    if case.meant("relays_order") or (hands and case.meant("names_fee", "names_payee", "pays_first")):
        return
    if not case.meant("addresses_everyone"):
        yield evidence("speaks_to_nobody")
    elif not (case.meant("pays_to_me") or _whole_notice(case)):
        yield evidence("names_no_receiver")


def _whole_notice(case: Case) -> bool:
    """A fee, the order to pay it and the order to scan: only the code is in another post."""
    return case.directed and all(case.meant(rule) for rule in ("names_fee", "asks_payment", "scans"))


def long_here(case: Case) -> Iterator[Evidence]:
    if case.stranger and not case.impostor and case.long_here:
        yield evidence("long_here")


def passed_on(case: Case) -> Iterator[Evidence]:
    if case.message.forwarded and not case.impostor and case.asserted:
        yield evidence("passed_on")


def warned_before(case: Case) -> Iterator[Evidence]:
    """“A swindler wrote this, look”: his words after it, and whatever picture he sent with them."""
    shown = case.message.forwarded or not case.message.attachments
    if case.stranger and not case.impostor and case.asserted and shown and case.warned_just_before:
        yield evidence("warned_before")
