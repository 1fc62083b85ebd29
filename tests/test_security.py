"""What docs/security.md promises: every test it names exists, and here are those that belong nowhere else."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.config import Config
from bot.store import backup
from patterns.conversation import EMPTY
from patterns.judge import Context, judge
from patterns.model import Level, Message, Person, Protected
from patterns.names import Roster
from tests.guarded import CODE, SCAM, School, on_guard, unguarded
from tests.on_disk import everything_in
from tests.ports import free_port

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "security.md"
GROUP = Context(roster=Roster([Protected("王丽老师", frozenset({"teacher"}))]))


def test_every_test_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text("utf-8")))
    written = "\n".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert len(named) > 20
    assert named <= set(re.findall(r"def (test_\w+)\(", written))


def test_quoted_words_convict_nobody_who_quotes_them() -> None:
    parent = Person("7", "小雨妈妈")
    for text in ("", "这条是真的吗？", "大家小心", "收到", "是王老师发的吗"):
        assert judge(Message("1", parent, text, quoted=SCAM), GROUP).level is Level.CLEAR


def test_a_hundred_voices_that_say_paid_raise_nothing() -> None:
    conversation = EMPTY
    for number in range(100):
        said = Message(str(number), Person(str(number), f"家长{number}"), "已交", minute=number / 60)
        verdict = judge(said, GROUP, conversation)
        conversation = conversation.after(said, verdict)
        assert verdict.level is Level.CLEAR


class Watched(School):
    """A school whose guard can be looked at by monitors."""

    port: int

    @property
    def config(self) -> Config:
        telegram = {"token": self.playground.token, "base_url": self.playground.base_url}
        return Config.model_validate({"telegram": telegram, "data": self.folder, "web": {"port": self.port}})


async def test_a_planted_token_is_found_in_nothing_that_was_written(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as plain:
        school = Watched(plain.playground, plain.folder, plain.log)
        school.port = free_port()
        secret = school.playground.token.partition(":")[2]
        assert len(secret) > 20
        async with on_guard(school):
            for trouble in ({"status": 500}, {"status": 403}, {"drop": "before"}, {"drop": "after"}):
                await school.playground.control.fault(method=["sendMessage", "getFile"], times=1, **trouble)
            await school.says("clone", SCAM, photo={"qr": CODE})
            assert await school.warned()
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{school.port}") as monitor:
                pages = [(await monitor.get(page)).text for page in ("/healthz", "/readyz", "/metrics")]
            backup.take(
                school.config.database_path,
                school.folder / "secret",
                tmp_path / "kept.zip",
                datetime.now(UTC),
            )
    kept = everything_in(tmp_path)
    assert len(kept) >= 3
    assert all(secret not in text for text in (school.log.text, *pages))
    assert all(secret.encode() not in content for content in kept)
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        assert all(secret.encode() not in archive.read(name) for name in archive.namelist())
