"""A message quoted to the robot with its name: what it shows is fetched and judged before the answer."""

from __future__ import annotations

import httpx
import pytest

from bot.store.tables import incidents
from tests.dingtalk_class import CALLED, DOWNLOAD, Ding, Json, ding_class, without_pacing
from tests.guarded import CODE, PATIENCE, SCAM
from tests.opened import for_each_test

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(ding_class)


async def test_a_reply_that_names_the_robot_asks_about_the_message_replied_to(school: Ding) -> None:
    async with school.on_guard():
        number = await school.says("clone", SCAM)
        await school.asks("mum", reply_to=number)
        await school.settled()
        (_, answer) = await school.said()
        assert "先" in answer


@pytest.mark.parametrize("question", ["是真的吗？", "老师这个要交吗", "真的假的"])
async def test_a_question_that_quotes_a_message_asks_about_that_message(school: Ding, question: str) -> None:
    async with school.on_guard():
        number = await school.says("clone", SCAM)
        await school.asks("mum", question, reply_to=number)
        await school.settled()
        (_, answer) = await school.said()
        assert "先别付" in answer and "资料费" in answer


@pytest.mark.parametrize("said", [{}, {"caption": "班级活动费"}])
async def test_a_picture_that_is_quoted_is_fetched_and_the_code_in_it_judged(
    school: Ding, said: Json
) -> None:
    async with school.on_guard():
        number = await school.says("clone", photo={"qr": CODE}, **said)
        await school.asks("mum", "这是真的吗？", reply_to=number)
        await school.settled()
        (_, answer) = await school.said()
        assert "要您付钱" in answer and CODE not in answer
        (fetched,) = await school.playground.control.calls(DOWNLOAD, count=0)
        assert fetched["parameters"]["downloadCode"] and fetched["status"] == httpx.codes.OK
        assert not await school.rows(incidents.c.id), "who asks has posted nothing"


async def test_of_a_quoted_picture_that_cannot_be_fetched_nothing_is_claimed(school: Ding) -> None:
    school.gateway.doing.refused[DOWNLOAD] = [(400, "invalidParameter.downloadCode")] * 5
    async with school.on_guard():
        number = await school.says("clone", photo={"qr": CODE})
        await school.asks("mum", "这是真的吗？", reply_to=number)
        await school.settled()
        (_, answer) = await school.said()
        assert "打不开" in answer and "没看到骗局" not in answer


async def test_a_file_that_is_quoted_is_judged_by_name_and_beginning(school: Ding) -> None:
    async with school.on_guard():
        number = await school.says("clone", document={"name": "收费名单.exe", "text": "MZ" + "x" * 500})
        await school.asks("mum", "能打开吗？", reply_to=number)
        await school.settled()
        (_, answer) = await school.said()
        assert "程序" in answer


async def test_the_code_in_a_reported_picture_is_told_the_admins(school: Ding) -> None:
    async with school.on_guard():
        await school.asks("teacher", "/状态")
        await school.settled()
        number = await school.says("clone", photo={"qr": CODE})
        await school.asks("mum", "/反映", reply_to=number)
        assert await school.said("teacher", contains="收款码", wait=PATIENCE)
        await school.settled()
        assert len(await school.rows(incidents.c.id)) == 1


async def test_a_picture_is_not_fetched_for_what_is_not_about_it(school: Ding) -> None:
    async with school.on_guard():
        number = await school.says("deputy", photo={"qr": CODE})
        await school.asks("teacher", "/老师 添加 陈主任", reply_to=number)
        assert await school.said(contains="登记好了", wait=PATIENCE)
        assert not await school.playground.control.calls(DOWNLOAD, count=0)


async def test_with_an_admins_stream_a_picture_that_is_quoted_is_looked_into_as_well(school: Ding) -> None:
    """The stream prints that there was one; where it is fetched the robot alone is told."""
    async with school.on_guard(school.config(feed=True)):
        await school.overheard()
        number = await school.says("dad", photo={"qr": CODE})
        await school.asks("mum", "这是真的吗？", reply_to=number)
        await school.settled()
        assert len(await school.said(contains="要您付钱")) == 1
        assert not await school.rows(incidents.c.id)


@pytest.mark.parametrize("feed", [False, True])
@pytest.mark.parametrize("who", ["dad", "teacher"])
async def test_a_picture_posted_with_the_robot_named_is_looked_into(
    school: Ding, who: str, feed: bool
) -> None:
    async with school.on_guard(school.config(feed=feed)):
        if feed:
            await school.overheard()
        await school.says(who, photo={"qr": CODE}, caption=f"@{CALLED} 帮我看看这张")
        assert await school.said(contains="要您付钱", wait=PATIENCE)
        await school.settled()
        assert not await school.said(contains="正在看"), "the answer takes the promise's place"


async def test_with_an_admins_stream_a_command_that_quotes_a_picture_is_obeyed_once(school: Ding) -> None:
    async with school.on_guard(school.config(feed=True)):
        await school.overheard()
        number = await school.says("deputy", photo={"text": "课程表"})
        await school.asks("teacher", "/老师 添加 陈主任", reply_to=number)
        await school.settled()
        assert len(await school.said(contains="登记好了")) == 1
