"""QQ's webhook: signed with Ed25519, answered only once stored."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from bot.platforms.qq.signature import Signer
from bot.store.tables import inbox
from tests.guarded import PATIENCE, SCAM
from tests.opened import for_each_test
from tests.ports import free_port
from tests.qq_class import SECRET, Official, official_class

Json = dict[str, Any]

school = for_each_test(official_class)


def event(school: Official, text: str, number: str) -> Json:
    group = f"GROUP{abs(school.playground.world.chat('class').id)}"
    clone = f"OPEN{school.playground.world.user('clone').id}"
    author = {
        "id": clone,
        "member_openid": clone,
        "member_role": "member",
        "username": "王丽老师",
        "bot": False,
    }
    data = {"id": number, "content": text, "timestamp": "2026-11-25T10:00:00+08:00", "author": author}
    data |= {"group_id": group, "group_openid": group}
    return {"op": 0, "id": f"GROUP_MESSAGE_CREATE:{number}", "t": "GROUP_MESSAGE_CREATE", "s": 1, "d": data}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    signature = Signer(secret).sign("1725442341", body)
    return {
        "X-Signature-Ed25519": signature,
        "X-Signature-Timestamp": "1725442341",
        "X-Bot-Appid": "102000001",
    }


def test_the_signature_is_the_one_in_qqs_own_example() -> None:
    signature = Signer("DG5g3B4j9X2KOErG").sign("1725442341", b"Arq0D5A61EgUu4OxUvOp")
    assert signature == (
        "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d0"
        "1bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706"
    )


@pytest.mark.parametrize("header", ["", "zz", "00" * 64, "ab"])
def test_a_signature_that_is_none_is_not_taken(header: str) -> None:
    assert not Signer(SECRET).is_signed({"x-signature-ed25519": header, "x-signature-timestamp": "1"}, b"{}")


async def test_what_is_signed_is_stored_and_answered_and_anything_else_is_refused(school: Official) -> None:
    port = free_port()
    config: Json = {"qq": {"updates": "webhook", "webhook_path": "/qq-7f"}, "web": {"port": port}}
    async with school.on_guard(connected=False, **config), httpx.AsyncClient(trust_env=False) as http:
        url = f"http://127.0.0.1:{port}/qq-7f"
        question = orjson.dumps({"op": 13, "d": {"plain_token": "abc", "event_ts": "1725442341"}})
        told = (await http.post(url, content=question)).json()
        assert told == {"plain_token": "abc", "signature": Signer(SECRET).sign("1725442341", b"abc")}

        body = orjson.dumps(event(school, SCAM, "ROBOT1.0_1"))
        assert (await http.post(url, content=body)).status_code == 403
        assert (await http.post(url, content=body, headers=signed(body, "another secret"))).status_code == 403
        assert (await http.post(url, content=body + b" ", headers=signed(body))).status_code == 403
        assert not await school.rows(inbox.c.update_id)

        answer = await http.post(url, content=body, headers=signed(body))
        assert (answer.status_code, answer.json()) == (200, {"op": 12, "d": 0})
        assert len(await school.rows(inbox.c.update_id)) == 1
        again = await http.post(url, content=body, headers=signed(body))
        assert again.status_code == 200 and len(await school.rows(inbox.c.update_id)) == 1
        nothing = orjson.dumps({"op": 0, "t": "SOMETHING_NEW", "d": {}})
        assert (await http.post(url, content=nothing, headers=signed(nothing))).status_code == 200
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        await school.settled()
        assert len(await school.said(contains="👉")) == 1
