"""A scam in a class a thousand parents subscribed to: how soon is the class warned, the last parent told, and another class meanwhile?

uv run python -m bench.subscribers            a thousand
uv run python -m bench.subscribers 100        so many
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from sqlalchemy import insert

from bench import traffic
from bench.figures import show
from bench.processes import bot, playground
from bench.records import guarded_for_long
from bench.warning import strike
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.tables import chats, subscriptions

PARENTS = 1_000
GROUPS = 20
# Telegram lets a bot say so many things a second.
RATE = 30
_FIRST_PRIVATE = 100_000
# The second scam comes while the parents of the first class are being told.
_MEANWHILE = 5.0


def run(parents: int = PARENTS) -> list[dict[str, Any]]:
    with (
        playground() as server,
        server.control() as control,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        traffic.open_groups(control, GROUPS)
        guarded_for_long(folder, GROUPS)
        asyncio.run(_subscribed(folder, _people(control, parents)))
        with bot("bench.guard_bot", server, folder=name):
            traffic.settle(control, 120)
            traffic.send(control, ({"chat": f"t{at}", "from": f"t{at}", "text": "/start"} for at in (0, 1)))
            traffic.settle(control, 120)
            strike(control, 0)
            time.sleep(_MEANWHILE)
            strike(control, 1)
            _done(folder, parents)
        return [_told(folder, parents, group) for group in (0, 1)]


def _people(control: httpx.Client, count: int) -> Iterable[int]:
    for number in range(count):
        made = control.post(
            "/users", json={"key": f"s{number}", "first_name": f"订阅{number}", "started": True}
        )
        traffic.done(made)
        yield made.json()["id"]


async def _subscribed(folder: Path, people: Iterable[int]) -> None:
    """All of them to the first class."""
    db, now = await Database.open(folder / "classguard.db"), milliseconds(datetime.now(UTC))
    rows = list(enumerate(people, _FIRST_PRIVATE))
    private: dict[str, Any] = {
        "platform": "telegram",
        "kind": "private",
        "title": "",
        "rights": [],
        "membership": "out",
    }
    private |= {"reachable": True, "created_at": now}
    asked: dict[str, Any] = {"chat_id": 1, "since": now}
    try:
        async with db.transaction() as tx:
            await tx.execute(
                insert(chats), [{**private, "id": at, "address": str(user)} for at, user in rows]
            )
            await tx.execute(
                insert(subscriptions),
                [{**asked, "user": str(user), "private_chat_id": at} for at, user in rows],
            )
    finally:
        await db.close()


def _done(folder: Path, parents: int) -> None:
    end = time.monotonic() + 60 + 3 * parents / RATE
    while len(_sent(folder, 0, "parent")) < parents or not _sent(folder, 1, "admin"):
        assert time.monotonic() < end, "not everybody was told"
        time.sleep(1)


def _sent(folder: Path, group: int, whom: str) -> list[float]:
    """Seconds after the scam arrived at which these were told."""
    query = (
        "SELECT (sent_at - outbox.created_at) / 1000.0 FROM outbox JOIN incidents ON outbox.key LIKE "
        "'incident:' || incidents.id || ':' || ? || ':%' "
        "WHERE incidents.chat_id = ? AND outbox.kind = 'say' AND sent_at IS NOT NULL ORDER BY 1"
    )
    with closing(sqlite3.connect(folder / "classguard.db")) as db:
        return [float(row[0]) for row in db.execute(query, (whom, group + 1))]


def _told(folder: Path, parents: int, group: int) -> dict[str, Any]:
    told = _sent(folder, group, "parent")
    return {
        "class": ("the one", "another meanwhile")[group],
        "subscribed": 0 if group else parents,
        "warned s": round(_sent(folder, group, "public")[0], 2),
        "card s": round(_sent(folder, group, "admin")[0], 2),
        "first parent s": round(told[0], 2) if told else "",
        "last parent s": round(told[-1], 2) if told else "",
    }


def main(
    parents: Annotated[int, typer.Argument(help="How many have subscribed.")] = PARENTS,
) -> list[dict[str, Any]]:
    rows = run(parents)
    show(f"{parents} subscribed parents, {RATE} messages a second", rows)
    return rows


if __name__ == "__main__":
    typer.run(main)
