"""Updates as they came, stored before they are confirmed to the platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.places import ChatKind
from bot.platforms.arrivals import Batch
from bot.store.db import Database
from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, cursors, inbox
from bot.store.upserts import insert

# Long enough to rebuild a conversation's last minutes after a crash, and no longer.
KEPT = timedelta(minutes=15)
ASIDE_KEPT = timedelta(days=5)
# Telegram numbers updates anew after a week without any; an offset from before would hide them.
CURSOR_TRUSTED = timedelta(days=6)

_FLUSH_AT = 500
_PAGE = 500

_store = (
    insert(inbox)
    .on_conflict_do_nothing(index_elements=["platform", "update_id"])
    .returning(inbox.c.id, inbox.c.update_id)
)
_point = insert(cursors)
_point = _point.on_conflict_do_update(
    index_elements=["platform"],
    set_={"value": _point.excluded.value, "moved_at": _point.excluded.moved_at},
)
_finish = update(inbox).where(inbox.c.id.in_(bindparam("rows", expanding=True))).values(state="done")
_columns = (
    inbox.c.id,
    inbox.c.platform,
    inbox.c.update_id,
    inbox.c.lane,
    inbox.c.body,
    inbox.c.received_at,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One stored update."""

    row: int
    platform: str
    update_id: str
    lane: str
    body: bytes
    received_at: int


async def heard(tx: AsyncConnection, platform: str, lane: str) -> list[tuple[bytes, datetime]]:
    """What came of one chat in the last minutes, as it came, and when. Looks through everything: for rare questions."""
    return await _bodies(tx, platform, inbox.c.lane == lane)


async def heard_in_all(tx: AsyncConnection, platform: str, kind: ChatKind) -> list[tuple[bytes, datetime]]:
    """The same of all chats of a kind together."""
    alike = select(chats.c.address).where(chats.c.platform == platform, chats.c.kind == kind)
    return await _bodies(tx, platform, inbox.c.lane.in_(alike))


async def _bodies(
    tx: AsyncConnection, platform: str, where: ColumnElement[bool]
) -> list[tuple[bytes, datetime]]:
    found = select(inbox.c.body, inbox.c.received_at).where(inbox.c.platform == platform, where)
    return [(bytes(row.body), moment(row.received_at)) for row in await tx.execute(found)]


class Inbox:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._settled: list[int] = []
        self._some = asyncio.Event()
        self._full = asyncio.Event()

    async def cursor(self, platform: str) -> str | None:
        """Where to poll on from; None when the platform must tell afresh."""
        async with self._db.read() as tx:
            row = (await tx.execute(select(cursors).where(cursors.c.platform == platform))).first()
        if row is None:
            return None
        oldest = milliseconds(self._clock.now() - CURSOR_TRUSTED)
        return str(row.value) if row.moved_at > oldest else None

    async def store(self, platform: str, batch: Batch) -> list[Letter]:
        """Keep the updates and the cursor, if any, that will confirm them. Returns those not seen before."""
        now = milliseconds(self._clock.now())
        by_id = {raw.update_id: raw for raw in batch.raws}
        if not by_id:
            return []
        rows = [
            {
                "platform": platform,
                "update_id": raw.update_id,
                "lane": raw.lane,
                "body": raw.body,
                "state": "waiting",
                "reason": "",
                "received_at": now,
            }
            for raw in by_id.values()
        ]
        # Nothing that arrives is seen before it is stored: that waits behind nobody's answer.
        async with self._db.transaction(urgent=True) as tx:
            stored = (await tx.execute(_store, rows)).all()
            if batch.cursor:
                await tx.execute(_point, {"platform": platform, "value": batch.cursor, "moved_at": now})
        new = {str(row.update_id): int(row.id) for row in stored}
        return [
            Letter(new[raw.update_id], platform, raw.update_id, raw.lane, raw.body, now)
            for raw in by_id.values()
            if raw.update_id in new
        ]

    async def waiting(self, platform: str | None = None) -> AsyncIterator[Letter]:
        """What was stored and not finished before the last stop, of one platform or of all, in order."""
        async for page in self._pages(platform, "waiting", 0):
            for letter in page:
                yield letter

    def recent(self, platform: str | None = None) -> AsyncIterator[list[Letter]]:
        """What was finished in the last minutes, in order, a page at a time: conversations are rebuilt from it."""
        return self._pages(platform, "done", milliseconds(self._clock.now() - KEPT))

    async def abandon(self, connected: Collection[str]) -> None:
        """Set aside what still waits of platforms that are no longer connected."""
        left = inbox.c.state == "waiting", inbox.c.platform.not_in(list(connected))
        async with self._db.transaction() as tx:
            await tx.execute(
                update(inbox).where(*left).values(state="aside", reason="this platform is not connected")
            )

    async def _pages(self, platform: str | None, state: str, since: int) -> AsyncIterator[list[Letter]]:
        last = 0
        while True:
            async with self._db.read() as tx:
                page = (
                    await tx.execute(
                        select(*_columns)
                        .where(
                            true() if platform is None else inbox.c.platform == platform,
                            inbox.c.state == state,
                            inbox.c.received_at >= since,
                            inbox.c.id > last,
                        )
                        .order_by(inbox.c.id)
                        .limit(_PAGE)
                    )
                ).all()
            yield [Letter(*row) for row in page]
            if len(page) < _PAGE:
                return
            last = page[-1].id

    def settle(self, row: int) -> None:
        """Mark an ordinary update done, soon and together with others."""
        self._settled.append(row)
        self._some.set()
        if len(self._settled) >= _FLUSH_AT:
            self._full.set()

    async def finish(self, tx: AsyncConnection, row: int) -> None:
        """Mark an update done in the transaction that holds what followed from it."""
        await tx.execute(_finish, {"rows": [row]})

    async def set_aside(self, row: int, reason: str) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(
                update(inbox).where(inbox.c.id == row).values(state="aside", reason=reason[:500])
            )

    async def full(self, seconds: float) -> None:
        """Wait until a flush is worth it: until there is something, and then a little for more."""
        await self._some.wait()
        try:
            await asyncio.wait_for(self._full.wait(), seconds)
        except TimeoutError:
            return

    async def flush(self) -> None:
        self._full.clear()
        self._some.clear()
        rows, self._settled = self._settled, []
        if not rows:
            return
        try:
            async with self._db.transaction() as tx:
                for start in range(0, len(rows), _FLUSH_AT):
                    await tx.execute(_finish, {"rows": rows[start : start + _FLUSH_AT]})
        except BaseException:
            self._settled = rows + self._settled
            self._some.set()
            raise

    async def purge(self) -> bool:
        """Forget a small step of what is old enough; True when there may be more."""
        now = self._clock.now()
        old = milliseconds(now - KEPT)
        async with self._db.transaction() as tx:
            gone = await tx.execute(
                delete(inbox).where(
                    inbox.c.id.in_(
                        select(inbox.c.id)
                        .where(inbox.c.state == "done", inbox.c.received_at < old)
                        .limit(_PAGE)
                    )
                )
            )
            # What could not be read keeps its reason for a while, but not its words.
            await tx.execute(
                update(inbox)
                .where(inbox.c.state == "aside", inbox.c.received_at < old, inbox.c.body != b"")
                .values(body=b"")
            )
            await tx.execute(
                delete(inbox).where(
                    inbox.c.state == "aside",
                    inbox.c.received_at < milliseconds(now - ASIDE_KEPT),
                )
            )
        return gone.rowcount == _PAGE
