"""A message beside the fees its class has been told of: the same once more, or the same paid to somebody else."""

from __future__ import annotations

from patterns.case import Case
from patterns.model import AttachmentKind, Fee
from patterns.normalize import normalize

# What the notice of a fee may speak of; whoever repeats one and says more may lead somewhere else.
_TALK = frozenset(
    (
        "addresses_everyone",
        "addresses_reader",
        "asks_payment",
        "collects",
        "hands_over",
        "hurries",
        "names_fee",
        "names_payee",
        "office_orders",
        "official_channel",
        "scans",
        "tells_of_prices",
        "touches_money",
        "urges_payers",
        "wants_sum",
    )
)
# A short name of a fee ("餐费") is a part of too many others.
_SHORT = 2


def announced(case: Case) -> Fee | None:
    """The fee it repeats as the class has read it: the same sum, and nobody else to pay."""
    if case.impostor or not case.asserted:
        return None
    return next((fee for fee in case.context.fees if fee.notice and _agrees(case, fee)), None)


def misdirected(case: Case) -> Fee | None:
    """The fee it names, to be paid to somebody the school never named."""
    if not case.paid_elsewhere or not case.asserted or case.warns:
        return None
    known = (fee for fee in case.context.fees if fee.notice and not fee.by_name)
    return next((fee for fee in known if _named(case, fee)), None)


def _agrees(case: Case, fee: Fee) -> bool:
    if not fee.amount or not _costs(case, fee) or not _is_plain(case):
        return False
    if case.paying:
        return all(case.context.goes_to(one, fee.payee) for one in case.paying)
    return _says(case, fee.payee) and _says(case, fee.what)


def _is_plain(case: Case) -> bool:
    """Says that a fee is due and nothing beyond: no other way to pay or to talk, nothing still unread."""
    read = all(item.kind is AttachmentKind.QR for item in case.message.attachments)
    other_ways = any(not one.pays and not case.context.official(one) for one in case.shown.every)
    return read and not other_ways and case.rules <= _TALK


def _named(case: Case, fee: Fee) -> bool:
    """By its name; a short one ("餐费") is a part of too many others, and needs the same sum beside it."""
    return _says(case, fee.what) and (len(fee.what) > _SHORT or _costs(case, fee))


def _costs(case: Case, fee: Fee) -> bool:
    return any(one.amount == fee.amount for one in (*case.shown.every, *case.shown.amounts))


def _says(case: Case, words: str) -> bool:
    wanted = normalize(words).text.strip()
    return len(wanted) > 1 and wanted in case.reading.text.text
