"""The playground's OneBot side spoken to by somebody else's library, so that no misreading agrees with itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiocqhttp import CQHttp, Event
from hypercorn.asyncio import serve
from hypercorn.config import Config

from tests.fakes import until
from tests.onebot_class import TOKEN, qq_class
from tests.ports import free_port

Json = dict[str, Any]


@asynccontextmanager
async def served(bot: CQHttp) -> AsyncIterator[int]:
    config, port = Config(), free_port()
    config.bind = [f"127.0.0.1:{port}"]
    config.accesslog = config.errorlog = None
    ended = asyncio.Event()
    serving = asyncio.create_task(serve(bot.asgi, config, shutdown_trigger=ended.wait))
    try:
        yield port
    finally:
        ended.set()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(serving, 10)


async def test_another_library_hears_and_does_what_ours_does(tmp_path: Path) -> None:
    bot = CQHttp(access_token=TOKEN, import_name="independent")
    heard: list[Event] = []

    async def hears(event: Event) -> None:
        heard.append(event)

    bot.on_message(hears)
    bot.on_notice(hears)

    async with (
        qq_class(tmp_path, listening=False) as school,
        served(bot) as port,
        school.implementation.calling(f"ws://127.0.0.1:{port}/ws"),
    ):
        await until(lambda: school.implementation.sockets, 10)
        await asyncio.sleep(0.3)
        number = await school.says("clone", "请交资料费")
        await until(lambda: len(heard) == 1, 10)
        said = heard[0]
        assert (said.type, said.detail_type) == ("message", "group")
        assert said.message == [{"type": "text", "data": {"text": "请交资料费"}}]
        assert said.sender["role"] == "member" and said.message_id < 2**31

        group = said.group_id
        info = await bot.get_group_member_info(group_id=group, user_id=said.user_id)
        assert (info["nickname"], info["role"]) == ("王丽老师", "member")
        sent = await bot.send_group_msg(group_id=group, message="先别付款")
        assert await school.said(contains="先别付款")
        history = await bot.get_group_msg_history(group_id=group)
        assert [one["message_id"] for one in history["messages"]][-1] == sent["message_id"]

        await bot.set_group_ban(group_id=group, user_id=said.user_id, duration=60)
        clone = school.playground.world.user("clone").id
        assert school.playground.world.chat("class").member(clone).status == "restricted"
        await bot.delete_msg(message_id=said.message_id)
        assert school.playground.world.chat("class").posts[number].deleted
        await until(lambda: [one for one in heard if one.detail_type == "group_recall"], 10)
