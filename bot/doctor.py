"""Is everything as it must be for the guard to work? Each answer says what to do if not."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.abilities import Hearing, Right
from bot.config import Config
from bot.media.reading import words_are_read
from bot.places import Chat
from bot.platforms import Denied, Later, Moved, Platform, Refused, Unsure
from bot.store import chats, engines, migration
from bot.store.db import Database
from bot.store.trouble import remedy

ROOM = 200_000_000
CLOCK_OFF = 30.0

_NEEDED = {
    Right.READ_ALL: "see all messages",
    Right.SEE_MEMBERS: "see who joins",
    Right.POST: "post messages",
}
_WANTED = {Right.DELETE: "delete messages", Right.RESTRICT: "mute members"}
_REMEDIES = {
    Hearing.ADMIN: "make it an admin in the group's settings",
    Hearing.OWNER: "the owner switches on 获取群内全部消息 in the group's robot settings, and makes it an admin",
    Hearing.MENTION: "it answers who names it; to guard the group set up `feed`, see docs/platforms.md",
}


class Health(StrEnum):
    FINE = "fine"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    health: Health
    sentence: str


async def examine(config: Config, platforms: list[Platform]) -> AsyncIterator[Finding]:
    """Everything, in the order in which one thing depends on another."""
    yield Finding("configuration", Health.FINE, "It is readable and complete.")
    yield await asyncio.to_thread(_folder, config.data)
    yield await asyncio.to_thread(_disk, config.data)
    database = await _database(config.database_url)
    yield database
    if not platforms:
        yield Finding(
            "token",
            Health.BROKEN,
            "No bot token is configured. Get one from @BotFather and set CLASSGUARD_TELEGRAM_TOKEN; "
            "the playground works without one.",
        )
    if config.token or not platforms:
        yield await _clock(config)
    yield words_in_pictures(wanted=config.media.ocr == "auto", installed=words_are_read())
    for platform in platforms:
        async for finding in _platform(platform, config, has_database=database.health is Health.FINE):
            yield finding


def _folder(folder: Path) -> Finding:
    present = folder if folder.exists() else next(up for up in folder.absolute().parents if up.exists())
    if not os.access(present, os.W_OK | os.X_OK):
        remedy = "change its owner, or set `data` in the configuration to another folder"
        return Finding("data folder", Health.BROKEN, f"{present} cannot be written to: {remedy}.")
    if folder.exists() and folder.stat().st_mode & 0o077:
        return Finding(
            "data folder",
            Health.WARNING,
            f"Other users of this machine can look into {folder}: run chmod 700 {folder}.",
        )
    return Finding("data folder", Health.FINE, f"{folder} can be written to.")


def _disk(folder: Path) -> Finding:
    present = next(up for up in (folder.absolute(), *folder.absolute().parents) if up.exists())
    free = shutil.disk_usage(present).free
    if free < ROOM:
        return Finding(
            "disk",
            Health.BROKEN,
            f"Only {free // 1_000_000} MB are free; make room for at least {ROOM // 1_000_000} MB.",
        )
    return Finding("disk", Health.FINE, f"{free // 1_000_000_000} GB are free.")


async def _database(url: URL) -> Finding:
    if engines.is_file(url):
        return await asyncio.to_thread(_file, Path(str(url.database)))
    try:
        return await _server(url)
    except (engines.NoDriver, migration.Unsuited) as wrong:
        return Finding("database", Health.BROKEN, str(wrong))
    except DBAPIError as wrong:
        return Finding(
            "database", Health.BROKEN, f"{engines.shown(url)} cannot be used: {remedy(wrong, server=True)}"
        )


async def _server(url: URL) -> Finding:
    db = Database(url)
    try:
        async with db.read() as tx:
            present = await tx.run_sync(migration.present)
    finally:
        await db.close()
    if present is None:
        return Finding(
            "database", Health.WARNING, f"{engines.shown(url)} is empty; the first start fills it."
        )
    return _schema(engines.shown(url), present)


def _file(path: Path) -> Finding:
    if not path.exists() or path.stat().st_size == 0:
        return Finding("database", Health.WARNING, f"{path} does not exist yet; the first start makes it.")
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        ) as connection:
            opinion = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        if opinion != "ok":
            return Finding(
                "database", Health.BROKEN, f"{path} is damaged: stop the bot and restore a backup."
            )
        return _schema(str(path), migration.revision(path))
    except sqlite3.Error as trouble:
        return Finding(
            "database",
            Health.BROKEN,
            f"{path} cannot be read ({trouble}): stop the bot, and restore a backup if it stays so.",
        )


def _schema(where: str, present: str | None) -> Finding:
    if present == migration.head():
        return Finding("database", Health.FINE, f"{where} is sound.")
    if migration.knows(present):
        return Finding(
            "database", Health.WARNING, f"{where} is of an older version; the next start upgrades it."
        )
    return Finding(
        "database",
        Health.BROKEN,
        f"{where} was written by a newer version of Class Guard: install that version.",
    )


async def _clock(config: Config) -> Finding:
    """Against the server's, since tips and deadlines go by it."""
    parts = urlsplit(config.telegram.base_url)
    if parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return Finding(
            "clock", Health.FINE, "The server is on this machine: there is no other clock to compare."
        )
    try:
        async with httpx.AsyncClient(timeout=10.0) as client:
            answer = await client.head(f"{parts.scheme}://{parts.netloc}/")
        return compared(datetime.now(UTC), parsedate_to_datetime(answer.headers["date"]))
    except (httpx.HTTPError, KeyError, ValueError):
        return Finding(
            "clock", Health.WARNING, f"{parts.netloc} does not answer, so the clock could not be compared."
        )


def compared(ours: datetime, theirs: datetime) -> Finding:
    off = abs((ours - theirs).total_seconds())
    if off > CLOCK_OFF:
        return Finding(
            "clock", Health.BROKEN, f"It is off by {off:.0f} seconds: switch on time synchronisation (NTP)."
        )
    return Finding("clock", Health.FINE, "It agrees with the server's.")


def words_in_pictures(*, wanted: bool, installed: bool) -> Finding:
    """An extra: without it nothing is ill."""
    if not installed:
        sentence = "They are not read. Install the extra if they should be: pip install '.[ocr]'."
    elif not wanted:
        sentence = "They could be read here; `media.ocr: off` in the configuration says not to."
    else:
        sentence = "They are read, on this machine."
    return Finding("words in pictures", Health.FINE, sentence)


async def _platform(platform: Platform, config: Config, *, has_database: bool) -> AsyncIterator[Finding]:
    await platform.start()
    try:
        try:
            me = await platform.me()
        except Denied:
            yield Finding(
                "token",
                Health.BROKEN,
                f"{platform.name} does not accept it: {platform.remedy}.",
            )
            return
        except (Later, Refused, Unsure) as trouble:
            yield Finding(
                "token",
                Health.BROKEN,
                f"{platform.name} cannot be asked ({trouble}): check network, proxy and the address configured.",
            )
            return
        yield Finding("token", Health.FINE, f"It belongs to @{me.username}.")
        if not me.private_link:
            pass
        elif me.reads_all:
            yield Finding("privacy mode", Health.FINE, "It is off: the bot sees all messages.")
        else:
            yield Finding(
                "privacy mode",
                Health.FINE,
                "It is on: the bot sees all messages only in groups where it is an admin.",
            )
        if has_database:
            for chat in await _groups(config.database_url, platform.name):
                yield await _group(platform, chat)
    finally:
        await platform.stop()


async def _groups(url: URL, platform: str) -> list[Chat]:
    db = await Database.open(url)
    try:
        async with db.read() as tx:
            return [chat for chat in await chats.joined(tx) if chat.place.platform == platform]
    finally:
        await db.close()


async def _group(platform: Platform, chat: Chat) -> Finding:
    subject = f"group {chat.place.title or chat.id}"
    try:
        rights = await platform.rights(chat.place)
    except (Later, Moved, Refused, Unsure) as trouble:
        return Finding(
            subject, Health.WARNING, f"It could not be asked about ({trouble}); was the bot removed?"
        )
    abilities = platform.abilities
    missing = [
        words
        for right, words in _NEEDED.items()
        if right not in rights and (right is not Right.SEE_MEMBERS or abilities.sees_members)
    ]
    if missing:
        health = Health.WARNING if abilities.hearing is Hearing.MENTION else Health.BROKEN
        remedy = _REMEDIES[abilities.hearing]
        return Finding(subject, health, f"The bot cannot {' or '.join(missing)} here: {remedy}.")
    possible = {Right.DELETE: abilities.deletes, Right.RESTRICT: abilities.mutes}
    lacking = [words for right, words in _WANTED.items() if right not in rights and possible[right]]
    if lacking:
        return Finding(
            subject,
            Health.WARNING,
            f"The bot cannot {' or '.join(lacking)} here, which the mode `guard` needs.",
        )
    return Finding(subject, Health.FINE, "The bot has every right it needs.")
