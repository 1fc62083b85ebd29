"""Class groups and what is said in them, put into a playground in bulk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import httpx

from bench import corpus

_BATCH = 5_000


def open_groups(control: httpx.Client, groups: int, members: int = 10) -> None:
    """A fresh world: groups `g0`... each with its own owner `王丽老师` and members, the bot an administrator all along."""
    users = [
        {"key": f"p{number}", "first_name": f"家长{number}", "picture": None} for number in range(members)
    ]
    users += [{"key": f"t{number}", "first_name": "王丽老师", "picture": None} for number in range(groups)]
    chats = [
        {
            "key": f"g{number}",
            "title": f"三({number})班家长群",
            "members": [{"user": f"t{number}", "status": "creator"}, *(f"p{one}" for one in range(members))],
            "bot": "administrator",
            "quiet": True,
        }
        for number in range(groups)
    ]
    done(control.post("/reset", json={"users": users, "chats": chats, "restart_ids": True}))


def ordinary(count: int, groups: int, members: int = 10) -> Iterator[dict[str, Any]]:
    """Everyday lines, going round the groups and their members."""
    for number, text in enumerate(islice(cycle(corpus.everyday()), count)):
        yield {"chat": f"g{number % groups}", "from": f"p{number // groups % members}", "text": text}


def send(control: httpx.Client, messages: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(messages, _BATCH)):
        done(control.post("/messages", json={"messages": batch, "quiet": True}))


def settle(control: httpx.Client, seconds: float = 60, quiet: float = 0.5) -> None:
    """Wait until the bot is polling, has confirmed everything and has been quiet for so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        told = control.get("/idle", params={"quiet": quiet, "timeout": 5 + quiet}).json()
        if told["idle"] and told["polling"]:
            return
        time.sleep(0.1)
    raise AssertionError(f"the bot is not done: {told}")


def done(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text[:500]
