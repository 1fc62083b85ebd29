"""Trouble on demand: refusals, delays, lost connections, for the calls they are meant for."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_FIELDS = frozenset(
    {
        "method",
        "polls",
        "chat",
        "times",
        "ratio",
        "status",
        "retry_after",
        "description",
        "delay",
        "drop",
        "lose_answer",
        "hang",
    }
)


class WrongFault(Exception):
    """The fault asked for makes no sense; the message says why."""


@dataclass(slots=True)
class Fault:
    id: int
    methods: frozenset[str]
    polls: bool = False
    chat: int | None = None
    left: int | None = 1
    ratio: float | None = None
    status: int | None = None
    retry_after: int | None = None
    description: str = ""
    delay: float = 0.0
    drop: str = ""
    lose_answer: bool = False
    hang: bool = False
    met: int = 0

    def concerns(self, method: str, chat: object) -> bool:
        if self.left == 0 or (self.chat is not None and str(self.chat) != str(chat)):
            return False
        if method in self.methods:
            return True
        return "*" in self.methods and (method != "getupdates" or self.polls)

    @property
    def answer(self) -> Json:
        assert self.status is not None
        words = self.description or DESCRIPTIONS.get(self.status, "Error")
        body: Json = {"ok": False, "error_code": self.status, "description": words}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
            if not self.description:
                body["description"] = f"{words}: retry after {self.retry_after}"
        return body

    def told(self) -> Json:
        return {
            "id": self.id,
            "method": sorted(self.methods),
            "polls": self.polls,
            "chat": self.chat,
            "times": self.left,
            "ratio": self.ratio,
            "status": self.status,
            "retry_after": self.retry_after,
            "description": self.description,
            "delay": self.delay,
            "drop": self.drop,
            "lose_answer": self.lose_answer,
            "hang": self.hang,
            "met": self.met,
        }


class Faults:
    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._last = 0
        self.clear()

    def clear(self) -> None:
        self._active: dict[int, Fault] = {}
        self._die = random.Random(self._seed)  # noqa: S311 - a die for tests, repeatable on purpose

    def remove(self, number: int) -> bool:
        return self._active.pop(number, None) is not None

    def told(self) -> list[Json]:
        return [fault.told() for fault in self._active.values()]

    def add(self, wish: Json, chat: int | None) -> Fault:
        fault = _fault(self._last + 1, wish, chat)
        self._last += 1
        self._active[fault.id] = fault
        return fault

    def strike(self, method: str, chat: object) -> Fault | None:
        """The fault this call meets, if any. Used-up ones stay listed, so that one can see how often they struck."""
        for fault in self._active.values():
            if not fault.concerns(method.lower(), chat):
                continue
            if fault.ratio is not None and self._die.random() >= fault.ratio:
                continue
            if fault.left is not None:
                fault.left -= 1
            fault.met += 1
            return fault
        return None


def _fault(number: int, wish: Json, chat: int | None) -> Fault:
    if unknown := sorted(set(wish) - _FIELDS):
        raise WrongFault(f"a fault has no field {unknown[0]!r}")
    method = wish.get("method", "*")
    methods = frozenset(str(name).lower() for name in (method if isinstance(method, list) else [method]))
    ratio = wish.get("ratio")
    times = wish.get("times", None if ratio is not None else 1)
    fault = Fault(
        number,
        methods,
        bool(wish.get("polls", False)),
        chat,
        None if times is None else int(times),
        None if ratio is None else float(ratio),
        None if wish.get("status") is None else int(wish["status"]),
        None if wish.get("retry_after") is None else int(wish["retry_after"]),
        str(wish.get("description") or ""),
        float(wish.get("delay") or 0.0),
        str(wish.get("drop") or ""),
        bool(wish.get("lose_answer", False)),
        bool(wish.get("hang", False)),
    )
    if fault.status is not None and not 400 <= fault.status <= 599:
        raise WrongFault("status must be between 400 and 599")
    if fault.drop not in ("", "before", "after"):
        raise WrongFault('drop is "before" or "after"')
    if not (fault.status or fault.delay or fault.drop or fault.lose_answer or fault.hang):
        raise WrongFault("a fault needs a status, delay, drop, lose_answer or hang")
    return fault
