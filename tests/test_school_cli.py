"""A school looked after on the command line, while its guard runs and while it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.abilities import Right
from bot.cli import app
from bot.config import Config
from bot.events import Membership
from bot.places import ChatKind, Place
from bot.store import chats, tables
from bot.store.db import Database
from tests.guarded import PATIENCE, guarded
from tests.guarded import School as Played
from tests.two_classes import ASKS, CODE, HEADER


def told(folder: Path, *arguments: str | Path) -> Result:
    file = folder / "config.yaml"
    file.write_text(f"data: {folder / 'data'}\n", encoding="utf-8")
    return CliRunner().invoke(app, ["school", *map(str, arguments), "--config", str(file)])


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[Database]:
    db = await Database.open(Config.model_validate({"data": folder / "data"}).database_url)
    try:
        yield db
    finally:
        await db.close()


async def class_of(folder: Path, title: str, address: str) -> None:
    async with stored(folder) as db, db.transaction() as tx:
        chat, _ = await chats.register(tx, Place("telegram", address, ChatKind.GROUP, title), 0)
        await chats.set_access(tx, chat.id, Membership.ADMIN, frozenset(Right))


def test_an_operator_makes_a_school_of_groups_and_prints_its_figures(tmp_path: Path) -> None:
    asyncio.run(class_of(tmp_path, "三(2)班", "-1"))
    asyncio.run(class_of(tmp_path, "四(1)班", "-2"))
    assert "Make it first" in told(tmp_path, "join", "阳光小学", "三(2)班").output
    assert told(tmp_path, "make", "阳光小学").exit_code == 0
    assert "already" in told(tmp_path, "make", "阳光小学").output
    assert told(tmp_path, "join", "阳光小学", "三(2)班").exit_code == 0
    assert told(tmp_path, "join", "阳光小学", "2").exit_code == 0
    assert "No group is called" in told(tmp_path, "join", "阳光小学", "五班").output
    shown = told(tmp_path, "list").output
    assert shown.index("阳光小学") < shown.index("三(2)班")
    bad = tmp_path / "bad.csv"
    bad.write_text(HEADER + "person,,,,,,\nhuman,x,,,,,\n", encoding="utf-8")
    refused = told(tmp_path, "import", "阳光小学", bad)
    assert refused.exit_code == 1 and "line 2" in refused.output and "line 3" in refused.output
    good = tmp_path / "good.csv"
    good.write_text(HEADER + "person,王丽,teacher,,,telegram:300,\n", encoding="utf-8")
    assert "1 people" in told(tmp_path, "import", "阳光小学", good).output
    assert told(tmp_path, "report", "阳光小学", "--out", tmp_path).exit_code == 0
    table = (tmp_path / "阳光小学.csv").read_text("utf-8-sig")
    assert "三(2)班" in table and "四(1)班" in table
    assert told(tmp_path, "leave", "2").exit_code == 0
    assert "belongs to no school" in told(tmp_path, "leave", "2").output


@pytest.mark.parametrize("words", [[], ["make"], ["make", ""], ["dance", "x"], ["import", "x"], ["report"]])
def test_what_it_does_not_understand_it_answers_with_what_it_can(tmp_path: Path, words: list[str]) -> None:
    answer = told(tmp_path, *words)
    assert answer.exit_code == 2
    assert "list · make" in answer.output


async def _operates(played: Played, *words: str | Path) -> str:
    folder = played.folder.parent
    file = folder / "config.yaml"
    file.write_text(f"data: {played.folder}\n", encoding="utf-8")
    arguments = ["school", *map(str, words), "--config", str(file)]
    return (await asyncio.to_thread(CliRunner().invoke, app, arguments)).output


async def test_a_running_guard_hears_of_its_school_and_warns_in_the_other_class(tmp_path: Path) -> None:
    async with guarded(tmp_path, "one", "two") as school:
        control = school.playground.control
        for word in ("one", "two"):
            await school.says("teacher", "大家好", chat=word)
        await school.settled()
        numbers = [
            row.id for row in await school.rows(tables.chats.c.id, tables.chats.c.kind) if row.kind == "group"
        ]
        await _operates(school, "make", "阳光小学")
        for number in numbers:
            assert "belongs to" in await _operates(school, "join", "阳光小学", str(number))
        await school.tells("deputy", "/start")
        await school.settled()
        await school.says("stranger", ASKS, chat="one", photo={"qr": CODE.value})
        (warning,) = await school.warnings("one")
        await school.says("teacher", "/scam", chat="one", reply_to=warning["message_id"])
        await school.settled()
        await school.says("deputy", "/scam 1", chat="one")
        assert await control.said("deputy", contains="别的班级", wait=PATIENCE)
        await school.says("dad", "扫这个码交120元", chat="two", photo={"qr": CODE.value})
        assert await control.said("two", contains="诈骗", wait=PATIENCE) or await control.said(
            "two", contains="骗局"
        )
        await school.unharmed()


async def test_what_a_parent_reported_and_admins_found_a_scam_is_known_in_the_other_class(
    tmp_path: Path,
) -> None:
    sales = "本周末大闸蟹团购，想要的接龙报名，货到再付"
    async with guarded(tmp_path, "one", "two") as school:
        control = school.playground.control
        for word in ("one", "two"):
            await school.says("teacher", "大家好", chat=word)
        await school.tells("deputy", "/start")
        await school.settled()
        await _operates(school, "make", "阳光小学")
        for row in await school.rows(tables.chats.c.id, tables.chats.c.kind):
            if row.kind == "group":
                await _operates(school, "join", "阳光小学", str(row.id))
        posted = await school.says("stranger", sales, chat="one")
        await school.says("mum", "/report", chat="one", reply_to=posted)
        (card,) = await control.said("teacher", contains="请您看一眼", wait=PATIENCE)
        await school.settled()
        assert not [one for key in ("one", "two") for one in await school.warnings(key)]
        await control.press("teacher", card["message_id"], "teacher", "是诈骗")
        await school.settled()
        await school.says("deputy", "/scam 1", chat="one")
        assert await control.said("deputy", contains="别的班级", wait=PATIENCE)
        await school.says("dad", sales, chat="two")
        assert len(await school.warnings("two")) == 1
        await school.unharmed()


async def test_admins_of_every_class_are_asked_when_somebody_of_the_school_shows_another_picture(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path, "one", "two", faces=True) as school:
        control = school.playground.control
        for word in ("one", "two"):
            await school.says("mum", "大家好", chat=word)
        await school.tells("deputy", "/start")
        await school.settled()
        (teacher,) = [one["id"] for one in await control.users() if one["key"] == "teacher"]
        listed = tmp_path / "school.csv"
        listed.write_text(f"{HEADER}person,王丽老师,teacher,,,telegram:{teacher},\n", encoding="utf-8")
        await _operates(school, "make", "阳光小学")
        await _operates(school, "import", "阳光小学", listed)
        for row in await school.rows(tables.chats.c.id, tables.chats.c.kind):
            if row.kind == "group":
                await _operates(school, "join", "阳光小学", str(row.id))
        await control.advance(60)
        await school.settled()
        assert str(teacher) in {row.user for row in await school.rows(tables.portraits.c.user)}
        await control.change_user("teacher", picture={"copy_of": "mum"})
        await control.advance(86_400 + 60)
        await school.says("deputy", "/status", chat="one")
        asked = await control.said("deputy", contains="王丽老师的账号换了头像", count=2, wait=PATIENCE)
        assert len(asked) == 2
        await school.unharmed()
