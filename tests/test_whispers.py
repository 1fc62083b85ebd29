"""Who never opened the private chat is shown in the group, alone, what could not be written to them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.abilities import Abilities
from bot.actions import Button, Priority, Say, Whisper
from bot.packing import kind_of, pack, unpack
from bot.platforms.onebot import ABILITIES as ONEBOT
from bot.settings import LANGUAGES
from bot.substitutes import whispered
from tests.guarded import CODE, PATIENCE, SCAM, commands_on, guarded

LINK = "https://t.example/guard?start={payload}"
WARNING = Say("warning", 7, "请先别付款", Priority.PARENT, ((Button("我已经付了", "/paid"),),), whisper=3)
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parent_gets_to_what_follows_a_payment_and_to_the_three_questions_from_it(language: str) -> None:
    found = whispered(WARNING, "201", Abilities(), language, LINK)
    assert found is not None
    links = [button.link for row in found.buttons for button in row]
    assert links == [LINK.format(payload="paid"), LINK.format(payload="ask")]
    assert not any(button.command for row in found.buttons for button in row)
    assert unpack(kind_of(found), pack(found), None) == found


def test_an_admin_gets_to_the_private_chat_from_it_and_without_an_address_there_is_no_button() -> None:
    found = whispered(CARD, "101", Abilities(), "zh-Hans", LINK)
    assert found is not None
    assert [button.link for row in found.buttons for button in row] == [LINK.format(payload="hello")]
    bare = whispered(WARNING, "201", Abilities(), "zh-Hans")
    assert bare is not None and bare.buttons == ()


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
        ((door,),) = whisper["buttons"]
        assert door["url"].endswith("?start=hello")
        await school.settled()
        assert not await control.said("class", contains="只有您看得到", count=0), "the class does not see it"
        assert not await control.said("class", whispered_to="mum", count=0)
        assert not await control.said("class", whispered_to="teacher", count=0), "who can be written to is"
        assert warning["message_id"] > 0
        await school.unharmed()


async def test_a_subscriber_who_cannot_be_written_to_can_still_ask_and_say_they_paid(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.subscribes("mum")
        await control.fault(method="sendMessage", status=403, chat="mum")
        await school.says("clone", SCAM, photo={"qr": CODE})
        await school.warned()
        (whisper,) = await control.said("class", contains="只有您看得到", whispered_to="mum", wait=PATIENCE)
        starts = [button["url"].partition("?")[2] for row in whisper["buttons"] for button in row]
        assert starts == ["start=paid", "start=ask"]
        await school.tells("mum", "/start ask")
        assert await control.said("mum", contains="付钱前，三问", wait=PATIENCE)
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
