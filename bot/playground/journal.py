"""What happened, in order: events for the page, calls of the bot, what the guard saw."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any

from bot.playground.waiting import Bell

Json = dict[str, Any]

KEPT = 20_000


class Roll:
    """The last entries of one kind, each with its number and the real time."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Json] = deque(maxlen=kept)
        self.bell = Bell()
        self.last = 0

    def add(self, entry: Json) -> int:
        self.last += 1
        self._entries.append({"n": self.last, "at": time.time()} | entry)
        self.bell.ring()
        return self.last

    def after(self, number: int) -> list[Json]:
        """Entries with a higher number; the newest are found without walking the old ones."""
        found: list[Json] = []
        for entry in reversed(self._entries):
            if entry["n"] <= number:
                break
            found.append(entry)
        return found[::-1]

    def missed(self, number: int) -> bool:
        """Whether something after that number is no longer kept."""
        oldest = self._entries[0]["n"] if self._entries else self.last + 1
        return bool(number + 1 < oldest)

    def clear(self) -> None:
        self._entries.clear()


class Journal:
    """Events keep their numbers over a reset, so that whoever follows them notices it as one of them."""

    def __init__(self) -> None:
        self.events = Roll()
        self.calls = Roll()
        self.polls = Roll(1_000)
        self.seen = Roll()
        self.totals: Counter[str] = Counter()
        self.busy = 0
        self.last_call = time.monotonic()
        # Grows with everything the bot says, edits or takes back.
        self.revision = 0
        self.said = Bell()

    def event(self, kind: str, **details: Any) -> int:
        return self.events.add({"kind": kind, **details})

    def spoke(self) -> int:
        self.revision += 1
        self.said.ring()
        return self.revision

    def call(self, entry: Json, chat_id: object) -> None:
        self.totals[entry["method"]] += 1
        if entry["method"] == "getUpdates":
            self.polls.add(entry)
            return
        self.last_call = time.monotonic()
        self.calls.add(entry)
        self.event("call", method=entry["method"], status=entry["status"], ms=entry["ms"], chat_id=chat_id)

    def forget(self) -> None:
        for roll in (self.events, self.calls, self.polls, self.seen):
            roll.clear()
        self.totals.clear()

    def close(self) -> None:
        for bell in (self.events.bell, self.calls.bell, self.polls.bell, self.seen.bell, self.said):
            bell.close()
