"""The playground's DingTalk side spoken to by DingTalk's own client, so that no misreading agrees with itself."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from dingtalk_stream.card_callback import Card_Callback_Router_Topic, CardCallbackMessage

from bot.events import MessageSeen
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import People
from bot.platforms.dingtalk.reading import PRESS, Reader
from bot.platforms.dingtalk.stream import PRESSES
from bot.playground.dingtalk.naming import staff
from tests.dingtalk_class import CALLED, CLIENT, SECRET, ding_class
from tests.fakes import until
from tests.guarded import CODE, MORNING, PATIENCE

# `dingtalk-stream` blocks the loop it runs in and never ends: it gets a process of its own.
PROGRAM = """
import json, sys
import requests
import dingtalk_stream
from dingtalk_stream import AckMessage, ChatbotHandler, ChatbotMessage, Credential, DingTalkStreamClient

class Handler(ChatbotHandler):
    async def process(self, callback):
        heard = ChatbotMessage.from_dict(callback.data)
        images = heard.get_image_list() or []
        sizes = [len(requests.get(self.get_image_download_url(code)).content) for code in images]
        self.reply_text("收到：" + "".join(heard.get_text_list() or []).strip(), heard)
        print(json.dumps({"id": heard.message_id, "type": heard.conversation_type, "nick": heard.sender_nick,
                          "staff": heard.sender_staff_id, "text": heard.get_text_list(), "sizes": sizes}), flush=True)
        return AckMessage.STATUS_OK, "OK"

client = DingTalkStreamClient(Credential(*sys.argv[1:3]))
client.get_host_ip = lambda: "127.0.0.1"
client.register_callback_handler(ChatbotMessage.TOPIC, Handler())
client.start_forever()
"""


async def test_a_press_on_a_card_reads_the_same_to_dingtalks_own_client(tmp_path: Path) -> None:
    async with ding_class(tmp_path) as school:
        teacher = school.playground.world.user("teacher")
        told = school.gateway.telling.pressed({"data": "press:card-1f:2", "from": {"id": teacher.id}})
        heard = CardCallbackMessage.from_dict(told)
        assert Card_Callback_Router_Topic == PRESSES
        assert (heard.card_instance_id, heard.user_id) == ("press:card-1f", staff(teacher))
        assert heard.content["cardPrivateData"]["actionIds"] == ["2"]
        reader = Reader("dingtalk", CALLED, People(), Known())
        for body in (told, heard.to_dict()):
            (pressed,) = reader.events(json.dumps({PRESS: body}).encode(), MORNING)
            assert isinstance(pressed, MessageSeen)
            assert (pressed.message.text, pressed.message.reply_to) == ("2", "press:card-1f")
            assert pressed.message.sender.id == f"ding:staff:{staff(teacher)}"


async def test_dingtalks_own_client_hears_and_does_what_ours_does(tmp_path: Path) -> None:
    async with ding_class(tmp_path) as school:
        environment = os.environ | {"DINGTALK_OPENAPI_ENDPOINT": school.gateway.url, "NO_PROXY": "127.0.0.1"}
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, CLIENT, SECRET),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await until(lambda: school.gateway.connections, PATIENCE)
            await school.asks("dad", "在吗")
            await school.tells("mum", "这是真的吗")
            await school.tells("dad", photo={"qr": CODE})
            assert child.stdout is not None
            heard = [json.loads(await asyncio.wait_for(child.stdout.readline(), PATIENCE)) for _ in range(3)]
        finally:
            child.kill()
            await child.wait()
        group, private, picture = heard
        assert (group["type"], group["nick"], group["text"]) == ("2", "浩浩爸爸", [" 在吗"])
        assert group["staff"] and (private["type"], private["staff"]) == ("1", None)
        assert picture["sizes"][0] > 1_000
        assert await school.said(contains="收到：在吗") and await school.said(
            "mum", contains="收到：这是真的吗"
        )
        assert CALLED not in group["text"][0]
