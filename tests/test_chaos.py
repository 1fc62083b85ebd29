"""A short form of `python -m bench.chaos`: the real process dies, its line breaks, and nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bench.chaos import kills, line
from bench.processes import Server, playground
from tests import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with playground() as server:
        yield server


@pytest.fixture(autouse=True)
def few_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    for trouble in (kills, line):
        monkeypatch.setattr(trouble, "GROUPS", 2)


def test_a_guard_killed_at_any_moment_loses_nothing_and_repeats_only_what_it_could_not_know(
    server: Server,
) -> None:
    told = kills.run(server, 3)
    assert told["scams"] >= 2
    assert told["lost"] == 0, told
    assert told["doubled"] <= told["unsure"], told
    assert told["database"] == "sound"
    assert told["stopped in time"]


def test_a_guard_on_postgresql_that_is_killed_loses_nothing_either(
    server: Server, postgres_server: postgres.Server
) -> None:
    told = kills.run(server, 3, database=asyncio.run(postgres_server.empty()))
    assert told["scams"] >= 2
    assert told["lost"] == 0, told
    assert told["doubled"] <= told["unsure"], told
    assert told["database"] == "sound"
    assert told["stopped in time"]


def test_a_guard_killed_while_it_migrates_leaves_a_database_the_next_one_finishes(server: Server) -> None:
    told = kills.migrating_kills(server, 2)
    assert told["sound after it"] == told["finished by the next start"] == 2


def test_a_line_that_loses_answers_costs_no_warning(server: Server) -> None:
    (told,) = line.run(server, 3, ["answers lost on the way"])
    assert told["scams"] >= 2
    assert told["lost"] == 0, told
    assert told["doubled"] <= told["unsure"], told


def test_a_qq_account_away_for_ten_minutes_misses_nothing_that_was_said(server: Server) -> None:
    (told,) = line.run(replace(server, platform="onebot"), 3, ["server gone for ten minutes"])
    assert told["scams"] >= 1
    assert told["updates"] > told["scams"]
    assert told["lost"] == 0, told
    assert told["doubled"] <= told["unsure"], told
