"""The doctor finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.abilities import Right
from bot.cli import app
from bot.config import Config
from bot.doctor import Finding, Health, compared, examine, words_in_pictures
from bot.events import Membership
from bot.places import ChatKind, Place
from bot.platforms.telegram import Telegram
from bot.playground import Playground
from bot.store import chats
from bot.store.db import Database


@dataclass
class Practice:
    playground: Playground
    config: Config

    async def examined(self) -> dict[str, Finding]:
        telegram = Telegram(self.playground.token, self.playground.base_url, self.playground.base_file_url)
        return {finding.subject: finding async for finding in examine(self.config, [telegram])}

    async def knows_group(self, key: str = "class") -> None:
        """The bot's database holds this group of the playground."""
        (group,) = [chat for chat in await self.playground.control.chats() if chat["key"] == key]
        db = await Database.open(self.config.database_path)
        async with db.transaction() as tx:
            place = Place("telegram", str(group["id"]), ChatKind.GROUP, group["title"])
            chat, _ = await chats.register(tx, place, 0)
            await chats.set_access(tx, chat.id, Membership.ADMIN, [Right.POST])
        await db.close()


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[Practice]:
    async with Playground.serve() as playground:
        await playground.control.reset(
            users=[{"key": "teacher", "first_name": "王丽老师"}],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班家长群",
                    "members": [{"user": "teacher", "status": "creator"}],
                    "bot": "administrator",
                }
            ],
        )
        telegram = {"token": playground.token, "base_url": playground.base_url}
        yield Practice(playground, Config.model_validate({"telegram": telegram, "data": tmp_path / "data"}))


async def test_a_healthy_bot_is_told_so(practice: Practice) -> None:
    await practice.knows_group()
    findings = await practice.examined()
    assert [finding for finding in findings.values() if finding.health is not Health.FINE] == []
    assert {
        "configuration",
        "data folder",
        "disk",
        "database",
        "token",
        "clock",
        "words in pictures",
        "group 三(2)班家长群",
    } <= set(findings)
    assert "@class_guard_bot" in findings["token"].sentence


@pytest.mark.parametrize(
    ("wanted", "installed", "told"),
    [(True, True, "are read"), (False, True, "media.ocr"), (True, False, "[ocr]"), (False, False, "[ocr]")],
)
def test_whether_words_in_pictures_are_read_is_told_and_is_no_illness(
    wanted: bool, installed: bool, told: str
) -> None:
    finding = words_in_pictures(wanted=wanted, installed=installed)
    assert finding.health is Health.FINE and told in finding.sentence


async def test_a_missing_database_is_no_illness_and_none_is_made(practice: Practice) -> None:
    findings = await practice.examined()
    assert findings["database"].health is Health.WARNING
    assert not practice.config.data.exists()


async def test_a_refused_token_is_named(practice: Practice) -> None:
    await practice.playground.control.fault(method="getMe", status=401)
    finding = (await practice.examined())["token"]
    assert finding.health is Health.BROKEN and "@BotFather" in finding.sentence


async def test_a_group_without_rights_is_named_with_the_remedy(practice: Practice) -> None:
    await practice.knows_group()
    await practice.playground.control.member("class", "bot", "member")
    finding = (await practice.examined())["group 三(2)班家长群"]
    assert finding.health is Health.BROKEN
    assert "see all messages" in finding.sentence and "admin" in finding.sentence
    await practice.playground.control.member(
        "class", "bot", "administrator", rights={"can_delete_messages": False}
    )
    assert (await practice.examined())["group 三(2)班家长群"].health is Health.WARNING


async def test_a_group_the_bot_was_removed_from_is_a_question_not_a_crash(practice: Practice) -> None:
    await practice.knows_group()
    await practice.playground.control.fault(method="getChatMember", status=403)
    assert (await practice.examined())["group 三(2)班家长群"].health is Health.WARNING


async def test_a_damaged_database_is_recognised(practice: Practice) -> None:
    practice.config.data.mkdir()
    practice.config.database_path.write_bytes(b"this was a database once" * 100)
    finding = (await practice.examined())["database"]
    assert finding.health is Health.BROKEN and "backup" in finding.sentence


async def test_a_database_of_a_newer_version_is_recognised(practice: Practice) -> None:
    await practice.knows_group()
    with sqlite3.connect(practice.config.database_path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2031'")
    connection.close()
    finding = (await practice.examined())["database"]
    assert finding.health is Health.BROKEN and "newer version" in finding.sentence


async def test_a_folder_others_can_read_is_a_warning(practice: Practice) -> None:
    practice.config.data.mkdir(mode=0o755)
    practice.config.data.chmod(0o755)
    finding = (await practice.examined())["data folder"]
    assert finding.health is Health.WARNING and "chmod 700" in finding.sentence


def test_without_a_token_the_command_ends_with_one_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLASSGUARD_TELEGRAM_TOKEN", raising=False)
    monkeypatch.setattr("bot.logs.set_up", lambda *_, **__: None)
    file = tmp_path / "config.yaml"
    file.write_text(f"data: {tmp_path / 'data'}\ntelegram:\n  base_url: http://127.0.0.1:9/bot\n")
    result = CliRunner().invoke(app, ["doctor", "--json", "--config", str(file)])
    assert result.exit_code == 1
    findings = {one["subject"]: one for one in json.loads(result.stdout)["findings"]}
    assert findings["token"]["health"] == "broken"


def test_a_clock_that_is_wrong_is_told_with_the_remedy() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    assert compared(now, now + timedelta(seconds=3)).health is Health.FINE
    finding = compared(now, now - timedelta(minutes=5))
    assert finding.health is Health.BROKEN and "300 seconds" in finding.sentence and "NTP" in finding.sentence
