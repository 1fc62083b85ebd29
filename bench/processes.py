"""The processes a benchmark needs: the playground's server, a bot under test, each on its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
TELEGRAM = "telegram"


@dataclass(frozen=True)
class Server:
    """A playground server in a process of its own. `told` is the line it printed when it was ready, `platform`
    the one that is measured.
    """

    pid: int
    told: dict[str, Any]
    platform: str = TELEGRAM

    @property
    def on_telegram(self) -> bool:
        return self.platform == TELEGRAM

    @property
    def rest(self) -> float:
        """Seconds between two scams, so that what the bot said of one does not hold up the next: on QQ it says two
        things a second.
        """
        return 0.1 if self.on_telegram else 2.5

    def account(self, operator: str = "") -> dict[str, Any]:
        """The bot's account there, as its configuration has it; Telegram's token comes from the environment."""
        if self.on_telegram:
            return {"telegram": {"base_url": self.told["base_url"], "operator": operator}}
        side = self.told[self.platform]
        account = {"url": side["url"], "token": side["token"], "portraits": "", "operator": operator}
        return {self.platform: [account]}

    def await_bot(self, control: httpx.Client, seconds: float = 120) -> None:
        """Wait until a bot is connected, where nothing waits for one that is not there yet."""
        end = time.monotonic() + seconds
        while not self.on_telegram and not control.get("/account").json()["connections"]:
            assert time.monotonic() < end, "the bot does not connect"
            time.sleep(0.1)

    def control(self) -> httpx.Client:
        side = self.told if self.on_telegram else self.told[self.platform]
        return httpx.Client(
            base_url=side["control_url"],
            headers={"X-Playground-Token": self.told["control_token"]},
            timeout=120,
        )


@contextmanager
def playground(platform: str = TELEGRAM) -> Iterator[Server]:
    command = [sys.executable, "-m", "bot", "playground", "--server-only", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(process.pid, json.loads(process.stdout.readline()), platform)
        finally:
            process.terminate()


@contextmanager
def bot(
    module: str, server: Server, *arguments: str, folder: str | None = None, clocked: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """Start `python -m module` against the server, in this data folder or one of its own; `clocked` by the server's clock."""
    with tempfile.TemporaryDirectory() as own:
        environment = {
            **os.environ,
            # As it is installed: compiled once, not at every start.
            "PYTHONDONTWRITEBYTECODE": "",
            "CLASSGUARD_TELEGRAM_TOKEN": server.told["token"],
            "BENCH_BASE_URL": server.told["base_url"],
            "BENCH_BASE_FILE_URL": server.told["base_file_url"],
            "BENCH_ACCOUNT": "" if server.on_telegram else json.dumps(server.account()),
            "BENCH_FOLDER": folder or own,
            "BENCH_CLOCK_URL": server.told["clock_url"] if clocked else "",
        }
        command = [sys.executable, "-m", module, *arguments]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=ROOT, text=True, env=environment
        ) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.wait(20)
