"""Case files as values: JSON lines in, messages and contexts the judgement understands out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from patterns.judge import Context
from patterns.model import (
    Attachment,
    AttachmentKind,
    Fee,
    Level,
    Message,
    Person,
    Protected,
    Role,
    Standing,
)
from patterns.names import Roster

BLINDS = ("meta", "qr", "september")
_SEPTEMBER_DAYS = 3.0
_PLAIN = {
    "image": AttachmentKind.IMAGE,
    "voice": AttachmentKind.VOICE,
    "red_packet": AttachmentKind.RED_PACKET,
    "contact": AttachmentKind.CONTACT,
}
_VALUED = {
    "file": AttachmentKind.FILE,
    "link": AttachmentKind.LINK,
    "group_collect": AttachmentKind.GROUP_COLLECT,
    "contact": AttachmentKind.CONTACT,
}


class CaseError(ValueError):
    """A line that is no case, and where it stands."""


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """A conversation with the level it should reach."""

    id: str
    label: str
    kind: str
    lang: str
    expected: Level
    expected_at: int
    at_most: bool
    context: Context
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class NamePair:
    """Does this display name pose as that person?"""

    id: str
    protected: str
    candidate: str
    impersonates: bool
    also_registered: tuple[str, ...] = ()


def read_cases(path: Path, blind: frozenset[str] = frozenset()) -> Iterator[LabelledCase | NamePair]:
    """Every case of a file, in order."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                yield _pair(data) if "protected" in data else _case(data, blind)
            except json.JSONDecodeError as error:
                raise CaseError(
                    f"{path.name} line {number}: not JSON. Ordinary messages are given with --lines {path.name}."
                ) from error
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CaseError(f"{path.name} line {number}: {type(error).__name__}: {error}") from error


def _pair(data: Mapping[str, Any]) -> NamePair:
    return NamePair(
        id=data["id"],
        protected=data["protected"],
        candidate=data["candidate"],
        impersonates=bool(data["impersonates"]),
        also_registered=tuple(data.get("also_registered") or ()),
    )


def _case(data: Mapping[str, Any], blind: frozenset[str]) -> LabelledCase:
    expect = data["expect"]
    return LabelledCase(
        id=data["id"],
        label=data["label"],
        kind=data["kind"],
        lang=data["lang"],
        expected=Level[expect["level"].upper()],
        expected_at=int(expect.get("at", len(data["messages"]) - 1)),
        at_most=bool(expect.get("at_most", False)),
        context=_context(data),
        messages=tuple(
            _message(data["id"], index, message, blind) for index, message in enumerate(data["messages"])
        ),
    )


def _context(data: Mapping[str, Any]) -> Context:
    context = data["context"]
    teachers: list[str] = list(context["group_teachers"])
    aliases: Mapping[str, Iterable[str]] = context.get("aliases") or {}
    accounts = _accounts(data["messages"], teachers)
    title = context.get("group_title") or ""
    people = [
        Protected(
            name, frozenset(accounts.get(name, ()) or {f"unseen-{index}"}), tuple(aliases.get(name, ()))
        )
        for index, name in enumerate(teachers)
    ]
    return Context(
        roster=Roster(people, title),
        title=title,
        payees=frozenset(context.get("registered_payees") or ()),
        domains=frozenset(context.get("registered_domains") or ()),
        fees=tuple(
            Fee(str(fee["what"]), str(fee.get("amount") or ""), str(fee.get("payee") or ""))
            for fee in context.get("fees") or ()
        ),
    )


def _accounts(messages: Iterable[Mapping[str, Any]], teachers: list[str]) -> dict[str, set[str]]:
    """Which accounts are registered for which of the teachers."""
    found: dict[str, set[str]] = {}
    taken: set[str] = set()
    for message in messages:
        if not message.get("known_teacher"):
            continue
        names = (message["sender"], message.get("renamed_from"))
        name = next((one for one in names if one in teachers), None)
        if name is None:
            name = next((one for one in teachers if one not in taken), message["sender"])
        taken.add(name)
        found.setdefault(name, set()).add(str(message["uid"]))
    return found


def _message(case: str, index: int, data: Mapping[str, Any], blind: frozenset[str]) -> Message:
    joined = data.get("joined_days")
    if "september" in blind:
        joined = _SEPTEMBER_DAYS
    meta = "meta" not in blind
    edit_of = data.get("edit_of")
    return Message(
        id=str(index),
        sender=Person(id=str(data["uid"]), name=data["sender"], role=Role(data.get("role") or "member")),
        text=data.get("text") or "",
        standing=Standing(
            joined_days=float(joined) if joined is not None and meta else None,
            renamed_from=data.get("renamed_from") if meta else None,
            portrait_of=data.get("avatar_same_as") if meta else None,
        ),
        attachments=tuple(_attachment(case, label, blind) for label in data.get("attachments") or ()),
        minute=float(data.get("minute_offset") or 0),
        hour=data.get("hour"),
        weekday=data.get("weekday"),
        forwarded=bool(data.get("is_forward")),
        mentions_all=bool(data.get("mentions_all")),
        edit_of=None if edit_of is None else str(edit_of),
    )


def _attachment(case: str, label: str, blind: frozenset[str]) -> Attachment:
    kind, _, value = label.partition(":")
    if kind == "qr":
        return (
            Attachment(AttachmentKind.IMAGE)
            if "qr" in blind
            else Attachment(AttachmentKind.QR, _payload(case, value))
        )
    if value and kind in _VALUED:
        return Attachment(_VALUED[kind], value)
    return Attachment(_PLAIN.get(kind, AttachmentKind.OTHER), value)


@cache
def _payloads() -> dict[str, str]:
    with (Path(__file__).parent / "payloads.yaml").open(encoding="utf-8") as file:
        found: dict[str, str] = yaml.safe_load(file)
    return found


def _payload(case: str, label: str) -> str:
    kind, _, value = label.partition(":")
    if kind == "url":
        return value
    if kind not in _payloads():
        raise CaseError(f"unknown code qr:{label}")
    return _payloads()[kind].replace("{n}", f"{zlib.crc32(case.encode()) % 10**8:08d}")
