"""The processes a benchmark needs: the playground's server, a bot under test, each on its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    """A playground server in a process of its own. `told` is the line it printed when it was ready."""

    pid: int
    told: dict[str, Any]

    def control(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.told["control_url"],
            headers={"X-Playground-Token": self.told["control_token"]},
            timeout=120,
        )


@contextmanager
def playground() -> Iterator[Server]:
    command = [sys.executable, "-m", "bot", "playground", "--server-only", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(process.pid, json.loads(process.stdout.readline()))
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
            "CLASSGUARD_TELEGRAM_TOKEN": server.told["token"],
            "BENCH_BASE_URL": server.told["base_url"],
            "BENCH_BASE_FILE_URL": server.told["base_file_url"],
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
