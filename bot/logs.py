"""Logs: readable on a terminal, JSON otherwise; ids and rule names, never words, names or tokens."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

# Libraries that would log addresses holding the token, or the text of a message they cannot read.
_TALKATIVE = ("httpx", "httpcore", "telegram", "telegram.ext", "uvicorn.access", "alembic")
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")


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
        logger_factory=structlog.WriteLoggerFactory(out),
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


def _closing(as_json: bool, out: TextIO) -> list[Any]:
    if as_json:
        return [
            structlog.processors.dict_tracebacks,
            without_tokens,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    plain = structlog.dev.ConsoleRenderer(
        colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    return [structlog.processors.format_exc_info, without_tokens, plain]


def without_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last resort: whatever looks like a bot token is blotted out, wherever it came from."""
    for key, value in event.items():
        event[key] = _blotted(value)
    return event


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        return _TOKEN.sub("<token>", value)
    if isinstance(value, dict):
        return {key: _blotted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(inner) for inner in value]
    return value
