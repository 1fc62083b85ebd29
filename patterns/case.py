"""One message with everything the signals look at, each thing worked out once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from patterns import loading
from patterns.artefacts import Artefact, Kind
from patterns.asks import Hit, Reading
from patterns.context import Context
from patterns.conversation import Conversation, Trace
from patterns.counting import counts, may_count
from patterns.model import AttachmentKind, Message, Protected
from patterns.names import Claim, Likeness, Resemblance, Roster, may_be
from patterns.once import once
from patterns.posing import STAFF_STATIONS
from patterns.shown import Shown
from patterns.sums import FIGURE, MONEYED

_DAYS_NEW = 3.0
_DAYS_OLD = 180.0
_MINUTES = 120.0
# In so many minutes somebody posts what he has just spoken of.
_A_BREATH = 5.0
_TELLING = 10
_MUTE = frozenset({AttachmentKind.IMAGE, AttachmentKind.VOICE, AttachmentKind.OTHER})
_WAYS = (
    "red_packet", "moves_private", "may_be_reached", "adds_contact", "new_group", "borrows", "kin_in_need", "gift_cards",
    "sends_card_numbers",
)  # fmt: skip


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

    @property
    def long_here(self) -> bool:
        return (self.message.standing.joined_days or 0) >= _DAYS_OLD

    @property
    def has_just_joined(self) -> bool:
        days = self.message.standing.joined_days
        return days is not None and days <= _DAYS_NEW

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
    def pays_privately(self) -> bool:
        """Does it say that money goes to some person, whatever channel it mentions besides?"""
        if self.paid_elsewhere:
            return True
        return self.reading.asserts("pays_to_me", "names_payee")

    @once
    def leaves_money_alone(self) -> bool:
        """Does who wears a false name, or a registered person, say that money goes the school's way, and show no other?"""
        return (
            (self.impostor or not self.stranger)
            and (self.lookalike or not self._tells)
            and self.met("leaves_money_alone", "dismisses_requests")
            and not self.names_a_payee
            and not self.met("red_packet")
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
    def says_enough(self) -> bool:
        """Is it more than a greeting? So few words have no tenor."""
        return len(self.reading.text.text.strip()) >= _TELLING

    @property
    def mask(self) -> str:
        """What kind of false name it is, as the table of their tenor calls them."""
        return "lookalike" if self.lookalike else "office"

    @once
    def only_talks(self) -> bool:
        """Does a protected person's name say what teachers say all day, homework and lost gloves, and show nothing to pay?

        Teachers do get new phones, and homework is full of sums.
        """
        text = self.reading.text
        if not self.lookalike or text.disguised or not self.says_enough or self.pays or self.links:
            return False
        if self.reading.asserts("red_packet"):
            return False
        shown = {item.kind for item in self.message.attachments}
        whose = "lookalike" if self._names_a_way else "lookalike_without_a_way"
        return shown <= _MUTE and loading.tenor(loading.FALSE_NAMES).talks(text.text, whose)

    @once
    def sounds_told(self) -> bool:
        """Do a stranger's words, under a name of his own and with nothing to pay or open, sound like a tale of a fraud?"""
        if self.impostor or not self.stranger or self.pays or self.links or self.message.attachments:
            return False
        text = self.reading.text
        return not text.disguised and loading.tenor(loading.TELLERS).talks(text.text, "outsiders")

    @once
    def _names_a_way(self) -> bool:
        """Is it said to whom, or over what other channel, something is to come? Who wants money says so sooner or later."""
        return self.names_a_payee or self.met(*_WAYS)

    @once
    def _tells(self) -> bool:
        """Does it have the words of a hard tell, however they are meant?"""
        return any(self.reading.hits_where(lambda rule: rule.group == "tell"))

    @once
    def passes_on_an_order(self) -> bool:
        """What "the police" want, with the account to pay into or the page to open: nobody reports that to warn."""
        shown = self.pays or self.names_a_payee or bool(self.links)
        return shown and self.met("orders_by_authority")

    @once
    def collects_itself(self) -> bool:
        """Is the reader told to scan the payment code beside the words? Nobody warns of fraud that way."""
        return self.reading.asserts("scans") and any(
            one.pays and not self.context.registered(one) for one in self.attached
        )

    @once
    def warns(self) -> bool:
        """Somebody who wears no false name is warning, or telling what happened, or was just before."""
        if self.impostor or self.passes_on_an_order or self.collects_itself or self.met("recovers_losses"):
            return False
        return self.met("warns") or self.warned_just_before

    @once
    def warned_just_before(self) -> bool:
        """“A swindler wrote to me, look”, and then his words."""
        return not self.pays and self.long_here and self.before("warns", within=_A_BREATH)

    @once
    def tells_a_story(self) -> bool:
        """A stranger without a false name who speaks of himself, or to nobody, and shows nowhere to pay."""
        if self.impostor or not self.stranger or self.pays:
            return False
        if self.met("moves_private", "may_be_reached"):
            return False
        return self.met("tells_own_story") or not self.met("addresses_reader")

    @once
    def counted(self) -> tuple[Hit, ...]:
        """The hits that count for this sender."""
        heard = self.reading.hits_where(lambda rule: may_count(self, rule))
        return tuple(hit for hit in heard if counts(self, hit))

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
        return tuple(one for one in self.shown.every if one.kind in kinds and not self.context.official(one))

    @once
    def _meant(self) -> frozenset[str]:
        return frozenset(hit.rule.id for hit in self.counted)

    @once
    def rules(self) -> frozenset[str]:
        """Every rule met, in whatever mood."""
        return frozenset(hit.rule.id for hit in self.reading.hits)

    def meant(self, *rules: str) -> bool:
        """Was one of these rules met, and counts?"""
        return not self._meant.isdisjoint(rules)

    def met(self, *rules: str) -> bool:
        """Was one of these rules met, in whatever mood?"""
        return self.reading.met(rules)

    def before(self, *signals: str, within: float = _MINUTES) -> bool:
        """Did the same account show one of these so many minutes before?"""
        since = self.message.minute - within
        recent = [trace for trace in self.own_traces if trace.minute >= since]
        return any(trace.has(signal) for trace in recent for signal in signals)

    def has(self, kind: AttachmentKind) -> bool:
        return any(item.kind is kind for item in self.message.attachments)

    @once
    def names_figure(self) -> bool:
        """Is there a figure of two digits, a sum, or a number in words?"""
        return FIGURE.search(self.reading.text.text) is not None

    @once
    def speaks_of_money(self) -> bool:
        """Is there a word of what costs, or of how it is paid?"""
        return MONEYED.search(self.reading.text.text) is not None

    @once
    def paying(self) -> tuple[Artefact, ...]:
        """Everything in it that money could go through."""
        return tuple(one for one in self.shown.every if one.pays)

    @once
    def paid_elsewhere(self) -> tuple[Artefact, ...]:
        """What of it is no payee of the school's."""
        return tuple(one for one in self.paying if not self.context.registered(one))

    @once
    def passes_for(self) -> str:
        """Who the reader takes the sender to be: the registered owner, the person it resembles, or its own name."""
        if self.owner is not None:
            return self.owner.name
        return self.resemblance.protected.name if self.resemblance is not None else self.message.sender.name

    def knows_payee(self, artefact: Artefact) -> bool:
        """Is the receiver a code names somebody of the school's, the school, or whoever the sender seems to be?"""
        if self.context.registered(artefact) or self.context.names_itself(artefact.receiver):
            return True
        who = (self.passes_for, self.message.sender.name)
        if any(may_be(name, artefact.receiver) for name in who):
            return True
        return self.roster.resemblance(artefact.receiver) is not None

    def confirmed(self, mark: str) -> bool:
        return self.context.knows_as_scam(mark)
