"""The bot's own messages as they stand: which one somebody means who presses a button on it or answers it with a
number, and when each was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import ChatKind
from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, outbox

_ANSWERABLE = ("say", "edit", "quiz")
_STANDING = ("waiting", "sending", "sent")
_LOOKED_AT = 20
# A class's private alerts for some hours.
_SAID = 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of the bot's as it now reads: the packed action that made it so, when it was sent. `before` is how it
    read until then.
    """

    kind: str
    payload: dict[str, Any]
    message_id: str
    incident: int | None
    at: datetime
    before: Standing | None = None


async def under(tx: AsyncConnection, chat_id: int, message_id: str) -> list[Standing]:
    """The message with this number, if it is one of ours."""
    rows = await tx.execute(
        select(outbox)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.message_id == message_id,
            outbox.c.message_id != "",
            outbox.c.kind.in_(_ANSWERABLE),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return [_standing(row) for row in rows]


async def formerly(tx: AsyncConnection, chat_id: int, message_id: str) -> list[Standing]:
    """The message that had this number until it was said anew, as it read then: known by what took it away."""
    taken = outbox.alias("taken")
    rows = await tx.execute(
        select(outbox)
        .join(taken, taken.c.target == outbox.c.key)
        .where(
            taken.c.chat_id == chat_id,
            taken.c.kind == "delete",
            taken.c.payload["message_id"].as_string() == message_id,
            outbox.c.kind.in_(_ANSWERABLE),
        )
        .limit(1)
    )
    return [replace(_standing(row), message_id=message_id) for row in rows]


async def lately(tx: AsyncConnection, chat_id: int, since: datetime, until: datetime) -> list[Standing]:
    """What was said in a chat in this time and still stands, the latest first."""
    found = await tx.execute(
        select(outbox)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.state == "sent",
            outbox.c.message_id != "",
            outbox.c.kind.in_(_ANSWERABLE),
            outbox.c.sent_at.between(milliseconds(since), milliseconds(until)),
        )
        .order_by(outbox.c.sent_at.desc(), outbox.c.id.desc())
        .limit(_LOOKED_AT)
    )
    rows = found.all()
    replaced = {row.key: row.payload["replaces"] for row in rows if row.payload.get("replaces")}
    wordings: dict[str, list[Standing]] = {}
    for row in rows:
        wordings.setdefault(_first(row.target or row.key, replaced), []).append(_standing(row))
    return [_with_former(*wording) for wording in wordings.values()]


def _first(key: str, replaced: Mapping[str, str]) -> str:
    """The key of the first of the messages that took each other's place."""
    for _ in replaced:
        key = replaced.get(key, key)
    return key


def _with_former(now: Standing, before: Standing | None = None, *earlier: Standing) -> Standing:
    """What it is about stands with its first wording."""
    about = next((one.incident for one in (now, before, *earlier) if one and one.incident is not None), None)
    return replace(now, before=before, incident=about)


async def announced(
    tx: AsyncConnection, chat_id: int, about: str, since: datetime | None = None
) -> str | None:
    """The key of the latest announcement of this group whose key begins so, unless it failed."""
    return await _latest(tx, chat_id, "notice", about, since)


async def told(tx: AsyncConnection, chat_id: int, about: str, since: datetime | None = None) -> str | None:
    """The same of what was said in it, unless that was said otherwise since."""
    key = await _latest(tx, chat_id, "say", about, since)
    unsaid = key is not None and await _latest(tx, chat_id, "edit", key) is not None
    return None if unsaid else key


async def _latest(
    tx: AsyncConnection, chat_id: int, kind: str, about: str, since: datetime | None = None
) -> str | None:
    keys = await tx.execute(
        select(outbox.c.key)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.kind == kind,
            outbox.c.state.in_(_STANDING),
            outbox.c.key.startswith(about, autoescape=True),
            outbox.c.created_at >= (milliseconds(since) if since is not None else 0),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return keys.scalar_one_or_none()


def _standing(row: Row[Any]) -> Standing:
    at = moment(row.sent_at if row.sent_at is not None else row.created_at)
    return Standing(row.kind, row.payload, row.message_id, row.incident_id, at)


async def bearing(tx: AsyncConnection, chat_id: int, message_id: str, command: str) -> str | None:
    """The key of the message a button with this command stands or stood on.

    None when the message is too old to be remembered, and when it never had such a button: what a press
    carries is the presser's to choose, and must not lead to another message being rewritten.
    """
    said = await tx.execute(
        select(outbox.c.key, outbox.c.payload)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.message_id == message_id,
            outbox.c.message_id != "",
            outbox.c.kind == "say",
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    row = said.first()
    if row is None:
        return None
    edits = await tx.execute(
        select(outbox.c.payload).where(outbox.c.target == row.key, outbox.c.kind == "edit")
    )
    return row.key if command in _commands([row.payload, *edits.scalars()]) else None


async def showing(tx: AsyncConnection, chat_id: int, about: str) -> list[str]:
    """The keys of a chat's latest messages whose buttons, as they now read, carry commands about this (“#7”)."""
    rows = await tx.execute(
        select(outbox.c.key, outbox.c.target, outbox.c.payload)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.kind.in_(("say", "edit")),
            outbox.c.state.in_(_STANDING),
        )
        .order_by(outbox.c.id.desc())
        .limit(_LOOKED_AT)
    )
    wordings: dict[str, dict[str, Any]] = {}
    for row in rows:
        wordings.setdefault(row.target or row.key, row.payload)
    return [
        key
        for key, payload in wordings.items()
        if any(command.split()[1:2] == [about] for command in _commands([payload]))
    ]


def _commands(payloads: Iterable[dict[str, Any]]) -> set[str]:
    return {
        button.get("command", "")
        for payload in payloads
        for row in payload.get("buttons", ())
        for button in row
    }


async def said_in(tx: AsyncConnection, chat: int) -> dict[str, datetime]:
    """The latest messages the bot is known to have said in a chat: their numbers, and when."""
    return await _said(tx, outbox.c.chat_id == chat)


async def said_in_all(tx: AsyncConnection, platform: str, kind: ChatKind) -> dict[str, datetime]:
    """The same of all chats of a kind together."""
    alike = select(chats.c.id).where(chats.c.platform == platform, chats.c.kind == kind)
    return await _said(tx, outbox.c.chat_id.in_(alike))


async def _said(tx: AsyncConnection, where: ColumnElement[bool]) -> dict[str, datetime]:
    numbers = (
        select(outbox.c.message_id, outbox.c.sent_at)
        .where(where, outbox.c.message_id != "", outbox.c.sent_at.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(_SAID)
    )
    return {row.message_id: moment(row.sent_at) for row in await tx.execute(numbers)}
