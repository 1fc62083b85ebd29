"""In private a teacher is chosen from the platform's own list, or shared as a contact; elsewhere words tell the way."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.actions import Button, Picker, Say
from bot.packing import pack, unpack
from bot.places import Chat, ChatKind, Place
from bot.platforms.onebot import ABILITIES as ONEBOT
from bot.platforms.telegram import ABILITIES as TELEGRAM
from bot.settings import LANGUAGES
from bot.store.tables import protected
from bot.substitutes import instead
from tests.guarded import PATIENCE, School, guarded
from tests.opened import for_each_test
from tests.playground_class import BareBot, class_group, number_of

school = for_each_test(guarded)


async def listed(school: School) -> dict[str, str]:
    """Whom the roster names, by the key of the account."""
    await school.settled()
    keys = {str(one["id"]): one["key"] for one in await school.playground.control.users()}
    rows = await school.rows(protected.c.name, protected.c.users)
    return {keys[user]: row.name for row in rows for user in row.users}


async def asked(school: School, who: str = "teacher") -> dict[str, Any]:
    """The message with the key that opens the list of people."""
    (found,) = await school.playground.control.said(who, contains="要登记哪位老师", wait=PATIENCE)
    return found


async def test_a_teacher_is_chosen_from_the_platforms_own_list(school: School) -> None:
    control = school.playground.control
    await school.tells("teacher", "/teacher add 李老师")
    (((key,),),) = [(await asked(school))["keys"]]
    assert key["request_users"]["max_quantity"] == 1 and not key["request_users"]["user_is_bot"]
    await school.tells("teacher", users_shared={"users": ["dad"]})
    (done,) = await control.said("teacher", contains="登记好了", wait=PATIENCE)
    assert "李老师" in done["text"] and done["buttons"]
    (away,) = await control.said("teacher", contains="收到", wait=PATIENCE)
    assert away["keys"] == []
    assert await listed(school) == {"dad": "李老师"}
    await school.unharmed()


async def test_a_shared_contact_is_as_good_as_a_choice(school: School) -> None:
    await school.tells("teacher", "/teacher add")
    await asked(school)
    await school.tells("teacher", contact={"phone_number": "+000", "first_name": "浩浩爸", "user": "dad"})
    await school.playground.control.said("teacher", contains="登记好了", wait=PATIENCE)
    assert await listed(school) == {"dad": "浩浩爸"}
    await school.unharmed()


async def test_a_contact_out_of_the_blue_is_asked_about(school: School) -> None:
    control = school.playground.control
    await school.tells("teacher", contact={"phone_number": "+000", "first_name": "李老师", "user": "dad"})
    (question,) = await control.said("teacher", contains="登记成老师吗", wait=PATIENCE)
    assert await listed(school) == {}
    await control.press(question["chat_id"], question["message_id"], "teacher", [0, 0], wait=PATIENCE)
    assert await listed(school) == {"dad": "李老师"}


async def test_a_contact_without_an_account_says_so(school: School) -> None:
    await school.tells("teacher", "/teacher add")
    await asked(school)
    await school.tells("teacher", contact={"phone_number": "+000", "first_name": "李老师"})
    assert await school.playground.control.said("teacher", contains="没有账号", wait=PATIENCE)
    assert await listed(school) == {}


async def test_a_parents_choice_registers_nobody(school: School) -> None:
    control = school.playground.control
    await school.tells("mum", "/teacher add")
    await school.tells("mum", users_shared={"users": ["stranger"], "forged": True})
    await school.tells("mum", contact={"phone_number": "+000", "first_name": "王老师", "user": "stranger"})
    assert await control.said("mum", count=3, wait=PATIENCE)
    assert await listed(school) == {}
    await school.unharmed()


async def test_the_bot_itself_and_a_suspect_are_no_teachers(school: School) -> None:
    control = school.playground.control
    me = (await control.get("state"))["bot"]["id"]
    await school.tells("teacher", "/teacher add")
    await asked(school)
    await school.tells("teacher", users_shared={"users": [me]})
    assert await control.said("teacher", contains="机器人", wait=PATIENCE)
    await school.says("clone", "各位家长，请扫码交资料费86元，交完发截图")
    await school.warned()
    await school.tells("teacher", users_shared={"users": ["clone"]})
    assert await control.said("teacher", contains="还没处理", wait=PATIENCE)
    assert await listed(school) == {}


async def test_setup_in_private_leads_there(school: School) -> None:
    control = school.playground.control
    await school.tells("teacher", "/setup")
    (page,) = await control.said("teacher", contains="设置 1/", wait=PATIENCE)
    for label in ("不变，下一步 ›", "不变，下一步 ›", "登记别的老师"):
        await control.press(page["chat_id"], page["message_id"], "teacher", label, wait=PATIENCE)
        await school.settled()
    assert (await asked(school))["keys"]


# --- without such a list --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_platform_without_a_list_tells_the_way_in_words(language: str) -> None:
    chat = Chat(1, Place("onebot", "qq:1", ChatKind.PRIVATE))
    asked = Say("k", 1, "?", picker=Picker("+"))
    assert instead(asked, TELEGRAM, language, chat) == asked
    told = instead(asked, ONEBOT, language, chat)
    assert isinstance(told, Say) and told.picker is None and len(told.text) > 20
    away = instead(Say("k", 1, "!", picker=Picker()), ONEBOT, language, chat)
    assert isinstance(away, Say) and away.picker is None and away.text == "!"


def test_a_picker_waits_in_the_outbox() -> None:
    asked = Say("k", 1, "?", picker=Picker("+"), buttons=((Button("a", "/b"),),))
    assert unpack("say", pack(asked), None) == asked


# --- the playground's server ----------------------------------------------------------------------


async def test_the_server_takes_such_keys_in_private_only_and_as_published() -> None:
    async with class_group() as playground, httpx.AsyncClient() as http:
        bot = BareBot(playground, http)
        await playground.control.tell_bot("teacher", "/start")
        teacher, group = [await number_of(playground, one) for one in ("teacher", "class")]

        async def sends(chat: int, **asked: Any) -> dict[str, Any]:
            keys = {"keyboard": [[{"text": "+", "request_users": asked}]]}
            return await bot.answer("sendMessage", chat_id=chat, text="?", reply_markup=keys)

        assert (await sends(teacher, request_id=1, max_quantity=1))["ok"]
        assert "private" in (await sends(group, request_id=1))["description"]
        for wrong in ({}, {"request_id": 1, "max_quantity": 11}, {"request_id": 1, "users": 3}):
            assert (await sends(teacher, **wrong))["error_code"] == 400
        await playground.control.tell_bot("teacher", users_shared={"users": ["mum"]})
        shared = [one["message"] for one in await bot.updates() if "users_shared" in one.get("message", {})]
        assert [one["users_shared"]["users"][0]["first_name"] for one in shared] == ["小雨妈妈"]
