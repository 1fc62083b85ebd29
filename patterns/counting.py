"""Which of the rules met in a message count, for whoever sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patterns import loading
from patterns.artefacts import Kind
from patterns.asks import Hit, Mood, Rule

if TYPE_CHECKING:
    from patterns.case import Case

_A_WORD_ON = 18
_CONTACTS = frozenset({"may_be_reached", "adds_contact", "scans"})
_SECRETS = frozenset({"asks_code", "asks_secret", "secrets_to_agent"})
_TAKEN_BACK = frozenset({Mood.NEGATED, Mood.ASKED, Mood.QUOTED})
_SCHOOLS_WAYS = frozenset({"official_channel", "takes_cash"})


def may_count(case: Case, rule: Rule) -> bool:
    """Does such a rule weigh, said by this sender?"""
    return rule.group not in ("reading", "name") and _heard_from(case, rule.only)


def counts(case: Case, hit: Hit) -> bool:
    """Does this hit of a rule that may count do so: not set aside by what stands beside it, and meant?"""
    return not _set_aside(case, hit) and _is_meant(case, hit)


def _heard_from(case: Case, only: str | None) -> bool:
    """Is the sender among those from whom such a rule is heard?"""
    match only:
        case "impostor":
            return case.impostor
        case "lookalike":
            return case.lookalike
        case "office":
            return case.impostor and not case.lookalike
        case "honest":
            return not case.impostor
        case "stranger":
            return case.stranger
        case "outsider":
            return case.stranger and not case.impostor
        case "known":
            return case.posing or case.impostor
        case _:
            return True


def _set_aside(case: Case, hit: Hit) -> bool:
    """Does something else in the message say that these words are not what they seem?"""
    rule = hit.rule
    if rule.group == "request" and (case.leaves_money_alone or case.only_talks or _is_exercise(case)):
        return True
    if rule.group == "tell":
        return case.warns or _only_told(case, hit) or case.sounds_told
    if rule.id in _CONTACTS and _only_a_contact(case, rule.id):
        return True
    if rule.id in _SCHOOLS_WAYS and case.met("sends_card_numbers"):
        return True
    match rule.id:
        case "official_channel":
            return _leads_elsewhere(case) or case.met("borrows")
        case "homework":
            return case.pays or (case.impostor and _leads_elsewhere(case))
        case "jokes":
            return bool(case.links)
        case "warns":
            return case.collects_itself
        case "trades":
            # Who sells to a class he joined to sell in is no parent among parents.
            return case.pays and case.has_just_joined
        case "surveys":
            return case.pays and case.met("asks_payment", "hands_over", "names_fee")
        case "cites_lesson":
            return case.pays or case.met("red_packet")
        case _:
            return False


def _is_meant(case: Case, hit: Hit) -> bool:
    """Said as something to be done, or so that it comes to the same from this sender."""
    tell = hit.rule.group == "tell"
    match hit.mood:
        case Mood.ASSERTED:
            return True
        case Mood.NARRATED:
            return case.impostor
        case Mood.RETOLD:
            # “My sister’s class was sent this”: nobody pays what others were asked, unless it can be paid here.
            return case.impostor or not _shows_nothing(case)
        case Mood.REPORTED if hit.rule.id == "pays_to_me" and case.speaks_as_pupil:
            # “The driver says it is due today, 420 each, send it to me.”
            return True
        case Mood.REPORTED if tell:
            himself = _for_me(case, hit) or _borrows_himself(case)
            return himself or _is_told_to_the_reader(case) or case.lookalike
        case Mood.POLITE if hit.rule.group == "request":
            return case.posing or case.lookalike or case.names_a_payee
        case Mood.POLITE | Mood.ASKED if tell and _for_me(case, hit):
            return True
        case mood:
            return case.lookalike and mood is not Mood.NEGATED


def _only_told(case: Case, hit: Hit) -> bool:
    """Is it part of a story, which neither asks for the sender's own sake nor tells the reader what to do?"""
    if not case.impostor and hit.mood is Mood.REPORTED and case.met("quotes_family") and _shows_nothing(case):
        return True
    if _for_me(case, hit) or case.met("kin_in_need") or _borrows_himself(case):
        return False
    if _is_exercise(case) or (not case.impostor and _takes_all_back(case, hit)):
        return True
    # Police and schools have their tips forwarded.
    if not (case.message.forwarded and _staff_only_speak(case)):
        if not case.tells_a_story or (hit.rule.relays and not case.met("tells_own_story")):
            return False
        if case.met("tells_own_story"):
            return True
    return not case.reading.clauses.addresses(hit.start, hit.end)


def _takes_all_back(case: Case, hit: Hit) -> bool:
    """Is it said where the same message laughs, sets a task, or denies, asks about or quotes something else of the kind?

    Who wants a code says too why it is wanted, and is no less to be heard; so is who shows where to pay.
    """
    if hit.rule.id in _SECRETS or not _shows_nothing(case):
        return False
    if case.met("jokes", "homework", "sets_exercise"):
        return True
    moods = case.reading.moods
    return not _TAKEN_BACK.isdisjoint(moods) or (Mood.REPORTED in moods and case.met("warns"))


def _is_exercise(case: Case) -> bool:
    """Is it an exercise a registered person sets?"""
    return case.met("sets_exercise") and _staff_only_speak(case)


def _staff_only_speak(case: Case) -> bool:
    """Are these a registered person's words alone?"""
    return not case.stranger and _shows_nothing(case)


def _shows_nothing(case: Case) -> bool:
    """Is there nothing to pay, open or add?"""
    return not (case.message.attachments or case.links or case.pays)


def _is_told_to_the_reader(case: Case) -> bool:
    """Is what others are said to want passed on as an order, by hearsay or by a false office?"""
    return case.passes_on_an_order or (case.impostor and not case.met("warns") and case.directed)


def _for_me(case: Case, hit: Hit) -> bool:
    """Does the sender himself want to have it? That is no story any more."""
    return loading.for_me().met(case.reading.clauses.encoded[hit.start : hit.end + _A_WORD_ON])


def _borrows_himself(case: Case) -> bool:
    """Does the sender, under whatever spell, want the reader's money for what he tells of? That is no story either."""
    return case.reading.asserts("borrows") and case.pays_privately


def _only_a_contact(case: Case, rule: str) -> bool:
    """Is a contact given in two ways, by a code to be scanned or by words for adding it? That is one."""
    codes = {one.kind for one in case.attached}
    return codes == {Kind.CONTACT} or (rule == "may_be_reached" and case.met("adds_contact"))


def _leads_elsewhere(case: Case) -> bool:
    """Is a channel only named, while the money goes to a person or a false office's own link is to be opened?"""
    return case.pays_privately or (case.impostor and bool(case.links))
