"""What the READMEs promise exists, and what exists is in the READMEs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.cli import COMMANDS
from bot.config import Config
from bot.config.loading import load
from bot.platforms.dingtalk.people import STAFF
from bot.settings import MODES, SETTINGS
from handlers.commands import commands, spoken

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "docs" / "README.zh-CN.md")
DOCUMENTS = sorted({*READMES, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")})
# What tells how to bring the guard into a QQ group.
INSTALLING = (*READMES, *(ROOT / "docs").glob("guide*.md"), *(ROOT / "docs").glob("platforms*.md"))
# Given by buttons only.
_UNSPOKEN = {"answer", "enlist", "read", "bulletin", "known", "would"}


@pytest.fixture(params=READMES, ids=lambda path: path.name)
def readme(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text("utf-8")


def test_every_chat_command_is_documented_and_no_other(readme: str) -> None:
    # BotFather's commands and the monitors' pages are not the bot's own.
    written = set(re.findall(r"`/([a-z]+)`", readme)) - {
        "newbot",
        "setprivacy",
        "healthz",
        "readyz",
        "metrics",
    }
    assert written == set(commands()) - _UNSPOKEN


def test_every_command_of_the_command_line_is_documented_and_no_other(readme: str) -> None:
    assert set(re.findall(r"^\| `classguard ([a-z-]+)", readme, re.MULTILINE)) == set(COMMANDS)


def test_every_setting_and_mode_is_named(readme: str) -> None:
    for name in (*(setting.name for setting in SETTINGS), *MODES):
        assert f"`{name}`" in readme or f"· {name}" in readme, name


def test_the_two_commands_are_the_same_in_both_languages() -> None:
    blocks = [re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL)[:2] for path in READMES]
    assert blocks[0] == blocks[1] == ["pip install uv && uv run classguard\n", "uv run pytest\n"]


def test_the_example_configuration_loads_and_changes_nothing() -> None:
    assert load(ROOT / "config.example.yaml", {}) == load(None, {})


def test_what_one_is_told_to_write_down_for_qq_and_dingtalk_is_understood(readme: str) -> None:
    (account,) = re.findall(r"`(onebot: \[.+\])`", readme)
    robot = re.findall(r"`((?:client_id|called): \S+|admins: \[.+\])`", readme)
    told = yaml.safe_load(account) | {
        "qq": yaml.safe_load(*re.findall(r"`(app_id: \d+)`", readme)) | {"secret": "s"},
        "dingtalk": yaml.safe_load("\n".join(robot)) | {"client_secret": "s"},
    }
    config = Config.model_validate(told)
    assert config.onebot[0].groups and config.qq.app_id and config.dingtalk.called
    assert config.dingtalk.admins[0].ids == (f"{STAFF}0123",)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_called_in_chinese_is_understood(document: Path) -> None:
    told = re.findall(r"`(?:@\w+ )?/([\u4e00-\u9fff]+)", document.read_text("utf-8"))
    assert set(told) <= spoken().keys()


@pytest.mark.parametrize("document", INSTALLING, ids=lambda path: path.name)
def test_whoever_sets_the_guard_up_reads_what_a_qq_groups_owner_has_to_allow(document: Path) -> None:
    text = document.read_text("utf-8")
    for allowed in ("机器人可获取的群聊消息范围 → 获取群内全部消息", "机器人主动在群聊内发言"):
        assert f"**{allowed}**" in text


@pytest.mark.parametrize("house", ["bot", "handlers", "patterns"])
def test_everything_in_the_three_houses_is_on_the_map(house: str) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = re.search(rf"^{house}/(.*?)^(?:\w+/|```)", text, re.MULTILINE | re.DOTALL)
    assert rooms is not None
    modules = {path.name for path in (ROOT / house).glob("*.py") if path.name != "__init__.py"}
    folders = {
        f"{path.name}/" for path in (ROOT / house).iterdir() if path.is_dir() and path.name[0] not in "_."
    }
    named = set(re.findall(r"(?<![\w/])[\w]+(?:\.py|/)", rooms[1]))
    assert modules | folders <= named, sorted((modules | folders) - named)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target
