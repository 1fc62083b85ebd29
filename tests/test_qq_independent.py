"""The playground's QQ gateway spoken to by somebody else's library, so that no misreading agrees with itself."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.fakes import until
from tests.guarded import CODE, PATIENCE
from tests.qq_class import APP, SECRET, official_class

# nonebot is one for a whole process.
PROGRAM = """
import json, sys
import nonebot
from nonebot import on_message, on_notice
from nonebot.adapters.qq import Adapter, Bot, MessageSegment
from nonebot.adapters.qq.event import C2CMessageCreateEvent, GroupMemberAddEvent, GroupMessageCreateEvent
from nonebot.adapters.qq.models import SetMemberMuteState
from datetime import timedelta

url = sys.argv[1]
nonebot.init(driver="~httpx+~websockets", log_level="ERROR", qq_api_base=url + "/",
             qq_auth_base=url + "/app/getAppAccessToken",
             qq_bots=[{"id": sys.argv[2], "secret": sys.argv[3],
                       "intent": {"c2c_group_at_messages": True, "group_members": True}}])
nonebot.get_driver().register_adapter(Adapter)

def tell(**what):
    print(json.dumps(what, ensure_ascii=False), flush=True)

@on_message().handle()
async def _(bot: Bot, event: GroupMessageCreateEvent):
    state = await bot.get_group_bot_state(group_id=event.group_openid)
    members = await bot.get_group_members(group_openid=event.group_openid)
    info = await bot.get_group_info(group_id=event.group_openid)
    sent = await bot.send(event, "先别付款")
    await bot.set_group_members_mute(group_id=event.group_openid, members=[SetMemberMuteState(
        op="add", member_openid=event.author.member_openid, mute_expire_at=timedelta(hours=1))])
    await bot.delete_group_message(group_openid=event.group_openid, message_id=event.id)
    tell(kind="group", text=event.get_plaintext(), name=event.author.username, role=event.author.member_role,
         hears=state.recv_msg_setting, members=len(members.members), title=info.group_name, sent=sent.id,
         pictures=len(event.attachments or []))

@on_message().handle()
async def _(bot: Bot, event: C2CMessageCreateEvent):
    await bot.send(event, "收到")
    tell(kind="private", text=event.get_plaintext())

@on_notice().handle()
async def _(bot: Bot, event: GroupMemberAddEvent):
    member = await bot.get_group_member(group_openid=event.group_openid, member_openid=event.member_openid)
    tell(kind="came", name=member.username)

nonebot.run()
"""


async def said_by(program: asyncio.StreamReader) -> dict[str, Any]:
    """Its next word to us, between what it logs."""
    while True:
        line = await asyncio.wait_for(program.readline(), PATIENCE)
        assert line, "it has ended"
        if line.startswith(b"{"):
            return dict(json.loads(line))


async def test_another_library_hears_and_does_what_ours_does(tmp_path: Path) -> None:
    async with official_class(tmp_path, beats=0.5) as school:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, school.gateway.url, APP, SECRET),
            env=os.environ | {"NO_PROXY": "127.0.0.1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await until(lambda: school.gateway.connections, PATIENCE)
            number = await school.says("clone", photo={"qr": CODE}, caption="请交资料费")
            heard = {}
            assert child.stdout is not None
            for step in ("group", "private", "came"):
                if step == "private":
                    await school.tells("mum", "在吗")
                if step == "came":
                    await school.playground.control.member("class", "outsider")
                told = await said_by(child.stdout)
                heard[told["kind"]] = told
        finally:
            child.kill()
            await child.wait()
        group = heard["group"]
        assert (group["text"], group["name"], group["role"]) == ("请交资料费", "王丽老师", "member")
        assert (group["hears"], group["title"], group["pictures"]) == ("all", "三(2)班家长群", 1)
        assert group["members"] == 7 and heard["private"]["text"] == "在吗"
        assert heard["came"]["name"] == "过客"
        assert await school.said(contains="先别付款") and await school.said("mum", contains="收到")
        chat = school.playground.world.chat("class")
        assert chat.posts[number].deleted
        assert chat.member(school.playground.world.user("clone").id).status == "restricted"
