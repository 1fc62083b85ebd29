"""An incident's card, as an admin sees it: what is known, and the buttons that decide."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.abilities import Abilities
from bot.actions import Button
from bot.store.incidents import SAFE, SCAM, Incident
from bot.store.refusals import BAN, DELETE, MUTE
from bot.texts import Said, lines, plain, quoted, say, shown
from handlers.badges import badge
from handlers.dossier import ASKED, FAILED, Appeal, Dossier, Party
from handlers.group import Group
from handlers.warning import NAME, Buttons, ago, reasons
from patterns.model import Level

TEXT = 300
OTHERS = 5
APPEALS = 3
_VERDICTS = (("scam", SCAM), ("safe", SAFE))


def card(language: str, group: Group, incident: Incident, dossier: Dossier) -> Said:
    """What an admin needs to decide: who, when, what was said, what speaks for and against."""
    return lines(
        say(
            language,
            f"incident.card.{_heading(incident, dossier)}",
            title=shown(group.chat.place.title, NAME),
            number=incident.number,
        ),
        *_sender(language, incident, dossier, group),
        say(language, "incident.card.when", when=_local(_when(incident, dossier), group)),
        *_original(language, dossier),
        *reasons(language, dossier.reasons, "incident.card.for_", "incident.card.against"),
        *_reported(language, incident, dossier, group),
        *_done(language, incident, dossier),
        _decision(language, incident, dossier),
    )


def in_class(language: str, incident: Incident, dossier: Dossier) -> Said:
    """What of it may stand in the group: why, and what became of it, and of nobody's name or words."""
    level = say(language, f"why.level.{Level(incident.level).word}")
    return lines(
        say(language, "why.title", number=incident.number, level=level),
        *reasons(language, dossier.reasons, "why.for_", "why.against", hide=True),
        *_done(language, incident, dossier),
        _decision(language, incident, dossier),
    )


def buttons(language: str, incident: Incident, dossier: Dossier, admin: str, abilities: Abilities) -> Buttons:
    """The buttons carry how many decisions were made when they were shown: an old card decides nothing.
    Whoever asked in the incident gets none, and what no bot may do on this platform nobody is offered.
    """
    if incident.concerns(admin):
        return ()
    number, decided = f"#{incident.id}", incident.state in (SCAM, SAFE)
    target = f"{number} {dossier.decisions}"
    offered = [
        [(name, f"/{name} {target}") for name, state in _VERDICTS if incident.state != state],
        [
            ("undo", f"/undo {target}") if decided else ("unsure", f"/unsure {target}"),
            ("why", f"/why {number}"),
        ],
        _measures(incident, dossier, number, abilities),
        _afterwards(number) if incident.state == SCAM else [],
    ]
    return tuple(
        tuple(Button(plain(language, f"incident.button.{label}"), command) for label, command in row)
        for row in offered
        if row
    )


def _afterwards(number: str) -> list[tuple[str, str]]:
    return [("bulletin", f"/bulletin {number}"), ("evidence", f"/evidence {number}")]


def _measures(
    incident: Incident, dossier: Dossier, number: str, abilities: Abilities
) -> list[tuple[str, str]]:
    """What can be done to the messages and to whom it is about, or taken back."""
    calm, gone = incident.state == SAFE, dossier.all_removed
    inside = {party.user for party in dossier.members} - set(dossier.banned)
    speaking = inside - set(dossier.muted)
    mute = abilities.mutes and bool(speaking) and not calm
    ban = abilities.bans and bool(inside) and not calm
    delete = abilities.deletes and bool(dossier.askers) and not (calm or gone)
    silent, out = bool(dossier.muted) and not dossier.banned, bool(dossier.banned)
    offered = (
        (silent and not mute, "unmute", f"/mute {number} off"),
        (mute, "mute", f"/mute {number}"),
        (delete, "delete", f"/delete {number}"),
        (out and not ban and abilities.readmits, "unban", f"/ban {number} off"),
        (ban, "ban", f"/ban {number}"),
    )
    return [(label, command) for fits, label, command in offered if fits]


def _heading(incident: Incident, dossier: Dossier) -> str:
    """By level; an account that has only turned into somebody has not asked for anything yet."""
    turned = any(reason.signal == "turned_into" for reason in dossier.reasons)
    return "turned" if turned and incident.level == Level.CAUTION else Level(incident.level).word


def _sender(language: str, incident: Incident, dossier: Dossier, group: Group) -> list[Said]:
    worn = badge(incident.user, group.mark)
    said = [say(language, "incident.card.who", name=shown(incident.user_name, NAME), badge=worn)]
    if dossier.wears:
        said.append(say(language, "incident.card.wears", name=shown(dossier.wears, NAME)))
    if dossier.joined_days is not None:
        said.append(say(language, "incident.card.joined", ago=ago(language, dossier.joined_days * 24 * 60)))
    if dossier.renamed_minutes is not None:
        when, former = ago(language, dossier.renamed_minutes), shown(dossier.renamed_from or "", NAME)
        key = "incident.card.renamed" if former else "incident.card.renamed_unknown"
        said.append(say(language, key, ago=when, former=former))
    if dossier.registered:
        said.append(say(language, "incident.card.registered"))
    if others := [party for party in dossier.parties if party.user != incident.user]:
        said.append(say(language, "incident.card.others"))
        said += [_party(language, party, group) for party in others[:OTHERS]]
    if (more := len(others) - OTHERS) > 0:
        said.append(say(language, "incident.card.others_more", n=more))
    return said


def _party(language: str, party: Party, group: Group) -> Said:
    key = "other" if party.member else "other_office"
    return say(
        language, f"incident.card.{key}", name=shown(party.name, NAME), badge=badge(party.user, group.mark)
    )


def _original(language: str, dossier: Dossier) -> list[Said]:
    """The loudest message in its own words; admins may see them."""
    written = [heard for heard in dossier.messages if heard.text.strip()]
    if not written:
        return []
    loudest = max(written, key=lambda heard: heard.level)
    said = [lines(say(language, "incident.card.text"), quoted(loudest.text, TEXT))]
    if more := len({heard.id for heard in dossier.messages}) - 1:
        said.append(say(language, "incident.card.more", n=more))
    return said


def _reported(language: str, incident: Incident, dossier: Dossier, group: Group) -> list[Said]:
    """What others ask of the admins: parents that they look, those it is about that they read."""
    said = [say(language, "incident.card.reported", n=dossier.reports)] if dossier.reports else []
    return said + [_appeal(language, one, incident, group) for one in dossier.appeals[-APPEALS:]]


def _appeal(language: str, appeal: Appeal, incident: Incident, group: Group) -> Said:
    if appeal.user in ("", incident.user):
        return lines(say(language, "incident.card.appeal"), quoted(appeal.text, TEXT))
    worn = badge(appeal.user, group.mark)
    who = say(language, "incident.card.appeal_of", name=shown(appeal.name, NAME), badge=worn)
    return lines(who, quoted(appeal.text, TEXT))


def _done(language: str, incident: Incident, dossier: Dossier) -> list[Said]:
    done = (
        ("public" if incident.public_key else "silent", 1),
        ("muted", len(dossier.muted)),
        # Cleared, and yet out: where the bot cannot let anybody in again.
        ("still_out" if incident.state == SAFE else "banned", len(dossier.banned)),
        ("removed", len(dossier.removed) if dossier.all_removed else 0),
        ("recalled", len(dossier.recalled)),
        *(_refused(dossier) if incident.state != SAFE else ()),
    )
    return [say(language, f"incident.card.{key}", n=number) for key, number in done if number]


def _refused(dossier: Dossier) -> list[tuple[str, int]]:
    """What the platform did not do and nobody has done since, as far as is known."""
    since = {
        MUTE: (*dossier.muted, *dossier.banned),
        BAN: dossier.banned,
        DELETE: (*dossier.removed, *dossier.recalled),
    }
    last = {(one.what, one.about): one for one in dossier.refused}
    left = [one.told for one in last.values() if one.about not in since[one.what]]
    return [(told, left.count(told)) for told in dict.fromkeys(left)]


def _decision(language: str, incident: Incident, dossier: Dossier) -> Said:
    who = shown(dossier.decided_by, NAME) or plain(language, "incident.someone")
    if incident.state == SAFE and incident.decided_by == incident.user:
        return say(language, "incident.decided.verified")
    if incident.state in (SCAM, SAFE):
        return say(language, f"incident.decided.{incident.state}", who=who)
    if dossier.challenge in (ASKED, FAILED) and not dossier.decisions:
        return lines(
            say(language, f"incident.card.owner_{dossier.challenge}"), say(language, "incident.card.ask")
        )
    if dossier.reopened:
        return say(language, "incident.decided.reopened", who=who)
    if dossier.decisions:
        return say(language, "incident.decided.unsure", who=who)
    return say(language, "incident.card.ask")


def _when(incident: Incident, dossier: Dossier) -> datetime:
    """When the words shown were said, which may be long after the incident began."""
    if not dossier.messages:
        return incident.opened_at.replace(tzinfo=UTC)
    return datetime.fromtimestamp(dossier.loudest.at / 1000, UTC)


def _local(moment: datetime, group: Group) -> str:
    return moment.astimezone(group.settings.zone).strftime("%m-%d %H:%M")
