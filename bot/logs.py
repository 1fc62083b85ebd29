"""Logs: readable on a terminal, JSON otherwise; ids and rule names, never words, names or tokens."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

# Libraries that would log addresses holding the token, or the text of a message they cannot read.
_TALKATIVE = ("httpx", "httpcore", "telegram", "telegram.ext", "uvicorn.access", "alembic")
_FRAMES = 12
_CAUSES = 3
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")


class _Steady:
    """A stream that never fails: a full disk or a closed pipe costs the log line, not the warning being logged."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return self._out.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._out.flush()


def set_up(level: str = "info", *, json: bool | None = None, stream: TextIO | None = None) -> None:
    """Configure logging once, at start. `json` unset: JSON unless a person is watching."""
    out = stream or sys.stderr
    as_json = json if json is not None else not out.isatty()
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            *_closing(as_json, out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Steady(out))),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_closing(as_json, out)],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def counted(count: Callable[[Any, str, Any], Any]) -> Iterator[None]:
    """Until the block ends, every entry that is logged passes `count` first."""
    before = list(structlog.get_config()["processors"])
    structlog.configure(processors=[count, *before])
    try:
        yield
    finally:
        structlog.configure(processors=before)


def _closing(as_json: bool, out: TextIO) -> list[Any]:
    if as_json:
        return [where_it_failed, without_tokens, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [where_it_failed, without_tokens, structlog.dev.ConsoleRenderer(colors=out.isatty())]


def where_it_failed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception's kind and its way through the code, not its words: they may be somebody's message."""
    told = event.pop("exc_info", None)
    failure = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(failure, BaseException):
        event["exception"] = _ways(failure)
    return event


def _ways(failure: BaseException) -> str:
    """The failure and what led to it, the latest first."""
    ways = [_way(failure)]
    cause = failure.__cause__ or failure.__context__
    while cause is not None and len(ways) < _CAUSES:
        ways.append(_way(cause))
        cause = cause.__cause__ or cause.__context__
    return "; after ".join(ways)


def _way(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)[-_FRAMES:]
    steps = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(failure).__name__} in {' < '.join(steps)}"


def without_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last resort: whatever looks like a bot token is blotted out, wherever it came from."""
    for key, value in event.items():
        event[key] = blotted(value)
    return event


def blotted(value: Any) -> Any:
    """Without what looks like a bot token."""
    if isinstance(value, str):
        return _TOKEN.sub("<token>", value)
    if isinstance(value, dict):
        return {key: blotted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [blotted(inner) for inner in value]
    return value
