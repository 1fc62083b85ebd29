"""What was said leaves no trace, on the disk or in the log; what an incident keeps it keeps for its time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store.tables import incidents
from tests.fakes import until
from tests.guarded import CODE, PATIENCE, SCAM, guarded
from tests.on_disk import written

TALK = (
    "明天带彩笔和一张旧报纸，谢谢老师",
    "浩浩今天发烧请半天假，作业晚点补",
    "下周三春游几点集合，要带水壶吗",
    "Lena forgot her recorder on bus 7 again",
)
TYPED = "外婆住院了想请教一下这个链接是真的吗"


async def _gone(folder: Path, *sentences: str) -> None:
    await until(lambda: not written(folder, sentences), PATIENCE)


async def test_ordinary_talk_leaves_no_trace_on_the_disk_after_a_quarter_of_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.FORGET_SECONDS", 0.1)
    async with guarded(tmp_path) as school:
        for who, text in zip(("mum", "dad", "stranger", "mum"), TALK, strict=True):
            await school.says(who, text)
        await school.tells("mum", TYPED)
        unreadable = {"message_id": "?", "text": "这条更新读不懂但也不能留"}
        school.playground.world.queue.put("message", unreadable)
        await school.settled()
        sentences = (*TALK, TYPED, unreadable["text"])
        assert written(school.folder, sentences) == list(sentences)
        await school.playground.control.advance(14 * 60)
        await asyncio.sleep(0.3)
        assert written(school.folder, [TALK[0]])
        await school.playground.control.advance(2 * 60)
        await _gone(school.folder, *sentences)
        await school.unharmed(aside=1)
    assert not written(school.folder, sentences)


async def test_an_incident_keeps_no_more_than_its_number_after_the_retention_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.FORGET_SECONDS", 0.1)
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("clone", SCAM)
        await school.settled()
        await school.says("teacher", "/scam 1")
        await school.settled()
        await control.advance(179 * 86_400)
        await asyncio.sleep(0.3)
        assert written(school.folder, [SCAM])
        await control.advance(2 * 86_400)
        await _gone(school.folder, SCAM)
        columns = (incidents.c.number, incidents.c.state, incidents.c.user, incidents.c.evidence)
        assert await school.rows(*columns) == [(1, "scam", "", {})]
        await school.says("teacher", "/why 1")
        await school.says("dad", SCAM)
        await school.settled()
        assert [row.number for row in await school.rows(incidents.c.number)] == [1, 2]
        await school.unharmed()


async def test_logs_hold_no_words_no_names_and_no_token(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control, token = school.playground.control, school.playground.token
        for who, text in zip(("mum", "dad", "stranger", "mum"), TALK, strict=True):
            await school.says(who, text)
        await school.tells("mum", f"{TYPED} {token}")
        school.playground.world.queue.put("message", {"message_id": "?", "text": TALK[0]})
        # The server's own words come with the token, the line breaks with the address in hand.
        await control.fault(
            method="sendMessage", status=400, description=f"Bad Request: {token} is odd", times=2
        )
        await control.fault(method="sendMessage", drop="before", times=1)
        await control.fault(method="getUpdates", polls=True, drop="before", times=2)
        await control.fault(method="file", status=404, times=4)
        await school.says("clone", f"{SCAM} {token}", photo={"qr": CODE})
        await school.says("stranger", "看看这个", document={"name": "王丽老师的通知.exe", "text": "MZ"})
        await school.says("teacher", "/status")
        await school.settled()
        users = [user["first_name"] for user in await control.users() if not user["is_bot"]]
        words = (*TALK, TYPED, SCAM[:12], "三(2)班家长群", "通知.exe", token, token.split(":")[1], *users)
        assert "<token>" in school.log.text
        assert not [word for word in words if word in school.log.text]
