"""`classguard run`: the bot itself, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

from sqlalchemy.exc import DatabaseError

from bot import logs
from bot.app import App
from bot.cli import Config
from bot.cli.reading import configured, refused
from bot.config import Config as Configuration
from bot.config import Misconfigured
from bot.lock import Running, alone
from bot.store.migration import TooNew


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
    except DatabaseError as wrong:
        raise refused(
            f"{chosen.database_path}: the database cannot be used ({wrong.orig}). Run `classguard doctor`; "
            "if the file is damaged, move it away or restore a backup."
        ) from None
    except OSError as wrong:
        raise refused(
            f"{wrong.filename or chosen.data}: {wrong.strerror}. Class Guard needs to write here; "
            "check owner and permissions, or set `data` in the configuration to another folder."
        ) from None


async def _until_stopped(config: Configuration) -> None:
    app = App(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, app.stop)
    await app.run()
