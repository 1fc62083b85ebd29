"""How fast messages may leave: overall, per chat, and per group and minute."""

from __future__ import annotations

from collections import OrderedDict, deque

from bot.abilities import Tempo
from bot.actions import Action, Edit, Priority, Say
from bot.places import ChatKind

# What tips and replies leave untouched of a group's minute, so that a warning need not wait.
RESERVED = 0.25

_MINUTE = 60.0
_KEPT = 10_000


class Bucket:
    """Fills with `rate` a second up to `capacity`; what leaves takes one."""

    __slots__ = ("_at", "_capacity", "_level", "_rate")

    def __init__(self, capacity: float, rate: float, now: float) -> None:
        self._capacity = capacity
        self._rate = rate
        self._level = capacity
        self._at = now

    def wait(self, now: float, keep: float = 0.0) -> float:
        """Seconds until one may leave with `keep` remaining."""
        self._level = min(self._capacity, self._level + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1.0 + keep - self._level) / self._rate)

    def take(self) -> None:
        self._level -= 1.0


class Window:
    """Lets so many leave within any minute: whoever counts by the clock counts no more, wherever its minute begins."""

    __slots__ = ("_left", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._left: deque[float] = deque(maxlen=most)

    def wait(self, now: float, keep: int = 0, many: int = 1) -> float:
        """Seconds until so many may leave with `keep` remaining."""
        most = max(1, self._most - keep - many + 1)
        return max(0.0, self._left[-most] + _MINUTE - now) if len(self._left) >= most else 0.0

    def take(self, now: float, many: int = 1) -> None:
        self._left.extend([now] * many)


class Pacing:
    """Says how long an action has to wait on one platform. Warnings may burst within a second, nothing else may."""

    def __init__(self, now: float, tempo: Tempo | None = None) -> None:
        self._tempo = tempo = tempo or Tempo()
        self._overall = Bucket(max(1.0, tempo.overall), tempo.overall, now)
        self._chats: OrderedDict[int, tuple[Bucket, Window]] = OrderedDict()

    def rest(self, now: float) -> float:
        """Seconds in which nothing at all may leave."""
        return self._overall.wait(now)

    def take(self, chat: int, kind: ChatKind, action: Action, now: float) -> float:
        """0.0 when the action may leave now, and then it is counted; else the seconds to wait."""
        wait = self._overall.wait(now)
        counted = isinstance(action, Say | Edit)
        many = 2 if self._tempo.apart and isinstance(action, Say) and _shows(action) else 1
        if counted:
            urgent = action.priority <= Priority.CAUTION
            second, minute = self._buckets(chat, now)
            if not urgent:
                wait = max(wait, second.wait(now))
            if kind is ChatKind.GROUP:
                kept = 0 if urgent else int(RESERVED * self._tempo.minute)
                wait = max(wait, minute.wait(now, keep=kept, many=many))
        if wait > 0:
            return wait
        self._overall.take()
        if counted:
            second.take()
            minute.take(now, many)
        return 0.0

    def _buckets(self, chat: int, now: float) -> tuple[Bucket, Window]:
        buckets = self._chats.get(chat)
        if buckets is None:
            buckets = Bucket(1.0, self._tempo.second, now), Window(self._tempo.minute)
            self._chats[chat] = buckets
            if len(self._chats) > _KEPT:
                self._chats.popitem(last=False)
        else:
            self._chats.move_to_end(chat)
        return buckets


def _shows(say: Say) -> bool:
    return bool(say.image or say.picture or say.paper)
