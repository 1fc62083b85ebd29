"""A guard that has not been looked after since its first day: its database is brought up to date, and it goes on."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, insert, select
from sqlalchemy.engine import URL

from bot.store import engines, incidents, migration, pardons, roster, settings
from bot.store.db import Database
from bot.store.tables import outbox, timers
from tests.guarded import CODE, SCAM, on_guard, unguarded

# A row or more of every table whose rows outlive a restart, as the first version wrote them.
WRITTEN: dict[str, dict[str, Any]] = {
    "chats": {
        "id": 7,
        "platform": "telegram",
        "address": "-1",
        "kind": "group",
        "title": "三(2)班",
        "rights": [],
    }
    | {"membership": "admin", "reachable": True, "created_at": 1},
    "admins": {
        "chat_id": 7,
        "user": "11",
        "name": "王丽老师",
        "owner": True,
        "can_restrict": True,
        "seen_at": 2,
    },
    "protected": {"id": 3, "chat_id": 7, "name": "王丽老师", "aliases": ["小王老师"], "users": ["11"]}
    | {"duty": "teacher", "collects": True, "portraits": ["abc"], "added_by": "11", "added_at": 3},
    "settings": {"chat_id": 7, "name": "mode", "value": "guard"},
    "members": {"chat_id": 7, "member_mark": "m" * 32, "joined_at": 4, "first_seen_at": 4, "last_seen_at": 5}
    | {"messages": 6, "name_mark": "n" * 32, "renamed_at": None},
    "incidents": {
        "id": 5,
        "chat_id": 7,
        "number": 1,
        "subject": "user:99",
        "user": "99",
        "user_name": "王丽老师",
    }
    | {"level": 3, "state": "scam", "opened_at": 6000, "updated_at": 7000, "closes_at": 8000, "revision": 2}
    | {"decided_by": "11", "decided_at": 7000, "message_id": "42", "public_key": "incident:5:public:1"}
    | {
        "marks": ["x" * 32],
        "evidence": {
            "kind": "impostor",
            "messages": [{"user": "98", "level": 3}, {"user": "97", "level": 1}],
        },
    },
    "pardons": {"id": 2, "chat_id": 7, "user": "12", "name_mark": "p" * 32, "mark": "", "level": 2}
    | {"given_by": "11", "given_at": 9},
    "confirmed_marks": {"chat_id": 7, "mark": "x" * 32, "incident_id": 5, "confirmed_at": 10},
    "timers": {"id": 4, "key": "tip:7", "kind": "tip", "chat_id": 7, "payload": "", "due_at": 2**41},
    "outbox": {"id": 9, "key": "incident:5:public:1", "chat_id": 7, "kind": "say", "payload": {"text": "…"}}
    | {
        "image": None,
        "target": "",
        "incident_id": 5,
        "priority": 0,
        "state": "sent",
        "attempts": 1,
        "doubled": 0,
    }
    | {
        "error": "",
        "message_id": "43",
        "created_at": 6000,
        "due_at": 6000,
        "expires_at": 9000,
        "sent_at": 6500,
    },
    "cursors": {"platform": "telegram", "value": "77", "moved_at": 6000},
}


async def first_version(where: Path | URL, folder: Path, address: str = "-1") -> None:
    """The database as the first version left it, with a group of this address."""
    scripts = folder / "first"
    await asyncio.to_thread(_only_the_first, scripts)
    url = engines.url_of(where)
    if engines.is_file(url):
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(migration.upgrade, Path(str(url.database)), scripts)
    else:
        await migration.upgrade_server(url, scripts)
    db = Database(url)
    async with db.transaction() as tx:
        await tx.run_sync(_filled, address)
    await db.close()


def _only_the_first(scripts: Path) -> None:
    (scripts / "versions").mkdir(parents=True)
    shutil.copy(migration.SCRIPTS / "env.py", scripts)
    (first,) = (migration.SCRIPTS / "versions").glob("v0001*.py")
    shutil.copy(first, scripts / "versions")


def _filled(connection: Connection, address: str) -> None:
    known = MetaData()
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name in WRITTEN:
            own = {"address": address} if table.name == "chats" else {}
            connection.execute(insert(table).values(WRITTEN[table.name] | own))


async def test_what_the_first_version_knew_is_known_after_every_step(
    bare: Path | URL, tmp_path: Path
) -> None:
    await first_version(bare, tmp_path)
    db = await Database.open(bare)
    async with db.read() as tx:
        assert await tx.run_sync(migration.present) == migration.head()
        (teacher,) = await roster.load(tx, 7)
        assert (teacher.person.name, teacher.person.ids) == ("王丽老师", frozenset({"11"}))
        assert teacher.person.aliases == ("小王老师",)
        assert (await settings.load(tx, 7))["mode"] == "guard"
        incident = await incidents.numbered(tx, 7, 1)
        assert incident is not None
        assert (incident.id, incident.state, incident.marks) == (5, incidents.SCAM, ("x" * 32,))
        assert incident.parties == ("99", "98"), "whoever asked, and no bystander"
        assert (await pardons.load(tx, 7))[0].user == "12"
        assert await pardons.confirmed_in_each(tx, [7]) == {7: ("x" * 32,)}
        assert set(await tx.scalars(select(timers.c.key))) >= {"tip:7"}
        assert (await tx.execute(select(outbox.c.message_id))).scalar_one() == "43"
    async with db.transaction() as tx:
        new = await incidents.open_(tx, 7, "user:1", "1", "路人", "44", incident.opened_at)
        assert new.number == 2
    await db.close()


async def test_a_guard_started_on_it_guards_the_class_it_knew(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        (group,) = [one for one in await school.playground.control.chats() if one["key"] == "class"]
        await first_version(school.config.database_url, tmp_path, str(group["id"]))
        async with on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            assert len(await school.warnings()) == 1
            await school.unharmed()
