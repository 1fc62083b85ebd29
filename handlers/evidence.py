"""An incident's file as evidence: what was written, changed and done, in order, in words and as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.actions import Paper
from bot.events import Picture
from bot.store import incidents as store
from bot.store.incidents import Incident
from bot.store.moments import milliseconds, moment
from bot.texts import plain, say
from handlers.badges import badge
from handlers.docket import Docket
from handlers.dossier import Dossier, Heard
from handlers.group import Group
from patterns.model import Level

_FIELD, _TEXT = 400, 4_000
Json = dict[str, Any]


async def paper(docket: Docket, language: str) -> Paper:
    """Everything goes into the archive as the file has it; strangers' words are made harmless where they are shown."""
    incident, dossier, group, here = docket.incident, docket.dossier, docket.group, docket.there
    pictures = _pictures(dossier.messages)
    warned = await store.warned_at(here.tx, incident.id)
    entries = [
        *(_message(language, heard, dossier, group, pictures) for heard in dossier.messages),
        *(_deed(language, deed.at, deed.what, deed.by, deed.name, group) for deed in dossier.deeds),
        *(_deed(language, milliseconds(at), "warned", "", "", group) for at in warned),
    ]
    # Moments are told by the second: what was changed within it comes after what was said.
    entries.sort(key=lambda entry: (entry["order"], entry["edited"]))
    facts = {
        "title": plain(language, "evidence.title", number=incident.number),
        "made": _when(here.now, group),
        "note": plain(language, "evidence.note"),
        "words": {
            name: plain(language, f"evidence.word.{name}")
            for name in ("made", "about", "timeline", "reasons", "picture", "missing")
        },
        "about": _about(language, incident, dossier, group),
        "entries": entries,
        "reasons": [_cut(one.why.get(language) or one.why.get("zh-Hans", "")) for one in dossier.reasons],
        "records": [*_records(incident, dossier, group, warned)],
    }
    name = f"{plain(language, 'evidence.file')}-{incident.number}.zip"
    none = say(language, "evidence.none")
    return Paper("evidence", language, facts, name=name, otherwise=none, pictures=tuple(pictures.values()))


def _about(language: str, incident: Incident, dossier: Dossier, group: Group) -> list[list[str]]:
    """Labels and what stands beside them."""
    place = group.chat.place
    decided = f"{plain(language, f'incidents.state.{incident.state}')} {dossier.decided_by}".strip()
    renamed = dossier.renamed_from or ("" if dossier.renamed_minutes is None else "?")
    rows = [
        ("group", f"{place.title} ({place.platform})"),
        ("opened", _when(incident.opened_at, group)),
        ("level", plain(language, f"why.level.{Level(incident.level).word}")),
        ("state", decided),
        ("account", f"{incident.user_name} ({badge(incident.user, group.mark)})"),
        ("names", " → ".join(_names(dossier))),
        ("wears", dossier.wears),
        ("renamed", renamed),
        ("joined", "" if dossier.joined_days is None else f"{dossier.joined_days:.1f}"),
        *(("other", f"{one.name} ({badge(one.user, group.mark)})") for one in dossier.parties[1:]),
        *(("appeal", f"{one.name} ({badge(one.user, group.mark)}): {one.text}") for one in dossier.appeals),
    ]
    return [[plain(language, f"evidence.label.{key}"), _cut(value)] for key, value in rows if value]


def _names(dossier: Dossier) -> list[str]:
    """The names its sender wore, in order."""
    first = dossier.messages[0].user if dossier.messages else ""
    worn = [dossier.renamed_from or "", *(one.name for one in dossier.messages if one.user == first)]
    return list(dict.fromkeys(name for name in worn if name))


def _message(
    language: str, heard: Heard, dossier: Dossier, group: Group, pictures: Mapping[str, Picture]
) -> Json:
    gone = [
        word
        for word, ids in (("removed", dossier.removed), ("recalled", dossier.recalled))
        if heard.id in ids
    ]
    lines = [
        *(f"{plain(language, 'evidence.word.code')}: {code}" for code in heard.codes),
        *(f"{plain(language, 'evidence.word.attached')}: {one}" for one in heard.attached),
        *(plain(language, f"evidence.word.{word}") for word in gone),
    ]
    numbers = list(pictures)
    key = "evidence.edited" if heard.edited else "evidence.message"
    return {
        "order": heard.at,
        "edited": heard.edited,
        "at": _when(moment(heard.at), group),
        "head": _cut(
            plain(language, key, who=f"{heard.name} ({badge(heard.user, group.mark)})", number=heard.id)
        ),
        "text": heard.text[:_TEXT],
        "lines": [line[:_TEXT] for line in lines],
        "pictures": [numbers.index(one.unique_id) for one in heard.pictures if one.unique_id in pictures],
    }


def _deed(language: str, at: int, what: str, by: str, name: str, group: Group) -> Json:
    who = f"{name} ({badge(by, group.mark)})" if by else plain(language, "evidence.word.guard")
    head = plain(language, f"evidence.deed.{what}", who=who)
    return {
        "order": at,
        "edited": False,
        "at": _when(moment(at), group),
        "head": _cut(head),
        "text": "",
        "lines": [],
        "pictures": [],
    }


def _pictures(messages: Iterable[Heard]) -> dict[str, Picture]:
    """Each picture once, however often it was looked at."""
    return {one.unique_id: one for heard in messages for one in heard.pictures if not one.is_file}


def _records(
    incident: Incident, dossier: Dossier, group: Group, warned: Sequence[datetime]
) -> Iterable[Json]:
    """The file itself, a line a thing, times as UTC."""
    place, mark = group.chat.place, group.mark
    yield {
        "record": "incident",
        "number": incident.number,
        "platform": place.platform,
        "chat": group.chat.id,
        "title": place.title,
        "timezone": str(group.settings.zone),
        "user": badge(incident.user, mark),
        "user_name": incident.user_name,
        "level": Level(incident.level).word,
        "state": incident.state,
        "kind": dossier.kind,
        "wears": dossier.wears,
        "renamed_from": dossier.renamed_from,
        "renamed_minutes": dossier.renamed_minutes,
        "joined_days": dossier.joined_days,
        "opened_at": incident.opened_at.isoformat(),
        "decided_at": incident.decided_at.isoformat() if incident.decided_at else None,
        "decided_by": badge(incident.decided_by, mark) if incident.decided_by else "",
        "parties": [_worn(asdict(party), "user", mark) for party in dossier.parties],
        "appeals": [_worn(asdict(appeal), "user", mark) for appeal in dossier.appeals],
    }
    for heard in dossier.messages:
        told = {
            **_worn(asdict(heard), "user", mark),
            "pictures": [{"name": one.name, "sha256": one.sha256} for one in heard.pictures],
            "level": Level(heard.level).word,
            "removed": heard.id in dossier.removed,
            "recalled": heard.id in dossier.recalled,
        }
        yield {"record": "message", **told, "at": moment(heard.at).isoformat()}
    for deed in dossier.deeds:
        yield {"record": "deed", **_worn(asdict(deed), "by", mark), "at": moment(deed.at).isoformat()}
    yield from ({"record": "warning", "at": at.isoformat()} for at in warned)
    yield from ({"record": "reason", **asdict(one), "why": dict(one.why)} for one in dossier.reasons)
    yield _for_the_platform(incident, dossier, group)


def _worn(told: Json, account: str, mark: Callable[[str], str]) -> Json:
    """The same with the account by its badge."""
    return {**told, account: badge(told[account], mark) if told[account] else ""}


def _for_the_platform(incident: Incident, dossier: Dossier, group: Group) -> Json:
    """Whom the police ask the platform about: the numbers it knows the group and those who asked by, and nowhere else in
    the file. Without them nobody finds an account once it was put out or has changed its name.
    """
    asked = dict.fromkeys((incident.user, *(party.user for party in dossier.parties)))
    accounts = {badge(user, group.mark): user for user in asked if user}
    return {"record": "platform", "chat": group.chat.place.address, "accounts": accounts}


def _when(at: datetime, group: Group) -> str:
    local = at.replace(tzinfo=at.tzinfo or UTC).astimezone(group.settings.zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} UTC{offset[:3]}:{offset[3:5]}"


def _cut(text: str) -> str:
    return " ".join(text.split())[:_FIELD]
