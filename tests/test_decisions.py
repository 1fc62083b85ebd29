"""What an admin decides about an incident, and who may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.actions import Answer, Edit, Mute, Priority, Say
from bot.store import admins, chats, timers
from bot.store.admins import Admin
from bot.store.incidents import OPEN, SAFE, SCAM
from bot.store.tables import outbox
from patterns.model import Level, Message, Person, Role, Station
from tests.classroom import CLONE, CODE, FEE, HEAD, ME, OTHER_CODE, PARENT, TEACHER, Classroom, classroom
from tests.fakes import OTHER
from tests.group_chat import said
from tests.opened import for_each_test

room = for_each_test(classroom)


async def test_a_message_delivered_again_after_the_decision_opens_nothing(room: Classroom) -> None:
    message = room.message(CLONE, FEE, CODE)
    await room.hears(message)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    assert not await room.hears(message)
    assert await room.incidents() == 1


async def test_confirmed_as_a_scam_the_warning_says_so(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    actions = await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    (edit,) = [one for one in actions if isinstance(one, Edit) and "状态" in one.text]
    assert edit.target == room.public()[0].key and "已确认" in edit.text
    assert (await room.incident()).state == SCAM


async def test_a_confirmed_code_is_known_the_next_time_whoever_shows_it(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    room.later(days=2)
    await room.says(Person("70", "某某"), "扫这个", CODE)
    assert (await room.incident(2)).level == Level.ALARM
    assert "确认" in room.public()[-1].text or "同一个" in room.public()[-1].text


async def test_a_caution_confirmed_as_a_scam_becomes_an_alarm(room: Classroom) -> None:
    private = await room.subscribes(PARENT)
    await room.says(TEACHER, FEE, CODE)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    first, second = room.public()
    assert (second.priority, second.replaces) == (Priority.ALARM, first.key)
    assert room.private_of(private)
    assert len(room.private_of(await room.private(HEAD))) == 1, "whoever decides has just read the card"


async def test_called_safe_the_warning_is_lifted_for_everyone_who_read_it(room: Classroom) -> None:
    private = await room.subscribes(PARENT)
    await room.chooses("mode", "guard")
    await room.says(CLONE, FEE, CODE)
    actions = await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    edits = {one.target: one for one in actions if isinstance(one, Edit)}
    assert "✓" in edits[room.public()[0].key].text and not edits[room.public()[0].key].buttons
    assert "✓" in edits[room.private_of(private)[0].key].text
    assert [(one.person, one.on) for one in actions if isinstance(one, Mute)] == [(CLONE.id, False)]


async def test_the_second_of_two_admins_is_told_who_decided(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/scam #{number} 0")
    late = await room.presses(TEACHER, f"/safe #{number} 0")
    (answer,) = late
    assert isinstance(answer, Answer) and HEAD.name in answer.text
    assert (await room.incident()).state == SCAM


async def test_a_decision_can_be_changed_from_the_new_card(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/scam #{number} 0")
    await room.presses(TEACHER, f"/safe #{number} 1")
    assert (await room.incident()).state == SAFE
    await room.presses(HEAD, f"/scam #{number} 2")
    assert (await room.incident()).state == SCAM
    assert room.public()[-1].replaces, "an alarm called off and on again is posted anew"


async def test_what_was_confirmed_by_mistake_is_unlearnt(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/scam #{number} 0")
    assert (await room.group()).confirmed and not (await room.group()).pardons
    await room.presses(HEAD, f"/safe #{number} 1")
    assert not (await room.group()).confirmed and (await room.group()).pardons
    await room.presses(HEAD, f"/scam #{number} 2")
    assert (await room.group()).confirmed and not (await room.group()).pardons


async def test_a_decided_incident_has_no_end_to_wait_for(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/scam #{number} 0")
    async with room.db.read() as tx:
        assert await timers.planned(tx, f"incident:{number}:end") is None


async def test_in_observe_mode_a_confirmed_scam_stays_among_the_admins(room: Classroom) -> None:
    await room.chooses("mode", "observe")
    await room.subscribes(PARENT)
    await room.says(CLONE, FEE, CODE)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    assert not room.public() and not room.private_of(await room.private(PARENT))


async def test_a_button_of_another_groups_incident_does_nothing_here(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    async with room.db.transaction() as tx:
        other, _ = await chats.register(tx, OTHER, 0)
        await admins.replace(tx, other.id, [Admin("80", "邻班老师", owner=True)], room.now)
    await room.presses(Person("80", "邻班老师"), f"/safe #{number} 0", other)
    veiled = Person("1087968824", "Group", station=Station.ANONYMOUS_ADMIN)
    await room.presses(veiled, f"/safe #{number} 0", other)
    assert (await room.incident()).state == OPEN


async def test_only_admins_decide(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    for who, chat in ((PARENT, None), (CLONE, None), (PARENT, await room.private(PARENT))):
        for command in ("scam", "safe", "mute", "delete", "unsure"):
            actions = await room.presses(who, f"/{command} #{number} 0", chat)
            assert [type(one) for one in actions] == [Answer]
    assert (await room.incident()).state == OPEN


async def test_a_stolen_admins_account_cannot_clear_itself(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    number = (await room.incident()).id
    veiled = Person("1087968824", "Group", role=Role.ADMIN, station=Station.ANONYMOUS_ADMIN)
    for who in (TEACHER, veiled):
        await room.presses(who, f"/safe #{number} 0")
        assert (await room.incident()).state == OPEN
    assert not room.private_of(await room.private(TEACHER))[0].buttons
    await room.presses(HEAD, f"/safe #{number} 0")
    assert (await room.incident()).state == SAFE


@pytest.mark.parametrize("flood", [0, 12])
async def test_a_stolen_admins_account_cannot_clear_itself_by_joining_an_accomplices_incident(
    room: Classroom, flood: int
) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.says(TEACHER, FEE, CODE)
    for number in range(flood):
        await room.says(CLONE, f"{FEE} 第{number}次", CODE)
    assert await room.incidents() == 1
    number = (await room.incident()).id
    veiled = Person("1087968824", "Group", role=Role.ADMIN, station=Station.ANONYMOUS_ADMIN)
    for who in (TEACHER, veiled):
        for command in ("safe", "undo", "delete"):
            assert "您自己的账号" in said(await room.presses(who, f"/{command} #{number} 0"))
        assert (await room.incident()).state == OPEN
    drawn = [one for one in room.said if isinstance(one, Edit | Say)]
    card = (await room.incident()).facts["cards"][TEACHER.id]
    mine = [one for one in drawn if one.key == card or getattr(one, "target", "") == card]
    assert mine[0].buttons and not mine[-1].buttons, (
        "once the account has asked itself, its card decides nothing"
    )
    await room.presses(HEAD, f"/safe #{number} 0")
    assert (await room.incident()).state == SAFE


async def test_an_admin_decides_in_private_from_the_card(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    private = await room.private(HEAD)
    card = room.private_of(private)[0]
    await room.presses(HEAD, card.buttons[0][0].command, private)
    assert (await room.incident()).state == SCAM


async def test_forged_buttons_change_nothing(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    for data in (
        "/scam #",
        "/scam #0 0",
        "/scam #99999999999 0",
        "/scam #１ 0",
        "/safe #-1",
        "/mute",
        "/scam x",
    ):
        actions = await room.presses(HEAD, data)
        assert [type(one) for one in actions] == [Answer], data
    assert (await room.incident()).state == OPEN


async def test_a_reply_to_the_bots_warning_means_its_incident(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    async with room.db.transaction() as tx:
        posted = update(outbox).where(outbox.c.key == room.public()[0].key)
        await tx.execute(posted.values(message_id="500"))
    warning = Message("500", Person(ME.id, ME.name), "⚠️")
    await room.answers(replace(room.message(HEAD, "/scam"), cited=warning))
    assert (await room.incident()).state == SCAM


async def test_a_reply_to_the_scam_itself_means_its_incident(room: Classroom) -> None:
    scam = room.message(CLONE, FEE, CODE)
    await room.hears(scam)
    await room.answers(replace(room.message(HEAD, "/safe"), cited=scam.message))
    assert (await room.incident()).state == SAFE


async def test_an_unsure_admin_asks_the_others(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    actions = await room.presses(HEAD, f"/unsure #{number} 0")
    assert [one for one in actions if isinstance(one, Edit) and HEAD.name in one.text]
    await room.presses(TEACHER, f"/scam #{number} 0")
    assert (await room.incident()).state == SCAM


async def test_who_joined_a_scam_asks_on_in_the_same_incident(room: Classroom) -> None:
    second = Person("67", "李校长")
    await room.says(CLONE, FEE, CODE)
    await room.says(second, FEE, CODE)
    await room.says(second, "资料费86.5元，换这个码，快点扫码缴费", OTHER_CODE)
    assert await room.incidents() == 1


async def test_who_joined_a_scam_is_not_registered_before_it_is_decided(room: Classroom) -> None:
    second = Person("67", "李校长")
    await room.says(CLONE, FEE, CODE)
    await room.says(second, FEE, CODE)
    line = f"/teacher put {second.id} teacher 李校长"
    assert "还没处理" in said(await room.presses(HEAD, line))
    assert (await room.group()).context.roster.owner(second.id) is None
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    await room.presses(HEAD, line)
    assert (await room.group()).context.roster.owner(second.id) is not None
