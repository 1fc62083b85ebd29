"""A machine in trouble: its disk full, its database held, damaged or read-only, its clock jumping.

Runs without rights, on a file system of a few megabytes and a network of its own in a user namespace (`unshare -Urmn`);
where none may be made, it says so and leaves these out.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bench.chaos import schools
from bench.chaos.bots import Nursery, nursery
from bench.chaos.school import School
from bench.processes import ROOT, TELEGRAM, Server, playground
from bot.store import backup

ROOM = "48m"
GROUPS = 4
OPERATOR = "s0"
# In a network of its own nobody else can take the monitor's port; it is below those that a system hands out.
MONITOR = 8080
_ALONE = ("unshare", "--user", "--map-root-user", "--mount", "--net")
_LOOPBACK, _UP, _SIOCSIFFLAGS = b"lo", 1, 0x8914
_BERLIN = ZoneInfo("Europe/Berlin")
# Sundays at half past two in Berlin: an ordinary one, one on which that happens twice, one on which it never does.
_SUNDAYS = (datetime(2026, 10, 18), datetime(2026, 10, 25), datetime(2027, 3, 28))  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class House:
    """A guarded school whose bot keeps everything on the small file system."""

    server: Server
    school: School
    born: Nursery
    room: Path

    def ailing(self) -> list[str]:
        """What the bot says of itself to a monitor."""
        with suppress(httpx.HTTPError):
            told = httpx.get(f"http://127.0.0.1:{MONITOR}/healthz", timeout=5, trust_env=False).json()
            return sorted(told["ailing"])
        return ["silent"]

    def told(self, contains: str) -> bool:
        """Whether the operator has read of it."""
        wanted: dict[str, str | int] = {"chat": OPERATOR, "contains": contains, "wait": 60}
        return bool(self.school.control.get("/said", params=wanted).json()["messages"])

    def warned(self, wait: float = 30.0) -> int:
        """How many of the clones' messages the groups were warned of."""
        found = 0
        for scam in self.school.scams:
            wanted: dict[str, str | float] = {
                "chat": f"g{scam.group}",
                "reply_to": scam.message,
                "wait": wait,
            }
            found += bool(self.school.control.get("/said", params=wanted).json()["messages"])
        return found


def run(platform: str = TELEGRAM) -> list[dict[str, Any]]:
    command = [*_ALONE, sys.executable, "-m", "bench.chaos.machine", platform]
    if subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode:
        return [{"trouble": "a machine's own", "left out": "no user namespace may be made here"}]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in told.stdout.splitlines()]


def full(house: House) -> dict[str, Any]:
    def fill() -> Callable[[], None]:
        filler = house.room / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as out:
            while True:
                out.write(bytes(4096))
        return filler.unlink

    return _while(house, "disk full", fill)


def locked(house: House) -> dict[str, Any]:
    def hold() -> Callable[[], None]:
        other = sqlite3.connect(house.born.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other.close

    return _while(house, "database held by another program", hold)


def _while(house: House, name: str, begin: Callable[[], Callable[[], None]]) -> dict[str, Any]:
    bot = house.born.bear()
    house.server.await_bot(house.school.control)
    house.school.subscribe()
    end = begin()
    for group in range(GROUPS):
        house.school.talk(20)
        house.school.strike(group=group)
    warned = house.warned()
    ailing = house.ailing()
    told = house.told("数据库")
    end()
    house.school.settled(house.born.database, 90)
    row = {
        "trouble": name,
        "warned meanwhile": warned,
        "healthz meanwhile": " ".join(ailing),
        "operator told": told,
    }
    row |= house.school.count(house.born.database).told()
    row["healthz afterwards"] = " ".join(_recovered(house)) or "well"
    bot.stop()
    return row


def _recovered(house: House) -> list[str]:
    end = time.monotonic() + 60
    while (ailing := house.ailing()) and time.monotonic() < end:
        time.sleep(1)
    return ailing


def damaged(house: House) -> dict[str, Any]:
    """Overwritten while it runs; then what a restart says, and what a restored backup repeats."""
    born, school = house.born, house.school
    bot = born.bear()
    house.server.await_bot(school.control)
    school.subscribe()
    school.strike(group=0)
    school.settled(born.database)
    copy = house.room / "backup.zip"
    backup.take(born.database, born.database.with_name("secret"), copy, datetime.now(UTC))
    with born.database.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(os.urandom(size))
    school.strike(group=1)
    meanwhile = house.warned(20)
    bot.kill()
    code, sentence = _refusal(born)
    backup.put_back(copy, born.database, born.database.with_name("secret"))
    bot = born.bear()
    school.settled(born.database)
    time.sleep(2)
    repeated = school.count(born.database).public_doubles
    school.strike(group=2)
    again = house.warned(30)
    bot.stop()
    return {
        "trouble": "database damaged while it runs",
        "warned meanwhile": f"{meanwhile} of 2",
        "a start says": sentence,
        "and ends with": code,
        "said again after restoring a backup": repeated,
        "warned afterwards": f"{again} of 3",
    }


def read_only(house: House) -> dict[str, Any]:
    """The folder may not be written to when the bot starts."""
    bot = house.born.bear()
    house.born.ready(30)
    bot.stop()
    data = house.born.database.parent
    subprocess.run(["mount", "--bind", data, data], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", data], check=True)
    try:
        code, sentence = _refusal(house.born)
    finally:
        subprocess.run(["umount", data], check=True)
    return {"trouble": "folder read-only", "a start says": sentence, "and ends with": code}


def clock(house: House) -> dict[str, Any]:
    """An hour on, an hour back and on again around each tip's hour, with a death in between."""
    born, school = house.born, house.school
    bot = born.bear()
    school.control.post("/clock", json={"set": "2026-10-12T08:00:00+00:00"}).raise_for_status()
    for wish in ("/timezone Europe/Berlin", "/tips day sun", "/tips time 02:30"):
        school.says(0, "t0", wish)
        school.settled(born.database)
    last = max(one["message_id"] for one in school.said("g0"))
    for sunday in _SUNDAYS:
        due = (sunday + timedelta(hours=2, minutes=30)).replace(tzinfo=_BERLIN).astimezone(UTC)
        _moved(school, set=(due - timedelta(minutes=30)).isoformat())
        for step in (3600, -3600, 3600, 3600, -3600):
            _moved(school, advance=step)
            if step < 0:
                bot.kill()
                bot = born.bear()
                born.ready(30)
        _moved(school, advance=3 * 3600)
        school.settled(born.database)
    bot.stop()
    said = [one for one in school.said("g0") if one["message_id"] > last]
    weeks = Counter(
        (
            "quiz" if one.get("poll") else "tip",
            *datetime.fromtimestamp(one["date"], _BERLIN).isocalendar()[:2],
        )
        for one in said
    )
    tips = {key[1:]: number for key, number in weeks.items() if key[0] == "tip"}
    wanted = {sunday.isocalendar()[:2] for sunday in _SUNDAYS}
    return {
        "trouble": "clock an hour on and back, and over both changes of summer time",
        "tips due": len(wanted),
        "tips missing": len(wanted - tips.keys()),
        "tips doubled": sum(number - 1 for number in tips.values()),
        "quizzes doubled": sum(number - 1 for key, number in weeks.items() if key[0] == "quiz"),
    }


def _moved(school: School, **how: object) -> None:
    school.control.post("/clock", json=how).raise_for_status()
    # The bot asks for the time, and looks at its timers, twice a second.
    time.sleep(2.5)


def _refusal(born: Nursery) -> tuple[int, str]:
    """How a start that cannot succeed ends: exit code and last words."""
    command = [sys.executable, "-m", "bot", "run", "--config", str(born.config)]
    done = subprocess.run(
        command, cwd=ROOT, env=born.environment, capture_output=True, text=True, timeout=300, check=False
    )
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return done.returncode, lines[-1] if lines else ""


@contextmanager
def _housed(server: Server) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], check=True)
        try:
            with schools.opened(server, GROUPS) as school:
                operator = next(
                    one["id"]
                    for one in school.control.get("/users").json()["users"]
                    if one["key"] == OPERATOR
                )
                with nursery(server, Path(folder), str(operator), web={"port": MONITOR}) as born:
                    yield House(server, school, born, Path(folder))
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def _lift_loopback() -> None:
    """A new network begins without any way, even to itself."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", _LOOPBACK, _UP))


def main(platform: str = TELEGRAM) -> None:
    """What a start refuses and a clock that jumps ask no platform."""
    _lift_loopback()
    troubles = (full, locked, damaged, *((read_only, clock) if platform == TELEGRAM else ()))
    with playground(platform) as server:
        for trouble in troubles:
            with _housed(server) as house:
                try:
                    print(json.dumps(trouble(house), ensure_ascii=False), flush=True)
                finally:
                    shutil.copyfile(
                        house.born.log, Path(tempfile.gettempdir(), f"chaos-{trouble.__name__}.log")
                    )


if __name__ == "__main__":
    main(*sys.argv[1:])
