"""What stands in deploy/ and at the top for those who run the guard speaks of things that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from bot.actions import Priority, Say
from bot.cli.reading import PASSES
from bot.clock import MachineClock
from bot.config.loading import ENVIRONMENT
from bot.events import MessageSeen
from bot.health.ailments import Ailment, Vitals
from bot.health.figures import Figures
from bot.places import Chat, ChatKind, Place
from handlers.seen import Seen
from patterns.model import Level, Message, Person, Verdict

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
UNIT = (ROOT / "deploy" / "classguard.service").read_text("utf-8")


def busy() -> Figures:
    """Figures of a guard to which everything has happened once."""
    figures = Figures()
    place = Place("telegram", "-1", ChatKind.GROUP)
    message = Message("1", Person("2", "小雨妈妈"), "你好")
    event = MessageSeen(place, message, MachineClock().now())
    figures.observe(event, Seen(event, message, Verdict(Level.ALARM), 1.0), (), 1.0)
    figures.sent(Say("key", Chat(1, place).id, "text", Priority.ALARM), 30)
    figures.logged(None, "error", {"event": "handler_failed"})
    figures.looked(Vitals(silent={"telegram": 1.0}), frozenset())
    return figures


def test_every_figure_on_the_dashboard_is_one_the_guard_gives() -> None:
    given = set(re.findall(r"^([a-z_]+)", busy().text().decode(), re.MULTILINE))
    shown = json.loads((ROOT / "deploy" / "grafana.json").read_text("utf-8"))
    asked = [target["expr"] for panel in shown["panels"] for target in panel["targets"]]
    named = {name for expr in asked for name in re.findall(r"\b(?:classguard|process)_[a-z_]+", expr)}
    assert len(named) > 10
    assert named <= given, sorted(named - given)


def test_no_panel_lies_over_another() -> None:
    shown = json.loads((ROOT / "deploy" / "grafana.json").read_text("utf-8"))
    cells = [
        (x, y)
        for panel in shown["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_the_container_is_set_by_variables_that_exist_and_runs_as_nobody_in_particular() -> None:
    assert set(re.findall(r"CLASSGUARD_[A-Z_]+", DOCKERFILE)) <= set(ENVIRONMENT)
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", DOCKERFILE, re.MULTILINE)


def test_the_container_gets_every_package_the_wheel_has() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line[0] == "!"}
    assert copied == {"bot", "handlers", "patterns"} <= let_in


def test_compose_writes_nothing_but_its_data_and_leaves_time_to_end() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["classguard"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]
    assert int(service["stop_grace_period"].removesuffix("s")) > 10


def test_the_unit_does_not_start_again_what_only_a_person_can_mend() -> None:
    assert "RestartPreventExitStatus=2" in UNIT
    assert re.search(r"^ExecReload=.*HUP", UNIT, re.MULTILINE)
    assert set(re.findall(r"CLASSGUARD_[A-Z_]+", UNIT)) <= set(ENVIRONMENT)


def test_the_operators_page_says_what_to_do_about_every_ailment() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE)) == {one.value for one in Ailment}


def test_the_operators_page_names_the_exit_statuses_there_are() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert set(map(int, re.findall(r"^\| (\d+) \|", page, re.MULTILINE))) == {0, 2, PASSES}
