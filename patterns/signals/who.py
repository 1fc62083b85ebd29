"""Who speaks, and for whom they pass."""

from __future__ import annotations

from collections.abc import Iterator

from patterns.case import Case
from patterns.model import Evidence, Role
from patterns.names import Claim, Likeness, claims
from patterns.signals.wording import evidence

MEANT_GROUPS = frozenset({"request", "tell"})
OFFICES = frozenset(
    {
        "school_office",
        "education_bureau",
        "police",
        "court",
        "bank",
        "payment_platform",
        "insurance",
        "hospital",
        "social_security",
        "courier",
        "telecom",
        "home_school_service",
        "training_refund",
    }
)
_PRESSES = ("pays_to_me", "scans", "hands_over")


def name_worn(case: Case) -> Iterator[Evidence]:
    """The display name is a protected person's, or nearly."""
    like = case.resemblance
    if like is None:
        return
    signal = {
        Likeness.EQUAL: "wears_name",
        Likeness.NEIGHBOUR: "nearly_wears_name",
        Likeness.WEAK: "hints_at_name",
    }.get(like.likeness)
    if signal:
        yield evidence(signal, case.message.sender.name, who=like.protected.name)


def portrait_worn(case: Case) -> Iterator[Evidence]:
    """The profile picture is a protected person's."""
    if case.stranger and (who := case.message.standing.portrait_of):
        yield evidence("wears_portrait", who=who)


def name_claims(case: Case) -> Iterator[Evidence]:
    """The display name claims an office or a teacher's role."""
    claim = case.claim
    if claim is None or case.message.sender.role is not Role.MEMBER or _said_by_name(case, claim):
        return
    if claim.kind in OFFICES:
        yield evidence("claims_office", claim.found)
    elif claim.kind == "head":
        yield evidence("claims_head", claim.found)
    elif claim.kind == "teacher":
        yield evidence("claims_teacher", claim.found)
    elif claim.kind == "student":
        yield evidence("speaks_for_class", claim.found)


def _said_by_name(case: Case, claim: Claim) -> bool:
    """Who wears a teacher's whole name claims by it to be a teacher: one reason, not two."""
    like = case.resemblance
    return claim.kind in ("teacher", "head") and like is not None and like.likeness is Likeness.EQUAL


def introduces(case: Case) -> Iterator[Evidence]:
    """The text introduces its sender as somebody it is not. It weighs once something is asked, then or shortly after."""
    if not case.stranger or case.resemblance:
        return
    names = tuple(_names_given(case))
    before = not names and case.before("introduces_self")
    if not (names or before) or case.sounds_told:
        return
    asks = any(case.reading.hits_where(lambda rule: rule.group in MEANT_GROUPS)) or case.pays
    for name in names:
        yield evidence("introduces_self", name, weight=None if asks else 0.0)
    if asks and before:
        yield evidence("introduced_before")


def _names_given(case: Case) -> Iterator[str]:
    """Names of protected people and offices by which the sender calls himself."""
    for hit in case.reading.hits_of(("introduces",)):
        if case.reading.clauses.cites(hit.end):
            continue
        name = case.reading.quote(hit, after=hit.rule.words)
        like, claim = case.roster.resemblance(name), claims(name)
        if (like and like.likeness >= Likeness.NEIGHBOUR) or (claim and claim.kind in OFFICES):
            yield name


def backs_impostor(case: Case) -> Iterator[Evidence]:
    """Somebody tells the others where to pay what an impostor has just asked for.

    Who merely obeys, asks back or urges may be the next victim, and is not counted among the impostors.
    """
    me = case.message.sender.id
    if not any(trace.impostor and trace.sender != me for trace in case.traces):
        return
    if not case.stranger or case.resemblance is not None or not case.pays:
        return
    recounts = case.reading.asserts("says_paid") and not case.reading.asserts("addresses_everyone")
    if case.reading.asserts(*_PRESSES) and not recounts:
        yield evidence("backs_impostor")


def admin_of_group(case: Case) -> Iterator[Evidence]:
    """An administrator of the group has been let in by somebody."""
    if case.stranger and case.resemblance and case.message.sender.role is not Role.MEMBER:
        yield evidence("admin_of_group")


def turned_into(case: Case) -> Iterator[Evidence]:
    """An account known under another name has become a protected person, name and picture both."""
    standing, like = case.message.standing, case.resemblance
    if like is None or like.likeness < Likeness.NEIGHBOUR or not standing.renamed_from:
        return
    if standing.portrait_of and case.roster.resemblance(standing.renamed_from) is None:
        yield evidence("turned_into", who=like.protected.name)
