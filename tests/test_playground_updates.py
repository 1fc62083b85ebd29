"""How the playground's server hands updates to a bot."""

from __future__ import annotations

import asyncio

import pytest

from bot.playground import Playground
from tests.playground_class import CLASS, BareBot, Json, bare_bot, number_of, own_playground, web_client

playground = pytest.fixture(own_playground)
http = pytest.fixture(web_client)
bot = pytest.fixture(bare_bot)


async def test_an_update_comes_again_until_it_is_confirmed(playground: Playground, bot: BareBot) -> None:
    await playground.control.say("class", "mum", "早")
    first = await bot.updates()
    again = await bot.updates()
    assert [update["message"]["text"] for update in first] == ["早"]
    assert again == first
    assert await bot.updates(offset=first[0]["update_id"] + 1) == []
    assert await bot.updates(offset=0) == []


async def test_no_more_updates_than_asked_for_come_at_once(playground: Playground, bot: BareBot) -> None:
    await playground.control.say_all([{"chat": "class", "from": "mum", "text": str(n)} for n in range(130)])
    assert [update["message"]["text"] for update in await bot.updates(limit=2)] == ["0", "1"]
    assert len(await bot.updates()) == 100
    assert len(await bot.updates(limit=1000)) == 100


async def test_a_negative_offset_keeps_only_the_newest_updates(playground: Playground, bot: BareBot) -> None:
    await playground.control.say_all([{"chat": "class", "from": "mum", "text": str(n)} for n in range(5)])
    assert [update["message"]["text"] for update in await bot.updates(offset=-2)] == ["3", "4"]
    assert [update["message"]["text"] for update in await bot.updates()] == ["3", "4"]


async def test_a_long_poll_is_answered_as_soon_as_something_happens(
    playground: Playground, bot: BareBot
) -> None:
    polling = asyncio.create_task(bot.updates(timeout=20))
    await _until_polling(playground)
    await playground.control.say("class", "mum", "有人吗")
    async with asyncio.timeout(5):
        assert [update["message"]["text"] for update in await polling] == ["有人吗"]


async def test_a_second_poller_throws_the_first_out(playground: Playground, bot: BareBot) -> None:
    first = asyncio.create_task(bot.answer("getUpdates", timeout=20))
    await _until_polling(playground)
    assert await bot.updates() == []
    answer = await first
    assert (answer["error_code"], answer["description"].split(":")[0]) == (409, "Conflict")


async def test_polling_is_refused_while_a_webhook_is_set(bot: BareBot) -> None:
    await bot.call("setWebhook", url="https://school.example/hook", drop_pending_updates=True)
    assert (await bot.answer("getUpdates"))["error_code"] == 409
    assert (await bot.call("getWebhookInfo"))["url"] == "https://school.example/hook"
    await bot.call("deleteWebhook")
    assert await bot.updates() == []


async def test_pending_updates_can_be_dropped(playground: Playground, bot: BareBot) -> None:
    await playground.control.say("class", "mum", "早")
    await bot.call("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []


async def test_member_changes_reach_only_a_bot_that_asks_for_them(
    playground: Playground, bot: BareBot
) -> None:
    control = playground.control
    await control.user("新家长", key="new")
    await control.member("class", "new")
    updates = await bot.updates()
    assert [sorted(update)[0] for update in updates] == ["message"]
    assert updates[0]["message"]["new_chat_members"][0]["first_name"] == "新家长"
    await bot.updates(offset=updates[-1]["update_id"] + 1, allowed_updates=["message", "chat_member"])
    await control.member("class", "new", "left")
    kinds = [next(kind for kind in update if kind != "update_id") for update in await bot.updates()]
    assert kinds == ["chat_member", "message"]


async def test_the_kinds_asked_for_are_remembered(playground: Playground, bot: BareBot) -> None:
    await bot.updates(allowed_updates=["callback_query"])
    sent = await playground.control.say("class", "mum", "早")
    assert sent["update_id"] is None
    assert await bot.updates() == []
    await bot.updates(allowed_updates=[])
    assert (await playground.control.say("class", "mum", "早"))["update_id"] is not None


async def test_privacy_mode_shows_a_plain_member_only_what_is_meant_for_it(
    playground: Playground, bot: BareBot
) -> None:
    control = playground.control
    await control.member("class", "bot", "member", by="teacher", quiet=True)
    own = await bot.call("sendMessage", chat_id=await number_of(playground, "class"), text="大家好")
    shown: list[Json] = [
        {"text": "/status"},
        {"text": "/status@class_guard_bot"},
        {"text": "问一下 @class_guard_bot"},
        {"text": "谢谢", "reply_to": own["message_id"]},
    ]
    hidden: list[Json] = [
        {"text": "明天春游吗"},
        {"text": "/mode@other_guard_bot"},
        {"text": "@wangli 老师好"},
    ]
    for content in shown:
        assert (await control.say("class", "mum", **content))["update_id"], content
    for content in hidden:
        assert (await control.say("class", "mum", **content))["update_id"] is None, content


async def test_a_bot_that_may_read_everything_does(playground: Playground, bot: BareBot) -> None:
    world = CLASS | {"bot": {"can_read_all_group_messages": True}}
    await playground.control.reset(**world)
    await playground.control.member("class", "bot", "member", by="teacher", quiet=True)
    assert (await bot.call("getMe"))["can_read_all_group_messages"] is True
    assert (await playground.control.say("class", "mum", "明天春游吗"))["update_id"]


async def test_a_bot_that_is_not_in_the_group_sees_nothing(playground: Playground, bot: BareBot) -> None:
    await playground.control.member("class", "bot", "kicked", by="teacher")
    (removed,) = await bot.updates()
    assert removed["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert (await playground.control.say("class", "mum", "早"))["update_id"] is None


async def test_messages_of_other_bots_are_not_shown(playground: Playground) -> None:
    control = playground.control
    await control.user("报名助手", key="helper", username="signup_bot", is_bot=True)
    await control.member("class", "helper", quiet=True)
    assert (await control.say("class", "helper", "报名开始"))["update_id"] is None


async def test_update_numbers_go_on_after_a_reset(playground: Playground, bot: BareBot) -> None:
    before = (await playground.control.say("class", "mum", "早"))["update_id"]
    await playground.control.reset(**CLASS, restart_ids=True)
    assert await bot.updates() == []
    assert (await playground.control.say("class", "mum", "早"))["update_id"] > before


async def _until_polling(playground: Playground) -> None:
    async with asyncio.timeout(5):
        while not playground.world.queue.polling:  # noqa: ASYNC110 - the request is on its way over the wire
            await asyncio.sleep(0.01)
