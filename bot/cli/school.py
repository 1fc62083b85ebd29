"""`classguard school`: groups joined into a school, its roster from a file, its term in figures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli import Config as ConfigOption
from bot.cli.reading import configured, refused, usable
from bot.config import Config
from bot.config.secret import marker, secret_of
from bot.papers import press
from bot.places import Chat
from bot.store import accounts, chats, schools, timers
from bot.store.db import Database
from bot.store.schools import School
from handlers.schools import joining, listing, rollup

_USAGE = (
    "Say what to do: list · make NAME · join NAME GROUP · leave GROUP · import NAME FILE.csv · report NAME. "
    "GROUP is a group's title or its number; `list` shows both."
)


def school(
    words: Annotated[list[str] | None, typer.Argument(help=_USAGE)] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where a report is written.")] = Path(),
    config: ConfigOption = None,
) -> None:
    """Join groups into a school, import its roster, print its term's figures."""
    chosen = configured(config)
    with usable(chosen.database_url):
        asyncio.run(_obey(chosen, words or [], out))


async def _obey(config: Config, words: list[str], out: Path) -> None:
    db = await Database.open(config.database_url)
    try:
        async with db.transaction() as tx:
            match words:
                case ["list"]:
                    await _list(tx)
                case ["make", name] if name.strip() and len(name) <= 80:
                    await _make(tx, name.strip())
                case ["join", name, group]:
                    await _join(tx, await _school(tx, name), await _group(tx, group))
                case ["leave", group]:
                    await _leave(tx, await _group(tx, group))
                case ["import", name, file]:
                    await _import(tx, config, await _school(tx, name), Path(file))
                case ["report", name]:
                    await _report(tx, config, await _school(tx, name), out)
                case _:
                    raise refused(_USAGE)
    finally:
        await db.close()


async def _list(tx: AsyncConnection) -> None:
    shown = set[int]()
    for one in await schools.every(tx):
        typer.echo(one.name)
        for number in await schools.groups(tx, one.id):
            shown.add(number)
            typer.echo(f"  {_title(await chats.get(tx, number))}")
    for chat in await chats.joined(tx):
        if chat.id not in shown:
            typer.echo(f"in no school: {_title(chat)}")


async def _make(tx: AsyncConnection, name: str) -> None:
    if await schools.named(tx, name) is not None:
        raise refused(f"There is a school called {name} already.")
    await schools.make(tx, name, _now())
    typer.echo(f"Made {name}. Join its groups: classguard school join {name!r} GROUP")


async def _join(tx: AsyncConnection, one: School, chat: Chat) -> None:
    await joining.take_in(tx, one, chat.id, _now())
    typer.echo(f"{_title(chat)} belongs to {one.name}.")


async def _leave(tx: AsyncConnection, chat: Chat) -> None:
    if not await schools.leave(tx, chat.id):
        raise refused(f"{_title(chat)} belongs to no school.")
    await _told(tx, [chat.id])
    typer.echo(f"{_title(chat)} belongs to no school any more.")


async def _import(tx: AsyncConnection, config: Config, one: School, file: Path) -> None:
    found = listing.read(_content(file), marker(secret_of(config)), config.language, reader="en")
    if found.problems:
        for problem in found.problems[:50]:
            typer.echo(f"{file}: {problem}", err=True)
        raise refused("Nothing was imported. Put these lines right and try again.", code=1)
    people = await accounts.by_the_numbers_used(tx, found.people)
    await schools.replace(tx, one.id, people, found.payees, found.hosts)
    await _told(tx, await schools.groups(tx, one.id))
    typer.echo(
        f"{one.name}: {len(found.people)} people, {len(found.payees)} payees, {len(found.hosts)} web addresses."
    )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as trouble:
        raise refused(f"{file}: cannot be read ({trouble.strerror}).") from None


async def _report(tx: AsyncConnection, config: Config, one: School, out: Path) -> None:
    found = await rollup.terms(tx, one)
    name = "".join(char if char.isalnum() else "-" for char in one.name)
    table, sheet = out / f"{name}.csv", out / f"{name}.pdf"
    table.write_bytes(rollup.as_csv(found))
    drawn = await press.draw(rollup.paper(one, found, config.language, _now().date().isoformat()))
    if drawn:
        sheet.write_bytes(drawn)
    written = f"{table} and {sheet}" if drawn else f"{table}; the PDF needs a Chinese font"
    typer.echo(f"{len(found)} classes: {written}.")


async def _school(tx: AsyncConnection, name: str) -> School:
    found = await schools.named(tx, name)
    if found is None:
        raise refused(f"There is no school called {name}. Make it first: classguard school make {name!r}")
    return found


async def _group(tx: AsyncConnection, wanted: str) -> Chat:
    known = await chats.joined(tx)
    found = [chat for chat in known if wanted in (str(chat.id), chat.place.title)]
    if len(found) != 1:
        trouble = "more than one group is" if found else "no group is"
        raise refused(f"{trouble} called {wanted}. See: classguard school list".capitalize())
    return found[0]


async def _told(tx: AsyncConnection, groups: list[int] | tuple[int, ...]) -> None:
    for chat in groups:
        await timers.plan(tx, f"school:{chat}", schools.CHANGED, _now(), chat)


def _title(chat: Chat | None) -> str:
    # A platform's own number may begin with a minus, which a shell's command takes for an option.
    return "a group long gone" if chat is None else f"{chat.id}  {chat.place.title} ({chat.place.platform})"


def _now() -> datetime:
    return datetime.now(UTC)
