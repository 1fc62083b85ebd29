"""Killed at random moments: while it starts, migrates, stores, answers, sends and stops."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from bench import books
from bench.chaos import schools
from bench.chaos.bots import Nursery, nursery
from bench.chaos.school import School
from bench.processes import Server
from bot.store import migration
from bot.store.backup import ailment

GROUPS = 10
# One start in so many is a cold one: every import, every file.
COLD = 25


def run(server: Server, kills: int, seed: int = 20, database: URL | None = None) -> dict[str, Any]:
    """What became of scams, cards, alerts and updates over so many deaths; `database` an empty one of PostgreSQL's."""
    chance = random.Random(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        nursery(server, Path(folder), database=database) as born,
        schools.opened(server, GROUPS) as school,
    ):
        first = born.bear()
        server.await_bot(school.control)
        school.subscribe()
        first.kill()
        began = time.monotonic()
        with school.busy(talk=40, scams=2.0):
            at_work = sum(_life(born, school, number, chance) for number in range(kills))
        seconds = time.monotonic() - began
        last = born.bear()
        # However long the machine takes: what is late is not lost.
        school.settled(born.books, 900)
        stopped = last.stop()
        counted = school.count(born.books)
        trouble = books.ailment(born.books)
    return {
        "kills": kills,
        "of them at work": at_work,
        "seconds": seconds,
        **counted.told(),
        "stopped in time": stopped,
        "database": trouble or "sound",
    }


def _life(born: Nursery, school: School, number: int, chance: random.Random) -> bool:
    """From birth to a death that nobody announced; True when it had begun to guard.

    Every third dies at some moment of its start, every sixth while it is about to stop, the others at work.
    """
    bot = born.start_cold() if number % COLD == COLD - 1 else born.bear()
    if number % 3 == 0:
        time.sleep(chance.uniform(0.0, 1.0))
        guarded = born.ready()
    else:
        guarded = born.ready(within=30)
        time.sleep(chance.uniform(0.0, 0.8))
    if number % 6 == 5:
        bot.send(signal.SIGTERM)
        time.sleep(chance.uniform(0.0, 0.3))
    bot.kill()
    born.bury()
    if number % COLD == 0:
        school.looks(born.books)
    return guarded


def migrating_kills(server: Server, kills: int, seed: int = 21) -> dict[str, Any]:
    """The first schema with rows in it, brought to the newest by bots that die on the way."""
    chance = random.Random(seed)
    sound = finished = 0
    with tempfile.TemporaryDirectory() as folder, nursery(server, Path(folder)) as born:
        old = Path(folder, "old.db")
        _first_schema(old)
        born.database.parent.mkdir()
        for _ in range(kills):
            for end in ("", "-wal", "-shm"):
                Path(f"{born.database}{end}").unlink(missing_ok=True)
            shutil.copyfile(old, born.database)
            bot = born.bear()
            time.sleep(chance.uniform(0.0, 0.5))
            bot.kill()
            sound += not ailment(born.database) and migration.knows(migration.revision(born.database))
            migration.upgrade(born.database)
            finished += migration.revision(born.database) == migration.head() and _rows(born.database) == 500
    return {"kills while migrating": kills, "sound after it": sound, "finished by the next start": finished}


def _first_schema(path: Path) -> None:
    steps = sorted((migration.SCRIPTS / "versions").glob("v0001*.py"))
    with tempfile.TemporaryDirectory() as folder:
        scripts = Path(folder, "migrations")
        (scripts / "versions").mkdir(parents=True)
        shutil.copy(migration.SCRIPTS / "env.py", scripts)
        shutil.copy(steps[0], scripts / "versions")
        path.touch()
        migration.upgrade(path, scripts)
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "INSERT INTO chats (platform, address, kind, title, rights, membership, reachable, created_at)"
            " VALUES ('telegram', ?, 'group', '班', '[]', 'member', 1, 0)",
            [(str(-number),) for number in range(1, 501)],
        )


def _rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM chats").fetchone()[0])
