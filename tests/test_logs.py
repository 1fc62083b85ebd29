"""Logs hold ids and rule names; a token never gets into them, whoever writes it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"
ADDRESS = f"https://api.telegram.org/bot{TOKEN}/sendMessage"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    configured = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = ("httpx", "httpcore", "telegram", "telegram.ext", "uvicorn.access", "alembic")
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**configured)


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_planted_token_is_blotted_out(json_lines: bool) -> None:
    out = io.StringIO()
    logs.set_up("debug", json=json_lines, stream=out)
    log = structlog.get_logger("test")
    log.info("polling", url=ADDRESS, nested={"deep": [TOKEN]})
    logging.getLogger("some.library").warning("calling %s", ADDRESS)
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        log.exception("failed")
        logging.getLogger("some.library").exception("failed too")
    written = out.getvalue()
    assert written.count("<token>") >= 3
    assert "ValueError in test_logs.py" in written
    assert TOKEN not in written
    assert "AAFabc" not in written


@pytest.mark.parametrize("json_lines", [True, False])
def test_a_failure_is_told_by_its_place_and_not_by_somebodys_words(json_lines: bool) -> None:
    out = io.StringIO()
    logs.set_up("info", json=json_lines, stream=out)
    message = "明天春游，小雨妈妈带水"
    try:
        try:
            int(message)
        except ValueError:
            raise KeyError(message) from None
    except KeyError:
        structlog.get_logger("test").exception("handler_failed", update="7")
    written = out.getvalue()
    assert "KeyError in test_logs.py" in written and "ValueError in" in written
    assert "春游" not in written and "\\u6625" not in written


def test_libraries_that_write_addresses_are_silent() -> None:
    out = io.StringIO()
    logs.set_up("debug", json=True, stream=out)
    logging.getLogger("httpx").info('HTTP Request: POST %s "HTTP/1.1 200 OK"', ADDRESS)
    logging.getLogger("telegram.request").critical("Can not load invalid JSON data: 明天带五十元")
    logging.getLogger("telegram.ext.Application").error("%s", ADDRESS)
    assert out.getvalue() == ""


def test_json_lines_can_be_read_back() -> None:
    out = io.StringIO()
    logs.set_up("info", json=True, stream=out)
    structlog.get_logger("test").info("sent", chat=7, key="incident:1:public:1")
    structlog.get_logger("test").debug("unheard")
    (line,) = out.getvalue().splitlines()
    told = json.loads(line)
    assert (told["event"], told["chat"], told["level"]) == ("sent", 7, "info")


def test_a_log_that_cannot_be_written_stops_nobody() -> None:
    out = io.StringIO()
    logs.set_up("info", json=True, stream=out)
    out.close()
    structlog.get_logger("test").info("sent", chat=7)
