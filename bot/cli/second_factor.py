"""`classguard second-factor`: whose accounts have one, and one taken away from an owner who lost phone and paper."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli import Config as ConfigOption
from bot.cli.reading import configured, refused, usable
from bot.config import Config
from bot.store import chats, second_factors, timers
from bot.store.db import Database
from bot.store.moments import moment
from bot.store.second_factors import Account
from handlers.commands.verify import RESET

_USAGE = (
    "Say what to do: list · reset ACCOUNT. ACCOUNT is a platform and a number as `list` shows them, "
    "such as telegram:123456789."
)


def second_factor(
    words: Annotated[list[str] | None, typer.Argument(help=_USAGE)] = None,
    config: ConfigOption = None,
) -> None:
    """See who protects an account with a code, and reset one that was lost. All admins are told."""
    chosen = configured(config)
    with usable(chosen.database_url):
        asyncio.run(_obey(chosen, words or []))


async def _obey(config: Config, words: list[str]) -> None:
    db = await Database.open(config.database_url)
    try:
        async with db.transaction() as tx:
            match words:
                case ["list"]:
                    await _list(tx)
                case ["reset", account] if ":" in account:
                    platform, _, user = account.partition(":")
                    await _reset(tx, Account(platform, user))
                case _:
                    raise refused(_USAGE)
    finally:
        await db.close()


async def _list(tx: AsyncConnection) -> None:
    found = await second_factors.every(tx)
    for account, since in found:
        typer.echo(f"{account.platform}:{account.user}  since {since.date().isoformat()}")
    if not found:
        typer.echo("Nobody has set one up.")


async def _reset(tx: AsyncConnection, account: Account) -> None:
    named = f"{account.platform}:{account.user}"
    if await second_factors.of(tx, account) is None:
        raise refused(f"{named} has no second factor. See: classguard second-factor list")
    await second_factors.forget(tx, account)
    groups = await second_factors.groups_of(tx, account)
    for chat in groups:
        # Due at once, whatever the guard's clock shows.
        await timers.plan(tx, f"{RESET}:{chat}:{account.user}", RESET, moment(0), chat, payload=account.user)
    titles = [found.place.title or str(chat) for chat in groups if (found := await chats.get(tx, chat))]
    told = (
        f"The admins of {', '.join(titles)} are told"
        if titles
        else "It is in no group whose admins could be told"
    )
    typer.echo(f"{named}: reset. {told}. A new one is set up with /verify, and counts a day later.")
