"""One message with everything the signals look at, each thing worked out once and only when asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from patterns import loading
from patterns.artefacts import Artefact, Kind, host_of
from patterns.asks import Hit, Mood, Reading, Rulebook
from patterns.conversation import Conversation, Trace
from patterns.model import AttachmentKind, Fee, Message, Protected, Station
from patterns.names import FAMILIES, Claim, Likeness, Resemblance, Roster, claims, may_be
from patterns.normalize import normalize
from patterns.once import once
from patterns.shown import Shown

STAFF_STATIONS = frozenset({Station.ANONYMOUS_ADMIN, Station.LINKED_CHANNEL})
_MINUTES = 120.0
_A_WORD_ON = 18
_TAIL = (4, 8)
# What a confirmed scam is known by besides its marks: its account, and a text of some length.
PERSON, TEXT = "person", "text"
_TELLING, _LONGEST = 20, 600
# What the notice of a fee may speak of; whoever repeats one and says more may lead somewhere else.
_FEE_TALK = frozenset(
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
_SHORT = 2
_PAYING = frozenset({"asks_payment", "hands_over", "pays_to_me"})
_NOT_HIS_OWN = frozenset({Mood.NEGATED, Mood.REPORTED, Mood.QUOTED, Mood.ASKED})
_FIGURE = re.compile(r"\d{2}|[一二两三四五六七八九][百千万]")


@dataclass(frozen=True)
class Context:
    """What a group knows: its people, what the school registered, and what was confirmed as scam.

    `payees` are names, accounts, their last digits, or marks money may go to, plain or as `keyed` makes them:
    the caller keys marks before it stores them. `confirmed` tells whether a mark was confirmed as scam here; it is
    None where nothing was, and ordinary messages are then not searched for marks.
    `stolen` are accounts known to be in other hands.
    """

    roster: Roster = field(default_factory=Roster)
    title: str = ""
    payees: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    fees: tuple[Fee, ...] = ()
    confirmed: Callable[[str], bool] | None = None
    keyed: Callable[[str], str] = str
    stolen: frozenset[str] = frozenset()
    rules: Rulebook | None = None

    def knows_as_scam(self, mark: str) -> bool:
        return self.confirmed is not None and self.confirmed(mark)


@dataclass(frozen=True)
class Case:
    """A message before its judge. `impostor` is known once those signals have spoken that ask who is speaking."""

    message: Message
    context: Context
    conversation: Conversation
    reading: Reading
    shown: Shown
    resemblance: Resemblance | None
    claim: Claim | None
    impostor: bool = False

    @property
    def roster(self) -> Roster:
        return self.context.roster

    @property
    def fees(self) -> tuple[Fee, ...]:
        return self.context.fees

    @once
    def owner(self) -> Protected | None:
        return self.roster.owner(self.message.sender.id)

    @once
    def stranger(self) -> bool:
        """Neither a registered account nor a place only staff can speak from."""
        return self.owner is None and self.message.sender.station not in STAFF_STATIONS

    @property
    def attached(self) -> tuple[Artefact, ...]:
        return self.shown.attached

    @property
    def written(self) -> tuple[Artefact, ...]:
        return self.shown.written

    @property
    def pays(self) -> bool:
        """Does the message itself say or show where the money should go?"""
        return self.shown.pays

    @property
    def marks(self) -> tuple[str, ...]:
        return self.shown.marks

    @once
    def traces(self) -> tuple[Trace, ...]:
        return self.conversation.earlier(self.message, within=_MINUTES)

    @property
    def own_traces(self) -> Iterable[Trace]:
        me = self.message.sender.id
        return (trace for trace in self.traces if trace.sender == me)

    @once
    def lookalike(self) -> bool:
        """Does the account wear a protected person's own name or picture?"""
        like = self.resemblance
        return self.impostor and (
            (like is not None and like.likeness >= Likeness.NEIGHBOUR)
            or bool(self.message.standing.portrait_of)
        )

    @once
    def posing(self) -> bool:
        """Somebody parents would oblige: registered staff, or one who speaks as a pupil."""
        return not self.stranger or self.speaks_as_pupil

    @once
    def speaks_as_pupil(self) -> bool:
        """By the name, or by what is said now or was said shortly before."""
        pupil = self.claim is not None and self.claim.kind == "student"
        return pupil or self.met("speaks_as_child") or self.before("speaks_as_child")

    @once
    def names_a_payee(self) -> bool:
        """Does it say into whose hands money goes, however it is put?"""
        return self.met("pays_to_me", "names_payee") or any(one.pays for one in self.written)

    @once
    def sells_for_himself(self) -> bool:
        """Does a stranger offer something to whoever wants it, to be paid into his own hands, or before it comes?"""
        if not self.stranger or self.impostor or self.warns or not self.met("offers"):
            return False
        if self.met(
            "trades", "jokes", "takes_cash", "cites_lesson", "sets_exercise", "homework", "says_paid"
        ):
            return False
        if any(hit.rule.id in _PAYING and hit.mood in _NOT_HIS_OWN for hit in self.reading.hits):
            return False
        own_hands = self._beside_an_offer("pays_to_me", "names_payee") or bool(self.paid_elsewhere)
        if own_hands and self.met("tells_of_hardship", "pleads"):
            return True
        priced = bool(self.shown.amounts) or _FIGURE.search(self.reading.text.text) is not None
        return priced and (own_hands or self._beside_an_offer("pays_first"))

    def _beside_an_offer(self, *rules: str) -> bool:
        """Is one of these meant where something is offered, and not pages away as in a long letter?"""
        offers = [(hit.start, hit.end) for hit in self.reading.hits if hit.rule.id == "offers"]
        asks = [(hit.start, hit.end) for hit in self.counted if hit.rule.id in rules]
        near = self.reading.clauses.near
        return any(near(offer, ask) for offer in offers for ask in asks)

    @once
    def pays_privately(self) -> bool:
        """Does it say that money goes to some person, whatever channel it mentions besides?"""
        if self.paid_elsewhere:
            return True
        private = ("pays_to_me", "names_payee")
        return any(hit.rule.id in private and hit.mood is Mood.ASSERTED for hit in self.reading.hits)

    def _only_a_contact(self, rule: str) -> bool:
        """Is a contact given in two ways, by a code to be scanned or by words for adding it? That is one."""
        codes = {one.kind for one in self.attached}
        return codes == {Kind.CONTACT} or (rule == "may_be_reached" and self.met("adds_contact"))

    @once
    def leaves_money_alone(self) -> bool:
        """Does who wears a false name, or a registered person, say that money goes the school's way, and show no other?"""
        return (
            (self.impostor or not self.stranger)
            and (self.lookalike or not self._tells)
            and self.met("leaves_money_alone", "dismisses_requests")
            and not self.names_a_payee
            and not self.message.attachments
            and not self.links
            and (
                self.met("dismisses_requests")
                or not self.met(
                    "channel_switch", "moves_private", "may_be_reached", "scans", "touches_secrets"
                )
            )
        )

    @once
    def _tells(self) -> bool:
        """Does it have the words of a hard tell, however they are meant?"""
        return any(hit.rule.group == "tell" for hit in self.reading.hits)

    @once
    def _leads_elsewhere(self) -> bool:
        """Is a channel only named, while the money goes to a person or a false office's own link is to be opened?"""
        return self.pays_privately or (self.impostor and bool(self.links))

    @once
    def passes_on_an_order(self) -> bool:
        """What "the police" want, with the account to pay into: nobody reports that to warn."""
        return self.met("orders_by_authority") and (self.pays or self.names_a_payee)

    @once
    def _collects_itself(self) -> bool:
        """Is the reader told to scan the payment code beside the words? Nobody warns of fraud that way."""
        scans = any(hit.rule.id == "scans" and hit.mood is Mood.ASSERTED for hit in self.reading.hits)
        return scans and any(one.pays and not self.registered(one) for one in self.attached)

    @once
    def warns(self) -> bool:
        """Somebody who wears no false name is warning, or telling what happened."""
        if self.impostor or self.passes_on_an_order or self._collects_itself or self.met("recovers_losses"):
            return False
        return self.met("warns")

    @once
    def tells_a_story(self) -> bool:
        """A stranger without a false name who speaks of himself, or to nobody."""
        if self.impostor or not self.stranger:
            return False
        if self.met("moves_private", "may_be_reached"):
            return False
        return self.met("tells_own_story") or not self.met("addresses_reader")

    @once
    def counted(self) -> tuple[Hit, ...]:
        """The hits that count for this sender."""
        return tuple(hit for hit in self.reading.hits if self._counts(hit))

    def _counts(self, hit: Hit) -> bool:
        rule = hit.rule
        if rule.group == "reading" or (rule.only == "impostor" and not self.impostor):
            return False
        if rule.only == "lookalike" and not self.lookalike:
            return False
        if rule.only == "office" and (not self.impostor or self.lookalike):
            return False
        if rule.group == "request" and self.leaves_money_alone:
            return False
        if rule.id in ("may_be_reached", "adds_contact", "scans") and self._only_a_contact(rule.id):
            return False
        if rule.only == "honest" and self.impostor:
            return False
        if rule.only == "stranger" and not self.stranger:
            return False
        if rule.only == "outsider" and (self.impostor or not self.stranger):
            return False
        if rule.only == "known" and not (self.posing or self.impostor):
            return False
        if rule.id == "official_channel" and (self._leads_elsewhere or self.met("borrows")):
            return False
        if rule.id == "homework" and (self.pays or (self.impostor and self._leads_elsewhere)):
            return False
        if rule.id == "jokes" and self.links:
            return False
        if rule.id in ("official_channel", "takes_cash") and self.met("sends_card_numbers"):
            return False
        if rule.id == "warns" and self._collects_itself:
            return False
        if rule.group == "tell" and (self.warns or self._only_told(hit)):
            return False
        if hit.mood is Mood.NARRATED:
            return self.impostor
        if rule.group == "tell" and hit.mood is Mood.REPORTED:
            return self._is_told_to_the_reader(hit) or self._for_me(hit) or self.lookalike
        if rule.group == "tell" and hit.mood in (Mood.POLITE, Mood.ASKED) and self._for_me(hit):
            return True
        if hit.mood is Mood.ASSERTED:
            return True
        if hit.mood is Mood.POLITE and rule.group == "request":
            return self.posing or self.lookalike or self.names_a_payee
        return self.lookalike and hit.mood is not Mood.NEGATED

    def _only_told(self, hit: Hit) -> bool:
        """Is it part of a story, which neither asks for the sender's own sake nor tells the reader what to do?"""
        if self._for_me(hit):
            return False
        if self._staff_only_speaks and self.met("sets_exercise"):
            return True
        # Police and schools have their tips forwarded.
        passed_on = self._staff_only_speaks and self.message.forwarded
        if not passed_on:
            if not self.tells_a_story or (hit.rule.relays and not self.met("tells_own_story")):
                return False
            if self.met("tells_own_story"):
                return True
        return not self.reading.clauses.addresses(hit.start, hit.end)

    @once
    def _staff_only_speaks(self) -> bool:
        """Are these a registered person's words alone, with nothing to pay, open or add?"""
        return not (self.stranger or self.message.attachments or self.links or self.pays)

    def _is_told_to_the_reader(self, hit: Hit) -> bool:
        """Is what others are said to want passed on as an order, by hearsay or by a false office?"""
        return self.passes_on_an_order or (self.impostor and not self.met("warns") and self.directed)

    def _for_me(self, hit: Hit) -> bool:
        """Does the sender himself want to have it? That is no story any more."""
        return loading.for_me().met(self.reading.clauses.encoded[hit.start : hit.end + _A_WORD_ON])

    @once
    def directed(self) -> bool:
        """Is the reader told to do something, or where money goes?"""
        return bool(self.reading.clauses.addressed)

    @once
    def asserted(self) -> bool:
        """Is anything asked of the reader at all?"""
        asks = any(hit.rule.group in ("request", "tell") for hit in self.counted)
        return asks or any(one.pays for one in self.attached)

    @once
    def links(self) -> tuple[Artefact, ...]:
        """Links and unknown codes that lead to no address of the school's."""
        kinds = (Kind.LINK, Kind.UNKNOWN_QR, Kind.LOGIN)
        return tuple(one for one in self.shown.every if one.kind in kinds and not self.official(one))

    @once
    def _meant(self) -> frozenset[str]:
        return frozenset(hit.rule.id for hit in self.counted)

    @once
    def _met(self) -> frozenset[str]:
        return frozenset(hit.rule.id for hit in self.reading.hits)

    def meant(self, *rules: str) -> bool:
        """Was one of these rules met, and counts?"""
        return not self._meant.isdisjoint(rules)

    def met(self, *rules: str) -> bool:
        """Was one of these rules met, in whatever mood?"""
        return not self._met.isdisjoint(rules)

    def before(self, *signals: str) -> bool:
        """Did the same account show one of these shortly before?"""
        return any(trace.has(signal) for trace in self.own_traces for signal in signals)

    def has(self, kind: AttachmentKind) -> bool:
        return any(item.kind is kind for item in self.message.attachments)

    @once
    def paying(self) -> tuple[Artefact, ...]:
        """Everything in it that money could go through."""
        return tuple(one for one in self.shown.every if one.pays)

    @once
    def paid_elsewhere(self) -> tuple[Artefact, ...]:
        """What of it is no payee of the school's."""
        return tuple(one for one in self.paying if not self.registered(one))

    @once
    def announced(self) -> Fee | None:
        """The fee it repeats as the class has read it: the same sum, and nobody else to pay."""
        if self.impostor or not self.asserted:
            return None
        return next((fee for fee in self.fees if fee.number and self._agrees(fee)), None)

    @once
    def misdirected(self) -> Fee | None:
        """The fee it names, to be paid to somebody the school never named."""
        if not self.paid_elsewhere or not self.asserted or self.warns:
            return None
        known = (fee for fee in self.fees if fee.number and not fee.by_name)
        return next((fee for fee in known if self._named(fee)), None)

    def _agrees(self, fee: Fee) -> bool:
        if not fee.amount or not self._costs(fee) or not self._plain:
            return False
        if self.paying:
            return all(self.goes_to(one, fee.payee) for one in self.paying)
        return self._says(fee.payee) and self._says(fee.what)

    @once
    def _plain(self) -> bool:
        """Says that a fee is due and nothing beyond: no other way to pay or to talk, nothing still unread."""
        read = all(item.kind is AttachmentKind.QR for item in self.message.attachments)
        other_ways = any(not one.pays and not self.official(one) for one in self.shown.every)
        return read and not other_ways and self._met <= _FEE_TALK

    def _named(self, fee: Fee) -> bool:
        """By its name; a short one ("餐费") is a part of too many others, and needs the same sum beside it."""
        return self._says(fee.what) and (len(fee.what) > _SHORT or self._costs(fee))

    def _costs(self, fee: Fee) -> bool:
        return any(one.amount == fee.amount for one in (*self.shown.every, *self.shown.amounts))

    def _says(self, words: str) -> bool:
        wanted = normalize(words).text.strip()
        return len(wanted) > 1 and wanted in self.reading.text.text

    @once
    def passes_for(self) -> str:
        """Who the reader takes the sender to be: the registered owner, the person it resembles, or its own name."""
        if self.owner is not None:
            return self.owner.name
        return self.resemblance.protected.name if self.resemblance is not None else self.message.sender.name

    def knows_payee(self, artefact: Artefact) -> bool:
        """Is the receiver a code names somebody of the school's, the school, or whoever the sender seems to be?"""
        if self.registered(artefact) or self._is_school(artefact.receiver):
            return True
        who = (self.passes_for, self.message.sender.name)
        if any(may_be(name, artefact.receiver) for name in who):
            return True
        return self.roster.resemblance(artefact.receiver) is not None

    def _is_school(self, name: str) -> bool:
        wanted, title = _bare(normalize(name).text), _bare(normalize(self.context.title).text)
        return bool(wanted) and wanted in title

    @once
    def text_mark(self) -> str:
        """What its words are recognised by elsewhere. Most texts have been undone already, and alone."""
        text = self.message.text
        if len(text) > _LONGEST or self.message.attachments:
            return text_mark(text)
        return _text_mark(self.reading.text.text)

    def confirmed(self, mark: str) -> bool:
        return self.context.knows_as_scam(mark)

    def registered(self, artefact: Artefact) -> bool:
        """Is this a payee of the school's?"""
        return any(self.goes_to(artefact, payee) for payee in self.context.payees)

    def goes_to(self, artefact: Artefact, payee: str) -> bool:
        """Would the money reach this payee? The name beside an account is what the sender wrote, and proves nothing."""
        wanted = _bare(payee)
        if not wanted:
            return False
        if any(_bare(text) == wanted for text in (artefact.mark, artefact.found) if text):
            return True
        if artefact.mark and self.context.keyed(artefact.mark) == payee:
            return True
        return artefact.kind in (Kind.CARD, Kind.ACCOUNT) and _is_tail(wanted, artefact.mark)

    def official(self, artefact: Artefact) -> bool:
        """Does this link lead to an address of the school's?"""
        host = host_of(artefact.found) or host_of(artefact.mark)
        return any(host == domain or host.endswith("." + domain) for domain in self.context.domains)


def text_mark(text: str) -> str:
    """What a message's words are recognised by elsewhere; empty for words too few to be anybody's own."""
    return _text_mark(normalize(text[:_LONGEST]).text)


def _text_mark(undone: str) -> str:
    plain = undone.strip()
    return f"{TEXT}:{plain}" if len(plain) >= _TELLING else ""


def _is_tail(payee: str, mark: str) -> bool:
    """A few last digits, as they stand on a school's notice instead of the whole number."""
    short = _TAIL[0] <= len(payee) <= _TAIL[1] and payee.isascii() and payee.isdigit()
    return short and mark.endswith(payee)


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def who_it_resembles(message: Message, context: Context) -> tuple[Resemblance | None, Claim | None]:
    """Whom an account's name poses as; nobody's, for an account that is registered or speaks for the group."""
    sender = message.sender
    if sender.station in STAFF_STATIONS or context.roster.owner(sender.id) is not None:
        return None, None
    like = context.roster.resemblance(sender.name)
    if like is None and sender.nickname:
        like = _by_nickname(sender.nickname, context)
    return like, _claimed(sender.name)


def _by_nickname(nickname: str, context: Context) -> Resemblance | None:
    """Few see it beside the name worn in the group, and a parent may be a teacher's namesake: a hint at most."""
    like = context.roster.resemblance(nickname)
    return (
        replace(like, likeness=Likeness.WEAK)
        if like is not None and like.likeness >= Likeness.NEIGHBOUR
        else None
    )


@lru_cache(maxsize=4096)
def _claimed(name: str) -> Claim | None:
    """What the name claims to be. Families are named by offices too."""
    claim = claims(name)
    return _sounds_official(name) or claim if claim is None or claim.found in FAMILIES else claim


def _sounds_official(name: str) -> Claim | None:
    """A name like 思远退费专员 or 校园核验中心: no office anybody listed, but it sounds like one."""
    encoded = normalize(name).text.encode()
    found = loading.office_name().spans(encoded, most=1)
    return Claim("home_school_service", encoded[slice(*found[0])].decode()) if found else None
