"""What was said leaves no trace, on the disk or in the log; what an incident keeps it keeps for its time."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func

from bench import corpus
from bot.store.tables import inbox, incidents
from tests.fakes import until
from tests.guarded import CODE, PATIENCE, SCAM, guarded
from tests.on_disk import written

HOURS, AN_HOUR = 24, 4
TALK = (
    "明天带彩笔和一张旧报纸，谢谢老师",
    "浩浩今天发烧请半天假，作业晚点补",
    "下周三春游几点集合，要带水壶吗",
    "Lena forgot her recorder on bus 7 again",
)
TYPED = "外婆住院了想请教一下这个链接是真的吗"


async def _gone(folder: Path, *sentences: str) -> None:
    await until(lambda: not written(folder, sentences), PATIENCE)


async def test_a_day_of_ordinary_talk_leaves_no_trace_after_a_quarter_of_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.FORGET_SECONDS", 0.1)
    long = (line for line in corpus.everyday() if len(line) >= 10)
    day = list(islice(dict.fromkeys(long), HOURS * AN_HOUR))
    assert len(day) == HOURS * AN_HOUR
    async with guarded(tmp_path) as school:
        control = school.playground.control
        for hour in range(HOURS):
            await control.advance(3_600)
            for number, line in enumerate(day[hour * AN_HOUR : (hour + 1) * AN_HOUR]):
                await school.says(("mum", "dad", "stranger")[number % 3], line)
        await school.tells("mum", TYPED)
        unreadable = {"message_id": "?", "text": "这条更新读不懂但也不能留"}
        school.playground.world.queue.put("message", unreadable)
        await school.settled()
        lately = [*day[-AN_HOUR:], TYPED, unreadable["text"]]
        assert written(school.folder, lately) == lately, "what was just said is kept for a while"
        assert await school.rows(func.count(incidents.c.number)) == [(0,)]
        await control.advance(14 * 60)
        await asyncio.sleep(0.3)
        assert written(school.folder, [TYPED])
        await control.advance(2 * 60)
        everything = (*day, TYPED, unreadable["text"])
        await _gone(school.folder, *everything)
        assert [row.state for row in await school.rows(inbox.c.state)] == ["aside"]
        assert not [one for one in everything if one in school.log.text]
        await school.unharmed(aside=1)
    assert not written(school.folder, everything)


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
