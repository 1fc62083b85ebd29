"""One small named function a kind of evidence, in the order a reader would ask: who, what, through what, what speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from patterns import loading
from patterns.artefacts import Kind
from patterns.asks import Mood
from patterns.case import Case
from patterns.conversation import DENIES, SAYS_PAID
from patterns.model import AttachmentKind, Evidence, Role
from patterns.names import Likeness, claims

LONGEST_QUOTE = 40
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
_SCHOOL_DAY = range(6, 23)
_DAYS_OLD = 180.0
_DAYS_NEW = 3.0
_PAYING = ("scans", "names_fee", "asks_payment", "hands_over", "collects", "pinyin_money")
_MONEY = frozenset("费款钱付交缴扫码元块价额备注💰💴🧧")
_SHORT = 8
_PRESSES = frozenset({"pays_to_me", "scans", "hands_over"})
_SECRETS = frozenset({"gives_documents", "asks_secret", "asks_code"})
_BESIDE_A_PAYEE = 0.25
_FROM_AN_IMPOSTOR = 0.5
_MOOD_SIGNALS = {
    Mood.NEGATED: "denies",
    Mood.ASKED: "asks_about",
    Mood.POLITE: "asks_about",
    Mood.REPORTED: "reports",
    Mood.QUOTED: "quotes",
}


def shown(found: str) -> str:
    """A sender's characters as they may appear inside a sentence of ours: one short line."""
    line = " ".join("".join(char if char.isprintable() else " " for char in found).split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Wording(Mapping[str, str]):
    """A sentence in every language with the characters it speaks of, put together only when it is read."""

    why: Mapping[str, str]
    found: str = ""
    who: str = ""

    def __getitem__(self, language: str) -> str:
        text = self.why[language]
        return text.replace("{found}", shown(self.found)).replace("{who}", shown(self.who))

    def __iter__(self) -> Iterator[str]:
        return iter(self.why)

    def __len__(self) -> int:
        return len(self.why)


def evidence(signal: str, found: str = "", *, who: str = "", weight: float | None = None) -> Evidence:
    """Evidence of a coded signal, with its weight and words."""
    group, why = loading.signal_texts()[signal]
    heavy = loading.weights().signals[signal] if weight is None else weight
    return Evidence(signal, group, heavy, found, Wording(why, found, who))


Signal = Callable[[Case], Iterator[Evidence]]


# --- who speaks ---


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
    if claim is None or case.message.sender.role is not Role.MEMBER:
        return
    if claim.kind in OFFICES:
        yield evidence("claims_office", claim.found)
    elif claim.kind == "head":
        yield evidence("claims_head", claim.found)
    elif claim.kind == "teacher":
        yield evidence("claims_teacher", claim.found)
    elif claim.kind == "student":
        yield evidence("speaks_for_class", claim.found)


def introduces(case: Case) -> Iterator[Evidence]:
    """The text introduces its sender as somebody it is not, and goes on to ask for something."""
    if (
        not case.stranger
        or case.resemblance
        or not any(hit.rule.group in MEANT_GROUPS for hit in case.reading.hits)
    ):
        return
    for hit in case.reading.hits:
        if hit.rule.id != "introduces" or hit.mood is not Mood.ASSERTED:
            continue
        name = case.reading.quote(hit)
        like, claim = case.roster.resemblance(name), claims(name)
        if (like and like.likeness >= Likeness.NEIGHBOUR) or (claim and claim.kind in OFFICES):
            yield evidence("introduces_self", name)


def backs_impostor(case: Case) -> Iterator[Evidence]:
    """Somebody presses for the money an impostor has just asked for."""
    if not case.stranger or case.resemblance is not None:
        return
    me = case.message.sender.id
    others = any(trace.impostor and trace.sender != me for trace in case.traces)
    presses = any(hit.mood is Mood.ASSERTED and hit.rule.id in _PRESSES for hit in case.reading.hits)
    if others and presses:
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


# --- what is asked ---


def rules_met(case: Case) -> Iterator[Evidence]:
    """Every phrase rule that counts for this sender."""
    for hit in case.counted:
        rule = hit.rule
        found = case.reading.quote(hit)
        yield Evidence(rule.id, rule.group, rule.weight, found, Wording(rule.why, found))


def taken_back(case: Case) -> Iterator[Evidence]:
    """Requests that are denied, asked about, reported or quoted."""
    seen: set[Mood] = set()
    if any(hit.rule.politely for hit in case.counted):
        seen.update((Mood.ASKED, Mood.POLITE))
    elif case.posing:
        seen.add(Mood.POLITE)
    for hit in case.reading.hits:
        if hit.rule.group in MEANT_GROUPS and hit.mood in _MOOD_SIGNALS and hit.mood not in seen:
            seen.add(hit.mood)
            signal = _MOOD_SIGNALS[hit.mood]
            share = _BESIDE_A_PAYEE if case.pays else _FROM_AN_IMPOSTOR if case.impostor else 1.0
            heavy = loading.weights().signals[signal] * share
            yield evidence(signal, case.reading.quote(hit), weight=heavy)


# --- through what ---

_BY_KIND = {
    Kind.WALLET: "code_pays",
    Kind.MERCHANT: "code_pays",
    Kind.BANK_QR: "code_pays",
    Kind.CRYPTO: "code_pays",
    Kind.GROUP_COLLECT: "collects_in_group",
    Kind.CONTACT: "code_adds_contact",
    Kind.GROUP: "code_joins_group",
    Kind.LOGIN: "code_logs_in",
}


def attached(case: Case) -> Iterator[Evidence]:
    """Payment codes, collections, contact and group codes that came along."""
    for artefact in case.attached:
        if artefact.kind in (Kind.LINK, Kind.UNKNOWN_QR):
            if case.impostor and not case.official(artefact):
                signal = "code_opens_link" if case.has(AttachmentKind.QR) else "link_given"
                yield evidence(signal)
        elif signal := _BY_KIND.get(artefact.kind, ""):
            yield evidence(signal, weight=None if artefact.pays or case.impostor else 0.0)


def written(case: Case) -> Iterator[Evidence]:
    """Accounts, cards and links in the text."""
    for artefact in case.written:
        if artefact.kind in (Kind.CARD, Kind.ACCOUNT, Kind.WALLET, Kind.CRYPTO, Kind.BANK_QR):
            yield evidence("account_named" if case.asserted else "account_quoted")
        elif artefact.kind in (Kind.CONTACT, Kind.GROUP) and case.impostor and case.asserted:
            yield evidence("code_adds_contact")
        elif artefact.kind is Kind.LINK and case.impostor and not case.official(artefact):
            yield evidence("link_given")


def link_wants_secrets(case: Case) -> Iterator[Evidence]:
    """An unregistered link or code beside a request for documents, cards or passwords."""
    if case.stranger and not case.warns and case.links:
        for hit in case.reading.hits:
            if hit.rule.id in _SECRETS and hit.mood is Mood.ASSERTED:
                yield evidence("link_wants_secrets", case.reading.quote(hit))


def link_wants_login(case: Case) -> Iterator[Evidence]:
    """An unregistered link that wants a chat or wallet account logged in, whoever sends it."""
    if case.links and not case.warns:
        for hit in case.reading.hits:
            if hit.rule.id == "logs_in_elsewhere" and hit.mood in (Mood.ASSERTED, Mood.ASKED, Mood.POLITE):
                yield evidence("link_wants_login", case.reading.quote(hit))


def link_to_pay(case: Case) -> Iterator[Evidence]:
    """An unregistered link from nobody in particular, beside a request for money or a lure."""
    asks = ("asks_payment", "hands_over", "asks_donation", "lures_by_link", "names_fee")
    if case.stranger and not case.impostor and case.links and case.meant(*asks):
        yield evidence("link_to_pay")


def staff_asks_privately(case: Case) -> Iterator[Evidence]:
    """A registered account asks for money into private hands."""
    asks = case.meant("asks_payment", "hands_over", "names_fee", "red_packet", "proves_payment")
    own_code = any(one.pays for one in case.attached)
    if not case.stranger and (own_code or (asks and case.meant("pays_to_me"))):
        yield evidence("staff_asks_privately")


def picture_to_pay(case: Case) -> Iterator[Evidence]:
    """A picture nobody has read, beside words of scanning or paying, now or just before."""
    if not case.has(AttachmentKind.IMAGE):
        return
    text = case.reading.text.text
    figure = len(text) <= _SHORT and any(char.isdigit() for char in text)
    if case.meant(*_PAYING) or (
        case.impostor and (figure or not _MONEY.isdisjoint(text) or case.before(*_PAYING))
    ):
        yield evidence("picture_to_pay")


def bare_number(case: Case) -> Iterator[Evidence]:
    """Nothing but a figure, from somebody who wears a false name."""
    text = case.reading.text.text.strip()
    if case.impostor and 0 < len(text) <= 7 and text.replace(".", "", 1).isdigit():
        yield evidence("bare_number", text)


def asked_before(case: Case) -> Iterator[Evidence]:
    """What the same account asked shortly before, when it goes on asking, or has taken a false name since."""
    if not (case.asserted or case.impostor or case.has(AttachmentKind.IMAGE)):
        return
    now = {hit.rule.id for hit in case.counted}
    full = loading.weights().signals
    earlier: dict[str, float] = {}
    for trace in case.own_traces:
        for name, weight in trace.of_group("request"):
            if name not in now and name != "asked_before":
                earlier[name] = full.get(name, weight) if case.impostor else weight
    if weight := sum(earlier.values()):
        yield evidence("asked_before", weight=weight)


# --- what goes with it ---


def edited(case: Case) -> Iterator[Evidence]:
    if case.message.edit_of and case.asserted:
        yield evidence("edited_into_request")


def renamed(case: Case) -> Iterator[Evidence]:
    before = case.message.standing.renamed_from
    if before and case.stranger and (case.resemblance or case.claim):
        yield evidence("renamed_lately", before)


def new_here(case: Case) -> Iterator[Evidence]:
    days = case.message.standing.joined_days
    if days is not None and days <= _DAYS_NEW and case.stranger and case.asserted:
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


# --- hard tells ---


def dangerous_file(case: Case) -> Iterator[Evidence]:
    """A program from anybody; a locked archive from somebody unregistered."""
    for artefact in case.attached:
        if artefact.kind is Kind.FILE_PROGRAM:
            yield evidence("program_file", artefact.found)
        elif artefact.kind is Kind.FILE_ARCHIVE and case.stranger:
            locked = "locked" in artefact.scheme or case.met("archive_password")
            yield evidence("locked_archive" if locked else "archive_from_stranger", artefact.found)


def confirmed(case: Case) -> Iterator[Evidence]:
    """A code or account already confirmed as scam."""
    if any(case.confirmed(mark) for mark in case.marks):
        yield evidence("confirmed_scam")


# --- what speaks for it ---


def payee_known(case: Case) -> Iterator[Evidence]:
    paying = [one for one in (*case.attached, *case.written) if one.pays]
    if paying and all(case.registered(one) for one in paying):
        yield evidence("registered_payee")


def domain_known(case: Case) -> Iterator[Evidence]:
    links = [one for one in (*case.attached, *case.written) if one.kind is Kind.LINK]
    if links and all(case.official(one) for one in links):
        yield evidence("registered_domain")


def fee_announced(case: Case) -> Iterator[Evidence]:
    text = case.message.text
    for fee in case.fees:
        if fee.what and fee.what in text and (not fee.amount or fee.amount in text) and not case.impostor:
            yield evidence("announced_fee", fee.what)


def small_talk(case: Case) -> Iterator[Evidence]:
    """Words alone from somebody who poses as nobody: whom do they address, and who is to be paid?"""
    if not case.stranger or case.impostor or not case.asserted or case.pays or case.has(AttachmentKind.IMAGE):
        return
    if case.meant("kin_in_need", "asks_quota") or case.resemblance or case.posing or case.links:
        return
    if not case.meant("addresses_everyone"):
        yield evidence("speaks_to_nobody")
    elif not case.meant("pays_to_me"):
        yield evidence("names_no_receiver")


def long_here(case: Case) -> Iterator[Evidence]:
    standing = case.message.standing
    if case.stranger and not case.impostor and (standing.joined_days or 0) >= _DAYS_OLD:
        yield evidence("long_here")


def passed_on(case: Case) -> Iterator[Evidence]:
    if case.message.forwarded and not case.impostor and case.asserted:
        yield evidence("passed_on")


WHO: tuple[Signal, ...] = (name_worn, portrait_worn, name_claims, introduces, backs_impostor, admin_of_group)
WHAT: tuple[Signal, ...] = (
    turned_into,
    rules_met,
    taken_back,
    attached,
    written,
    link_wants_secrets,
    link_wants_login,
    link_to_pay,
    staff_asks_privately,
    picture_to_pay,
    bare_number,
    asked_before,
)
AROUND: tuple[Signal, ...] = (
    edited,
    renamed,
    new_here,
    odd_hour,
    calls_everyone,
    disguised,
    others_paid,
    contradicted,
    dangerous_file,
    confirmed,
    payee_known,
    domain_known,
    fee_announced,
    small_talk,
    long_here,
    passed_on,
)
