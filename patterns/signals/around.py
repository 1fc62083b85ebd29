"""What goes with a request: edits, renames, haste, accomplices. Supports, never decides."""

from __future__ import annotations

from collections.abc import Iterator

from patterns.case import Case
from patterns.conversation import DENIES, SAYS_PAID
from patterns.model import Evidence, Role
from patterns.signals.wording import evidence

_SCHOOL_DAY = range(6, 23)


def edited(case: Case) -> Iterator[Evidence]:
    if case.message.edit_of and case.asserted:
        yield evidence("edited_into_request")


def renamed(case: Case) -> Iterator[Evidence]:
    before = case.message.standing.renamed_from
    if before and case.stranger and (case.resemblance or case.claim):
        yield evidence("renamed_lately", before)


def repictured(case: Case) -> Iterator[Evidence]:
    """Seen to put on the picture it wears, as somebody does who has just begun to pose as another."""
    if case.stranger and case.message.standing.portrait_minutes is not None:
        yield evidence("repictured_lately")


def new_here(case: Case) -> Iterator[Evidence]:
    if case.has_just_joined and case.stranger and case.asserted:
        yield evidence("new_here")


def odd_hour(case: Case) -> Iterator[Evidence]:
    hour = case.message.hour
    if hour is not None and hour not in _SCHOOL_DAY and case.asserted:
        yield evidence("odd_hour")


def calls_everyone(case: Case) -> Iterator[Evidence]:
    if case.message.mentions_all and case.message.sender.role is Role.MEMBER and case.asserted:
        yield evidence("calls_everyone")


def disguised(case: Case) -> Iterator[Evidence]:
    if case.reading.text.disguised and case.asserted:
        yield evidence("disguised")


def others_paid(case: Case) -> Iterator[Evidence]:
    me = case.message.sender.id
    if case.asserted and any(trace.sender != me and trace.has(SAYS_PAID) for trace in case.traces):
        yield evidence("others_paid")


def contradicted(case: Case) -> Iterator[Evidence]:
    if not case.stranger or not case.asserted:
        return
    staff = case.roster.owner
    if any(trace.has(DENIES) and staff(trace.sender) is not None for trace in case.traces):
        yield evidence("contradicted")
