"""What an admin decides about an incident, who may, and what follows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.actions import Answer, Ban, Delete, Edit, Mute, Priority, Recall, Say
from bot.store import admins, chats, timers
from bot.store.admins import Admin
from bot.store.incidents import OPEN, SAFE, SCAM
from bot.store.tables import outbox
from patterns.model import Level, Message, Person, Role, Station
from tests.classroom import (
    CLONE,
    CODE,
    FEE,
    HEAD,
    ME,
    OTHER_CODE,
    PARENT,
    TEACHER,
    Classroom,
    classroom,
)
from tests.fakes import OTHER
from tests.group_chat import offered, said


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as made:
        yield made


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


async def test_a_pardon_holds_for_account_name_and_payee_together(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    room.later(days=2)
    assert not await room.says(TEACHER, FEE, CODE)
    assert await room.says(TEACHER, FEE, OTHER_CODE), "another payee"


async def test_who_named_no_payee_may_say_the_same_again_and_nothing_else(room: Classroom) -> None:
    asked = "校服费每人230元，今天转给我微信，统一去买。"
    await room.says(PARENT, asked)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    room.later(days=40)
    assert not await room.says(PARENT, asked)
    assert await room.says(PARENT, "春游保险费500元，转给我微信，今晚截止。")


async def test_a_pardon_does_not_survive_a_new_name(room: Classroom) -> None:
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    assert not await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    assert await room.says(replace(PARENT, name="王丽老师"), FEE, CODE)


async def test_a_hard_tell_is_never_pardoned(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    room.later(days=2)
    await room.says(CLONE, FEE, CODE)
    await room.presses(HEAD, f"/scam #{(await room.incident(2)).id} 0")
    assert await room.says(TEACHER, FEE, CODE)


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


async def test_muting_is_for_admins_who_may_mute(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    refused = await room.presses(TEACHER, f"/mute #{number}")
    assert not [one for one in refused if isinstance(one, Mute)]
    muted = await room.presses(HEAD, f"/mute #{number}")
    assert [(one.person, one.on) for one in muted if isinstance(one, Mute)] == [(CLONE.id, True)]
    freed = await room.presses(HEAD, f"/mute #{number} off")
    assert [(one.person, one.on) for one in freed if isinstance(one, Mute)] == [(CLONE.id, False)]
    again = await room.presses(HEAD, f"/mute #{number}")
    assert [one for one in again if isinstance(one, Mute)], "muting again is an act of its own"


async def test_deleting_takes_the_askers_messages_once(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.says(CLONE, "快点扫码交费，马上截止", CODE)
    number = (await room.incident()).id
    actions = await room.presses(HEAD, f"/delete #{number}")
    assert {one.message_id for one in actions if isinstance(one, Delete)} == {"101", "102"}
    assert not [one for one in await room.presses(HEAD, f"/delete #{number}") if isinstance(one, Delete)]


# --- put out of the group, and decisions taken back ------------------------------------------


async def test_putting_out_is_for_admins_who_may_and_can_be_taken_back(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    refused = await room.presses(TEACHER, f"/ban #{number}")
    assert not [one for one in refused if isinstance(one, Ban)]
    banned = await room.presses(HEAD, f"/ban #{number}")
    assert [(one.person, one.on) for one in banned if isinstance(one, Ban)] == [(CLONE.id, True)]
    back = await room.presses(HEAD, f"/ban #{number} off")
    assert [(one.person, one.on) for one in back if isinstance(one, Ban)] == [(CLONE.id, False)]


async def test_two_clones_of_one_code_are_silenced_and_put_out_together_and_named_on_the_card(
    room: Classroom,
) -> None:
    second = Person("67", "李校长")
    await room.says(CLONE, FEE, CODE)
    await room.says(second, FEE, CODE)
    await room.says(TEACHER, FEE, CODE)
    number = (await room.incident()).id
    shown = said(room.said)
    assert second.id in shown and TEACHER.id in shown
    for command, act in (("mute", Mute), ("ban", Ban)):
        done = await room.presses(HEAD, f"/{command} #{number}")
        assert [one.person for one in done if isinstance(one, act)] == [CLONE.id, second.id]
        assert "这2个人已被" in said(done)
        back = await room.presses(HEAD, f"/{command} #{number} off")
        assert {(one.person, one.on) for one in back if isinstance(one, act)} == {
            (CLONE.id, False),
            (second.id, False),
        }


async def test_who_joins_in_after_the_first_was_silenced_can_be_silenced_too(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/mute #{number}")
    joined = await room.says(Person("67", "李校长"), FEE, CODE)
    names = {one.command for one in offered(joined) if f"#{number}" in one.command}
    assert f"/mute #{number}" in names and f"/mute #{number} off" not in names


async def test_everybody_who_asked_in_a_confirmed_scam_loses_what_they_were_pardoned(room: Classroom) -> None:
    second = Person("67", "浩浩妈妈")
    asked = "校服费每人230元，今天转给我微信，统一去买。"
    await room.says(second, asked)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    room.later(days=2)
    assert not await room.says(second, asked)
    await room.says(CLONE, FEE, CODE)
    await room.says(replace(second, name=CLONE.name), FEE, CODE)
    assert await room.incidents() == 2
    await room.presses(HEAD, f"/scam #{(await room.incident(2)).id} 0")
    assert not [one for one in (await room.group()).pardons if one.user == second.id]
    await room.presses(HEAD, f"/undo #{(await room.incident(2)).id} 1")
    assert [one for one in (await room.group()).pardons if one.user == second.id]


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


async def test_no_admin_is_put_out_by_the_bot(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    actions = await room.presses(HEAD, f"/ban #{(await room.incident()).id}")
    assert [type(one) for one in actions] == [Answer]


async def test_a_scam_taken_back_leaves_nothing_of_the_decision(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    pardons = (await room.group()).pardons
    await room.says(TEACHER, FEE, OTHER_CODE)
    before, number = await room.incident(2), (await room.incident(2)).id
    await room.presses(HEAD, f"/scam #{number} 0")
    assert (await room.group()).confirmed and not (await room.group()).pardons
    await room.presses(HEAD, f"/undo #{number} 1")
    after = await room.incident(2)
    assert (after.state, after.level) == (OPEN, before.level)
    assert not (await room.group()).confirmed and (await room.group()).pardons == pardons


async def test_a_pardon_taken_back_no_longer_holds_and_the_warning_rings_again(room: Classroom) -> None:
    await room.chooses("mode", "guard")
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/safe #{number} 0")
    assert (await room.group()).pardons
    actions = await room.presses(TEACHER, f"/undo #{number} 1")
    assert not (await room.group()).pardons
    assert room.public()[-1].replaces == room.public()[0].key
    muted = [(one.person, one.on) for one in actions if isinstance(one, Mute)]
    assert muted == [(CLONE.id, True)], "it was silent when nobody had decided"


async def test_whom_the_decision_put_out_comes_back_with_it(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    await room.presses(HEAD, f"/scam #{number} 0")
    await room.presses(HEAD, f"/ban #{number}")
    actions = await room.presses(HEAD, f"/undo #{number} 1")
    assert [(one.person, one.on) for one in actions if isinstance(one, Ban)] == [(CLONE.id, False)]


async def test_what_only_the_decision_had_told_the_group_goes_with_it(room: Classroom) -> None:
    await room.chooses("mode", "observe")
    await room.says(CLONE, FEE, CODE)
    await room.chooses("mode", "warn")
    number = (await room.incident()).id
    await room.presses(HEAD, f"/scam #{number} 0")
    (posted,) = room.public()
    actions = await room.presses(HEAD, f"/undo #{number} 1")
    assert [one.target for one in actions if isinstance(one, Recall)] == [posted.key]
    assert not (await room.incident()).public_key


async def test_undone_twice_or_from_an_old_card_changes_nothing(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    assert "没有可以收回" in said(await room.presses(HEAD, f"/undo #{number} 0"))
    await room.presses(HEAD, f"/scam #{number} 0")
    await room.presses(HEAD, f"/undo #{number} 1")
    assert "没有可以收回" in said(await room.presses(TEACHER, f"/undo #{number} 1"))
    await room.presses(HEAD, f"/safe #{number} 2")
    assert HEAD.name in said(await room.presses(TEACHER, f"/undo #{number} 1"))
    assert (await room.incident()).state == SAFE


async def test_an_incident_opened_anew_is_decided_or_ends_like_any_other(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    incident = await room.incident()
    await room.presses(HEAD, f"/scam #{incident.id} 0")
    room.later(days=3)
    await room.presses(HEAD, f"/undo #{incident.id} 1")
    assert (await room.incident()).closes_at > room.now
    async with room.db.read() as tx:
        assert await timers.planned(tx, f"incident:{incident.id}:end")
    await room.presses(TEACHER, f"/safe #{incident.id} 2")
    assert (await room.incident()).state == SAFE


async def test_the_card_says_what_was_taken_back_and_offers_what_fits(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number, card = (await room.incident()).id, (await room.incident()).facts["cards"][HEAD.id]
    names = {one.command.split()[0] for one in offered(room.said) if f"#{number}" in one.command}
    assert names == {"/scam", "/safe", "/unsure", "/why", "/mute", "/delete", "/ban"}
    decided = await room.presses(HEAD, f"/scam #{number} 0")
    names = {one.command.split()[0] for one in offered(decided) if f"#{number}" in one.command}
    assert names == {"/safe", "/undo", "/why", "/mute", "/delete", "/ban", "/bulletin", "/evidence"}
    undone = await room.presses(HEAD, f"/undo #{number} 1")
    (edit,) = [one for one in undone if isinstance(one, Edit) and one.target == card]
    assert "收回了决定" in edit.text
