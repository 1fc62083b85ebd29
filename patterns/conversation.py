"""What the last minutes of a chat add: asks split over posts, edits, accomplices, denials. No words are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from patterns.model import Level, Message, Verdict

MINUTES = 180.0
TRACES = 40
DENIES = "denies"
SAYS_PAID = "says_paid"
# Minutes for which somebody's collection may be pressed for, and what shows one.
PRESSING = 60.0
COLLECTS = frozenset(
    {"pays_to_me", "names_payee", "account_named", "code_pays", "collects_in_group", "scans"}
)


@dataclass(frozen=True, slots=True)
class Trace:
    """What one message left behind: who, when, and the names and weights of what was seen in it."""

    message: str
    sender: str
    minute: float
    signals: tuple[tuple[str, str, float], ...]
    level: Level = Level.CLEAR
    impostor: bool = False

    @property
    def warns(self) -> bool:
        """Was anything seen that speaks for a warning?"""
        return any(weight > 0 for _, _, weight in self.signals)

    def has(self, signal: str) -> bool:
        return any(name == signal for name, _, _ in self.signals)

    def may_be_pressed_for(self, message: Message) -> bool:
        """Did somebody else say within the hour into whose hands money is to go, and nobody was warned of it yet?"""
        return (
            self.sender != message.sender.id
            and self.level < Level.CAUTION
            and message.minute - self.minute <= PRESSING
            and any(name in COLLECTS for name, _, _ in self.signals)
        )

    def of_group(self, group: str) -> Iterator[tuple[str, float]]:
        return ((name, weight) for name, kind, weight in self.signals if kind == group)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The recent traces of one chat, oldest first."""

    traces: tuple[Trace, ...] = ()

    def after(self, message: Message, verdict: Verdict) -> Conversation:
        """The conversation once this message has been judged. An edit, or a second look, replaces the first."""
        same = {message.id, message.edit_of}
        if not verdict.evidence and not any(trace.message in same for trace in self.traces):
            return self
        kept = [t for t in self.traces if t.message not in same and message.minute - t.minute <= MINUTES]
        if verdict.evidence:
            kept.append(_trace(message, verdict))
        return replace(self, traces=tuple(kept[-TRACES:]))

    def expects_more_of(self, message: Message) -> bool:
        """Do words that ask for nothing mean something now?

        A bare password does after an archive of the same account, and who presses after somebody else's collection.
        """
        if not self.traces:
            return False
        me = message.sender.id
        return any(
            t.has("archive_from_stranger") if t.sender == me else t.may_be_pressed_for(message)
            for t in self.earlier(message)
        )

    def earlier(self, message: Message, *, within: float = MINUTES) -> tuple[Trace, ...]:
        """What was seen shortly before, the message's own earlier forms left out."""
        same = {message.id, message.edit_of}
        return tuple(
            trace
            for trace in self.traces
            if trace.message not in same and 0 <= message.minute - trace.minute <= within
        )


EMPTY = Conversation()


def _trace(message: Message, verdict: Verdict) -> Trace:
    signals = tuple((one.signal, one.group, one.weight) for one in verdict.evidence)
    return Trace(
        message.edit_of or message.id,
        message.sender.id,
        message.minute,
        signals,
        verdict.level,
        verdict.impersonates is not None,
    )
