"""Cards on DingTalk: what is pressed on one is what stood on it, whoever presses, as long as it is undecided."""

from __future__ import annotations

import pytest

from bot.playground.dingtalk.gateway import PRESSES
from bot.store.tables import inbox, incidents
from tests.dingtalk_class import Ding, Json, ding_class, without_pacing
from tests.fakes import until
from tests.guarded import PATIENCE, SCAM
from tests.opened import for_each_test

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(ding_class)


async def test_an_admin_decides_by_pressing_a_card_and_the_old_card_offers_nothing_any_more(
    school: Ding,
) -> None:
    async with school.on_guard(school.config(feed=True, card_template="card.schema")):
        await school.overheard()
        await school.scam()
        (card,) = await school.playground.control.said("teacher", contains="疑似诈骗", wait=PATIENCE)
        assert [row[0]["text"] for row in card["buttons"]][:2] == ["是诈骗", "没问题"]
        assert "回复数字：1 是诈骗" in card["text"], "whoever sees no buttons has the numbers"
        await school.settled()
        await school.playground.control.press("teacher", card["message_id"], "teacher", "是诈骗")
        assert await school.said("teacher", contains="已确认：是诈骗", wait=PATIENCE)
        await school.settled()
        assert [row.state for row in await school.rows(incidents.c.state)] == ["scam"]
        world = school.playground.world
        old = world.private(world.user("teacher")).posts[card["message_id"]]
        await until(lambda: not old.buttons, PATIENCE)
        assert "疑似诈骗" not in old.text


async def first_card_said_anew(school: Ding) -> Json:
    """The card of a scam that has just been followed by another: it stands in other words by now."""
    await school.overheard()
    await school.scam()
    (first,) = await school.playground.control.said("teacher", contains="疑似诈骗", wait=PATIENCE)
    await school.settled()
    await school.says("clone", f"{SCAM}，还没交的抓紧")
    await until_said_anew(school, first["message_id"])
    return first


@pytest.mark.parametrize("decided", [False, True])
async def test_a_press_on_the_first_card_after_the_next_has_come_is_still_a_press(
    school: Ding, decided: bool
) -> None:
    """Two scams within a moment: the card changes under the admin's finger."""
    async with school.on_guard(school.config(feed=True, card_template="card.schema")):
        first = await first_card_said_anew(school)
        if decided:
            await school.tells("teacher", "2")
            assert await school.said("teacher", contains="没问题", wait=PATIENCE)
            await school.settled()
        number, _, _ = first["buttons"][0][0]["data"].rpartition(":")
        await school.gateway.call_back(PRESSES, pressed(school, "teacher", number, "1"))
        await school.settled()
        assert [row.state for row in await school.rows(incidents.c.state)] == ["safe" if decided else "scam"]


async def test_a_card_pressed_by_somebody_else_decides_nothing(school: Ding) -> None:
    async with school.on_guard(school.config(feed=True, card_template="card.schema")):
        first = await first_card_said_anew(school)
        number, _, _ = first["buttons"][0][0]["data"].rpartition(":")
        await school.gateway.call_back(PRESSES, pressed(school, "dad", number, "1"))
        await school.settled()
        assert [row.state for row in await school.rows(incidents.c.state)] == ["open"]


def pressed(school: Ding, who: str, card: str, button: str) -> Json:
    """What DingTalk tells of a press, whatever stands on the card by now."""
    user = school.playground.world.user(who)
    return school.gateway.telling.pressed({"data": f"{card}:{button}", "from": {"id": user.id}})


async def until_said_anew(school: Ding, message: int) -> None:
    """The teacher's card stands under another number, and the old one offers nothing any more."""
    world = school.playground.world
    old = world.private(world.user("teacher")).posts[message]
    await until(lambda: not old.buttons, PATIENCE)
    await school.settled()


@pytest.mark.parametrize("refused", ["/v1.0/card/instances", "/v1.0/card/instances/deliver"])
async def test_where_no_card_is_to_be_had_the_numbers_stand_alone(school: Ding, refused: str) -> None:
    code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
    school.gateway.doing.refused[refused] = [(403, code)] * 20
    async with school.on_guard(school.config(feed=True, card_template="card.schema")):
        await school.overheard()
        await school.scam()
        (card,) = await school.playground.control.said("teacher", contains="疑似诈骗", wait=PATIENCE)
        assert not card["buttons"] and "回复数字：1 是诈骗" in card["text"]
        assert school.log.entries("dingtalk_permission_missing")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"cardPrivateData": {"actionIds": ["99"]}}'])
async def test_a_press_that_means_nothing_changes_nothing(school: Ding, content: str) -> None:
    async with school.on_guard(school.config(card_template="card.schema")):
        told = {"outTrackId": "card-0", "userId": "nobody", "content": content}
        await school.gateway.call_back(PRESSES, told)
        await school.tells("dad", "/帮助")
        assert await school.said("dad", wait=PATIENCE)
        await school.settled()
    assert {row.state for row in await school.rows(inbox.c.state)} <= {"done", "aside"}
