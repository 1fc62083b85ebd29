"""What an incident's file holds: what was said, why it counts, what was answered. Kept as JSON beside the incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.events import Picture
from bot.store.moments import milliseconds
from bot.store.pardons import Pardon
from bot.store.refusals import Refusal
from handlers.seen import Seen
from patterns.model import Level, Person, Station

DEEDS = 60
# A reason of this weight is kept whatever else there is, and is news when it was not known.
NEWS = 2.0
NAME = 256
# What the incident is, weakest first: what was found later never makes it less.
STRANGER, HIJACK, UNCONFIRMED, TELL, MISDIRECTED, OFFICE, CLONE, STOLEN, CONFIRMED = KINDS = (
    "stranger",
    "hijack",
    "unconfirmed",
    "tell",
    "misdirected",
    "office",
    "clone",
    "stolen",
    "confirmed",
)
# Whether the account's owner was asked for a code, and what came of it.
ASKED, PASSED, FAILED = "asked", "passed", "failed"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the incident, or one edit of it. `at` is in milliseconds.

    `codes` are the decoded payloads of its codes, `attached` what else came with it, "kind: value".
    """

    id: str
    at: int
    user: str
    name: str
    level: int
    text: str
    edited: bool = False
    codes: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def look(self) -> tuple[str, int, bool]:
        """What tells it from the others: moments are told by the second, and an edit may bear its message's."""
        return self.id, self.at, self.edited


@dataclass(frozen=True, slots=True)
class Party:
    """An account that asked. `member`: it holds no office in the group and is nobody's registered one."""

    user: str
    name: str
    member: bool


@dataclass(frozen=True, slots=True)
class Appeal:
    """What an account that asked says of it; `at` is in milliseconds."""

    user: str
    name: str
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing seen, for (weight > 0) or against, in words by language; `look` is where it was seen."""

    signal: str
    weight: float
    why: Mapping[str, str]
    look: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done about the incident, when (milliseconds) and by which admin, empty for the guard itself."""

    at: int
    what: str
    by: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """How an incident stood when nobody had decided it: where an undo leads back to."""

    state: str
    level: int
    public: bool
    muted: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """`kind` names what the incident is, `wears` whose name is worn. `spoken` is how many messages the group
    had heard when it was last told, `cards` the message key of each admin's card, `parents` those alerted, `alerts` the key of what each was told last,
    `muted` the accounts silenced, `banned` those put out of the group, `removed` the messages deleted,
    `recalled` those their sender took back, `refused` what the platform did not do of it. `late` is when the first was sent, on the group's clock, where
    it could only be looked at much later. `reports` is how many asked the admins to look, `appeals` what
    those it is about say of it. `decisions` counts what admins decided, `edits` the rewritten messages.
    `parties` are the accounts that asked, the first is the one it began with; no flood drives them out.
    `granted` and `revoked` are the pardons its decisions changed, `challenge` whether the account's owner was
    asked for a code, `before` is what an undo leads back to, `reopened` that one did.
    """

    kind: str = STRANGER
    wears: str = ""
    tells: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    messages: tuple[Heard, ...] = ()
    parties: tuple[Party, ...] = ()
    joined_days: float | None = None
    renamed_from: str | None = None
    renamed_minutes: float | None = None
    registered: bool = False
    member: bool = True
    thread: str = ""
    picture: Picture | None = None
    spoken: int = 0
    edits: int = 0
    cards: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    alerts: Mapping[str, str] = field(default_factory=dict)
    muted: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    recalled: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    reports: int = 0
    appeals: tuple[Appeal, ...] = ()
    late: str = ""
    decisions: int = 0
    decided_by: str = ""
    challenge: str = ""
    before: Before | None = None
    reopened: bool = False
    granted: tuple[Pardon, ...] = ()
    revoked: tuple[Pardon, ...] = ()
    deeds: tuple[Deed, ...] = ()

    def holds(self, seen: Seen) -> bool:
        """Whether this very look at this message is in here already: an update delivered twice adds nothing.
        One that has found a weighty reason more, whose picture the sender wears, is another look.
        """
        known = {reason.signal for reason in self.reasons}
        if any(one.weight >= NEWS and one.signal not in known for one in seen.verdict.evidence):
            return False
        return any(heard.level >= seen.verdict.level for heard in self._looks(seen))

    def mentions(self, seen: Seen) -> bool:
        """Whether this message is in here, however it was judged then."""
        return bool(self._looks(seen))

    def _looks(self, seen: Seen) -> tuple[Heard, ...]:
        message = seen.message
        look = (message.id, milliseconds(seen.event.at), message.edit_of is not None)
        return tuple(heard for heard in self.messages if heard.look == look)

    @property
    def askers(self) -> tuple[Heard, ...]:
        """The messages it is about: what its first sender said, and whoever else asked; not the bystanders'."""
        first = self.messages[0].user if self.messages else ""
        return tuple(one for one in self.messages if one.user == first or one.level >= Level.CAUTION)

    @property
    def members(self) -> tuple[Party, ...]:
        """Who asked and can be silenced or put out."""
        return tuple(party for party in self.parties if party.member)

    def appeal(self, user: str) -> Appeal | None:
        """What this account says of it."""
        return next((one for one in self.appeals if one.user == user), None)

    @property
    def loudest(self) -> Heard:
        """What it is really about: the first of the highest level."""
        return max(self.messages, key=lambda heard: heard.level)

    @property
    def all_removed(self) -> bool:
        asked = {heard.id for heard in self.askers}
        return bool(asked) and asked <= set(self.removed)

    def was_refused(self, what: str, about: str) -> bool:
        return any((one.what, one.about) == (what, about) for one in self.refused)

    def did(self, what: str, now: datetime, by: Person | None = None) -> Dossier:
        """The file with one more deed in it."""
        known = by is not None and by.station is Station.USER
        deed = Deed(milliseconds(now), what, by.id if by else "", by.name[:NAME] if by and known else "")
        return replace(self, deeds=(*self.deeds, deed)[-DEEDS:])

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Dossier:
        """Unknown fields of other versions are left out."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        for name in ("tells", "parents", "muted", "banned", "removed", "recalled"):
            known[name] = tuple(known.get(name, ()))
        for name in ("granted", "revoked"):
            known[name] = tuple(Pardon(**pardon) for pardon in known.get(name, ()))
        known["refused"] = tuple(Refusal(**refusal) for refusal in known.get("refused", ()))
        known["deeds"] = tuple(Deed(**deed) for deed in known.get("deeds", ()))
        known["before"] = _before(known.get("before"))
        known["reasons"] = tuple(Reason(**reason) for reason in known.get("reasons", ()))
        known["messages"] = tuple(_heard(heard) for heard in known.get("messages", ()))
        known["picture"] = Picture(**picture) if (picture := known.get("picture")) else None
        known["parties"] = tuple(Party(**party) for party in known.get("parties", ()))
        known["appeals"] = tuple(Appeal(**appeal) for appeal in known.get("appeals", ()))
        read = cls(**known)
        read = read if read.parties else replace(read, parties=_from_messages(read))
        return replace(read, appeals=_only(stored, read)) if stored.get("appeal") else read


def _heard(stored: Mapping[str, Any]) -> Heard:
    lists = {name: tuple(stored.get(name, ())) for name in ("codes", "attached")}
    pictures = tuple(Picture(**picture) for picture in stored.get("pictures", ()))
    return Heard(**{**stored, **lists, "pictures": pictures})


def _from_messages(dossier: Dossier) -> tuple[Party, ...]:
    """Files of older versions name nobody: of all but the first it is unknown what they are to the group."""
    if not dossier.messages:
        return ()
    first = dossier.messages[0].user
    names = {heard.user: heard.name for heard in reversed(dossier.askers)}
    others = (Party(user, name, False) for user, name in names.items() if user != first)
    return (Party(first, names[first], dossier.member), *others)


def _only(stored: Mapping[str, Any], dossier: Dossier) -> tuple[Appeal, ...]:
    """Files of older versions hold one appeal, of whoever the incident began with."""
    first = dossier.parties[0] if dossier.parties else Party("", "", False)
    return (Appeal(first.user, first.name, stored.get("appealed_at", 0), stored["appeal"]),)


def _before(stored: Mapping[str, Any] | None) -> Before | None:
    if not stored:
        return None
    lists = {name: tuple(stored[name]) for name in ("muted", "banned")}
    return Before(**{**stored, **lists})
