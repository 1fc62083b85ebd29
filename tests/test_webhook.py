"""Updates brought by the platform: taken only from it, stored before they are confirmed, never twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Config
from bot.entrance import push_secret
from bot.platforms.telegram.webhook import HEADER
from bot.store.tables import inbox
from tests.guarded import CODE, SCAM, School, held, on_guard, unguarded
from tests.ports import free_port


class Pushed(School):
    """The class, guarded by a bot that is brought its updates."""

    port: int = 0

    @property
    def config(self) -> Config:
        telegram = {
            "token": self.playground.token,
            "base_url": self.playground.base_url,
            "updates": "webhook",
            "webhook_url": f"http://127.0.0.1:{self.port}/hook-for-tests",
        }
        web = {"port": self.port}
        return Config.model_validate({"telegram": telegram, "data": self.folder, "web": web})

    async def push(self, update: Any, secret: str | None) -> int:
        headers = {HEADER: secret} if secret is not None else {}
        content = update if isinstance(update, bytes) else json.dumps(update).encode()
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            address = self.config.telegram.webhook_url
            return (await client.post(address, content=content, headers=headers)).status_code

    @property
    def secret(self) -> str:
        return push_secret(self.config, "telegram")


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[Pushed]:
    async with unguarded(tmp_path) as plain:
        school = Pushed(plain.playground, plain.folder, plain.log)
        school.port = free_port()
        async with on_guard(school):
            yield school


def message(number: int, text: str, chat: int = -1001, message_id: int = 900) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": message_id,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "supergroup", "title": "三(2)班家长群"},
            "from": {"id": 77, "is_bot": False, "first_name": "王丽老师"},
            "text": text,
        },
    }


async def test_a_scam_that_is_brought_is_warned_of(school: Pushed) -> None:
    await school.says("clone", SCAM, photo={"qr": CODE})
    assert (await school.warned())["text"]
    assert await school.playground.control.calls("getUpdates") == []
    await school.unharmed()


async def test_whoever_does_not_know_the_secret_is_turned_away(school: Pushed) -> None:
    for secret in (None, "", "wrong", "密钥"):
        try:
            status = await school.push(message(9_000_001, SCAM), secret)
        except UnicodeEncodeError:
            continue
        assert status == 403
    assert "9000001" not in [row.update_id for row in await school.rows(inbox.c.update_id)]
    assert school.log.entries("push_forged")


async def test_an_update_brought_twice_is_answered_once(school: Pushed) -> None:
    secret = school.secret
    update = message(9_000_002, "明天记得带水彩笔")
    assert [await school.push(update, secret) for _ in range(3)] == [200, 200, 200]
    await school.settled()
    numbers = [row.update_id for row in await school.rows(inbox.c.update_id)]
    assert numbers.count("9000002") == 1


async def test_updates_out_of_order_are_all_taken(school: Pushed) -> None:
    secret = school.secret
    for number in (9_000_013, 9_000_011, 9_000_012):
        assert await school.push(message(number, "收到", message_id=number), secret) == 200
    await school.settled()
    states = {row.update_id: row.state for row in await school.rows(inbox.c.update_id, inbox.c.state)}
    assert {states[str(number)] for number in (9_000_011, 9_000_012, 9_000_013)} == {"done"}


async def test_what_is_no_update_is_kept_aside_and_not_brought_for_ever(school: Pushed) -> None:
    secret = school.secret
    hostile = [b"", b"null", b"[]", b"\xff\xfe", b"[" * 50_000, b'{"message":{}}']
    assert {await school.push(body, secret) for body in hostile} == {200}
    await school.unharmed(aside=len(hostile))


async def test_a_body_larger_than_any_update_is_refused(school: Pushed) -> None:
    assert await school.push(b"x" * 1_100_000, school.secret) == 413


async def test_polling_takes_a_forgotten_webhook_away(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        base = f"{school.playground.base_url}{school.playground.token}"
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.post(f"{base}/setWebhook", json={"url": "http://127.0.0.1:9/gone"})
        async with on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            assert await school.warned()


async def test_what_cannot_be_stored_is_not_confirmed_but_warned_of(
    school: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.PATIENCE", 0.2)
    await school.settled()
    chat = school.playground.world.number("class")
    assert chat is not None
    update = message(9_000_030, SCAM, chat)
    async with held(school):
        assert await school.push(update, school.secret) == 503
        assert await school.warned()
    # The platform comes again with what was not confirmed.
    assert await school.push(update, school.secret) == 200
    assert len(await school.warnings()) == 1
