"""What the playground's page and command are given: the list of scenarios, playing one, addresses, plain refusals."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx
import pytest
from typer.testing import CliRunner

from bot.actions import Action, Say
from bot.cli import app
from bot.playground import scenarios, witness
from bot.playground.assembly import PAGE, assembled
from bot.playground.client import Refused
from bot.playground.sides import SIDES


async def test_the_page_is_served_with_a_policy_that_lets_nothing_foreign_in() -> None:
    async with assembled(guarded=False) as house, httpx.AsyncClient(trust_env=False) as browser:
        page = await browser.get(house.playground.url)
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]


def test_the_page_uses_nothing_from_elsewhere_and_writes_no_markup() -> None:
    for file in PAGE.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        foreign = [link for link in re.findall(r"https?://[\w.]+", text) if not _is_only_text(link)]
        assert not foreign, file.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), (
            file.name
        )
        assert not re.search(r"\son\w+=\"|style=\"", text), file.name


def _is_only_text(link: str) -> bool:
    """Codes that are drawn, and the address the bot's own links are read against."""
    return link in ("https://qr.alipay.com", "https://pay.example", "https://t.me")


@pytest.mark.parametrize("language", scenarios.LANGUAGES)
def test_the_page_has_every_word_in_every_language(language: str) -> None:
    own, english = _words(f'{language}": {{' if "-" in language else f"  {language}: {{"), _words("  en: {")
    assert own.keys() == english.keys()
    assert {key: _slots(text) for key, text in own.items()} == {
        key: _slots(text) for key, text in english.items()
    }


def test_everything_the_guard_does_has_a_word_on_the_page() -> None:
    words = _words("  en: {")
    told = {witness.NAMES[act] for act in get_args(Action) if act is not Say} | {"say_group", "say_private"}
    assert {f"do_{one}" for one in told} <= words.keys()


def _words(start: str) -> dict[str, str]:
    source = (PAGE / "words.js").read_text(encoding="utf-8").partition(start)[2].partition("\n  },")[0]
    return dict(re.findall(r'(\w+): "((?:[^"\\]|\\.)*)"', source))


def _slots(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


def test_every_word_the_page_asks_for_exists() -> None:
    known = set(_words("en: {"))
    asked: set[str] = set()
    for file in PAGE.iterdir():
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'(?<!\w)word\("(\w+)"', text))
        asked |= set(re.findall(r'data-(?:word|label|word-label)="(\w+)"', text))
    assert asked <= known


def test_every_platform_has_a_name_on_the_page() -> None:
    assert {f"side_{name}" for name in SIDES} <= _words("  en: {").keys()


async def test_the_page_is_told_every_scenario_and_where_it_must_lead() -> None:
    async with assembled(guarded=False) as house:
        told = await house.playground.control.get("scenarios")
    shown = {(one["name"], one["language"]): one["leads_to"] for one in told["scenarios"]}
    assert shown["clone", "zh-Hans"] == "alarm"
    assert shown["ordinary-day", "zh-Hans"] == "clear"
    given = SIDES[scenarios.FIRST].gives
    assert len(shown) == sum(len(scenarios.names(language, given)) for language in scenarios.LANGUAGES)


async def test_a_scenario_that_does_not_exist_is_refused() -> None:
    async with assembled(guarded=False) as house:
        with pytest.raises(Refused) as refused:
            await house.playground.control.post("play", {"name": "../clone"})
    assert refused.value.status == 404


@pytest.mark.parametrize("asked", [{}, [], {"name": "clone", "pause": "soon"}, {"name": ["clone"]}])
async def test_a_wish_that_makes_no_sense_is_refused(asked: object) -> None:
    async with assembled(guarded=False) as house:
        with pytest.raises(Refused) as refused:
            await house.playground.control.post("play", asked)
    assert refused.value.status in (400, 404)


async def test_a_new_scenario_takes_the_stage_from_the_one_that_plays() -> None:
    async with assembled() as house:
        control = house.playground.control
        first = asyncio.create_task(control.post("play", {"name": "ordinary-day", "pause": 10}))
        await control.events(house.playground.world.journal.events.last, wait=10)
        second = await control.post("play", {"name": "question"})
        assert (await first)["replaced"]
        assert second["right"]


def test_a_scenario_plays_from_the_command_line() -> None:
    played = CliRunner().invoke(app, ["playground", "--play", "question", "--exit", "--json"])
    assert played.exit_code == 0, played.output
    told = json.loads(played.stdout)
    assert told["right"]
    assert told["levels"] == {"end": "clear"}


@pytest.mark.parametrize(
    "words",
    [
        ["--play", "nosuch", "--exit"],
        ["--play", "clone", "--lang", "fr"],
        ["--exit"],
        ["--server-only", "--play", "clone"],
    ],
)
def test_wrong_wishes_on_the_command_line_get_one_plain_sentence(words: list[str]) -> None:
    played = CliRunner().invoke(app, ["playground", *words])
    assert played.exit_code == 2
    assert len(played.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        played = CliRunner().invoke(app, ["playground", "--server-only", "--port", port])
    assert played.exit_code == 2
    assert port in played.stderr


async def test_the_server_alone_prints_its_addresses_and_waits(tmp_path: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "playground", "--server-only", "--port", "0",
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert server.stdout is not None
    addresses = json.loads(await asyncio.wait_for(server.stdout.readline(), 60))
    async with httpx.AsyncClient(trust_env=False) as client:
        me = await client.get(f"{addresses['base_url']}{addresses['token']}/getMe")
        assert me.json()["ok"]
        clock = await client.get(addresses["clock_url"])
        assert clock.json()["running"]
    server.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(server.wait(), 20) == 0


@pytest.fixture(autouse=True)
def _no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
