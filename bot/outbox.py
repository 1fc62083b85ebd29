"""What is still to be said: rows written with whatever caused them, taken one chat at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Case, Row, Select, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action, Ban, Delete, Edit, Mute, Recall, Say
from bot.packing import kind_of, pack, unpack
from bot.store import quizzes, refusals
from bot.store.moments import milliseconds
from bot.store.tables import outbox
from bot.store.upserts import insert

_UNSENT = ("waiting", "sending")
_OVER = ("failed", "expired", "dropped")
# What people see twice if it is sent twice; what is refused at the second try because the first one did it.
_DOUBLED = ("say", "notice", "delete", "mute", "ban")
# What people read in a chat.
_WORDED = ("say", "edit", "quiz")
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Parcel:
    """One action on its way. `tried_at`: when the first try began that may have succeeded. `target_id` is the
    message an Edit or Recall is about, `said` what it said, without a picture of our own making.
    """

    row: int
    key: str
    chat: int
    action: Action
    attempts: int
    doubled: int
    created_at: int
    expires_at: int
    tried_at: int | None = None
    target_id: str = ""
    target_pictured: bool = False
    said: Say | None = None


async def put(
    tx: AsyncConnection, actions: Sequence[Action], now: datetime, since: datetime | None = None
) -> int:
    """Queue the actions, caused by what arrived at `since`. One whose key is known already adds nothing.

    Returns how many are new.
    """
    added = 0
    for _, alike in groupby(actions, lambda action: isinstance(action, Say)):
        run = list(alike)
        # A thousand parents are told in one statement, not in a thousand.
        if says := [_row(one, one.chat, now, since) for one in run if isinstance(one, Say)]:
            added += await _insert(tx, says)
            continue
        for action in run:
            added += await _put_one(tx, action, now, since)
    return added


async def _put_one(tx: AsyncConnection, action: Action, now: datetime, since: datetime | None) -> int:
    chat = await _chat_of(tx, action)
    if chat is None or await _needless(tx, action):
        return 0
    added = await _insert(tx, [_row(action, chat, now, since)])
    if isinstance(action, Edit):
        await _supersede(tx, action)
    return added


async def _insert(tx: AsyncConnection, rows: Sequence[dict[str, Any]]) -> int:
    new = insert(outbox).on_conflict_do_nothing(index_elements=["key"]).returning(outbox.c.id)
    return len((await tx.execute(new, rows)).all())


def _row(action: Action, chat: int, now: datetime, since: datetime | None) -> dict[str, Any]:
    stamp = milliseconds(now)
    return {
        "key": action.key,
        "chat_id": chat,
        "kind": kind_of(action),
        "payload": pack(action),
        "image": (action.image or None) if isinstance(action, Say) else None,
        "target": action.target if isinstance(action, Edit | Recall) else "",
        "incident_id": action.incident if isinstance(action, Say | Delete | Mute | Ban) else None,
        "priority": int(action.priority),
        "created_at": milliseconds(since or now),
        "due_at": stamp,
        "expires_at": stamp + int(action.lives * 1000),
    }


async def _chat_of(tx: AsyncConnection, action: Action) -> int | None:
    if not isinstance(action, Edit | Recall):
        return action.chat
    return (
        await tx.execute(select(outbox.c.chat_id).where(outbox.c.key == action.target))
    ).scalar_one_or_none()


async def _needless(tx: AsyncConnection, action: Action) -> bool:
    """Taking back what was not said yet means not saying it."""
    if not isinstance(action, Recall):
        return False
    unsaid = await tx.execute(
        update(outbox)
        .where(outbox.c.key == action.target, outbox.c.state == "waiting", outbox.c.attempts == 0)
        .values(state="dropped", error="taken back before it was sent")
    )
    return bool(unsaid.rowcount)


async def _supersede(tx: AsyncConnection, newer: Edit) -> None:
    """Only the latest wording matters: older edits of the same message need not be sent."""
    latest = select(func.max(outbox.c.id)).where(outbox.c.target == newer.target, outbox.c.kind == "edit")
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.target == newer.target,
            outbox.c.kind == "edit",
            outbox.c.state == "waiting",
            outbox.c.id < latest.scalar_subquery(),
        )
        .values(state="dropped", error="a newer edit follows")
    )


def _next() -> Select[Any]:
    """The first sendable row of each chat that is not `busy`, at `most` so many: by priority, then by time."""
    target = outbox.alias("target")
    rank = (
        func.row_number()
        .over(
            partition_by=outbox.c.chat_id,
            order_by=(outbox.c.priority, outbox.c.due_at, outbox.c.id),
        )
        .label("rank")
    )
    sendable = (
        select(
            outbox,
            target.c.state.label("target_state"),
            target.c.message_id.label("target_id"),
            target.c.kind.label("target_kind"),
            target.c.payload.label("target_payload"),
            target.c.image.is_not(None).label("target_image"),
            rank,
        )
        .select_from(outbox.outerjoin(target, and_(outbox.c.target != "", target.c.key == outbox.c.target)))
        .where(
            outbox.c.state == "waiting",
            outbox.c.chat_id.not_in(bindparam("busy", expanding=True)),
            # An edit has nothing to edit until its message stands.
            or_(target.c.state.is_(None), target.c.state.not_in(_UNSENT)),
        )
        .subquery()
    )
    return (
        select(sendable)
        .where(sendable.c.rank == 1)
        .order_by(sendable.c.priority, sendable.c.due_at, sendable.c.id)
        .limit(bindparam("most"))
    )


# Asked every few seconds, whether there is anything to send or not: put together once.
_NEXT = _next()


async def first(tx: AsyncConnection, busy: Collection[int], limit: int) -> list[Parcel]:
    """The most urgent parcel of each chat that is not busy."""
    rows = await tx.execute(_NEXT, {"busy": list(busy), "most": limit})
    return [_parcel(row) for row in rows]


async def tried(tx: AsyncConnection, chats: Collection[int], since: datetime) -> list[tuple[int, Action]]:
    """What was said in these chats since then or may have been, the oldest first: the chat, and the action without
    a picture of our own making.
    """
    rows = await tx.execute(
        select(outbox.c.chat_id, outbox.c.kind, outbox.c.payload)
        .where(outbox.c.chat_id.in_(chats), outbox.c.kind.in_(_WORDED))
        .where(outbox.c.tried_at >= milliseconds(since))
        .order_by(outbox.c.tried_at, outbox.c.id)
    )
    return [(row.chat_id, unpack(row.kind, row.payload, None)) for row in rows]


def _parcel(row: Row[Any]) -> Parcel:
    pictured = bool(row.target_image) or "picture" in (row.target_payload or {})
    said = unpack(row.target_kind, row.target_payload, None) if row.target_kind else None
    return Parcel(
        row=row.id,
        key=row.key,
        chat=row.chat_id,
        action=unpack(row.kind, row.payload, row.image),
        attempts=row.attempts,
        doubled=row.doubled,
        created_at=row.created_at,
        expires_at=row.expires_at,
        tried_at=row.tried_at,
        target_id=row.target_id or "",
        target_pictured=pictured,
        said=said if isinstance(said, Say) else None,
    )


async def claim(tx: AsyncConnection, rows: Collection[int], now: datetime) -> frozenset[int]:
    """Note that these are being sent, so that a crash in between is known to have been one.

    Returns those that still wait: one may have been taken back since it was chosen.
    """
    claimed = await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(rows), outbox.c.state == "waiting")
        .values(
            state="sending",
            attempts=outbox.c.attempts + 1,
            tried_at=case((outbox.c.doubled == 0, milliseconds(now)), else_=outbox.c.tried_at),
        )
        .returning(outbox.c.id)
    )
    return frozenset(claimed.scalars())


async def sent(tx: AsyncConnection, parcel: Parcel, message_id: str, now: datetime, poll: str = "") -> None:
    """It stands; what follows from that follows now."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == parcel.row)
        .values(state="sent", message_id=message_id, sent_at=milliseconds(now), error="")
    )
    if isinstance(parcel.action, Say) and parcel.action.fleeting:
        bare = pack(Say(parcel.key, parcel.chat, ""))
        await tx.execute(update(outbox).where(outbox.c.id == parcel.row).values(payload=bare, image=None))
    if poll:
        await quizzes.opened(tx, parcel.key, poll)
    if isinstance(parcel.action, Say) and parcel.action.replaces:
        old = Recall(key=f"{parcel.key}:replaces", target=parcel.action.replaces)
        await put(tx, [old], now)


async def stands_anew(tx: AsyncConnection, parcel: Parcel, message_id: str, now: datetime) -> None:
    """An edit was said anew, where messages cannot be edited: its target is that message now, the old one goes.

    What goes remembers whose wording it was: somebody may just have read it, and choose.
    """
    assert isinstance(parcel.action, Edit)
    await tx.execute(update(outbox).where(outbox.c.key == parcel.action.target).values(message_id=message_id))
    key, priority = f"{parcel.key}:old"[:160], parcel.action.priority
    old = Delete(key, parcel.chat, parcel.target_id, priority, own=True)
    await put(tx, [old], now)
    await tx.execute(update(outbox).where(outbox.c.key == key).values(target=parcel.action.target))


async def close(tx: AsyncConnection, parcel: Parcel, state: str, reason: str, now: datetime) -> None:
    """End a row without sending it: failed, expired or dropped. What was to be done about an incident was not."""
    ended = update(outbox).where(outbox.c.id == parcel.row)
    await tx.execute(ended.values(state=state, error=reason[:500]))
    if isinstance(parcel.action, Delete | Mute | Ban):
        await refusals.note(tx, parcel.action, parcel.chat, now)


async def again(tx: AsyncConnection, row: int, reason: str, *, unsure: bool = False) -> None:
    """Let it be sent once more. `unsure` when the last try may have succeeded."""
    doubled = outbox.c.doubled + _one_more() if unsure else outbox.c.doubled
    await tx.execute(
        update(outbox).where(outbox.c.id == row).values(state="waiting", error=reason[:500], doubled=doubled)
    )


async def recover(tx: AsyncConnection) -> int:
    """After a crash: what was being sent may have arrived or not. Silence is worse than a double."""
    interrupted = await tx.execute(
        update(outbox)
        .where(outbox.c.state == "sending")
        .values(
            state="waiting",
            error="interrupted while being sent",
            doubled=outbox.c.doubled + _one_more(),
        )
    )
    return interrupted.rowcount


def _one_more() -> Case[int]:
    return case((outbox.c.kind.in_(_DOUBLED), 1), else_=0)


async def purge(tx: AsyncConnection, now: datetime, kept: timedelta) -> bool:
    """Forget a small step of what was settled long ago; True when there may be more."""
    old = (
        select(outbox.c.id)
        .where(outbox.c.state.in_(("sent", *_OVER)), outbox.c.created_at < milliseconds(now - kept))
        .limit(_PAGE)
    )
    gone = await tx.execute(delete(outbox).where(outbox.c.id.in_(old)))
    return gone.rowcount == _PAGE
