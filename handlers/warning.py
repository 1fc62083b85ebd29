"""The words of a public warning and a private alert."""

from __future__ import annotations

import re

from bot.actions import Button
from bot.store.incidents import ENDED, SAFE, SCAM, Incident
from bot.texts import Said, lines, plain, quoted, say, shown
from handlers.dossier import (
    ASKED,
    CLONE,
    CONFIRMED,
    HIJACK,
    MISDIRECTED,
    OFFICE,
    STOLEN,
    STRANGER,
    TELL,
    UNCONFIRMED,
    Dossier,
    Reason,
)
from handlers.group import Group
from patterns.model import Level

Buttons = tuple[tuple[Button, ...], ...]
NAME = 24
REASON = 120
REASONS = 4

# What a hard tell is called in the texts; one without a line of its own has a general one.
_TELLS = {
    "program_file": "program",
    "locked_archive": "locked",
    "asks_code": "code",
    "asks_secret": "secret",
    "safe_account": "safe",
    "shares_screen": "screen",
    "advance_payment": "advance",
    "bail_money": "bail",
}
_FILES = ("program", "locked")
# What a calm reminder may say of somebody: never that it is a scam.
_CALM = {CONFIRMED: STRANGER, TELL: STRANGER, MISDIRECTED: STRANGER, STOLEN: HIJACK, UNCONFIRMED: HIJACK}
_FRESH_MINUTES = 3 * 24 * 60
_YOUNG_DAYS = 60


def public(language: str, incident: Incident, dossier: Dossier) -> Said:
    """What the whole group reads: verdict, evidence, what to do, how to check, status."""
    return lines(
        _advice(language, incident, dossier),
        say(language, "warning.late", when=dossier.late) if dossier.late else None,
        say(language, f"warning.status.{_status(incident, dossier)}"),
    )


def resolved(language: str, incident: Incident) -> Said:
    """What the warning becomes once an admin, or its own sender with a code, has vouched for the message."""
    if incident.decided_by == incident.user:
        return say(language, "warning.verified", incident.number)
    return say(language, "warning.safe", incident.number)


def parent(language: str, group: Group, incident: Incident, dossier: Dossier) -> Said:
    """A subscribed parent's alert: which group, and the same advice."""
    if incident.state == SAFE:
        return lines(_group_line(language, group), say(language, "warning.parent.safe"))
    decided = say(language, "warning.status.scam") if incident.state == SCAM else None
    return lines(_group_line(language, group), _advice(language, incident, dossier), decided)


def paid_button(language: str) -> Buttons:
    return ((Button(plain(language, "warning.paid_button"), "/paid"),),)


def reasons(
    language: str, found: tuple[Reason, ...], for_: str, against: str, hide: bool = False
) -> list[Said]:
    """What was seen, in words, what spoke for a warning first; `hide` keeps out what could be paid to or followed."""
    said: list[Said] = []
    for key, wanted in (
        (for_, [r for r in found if r.weight > 0]),
        (against, [r for r in found if r.weight < 0]),
    ):
        if wanted:
            said.append(say(language, key))
            said += [Said(f"• {_why(language, reason, hide)}") for reason in wanted[:REASONS]]
    return said


def ago(language: str, minutes: float) -> Said:
    minutes = round(minutes, 2)  # what was counted in days is a hair less than whole
    if minutes < 1:
        return say(language, "warning.ago.now")
    for unit, size, limit in (("minutes", 1, 60), ("hours", 60, 48 * 60)):
        if minutes < limit:
            return say(language, f"warning.ago.{unit}", n=int(minutes // size))
    return say(language, "warning.ago.days", n=int(minutes // (24 * 60)))


def _advice(language: str, incident: Incident, dossier: Dossier) -> Said:
    # Each part takes its turn on its own, so that no two warnings in a row are the same picture.
    variant, second, third = _turns(incident.number)
    level = "alarm" if incident.level >= Level.ALARM else "caution"
    kind = dossier.kind if level == "alarm" else _CALM.get(dossier.kind, dossier.kind)
    name = shown(dossier.wears, NAME)
    return lines(
        say(language, f"warning.{level}.{kind}", variant, name=name),
        _because(language, kind, dossier, variant),
        say(language, f"warning.order.{_order(level, kind, dossier)}", second),
        say(language, "warning.check", third),
    )


def _turns(number: int) -> tuple[int, int, int]:
    return number, number + number // 3, number + number // 2


def _because(language: str, kind: str, dossier: Dossier, variant: int) -> Said:
    """One line, in our own words: the sender's might carry the very code it warns of."""
    if kind == CLONE:
        return _changed_account(language, dossier, variant)
    if kind in (OFFICE, TELL):
        return say(language, f"warning.because.{_tell(dossier) or kind}", variant)
    assert kind in (CONFIRMED, HIJACK, MISDIRECTED, STOLEN, STRANGER, UNCONFIRMED)
    return say(language, f"warning.because.{kind}", variant)


def _order(level: str, kind: str, dossier: Dossier) -> str:
    if level == "alarm" and _tell(dossier) in _FILES:
        return "file"
    return "tell" if kind == TELL else level


def _tell(dossier: Dossier) -> str:
    """The hard tell that says most about what not to do."""
    named = [_TELLS[tell] for tell in dossier.tells if tell in _TELLS]
    return next((name for name in named if name in _FILES), named[0] if named else "")


def _changed_account(language: str, dossier: Dossier, variant: int) -> Said:
    renamed, joined = dossier.renamed_minutes, dossier.joined_days
    if renamed is not None and renamed < _FRESH_MINUTES:
        return say(language, "warning.because.renamed", variant, ago=ago(language, renamed))
    if joined is not None and joined < _YOUNG_DAYS:
        return say(language, "warning.because.joined", variant, ago=ago(language, joined * 24 * 60))
    return say(language, "warning.because.clone", variant)


def _status(incident: Incident, dossier: Dossier) -> str:
    if incident.state == SCAM:
        return "scam"
    if incident.state == ENDED:
        return "ended"
    if dossier.all_removed:
        return "removed"
    return "asked" if dossier.challenge == ASKED else "open"


def _group_line(language: str, group: Group) -> Said:
    return say(language, "warning.parent.head", title=shown(group.chat.place.title, NAME))


# Anything one could pay to, write to or open: long numbers, handles, addresses.
_PAYABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_\-. ．＠@：:／/＃#]{5,}[A-Za-z0-9]")
_HAS_DIGITS_OR_ADDRESS = re.compile(r"\d{4}|[.．＠@：:／/]")


def _why(language: str, reason: Reason, hide: bool) -> Said:
    sentence = reason.why.get(language) or reason.why.get("zh-Hans", "")
    if hide:
        hidden = plain(language, "why.hidden")
        sentence = _PAYABLE.sub(
            lambda found: hidden if _HAS_DIGITS_OR_ADDRESS.search(found[0]) else found[0], sentence
        )
    return quoted(sentence, REASON)
