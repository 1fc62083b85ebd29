"""`classguard run`: the bot itself, until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import signal

from sqlalchemy.exc import DBAPIError

from bot import logs
from bot.app import App
from bot.cli import Config
from bot.cli.reading import configured, refused
from bot.config import Config as Configuration
from bot.config import Misconfigured
from bot.lock import Running, alone
from bot.store.migration import TooNew
from bot.store.trouble import Trouble, remedy, trouble

# What sysexits.h calls a temporary failure: starting again later may help. With 2 somebody has to do something first.
PASSES = 75


def run(config: Config = None) -> None:
    """Guard the groups of a Telegram bot until stopped (Ctrl+C or SIGTERM); nothing is lost in between."""
    chosen = configured(config)
    if chosen.token is None:
        where = config or "config.yaml"
        raise refused(
            f"{where}: telegram.token is missing. Get one from @BotFather and put it there or into the "
            "environment variable CLASSGUARD_TELEGRAM_TOKEN; or try `classguard playground`, which needs none."
        )
    logs.set_up(chosen.log.level, json=chosen.log.json_lines)
    try:
        with alone(chosen.data):
            asyncio.run(_until_stopped(chosen))
    except (Misconfigured, TooNew, Running) as wrong:
        raise refused(str(wrong)) from None
    except DBAPIError as wrong:
        code = PASSES if trouble(wrong) in (Trouble.FULL, Trouble.LOCKED, Trouble.UNREACHABLE) else 2
        sentence = f"{chosen.database_path}: the database cannot be used ({wrong.orig}). {remedy(wrong)}"
        raise refused(sentence, code) from None
    except OSError as wrong:
        raise refused(
            f"{wrong.filename or chosen.data}: {wrong.strerror}. Class Guard needs to write here; check room, "
            "owner and permissions, or set `data` in the configuration to another folder.",
            PASSES if wrong.errno == errno.ENOSPC else 2,
        ) from None


async def _until_stopped(config: Configuration) -> None:
    app = App(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, app.stop)
    await app.run()
