"""Bots to be killed: born in the nursery or started cold, each with the same folder of its own."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from bench.processes import ROOT, Server


@dataclass(frozen=True, slots=True)
class Bot:
    """A process that guards."""

    pid: int

    def send(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.gone(10)

    def gone(self, seconds: float) -> bool:
        """Whether it ends within that time."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([handle], [], [], seconds)[0])
        finally:
            os.close(handle)

    def stop(self) -> bool:
        """As a service manager does it; False when it had to be killed after ten seconds."""
        self.send(signal.SIGTERM)
        if self.gone(10):
            return True
        self.kill()
        return False


class Nursery:
    """`folder` holds configuration, log and data of the one bot that lives at a time. Its database is the file there, or
    the `server`'s.
    """

    def __init__(
        self, folder: Path, config: Path, process: subprocess.Popen[str], token: str, server: URL | None
    ) -> None:
        self.folder = folder
        self._server = server
        self.config = config
        self.log = folder / "log"
        self.log.touch()
        self.environment = environment(token)
        self._process = process
        self._born = 0
        self._cold: list[subprocess.Popen[bytes]] = []

    @property
    def database(self) -> Path:
        return self.folder / "data" / "classguard.db"

    @property
    def books(self) -> Path | URL:
        """Where it writes everything down."""
        return self._server or self.database

    def bear(self) -> Bot:
        self._note_birth()
        assert self._process.stdin is not None and self._process.stdout is not None
        print(
            json.dumps({"config": str(self.config), "log": str(self.log)}),
            file=self._process.stdin,
            flush=True,
        )
        return Bot(int(self._process.stdout.readline()))

    def start_cold(self) -> Bot:
        """The whole program from its first import, as an operator starts it."""
        self._note_birth()
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.config)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=log)
        self._cold.append(process)
        return Bot(process.pid)

    def ready(self, within: float = 0.0) -> bool:
        """Whether the one born last has begun to guard."""
        end = time.monotonic() + within
        while b'"ready"' not in self._log_since_birth():
            if time.monotonic() >= end:
                return False
            time.sleep(0.01)
        return True

    def _log_since_birth(self) -> bytes:
        with self.log.open("rb") as log:
            log.seek(self._born)
            return log.read()

    def _note_birth(self) -> None:
        self._born = self.log.stat().st_size if self.log.exists() else 0

    def bury(self) -> None:
        """Take note of the dead that were started cold."""
        self._cold = [process for process in self._cold if process.poll() is None]


@contextmanager
def nursery(
    server: Server, folder: Path, operator: str = "", database: URL | None = None, **more: object
) -> Iterator[Nursery]:
    """`more` goes into the configuration of its bots, `operator` is who is told when one is ill; `database` is a
    PostgreSQL server's, which must be empty.
    """
    # Named beside another platform's account, it would be called where Telegram really is.
    token = str(server.told["token"]) if server.on_telegram else ""
    if database is not None:
        more["database"] = {"url": database.render_as_string(hide_password=False)}
    config = written(server, folder, operator, **more)
    command = [sys.executable, "-m", "bench.chaos.nursery"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(token), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdout.readline()
            yield Nursery(folder, config, process, token, database)
        finally:
            process.stdin.close()
            process.wait(20)


def environment(token: str) -> dict[str, str]:
    return {**os.environ, "CLASSGUARD_TELEGRAM_TOKEN": token}


def written(server: Server, folder: Path, operator: str = "", **more: object) -> Path:
    """The configuration file of a bot that guards the server's groups and keeps to its clock."""
    config = folder / "config.yaml"
    lines = {
        **server.account(operator),
        "playground": {"clock_url": server.told["clock_url"]},
        "data": str(folder / "data"),
        **more,
    }
    # JSON is YAML.
    config.write_text(json.dumps(lines), encoding="utf-8")
    return config
