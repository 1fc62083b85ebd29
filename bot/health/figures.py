"""Figures for Prometheus: how much is seen, how soon it is warned of, what waits, what fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from bot.actions import Action, Priority, Say
from bot.events import Event
from bot.health.ailments import Ailment, Vitals
from handlers.seen import Seen

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class Figures:
    """One process's figures, in a registry of their own."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        ProcessCollector(registry=self._all)
        PlatformCollector(registry=self._all)
        self._events = self._counter("events", "What happened, by kind.", "kind")
        self._levels = self._counter("judged", "Messages that were not ordinary, by level.", "level")
        self._answering = self._histogram("answer_seconds", "From looking at an event to its answer queued.")
        self._sending = self._histogram(
            "send_seconds", "From an update's arrival to the message it caused being sent.", "priority"
        )
        self._log = self._counter("log_entries", "Warnings and errors logged, by event.", "level", "event")
        self._ailing = self._gauge("ailing", "1 while the guard has this ailment.", "ailment")
        self._waiting_in = self._gauge("inbox_waiting", "Updates stored and not yet answered.")
        self._waiting_out = self._gauge("outbox_waiting", "Messages not yet sent, by priority.", "priority")
        self._oldest_in = self._gauge("inbox_oldest_seconds", "Age of the oldest update not yet answered.")
        self._oldest_out = self._gauge("outbox_oldest_seconds", "Age of the oldest message not yet sent.")
        self._silent = self._gauge("silent_seconds", "Since the platform last answered.", "platform")
        self._groups = self._gauge("groups", "Groups the bot is in.")
        self._blind = self._gauge("groups_blind", "Groups whose messages the bot is not shown.")

    def observe(
        self, event: Event, seen: Seen | None, _actions: Sequence[Action], milliseconds: float
    ) -> None:
        """An event was answered."""
        self._events.labels(type(event).__name__).inc()
        self._answering.observe(milliseconds / 1000)
        if seen is not None:
            self._levels.labels(seen.verdict.level.name.lower()).inc()

    def sent(self, action: Action, milliseconds: int) -> None:
        """Something left, so long after what caused it arrived; of priority "alarm" it is a warning."""
        if isinstance(action, Say):
            self._sending.labels(_name(action.priority)).observe(milliseconds / 1000)

    def logged(self, _logger: Any, method: str, event: Any) -> Any:
        """A structlog processor that counts what goes wrong by its name."""
        if method in ("warning", "error", "exception", "critical"):
            self._log.labels(
                "error" if method == "exception" else method, str(event.get("event", ""))[:64]
            ).inc()
        return event

    def looked(self, vitals: Vitals, ailing: frozenset[Ailment]) -> None:
        for ailment in Ailment:
            self._ailing.labels(ailment.value).set(ailment in ailing)
        for platform, seconds in vitals.silent.items():
            self._silent.labels(platform).set(seconds)
        for priority in Priority:
            name = _name(priority)
            self._waiting_out.labels(name).set(vitals.waiting_out.get(name, 0))
        self._waiting_in.set(vitals.waiting_in)
        self._oldest_in.set(vitals.oldest_in)
        self._oldest_out.set(vitals.oldest_out)
        self._groups.set(vitals.groups)
        self._blind.set(len(vitals.blind))

    def text(self) -> bytes:
        """In the exposition format of Prometheus."""
        return generate_latest(self._all)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"classguard_{name}", words, labels, registry=self._all)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(f"classguard_{name}", words, labels, registry=self._all)

    def _histogram(self, name: str, words: str, *labels: str) -> Histogram:
        return Histogram(f"classguard_{name}", words, labels, buckets=_SECONDS, registry=self._all)


def _name(priority: int) -> str:
    return Priority(priority).name.lower()
