"""A backup is whole, taken while the guard works, and put back without anything being said twice."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.actions import Say
from bot.cli import app
from bot.lock import alone
from bot.outbox import put
from bot.places import ChatKind, Place
from bot.store import backup, chats
from bot.store.backup import Unusable
from bot.store.db import Database
from tests.guarded import CODE, SCAM, guarded, on_guard, unguarded

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def told(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def configured(folder: Path) -> Path:
    file = folder / "config.yaml"
    file.write_text(f"data: {folder / 'data'}\n", encoding="utf-8")
    return file


async def database(folder: Path, titles: int = 3) -> Path:
    path = folder / "data" / "classguard.db"
    db = await Database.open(path)
    async with db.transaction() as tx:
        for number in range(titles):
            await chats.register(tx, Place("telegram", f"-{number}", ChatKind.GROUP, f"{number}班"), 0)
        await put(tx, [Say("warning:1", 1, "…")], NOW)
    await db.close()
    (folder / "data" / "secret").write_text("s" * 64)
    return path


def titles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as opened:
        return int(opened.execute("SELECT count(*) FROM chats").fetchone()[0])


async def test_what_was_backed_up_comes_back(tmp_path: Path) -> None:
    path, config = await database(tmp_path), configured(tmp_path)
    file = tmp_path / "kept.zip"
    assert told("backup", file, "--config", config).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("DELETE FROM chats")
    (tmp_path / "data" / "secret").write_text("x" * 64)
    done = told("restore", file, "--config", config)
    assert done.exit_code == 0, done.output
    assert titles(path) == 3
    assert (tmp_path / "data" / "secret").read_text() == "s" * 64
    assert titles(path.with_name("classguard.db.before-restore")) == 0


async def test_a_restored_bot_does_not_say_again_what_was_waiting_to_be_said(tmp_path: Path) -> None:
    path, config = await database(tmp_path), configured(tmp_path)
    told("backup", tmp_path / "kept.zip", "--config", config)
    told("restore", tmp_path / "kept.zip", "--config", config)
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("SELECT key, state FROM outbox").fetchall() == [("warning:1", "dropped")]


async def test_a_guard_at_work_is_backed_up_and_goes_on_from_there(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        path, secret = school.config.database_path, school.config.data / "secret"
        async with on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            before = len(await school.warnings())
            await asyncio.to_thread(backup.take, path, secret, tmp_path / "kept.zip", NOW)
        backup.put_back(tmp_path / "kept.zip", path, secret)
        async with on_guard(school):
            assert before == len(await school.warnings()) == 1
            await school.unharmed()


async def test_the_token_is_in_no_backup(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.says("mum", "早上好")
        await school.settled()
        path = school.config.database_path
        backup.take(path, school.config.data / "secret", tmp_path / "kept.zip", NOW)
        with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
            for name in archive.namelist():
                assert school.playground.token.encode() not in archive.read(name)


async def test_a_backup_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    path = await database(tmp_path)
    backup.take(path, tmp_path / "data" / "secret", tmp_path / "kept.zip", NOW)
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        good = {name: archive.read(name) for name in archive.namelist()}
    elsewhere = json.loads(good["manifest.json"])
    elsewhere["sha256"]["../evil"] = "0"
    for changed in (
        {"classguard.db": b"rubbish"},
        {"manifest.json": b"{}"},
        {"manifest.json": json.dumps(elsewhere).encode(), "../evil": b"x"},
    ):
        with zipfile.ZipFile(tmp_path / "wrong.zip", "w") as bad:
            for name, content in (good | changed).items():
                bad.writestr(name, content)
        with pytest.raises(Unusable):
            backup.put_back(tmp_path / "wrong.zip", path, tmp_path / "data" / "secret")
    assert titles(path) == 3
    assert not (tmp_path.parent / "evil").exists()


async def test_mistakes_are_told_in_a_sentence(tmp_path: Path) -> None:
    config = configured(tmp_path)
    assert "no database" in told("backup", tmp_path / "a.zip", "--config", config).output
    assert "no such file" in told("restore", tmp_path / "none.zip", "--config", config).output
    await database(tmp_path)
    (tmp_path / "there").write_text("")
    assert "exists already" in told("backup", tmp_path / "there", "--config", config).output
    assert "not a backup" in told("restore", tmp_path / "there", "--config", config).output
    with alone(tmp_path / "data"):
        busy = told("restore", tmp_path / "there", "--config", config)
    assert busy.exit_code == 2 and "Stop it first" in busy.output


async def test_a_sound_database_and_a_damaged_one_are_told_apart(tmp_path: Path) -> None:
    path, config = await database(tmp_path, titles=2_000), configured(tmp_path)
    sound = told("verify-db", "--config", config, "--json")
    assert sound.exit_code == 0 and json.loads(sound.output)["rows"]["chats"] == 2_000
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 8192)
    damaged = told("verify-db", "--config", config)
    assert damaged.exit_code == 1 and "restore a backup" in damaged.output


async def test_two_guards_do_not_share_a_folder(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        config = tmp_path / "config.yaml"
        config.write_text(
            f"data: {school.folder}\ntelegram:\n  token: {school.playground.token}\n", encoding="utf-8"
        )
        with alone(school.folder):
            second = await asyncio.to_thread(told, "run", "--config", config)
        assert second.exit_code == 2 and "another Class Guard" in second.output
