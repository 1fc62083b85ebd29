"""Who never opened the private chat is shown in the group, alone, what could not be written to them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.events import Abilities, Button, Priority, Say, Whisper
from bot.packing import kind_of, pack, unpack
from bot.platforms.onebot import ABILITIES as ONEBOT
from bot.settings import LANGUAGES
from bot.substitutes import whispered
from tests.guarded import CODE, PATIENCE, SCAM, commands_on, guarded

CARD = Say("card", 7, "第1件", Priority.ADMIN, ((Button("是诈骗", "/scam 1"),),), whisper=3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_that_nobody_else_sees_it_and_where_to_press_start(language: str) -> None:
    found = whispered(CARD, "101", Abilities(), language)
    assert found is not None
    assert (found.chat, found.person, found.priority) == (3, "101", Priority.ADMIN)
    assert (
        (found.text.endswith("第1件") and "Start" in found.text)
        or "开始" in found.text
        or "開始" in found.text
    )
    assert unpack(kind_of(found), pack(found), None) == found


def test_where_the_platform_cannot_or_nobody_wished_it_nothing_is_shown() -> None:
    assert whispered(CARD, "101", ONEBOT, "zh-Hans") is None
    assert whispered(Say("other", 7, "别的"), "101", Abilities(), "zh-Hans") is None


def test_a_whisper_survives_a_restart() -> None:
    whisper = Whisper("a", 3, "101", "x", Priority.PARENT)
    assert unpack(kind_of(whisper), pack(whisper), None) == whisper


async def test_an_admin_who_never_pressed_start_is_told_in_the_group_alone(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("clone", SCAM, photo={"qr": CODE})
        warning = await school.warned()
        (whisper,) = await control.said(
            "class", contains="只有您看得到", whispered_to="deputy", wait=PATIENCE
        )
        assert "第1件" in whisper["text"] and CODE not in whisper["text"]
        assert not commands_on(whisper)
        await school.settled()
        assert not await control.said("class", contains="只有您看得到", count=0), "the class does not see it"
        assert not await control.said("class", whispered_to="mum", count=0)
        assert not await control.said("class", whispered_to="teacher", count=0), "who can be written to is"
        assert warning["message_id"] > 0
        await school.unharmed()


async def test_the_playground_keeps_to_who_may_be_shown_what(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        state = await school.playground.control.state()
        users = {one["key"]: one["id"] for one in state["users"]}
        chat = next(one["id"] for one in state["chats"] if one.get("key") == "class")

        async def shows(who: str, place: int) -> int:
            given = {
                "chat_id": place,
                "text": "x",
                "ephemeral_message_parameters": {"receiver_user_id": users[who]},
            }
            address = f"{school.playground.base_url}{school.playground.token}/sendMessage"
            async with httpx.AsyncClient(trust_env=False) as http:
                answer = await http.post(address, json=given)
            if answer.status_code == 200:
                assert answer.json()["result"]["message_id"] == 0
            return answer.status_code

        assert await shows("mum", chat) == 200
        assert await shows("outsider", chat) == 400, "not in the class"
        assert await shows("teacher", users["teacher"]) == 400, "no group"
