"""A copy of everything that cannot be made anew, taken while the guard works, and put back."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from bot.store import copying, engines, migration

DATABASE, SECRET, MANIFEST = "classguard.db", "secret", "manifest.json"
# What a server held, which has no file beside which it could be kept.
BEFORE = "before-restore.zip"
# A backup is a copy of a small database; anything larger was not made here.
LARGEST = 20_000_000_000
_PAGES = 2_000  # copied at a time, so that the guard can write in between


class Unusable(Exception):
    """The backup or the database cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: when it was taken, and which schema its database has."""

    taken_at: str
    schema: str
    has_secret: bool


def take(where: Path | URL, secret: Path, target: Path, now: datetime) -> Contents:
    """Write a backup to `target`, whole or not at all. Raises `Unusable`."""
    database = engines.url_of(where)
    if target.exists():
        raise Unusable(f"{target} exists already; name another file.")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as folder:
        copy = Path(folder, DATABASE)
        _copy(database, copy)
        if trouble := ailment(copy):
            raise Unusable(f"{engines.shown(database)}: {trouble} No backup was written.")
        contents = Contents(
            now.isoformat(timespec="seconds"), migration.revision(copy) or "", secret.exists()
        )
        packed = Path(folder, "packed")
        _pack(packed, copy, secret, contents)
        packed.replace(target)
    return contents


def put_back(source: Path, where: Path | URL, secret: Path) -> Contents:
    """Replace database and secret by those of a backup; what was there is kept beside. Raises `Unusable`."""
    database = engines.url_of(where)
    beside = Path(str(database.database)).parent if engines.is_file(database) else secret.parent
    with tempfile.TemporaryDirectory(dir=_present(beside), prefix=".restore-") as folder:
        contents = _unpack(source, Path(folder))
        copy = Path(folder, DATABASE)
        if trouble := ailment(copy):
            raise Unusable(f"{source}: {trouble}")
        if not migration.knows(contents.schema or None):
            raise Unusable(f"{source}: was written by a newer version of Class Guard; install that version.")
        _forget_unsent(copy)
        if engines.is_file(database):
            _put_aside(Path(str(database.database)))
            copy.replace(str(database.database))
        else:
            _onto_server(copy, database, secret)
        if contents.has_secret:
            _put_aside(secret)
            Path(folder, SECRET).replace(secret)
    return contents


def ailment(database: Path) -> str:
    """What is wrong with a database file, as a sentence; empty when it is sound."""
    try:
        with closing(
            sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        ) as opened:
            opinion = str(opened.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if opinion != "ok":
                return "The database is damaged; restore a backup."
            if opened.execute("PRAGMA foreign_key_check").fetchone():
                return "The database holds rows that belong to nothing; restore a backup."
    except sqlite3.Error as trouble:
        return f"The database cannot be read ({trouble}); restore a backup."
    return ""


def counts(database: Path) -> dict[str, int]:
    """How many rows each table holds."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as opened:
        tables = opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        # The names are the database's own and quoted as SQL quotes names.
        quoted = {name: '"' + name.replace('"', '""') + '"' for (name,) in tables}
        return {
            name: int(opened.execute(f"SELECT count(*) FROM {own}").fetchone()[0])  # noqa: S608
            for name, own in quoted.items()
        }


def copy_of(database: Path, copy: Path) -> None:
    """The file as it is at one moment, whoever works with it. Raises `Unusable`."""
    if not database.exists():
        raise Unusable(f"{database}: there is no database yet, so there is nothing to copy.")
    copy.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(database, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target, pages=_PAGES)
            # One file, without a log beside it.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as trouble:
        raise Unusable(f"{database}: cannot be copied ({trouble}). Nothing was written.") from None


def _copy(database: URL, copy: Path) -> None:
    if engines.is_file(database):
        copy_of(Path(str(database.database)), copy)
        return
    try:
        asyncio.run(copying.to_file(database, copy))
    except copying.Refused as wrong:
        raise Unusable(f"{wrong} No backup was written.") from None


def _onto_server(copy: Path, database: URL, secret: Path) -> None:
    """In one transaction there; what the server held before becomes a backup of its own."""
    kept = secret.parent / BEFORE
    kept.unlink(missing_ok=True)
    migration.upgrade(copy)
    try:
        asyncio.run(migration.upgrade_server(database))
        take(database, secret, kept, datetime.now(UTC))
        asyncio.run(copying.to_server(copy, database, replacing=True))
    except copying.Refused as wrong:
        raise Unusable(str(wrong)) from None


def _pack(packed: Path, copy: Path, secret: Path, contents: Contents) -> None:
    packed.touch(mode=0o600)
    hashes = {DATABASE: _hash(copy)} | ({SECRET: _hash(secret)} if contents.has_secret else {})
    manifest = {"taken_at": contents.taken_at, "schema": contents.schema, "sha256": hashes}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, DATABASE)
        if contents.has_secret:
            archive.write(secret, SECRET)
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))


def _unpack(source: Path, folder: Path) -> Contents:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            hashes: dict[str, str] = manifest["sha256"]
            for name in hashes:
                if name not in (DATABASE, SECRET) or archive.getinfo(name).file_size > LARGEST:
                    raise Unusable(f"{source}: is not a backup of Class Guard.")
                archive.extract(name, folder)
                Path(folder, name).chmod(0o600)
                if _hash(Path(folder, name)) != hashes[name]:
                    raise Unusable(f"{source}: is damaged ({name} does not match); use another backup.")
            return Contents(str(manifest["taken_at"]), str(manifest["schema"]), SECRET in hashes)
    except FileNotFoundError:
        raise Unusable(f"{source}: there is no such file.") from None
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError):
        raise Unusable(f"{source}: is not a backup of Class Guard, or is damaged.") from None


def _forget_unsent(copy: Path) -> None:
    """What was still to be said then has been said since, and what was to be answered answered."""
    with closing(sqlite3.connect(copy)) as opened, opened:
        opened.execute(
            "UPDATE outbox SET state = 'dropped', error = 'restored from a backup' WHERE state IN ('waiting', 'sending')"
        )
        opened.execute("UPDATE inbox SET state = 'done' WHERE state = 'waiting'")


def _put_aside(file: Path) -> None:
    for path in (file, *(Path(f"{file}{end}") for end in ("-wal", "-shm"))):
        if path.exists():
            path.replace(path.with_name(f"{path.name}.before-restore"))


def _present(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
