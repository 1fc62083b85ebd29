"""From the file to the server: everything, or nothing and a sentence; and the guard goes on where it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.store import copying
from bot.store.db import Database
from bot.store.tables import chats, counters
from tests.guarded import CODE, SCAM, School, on_guard, unguarded
from tests.postgres import Server

ROW = {"platform": "telegram", "kind": "group", "created_at": 0}


async def told(school: School, *words: str | Path) -> Result:
    """What the command answers, asked as an operator asks."""
    file = school.folder.parent / "config.yaml"
    await asyncio.to_thread(
        file.write_text, f"data: {school.folder}\ndatabase:\n  url: {address(school.server)}\n"
    )
    arguments = [*map(str, words), "--config", str(file)]
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, arguments))


def address(url: URL | None) -> str:
    assert url is not None
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def test_a_guard_moved_to_a_server_goes_on_and_repeats_no_warning(
    postgres_server: Server, tmp_path: Path
) -> None:
    async with postgres_server.lent() as url, unguarded(tmp_path) as school:
        async with on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            assert len(await school.warnings()) == 1
        school.server = url
        moved = await told(school, "migrate-db")
        assert moved.exit_code == 0, moved.output
        async with on_guard(school):
            assert len(await school.warnings()) == 1
            await school.says("clone", "收费二维码今天有效，请尽快。")
            await school.tells("teacher", "/incidents")
            await school.unharmed()
            assert len(await school.warnings()) == 1
        again = await told(school, "migrate-db")
        assert again.exit_code == 2 and "already" in again.output

        kept = tmp_path / "kept.zip"
        assert (await told(school, "backup", kept)).exit_code == 0
        assert "is sound" in (await told(school, "verify-db")).output
        restored = await told(school, "restore", kept)
        assert restored.exit_code == 0 and "before-restore.zip" in restored.output, restored.output
        async with on_guard(school):
            assert len(await school.warnings()) == 1
            await school.unharmed()


async def test_rows_are_numbered_on_after_those_that_came(postgres_server: Server, tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    await filled(file, rows=1200)
    async with postgres_server.lent() as url:
        copied = await copying.to_server(file, url)
        assert copied["chats"] == 1200
        db = await Database.open(url)
        async with db.transaction() as tx:
            new = await tx.scalar(insert(chats).values(ROW | {"address": "new"}).returning(chats.c.id))
            assert new == 1201
        await db.close()
        await copying.to_file(url, tmp_path / "back.db")
        back = await Database.open(tmp_path / "back.db")
        async with back.read() as tx:
            assert (await copying.counts(tx))["chats"] == 1201
        await back.close()


async def test_what_does_not_fit_leaves_the_server_empty(postgres_server: Server, tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    await filled(file, rows=3, value=2**40)
    async with postgres_server.lent() as url:
        with pytest.raises(copying.Refused, match="counters does not fit"):
            await copying.to_server(file, url)
        db = await Database.open(url)
        async with db.read() as tx:
            assert set((await copying.counts(tx)).values()) == {0}
            assert (await tx.execute(select(chats.c.id))).all() == []
        await db.close()


async def filled(file: Path, rows: int, value: int = 1) -> None:
    db = await Database.open(file)
    async with db.transaction() as tx:
        await tx.execute(insert(chats), [ROW | {"address": str(number)} for number in range(rows)])
        await tx.execute(insert(counters).values(chat_id=1, day="2026-03-02", name="messages", value=value))
    await db.close()
