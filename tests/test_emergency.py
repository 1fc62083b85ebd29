"""A database that cannot be written silences no alarm, and nothing is said twice once it can be again."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.scrap import Scrap
from bot.store.tables import inbox, incidents, outbox
from tests.guarded import SCAM, School, guarded, held, on_guard, unguarded


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("bot.intake", "bot.answering"):
        monkeypatch.setattr(f"{module}.PATIENCE", 0.3)


async def _on_record(school: School, chat: str = "class") -> int:
    """How many warnings stand, once everything is written down; each is the one the record knows."""
    found = await school.warnings(chat)
    rows = await school.rows(outbox.c.key, outbox.c.state, outbox.c.message_id)
    public = [row for row in rows if ":public:" in row.key]
    assert {row.state for row in public} == {"sent"}
    assert {str(one["message_id"]) for one in found} <= {row.message_id for row in public}
    return len(found)


async def test_an_alarm_leaves_while_another_program_holds_the_database(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        async with held(school):
            await school.says("clone", SCAM)
            assert (await school.warned())["reply_to"]
            assert await school.playground.control.said("teacher", wait=10)
        assert await _on_record(school) == 1
        assert len(await school.rows(incidents.c.id)) == 1
        # The word to the admin, and the card that could not be made before.
        assert len(await school.said("teacher")) >= 2
        await school.unharmed()


async def test_a_scam_goes_on_while_nothing_can_be_written_and_is_warned_of_once(tmp_path: Path) -> None:
    async with guarded(tmp_path, "class", "other") as school:
        async with held(school):
            for number in range(4):
                await school.says("clone", f"{SCAM}{'！' * number}")
            await school.says("clone", SCAM, chat="other")
            await school.warned()
            await school.warned("other")
            await asyncio.sleep(1)
            assert len(await school.said()) - 1 == len(await school.said("other")) - 1
        assert await _on_record(school) == 1
        assert await _on_record(school, "other") == 1
        await school.unharmed()


async def test_a_picture_alone_is_looked_at_too(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        async with held(school):
            await school.says("clone", "老师收费，各位扫这个", photo={"qr": "wxp://f2f0example"})
            assert await school.warned()
        assert await _on_record(school) == 1


async def test_a_scam_behind_a_hundred_updates_that_cannot_be_stored_is_seen(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        async with held(school):
            talk = [{"chat": "class", "from": "mum", "text": f"第{number}条"} for number in range(150)]
            await school.playground.control.say_all(talk)
            await school.says("clone", SCAM)
            assert await school.warned()
        assert await _on_record(school) == 1
        rows = await school.rows(inbox.c.state)
        assert len(rows) >= 151
        await school.unharmed()


async def test_what_is_quieter_than_an_alarm_waits_until_it_can_be_written_down(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        before = len(await school.said())
        async with held(school):
            await school.says("mum", "明天春游吗？")
            await school.says(
                "stranger", "各位家长请把资料费86元转到我这里", photo={"qr": "wxp://f2f0example"}
            )
            await asyncio.sleep(1.5)
            assert len(await school.said()) == before
        await school.unharmed()
        assert len(await school.rows(incidents.c.id)) == 1


async def test_a_warning_said_from_memory_is_not_said_again_after_a_restart(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        async with on_guard(school):
            await school.settled()
            async with held(school):
                await school.says("clone", SCAM)
                standing = await school.warned()
                scrap = school.folder / "unrecorded"
                kept = scrap.read_bytes()
            await school.settled()
        # As if it had been killed before anything could be written.
        scrap.write_bytes(kept + b'[1, "cut o')
        with closing(sqlite3.connect(school.config.database_path)) as db, db:
            for table in ("outbox", "incidents", "timers"):
                db.execute(f"DELETE FROM {table}")
            db.execute("UPDATE inbox SET state = 'waiting' WHERE CAST(body AS TEXT) LIKE '%资料费%'")
        async with on_guard(school):
            assert [one["message_id"] for one in await school.warnings()] == [standing["message_id"]]
            assert await _on_record(school) == 1


async def test_a_scam_behind_a_newcomer_who_cannot_be_written_down_is_warned_of(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        control, database = school.playground.control, school.config.database_path
        await control.post("users", {"key": "impostor", "first_name": "王丽老师"})
        # It cannot end well either.
        with pytest.raises(DBAPIError):
            async with on_guard(school):
                await school.settled()
                with database.open("r+b", buffering=0) as file:
                    file.write(os.urandom(database.stat().st_size))
                await control.post("members", {"chat": "class", "user": "impostor", "status": "member"})
                number = await school.says("impostor", SCAM)
                found = await control.said("class", reply_to=number, wait=10)
        assert len(found) == 1


async def test_a_damaged_scrap_harms_nobody(tmp_path: Path) -> None:
    for content in (b"", b"\xff\xfe", b"null\n[]\n[1]\n", b"[" * 9_999):
        (tmp_path / "scrap").write_bytes(content)
        assert list(Scrap(tmp_path / "scrap").taken()) == []
    assert list(Scrap(tmp_path / "nowhere" / "scrap").taken()) == []
    Scrap(tmp_path / "nowhere" / "scrap").note(1, "2", "3")
