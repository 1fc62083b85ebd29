"""One more look at a message is put into its incident's file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.store.moments import milliseconds
from handlers.dossier import (
    CLONE,
    CONFIRMED,
    HIJACK,
    KINDS,
    MISDIRECTED,
    NAME,
    OFFICE,
    STOLEN,
    STRANGER,
    TELL,
    Dossier,
    Heard,
    Party,
    Reason,
)
from handlers.group import Group, is_staff
from handlers.seen import Seen
from patterns.model import AttachmentKind, Evidence, Level, Message, Standing, Verdict

MESSAGES = 10
REASONS = 12
# Of a flood no more accounts are noted; who holds an office always is.
PARTIES = 40
TEXT = 4_000
PAYLOAD = 1_000

_PICTURED = frozenset({AttachmentKind.QR, AttachmentKind.IMAGE})


def filed(old: Dossier, seen: Seen, group: Group) -> Dossier:
    """The file with one more message in it."""
    verdict, standing = seen.verdict, seen.message.standing
    own, member = _registered(seen, group), seen.from_member
    kind = _kind(verdict, own, frozenset(person.name for person in group.roster))
    stronger = KINDS.index(kind) >= KINDS.index(old.kind)
    return replace(
        old,
        kind=kind if stronger else old.kind,
        wears=((verdict.impersonates if stronger else "") or old.wears)[:NAME],
        tells=tuple(dict.fromkeys((*old.tells, *verdict.tells))),
        reasons=_merged(old.reasons, seen),
        messages=_added(old.messages, seen),
        parties=_with_party(old.parties, seen, own, member),
        **_standing(old, standing, louder=not old.messages or verdict.level > old.loudest.level),
        registered=own or old.registered,
        thread=seen.event.place.thread,
        picture=old.picture or next((p for p in seen.event.pictures if not p.is_file), None),
    )


def _registered(seen: Seen, group: Group) -> bool:
    """Whether it was said from a protected person's own account, or in the group's own name."""
    sender = seen.message.sender
    return is_staff(sender.station) or group.context.roster.owner(sender.id) is not None


def _kind(verdict: Verdict, registered: bool, protected: frozenset[str]) -> str:
    """`registered`: the sender's own account is a protected one; `protected`: the names that are."""
    if "confirmed_scam" in verdict.tells:
        return CONFIRMED
    if "stolen_account" in verdict.tells:
        return STOLEN
    if verdict.tells == ("contradicts_fee",) and not verdict.impersonates:
        return MISDIRECTED
    if registered:
        return TELL if verdict.tells else HIJACK
    if verdict.impersonates in protected:
        return CLONE
    if verdict.impersonates:
        return OFFICE
    return TELL if verdict.tells else STRANGER


def _standing(known: Dossier, standing: Standing, louder: bool) -> dict[str, Any]:
    """How long ago the sender joined and took the name, as of the loudest message."""
    joined = standing.joined_days is not None and (louder or known.joined_days is None)
    renamed = standing.renamed_minutes is not None and (louder or known.renamed_minutes is None)
    return {
        "joined_days": standing.joined_days if joined else known.joined_days,
        "renamed_from": (standing.renamed_from or "")[:NAME] if renamed else known.renamed_from,
        "renamed_minutes": standing.renamed_minutes if renamed else known.renamed_minutes,
    }


def _merged(reasons: tuple[Reason, ...], seen: Seen) -> tuple[Reason, ...]:
    """The heaviest first; each signal once, as it was first met. A second look at a message, its picture read,
    takes the place of the first.
    """
    look = f"{seen.message.id}:{milliseconds(seen.event.at)}"
    found = {one.signal: reason_of(one, look) for one in seen.verdict.evidence if one.why}
    merged = {**found, **{reason.signal: reason for reason in reasons if reason.look != look}}
    return tuple(sorted(merged.values(), key=lambda reason: -abs(reason.weight))[:REASONS])


def _with_party(parties: tuple[Party, ...], seen: Seen, registered: bool, member: bool) -> tuple[Party, ...]:
    """Who began it is silenced as an admin decides, whoever they are; who joined only where they are nobody."""
    sender = seen.message.sender
    asked = not parties or seen.verdict.level >= Level.CAUTION
    if not asked or any(party.user == sender.id for party in parties):
        return parties
    party = Party(sender.id, sender.name[:NAME], member and not (parties and registered))
    return (*parties, party) if len(parties) < PARTIES or not member else parties


def _attached(message: Message) -> tuple[str, ...]:
    """What came with it besides pictures and their codes."""
    others = (one for one in message.attachments if one.kind not in _PICTURED)
    return tuple(f"{one.kind.value}: {one.value}"[:PAYLOAD] for one in others)[:6]


def reason_of(evidence: Evidence, look: str = "") -> Reason:
    return Reason(evidence.signal, evidence.weight, dict(evidence.why), look)


def _added(messages: tuple[Heard, ...], seen: Seen) -> tuple[Heard, ...]:
    message = seen.message
    if not message.id:
        # A look at somebody who has said nothing.
        return messages
    heard = Heard(
        id=message.id,
        at=milliseconds(seen.event.at),
        user=message.sender.id,
        name=message.sender.name[:NAME],
        level=int(seen.verdict.level),
        text=message.wording[:TEXT],
        edited=message.edit_of is not None,
        codes=tuple(one.value[:PAYLOAD] for one in message.attachments if one.kind is AttachmentKind.QR)[:6],
        attached=_attached(message),
        pictures=seen.event.pictures[:6],
    )
    others = tuple(one for one in messages if one.look != heard.look)
    # The first is what it began with; of a flood the last are kept.
    kept = (*others, heard)
    return kept if len(kept) <= MESSAGES else (kept[0], *kept[-(MESSAGES - 1) :])
