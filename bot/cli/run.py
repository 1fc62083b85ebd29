"""`classguard run`: the bot itself, until it is told to stop; a hang-up signal makes it read its configuration again."""

from __future__ import annotations

import asyncio
import errno
import signal
from pathlib import Path

import structlog

from bot import logs
from bot.app import App
from bot.cli import Config
from bot.cli.reading import PASSES, configured, on_a_system_with_signals, refused, usable
from bot.config import Config as Configuration
from bot.config.loading import Misconfigured, load
from bot.lock import Running, alone

log = structlog.get_logger(__name__)


def run(config: Config = None) -> None:
    """Guard the groups of the configured platforms until stopped (Ctrl+C or SIGTERM); nothing is lost in between.

    After SIGHUP it goes on with the configuration as it then is, unless there is a mistake in it.
    """
    on_a_system_with_signals()
    chosen = configured(config)
    if not chosen.guards:
        where = config or "config.yaml"
        raise refused(
            f"{where}: telegram.token is missing. Get one from @BotFather and put it there or into the "
            "environment variable CLASSGUARD_TELEGRAM_TOKEN; or configure an `onebot` account; or try `classguard playground`, which needs neither."
        )
    try:
        with alone(chosen.data), usable(chosen.database_url):
            asyncio.run(_Guarding(chosen, config).run())
    except (Misconfigured, Running) as wrong:
        raise refused(str(wrong)) from None
    except OSError as wrong:
        raise refused(
            f"{wrong.filename or chosen.data}: {wrong.strerror}. Class Guard needs to write here; check room, "
            "owner and permissions, or set `data` in the configuration to another folder.",
            PASSES if wrong.errno == errno.ENOSPC else 2,
        ) from None


class _Guarding:
    """One guard after another, each with the configuration of its time. What arrives between two of them
    waits where every update waits.
    """

    def __init__(self, config: Configuration, file: Path | None) -> None:
        self._config = config
        self._file = file
        self._app = App(config)
        self._next: Configuration | None = None
        self._over = False

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end)
        loop.add_signal_handler(signal.SIGHUP, self._reconsider)
        while not self._over:
            logs.set_up(self._config.log.level, json=self._config.log.json_lines)
            await self._app.run()
            if self._next is None:
                return
            self._config, self._next = self._next, None
            self._app = App(self._config)
            log.info("configuration_read_again")

    def _end(self) -> None:
        self._over = True
        self._app.stop()

    def _reconsider(self) -> None:
        """Read the configuration again. With a mistake in it the guard stays as it is."""
        try:
            wanted = load(self._file)
        except Misconfigured as wrong:
            log.error("configuration_refused", reason=str(wrong))
            return
        if moved := _moved(self._config, wanted):
            log.error("configuration_refused", reason=f"{moved} has changed; stop and start for that")
            return
        self._next = wanted
        self._app.stop()


def _moved(present: Configuration, wanted: Configuration) -> str:
    """The key that cannot change under a running guard, if it has: the folder it has locked, or all it works with."""
    if not wanted.guards:
        return "telegram.token"
    if wanted.secret != present.secret:
        return "secret"
    same = (wanted.data, wanted.database_url) == (present.data, present.database_url)
    return "" if same else "data"
