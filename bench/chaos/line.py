"""A line and a server in trouble: cut, silent, slow, forgetful, refusing; groups that move, rights that come and go."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.chaos import schools
from bench.chaos.bots import nursery
from bench.chaos.school import School
from bench.processes import Server

GROUPS = 6
Trouble = Callable[[School, float], None]


def _faulty(*faults: Mapping[str, Any]) -> Trouble:
    """These faults for so many seconds, while people talk and clones ask for money."""

    def trouble(school: School, seconds: float) -> None:
        for fault in faults:
            school.control.post("/faults", json={"polls": True, **fault}).raise_for_status()
        with school.busy(talk=20, scams=1.0):
            time.sleep(seconds)
        school.control.delete("/faults").raise_for_status()

    return trouble


def _gone(school: School, seconds: float) -> None:
    """Nothing answers for ten minutes of the school's clock."""
    school.control.post("/faults", json={"polls": True, "drop": "before", "times": None}).raise_for_status()
    _ten_minutes(school, seconds)
    school.control.delete("/faults").raise_for_status()


def _turned_away(status: int) -> Trouble:
    """The implementation lets no bot in for ten minutes of the school's clock."""

    def trouble(school: School, seconds: float) -> None:
        with _account(school, refuses=status):
            _ten_minutes(school, seconds)

    return trouble


def _cut(every: float) -> Trouble:
    """No connection lasts longer than these seconds."""

    def trouble(school: School, seconds: float) -> None:
        with _account(school, leaves_after=every), school.busy(talk=20, scams=1.0):
            time.sleep(seconds)

    return trouble


def _ten_minutes(school: School, seconds: float) -> None:
    with school.busy(talk=20, scams=1.0):
        time.sleep(seconds / 2)
        school.control.post("/clock", json={"advance": 600}).raise_for_status()
        time.sleep(seconds / 2)


@contextmanager
def _account(school: School, **odd: float) -> Iterator[None]:
    """What a OneBot implementation does with connections meanwhile, those that stand included."""
    school.control.patch("/account", json=odd).raise_for_status()
    school.control.post("/hangups").raise_for_status()
    try:
        yield
    finally:
        school.control.patch("/account", json=dict.fromkeys(odd, 0)).raise_for_status()


def _moving(school: School, seconds: float) -> None:
    """Every group becomes a supergroup while a clone is at work in it."""
    with school.busy(talk=20, scams=2.0):
        for group in range(school.groups):
            time.sleep(seconds / school.groups)
            school.control.post(f"/chats/g{group}/migrate").raise_for_status()
    for group in range(school.groups):
        school.strike(group=group)


def _rights(school: School, seconds: float) -> None:
    """The owners make the bot an ordinary member and an admin again, over and over."""
    with school.busy(talk=20, scams=1.0):
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            for status in ("member", "administrator"):
                change = {"chat": f"g{number % school.groups}", "user": "bot", "status": status}
                school.control.post("/members", json=change).raise_for_status()
                time.sleep(0.3)
            number += 1


_LOST_AFTERWARDS = {
    "effect without answer, after the time-out": _faulty({"lose_answer": True, "ratio": 0.05})
}
_NEVER_ANSWERED = {"answers that never come": _faulty({"hang": True, "ratio": 0.05})}
_RIGHTS = {"rights taken away and given back": _rights}
ON_TELEGRAM: Mapping[str, Trouble] = {
    "connections cut before anything happens": _faulty({"drop": "before", "ratio": 0.3}),
    "answers lost on the way": _faulty({"drop": "after", "ratio": 0.1}),
    **_NEVER_ANSWERED,
    **_LOST_AFTERWARDS,
    "asked to slow down, everywhere": _faulty({"status": 429, "retry_after": 2, "ratio": 0.5}),
    "server errors": _faulty({"status": 500, "ratio": 0.5}),
    "token revoked and given back": _faulty({"status": 401, "times": None}),
    "server gone for ten minutes": _gone,
    "groups that move": _moving,
    **_RIGHTS,
}
# One connection carries everything: a call that cuts it cuts all that are under way, and what a new one begins with.
ON_ONEBOT: Mapping[str, Trouble] = {
    "connection cut every second": _cut(1.0),
    "connections cut before anything happens": _faulty({"drop": "before", "ratio": 0.05}),
    "answers lost on the way": _faulty({"drop": "after", "ratio": 0.05}),
    **_NEVER_ANSWERED,
    **_LOST_AFTERWARDS,
    "token revoked and given back": _turned_away(401),
    "server gone for ten minutes": _turned_away(503),
    **_RIGHTS,
}


def run(server: Server, seconds: float, chosen: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """One row a trouble, of those `chosen` or of all: the same counts as for deaths."""
    for name, trouble in (ON_TELEGRAM if server.on_telegram else ON_ONEBOT).items():
        if not chosen or name in chosen:
            yield _survived(server, name, trouble, seconds)


def _survived(server: Server, name: str, trouble: Trouble, seconds: float) -> dict[str, Any]:
    kind = "group" if trouble is _moving else "supergroup"
    with (
        tempfile.TemporaryDirectory() as folder,
        nursery(server, Path(folder)) as born,
        schools.opened(server, GROUPS, kind) as school,
    ):
        bot = born.bear()
        server.await_bot(school.control)
        try:
            school.subscribe()
            trouble(school, seconds)
            began = time.monotonic()
            # The longest pause is a minute, after a refused token.
            school.settled(born.database, 150)
            recovered = time.monotonic() - began
        finally:
            with suppress(Exception):
                school.control.delete("/faults")
            bot.stop()
        return {"trouble": name, **school.count(born.database).told(), "recovered in s": recovered}
