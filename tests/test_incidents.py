"""What becomes of a scam in a class group, from the first message to an admin's word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.events import (
    Answer,
    Delete,
    Edit,
    Mute,
    Picture,
    PicturesRead,
    Priority,
    Recall,
    Right,
    Say,
    TimerDue,
)
from bot.store import admins, chats, timers
from bot.store.admins import Admin
from bot.store.incidents import ENDED, OPEN, SAFE, SCAM
from bot.store.tables import outbox
from handlers.seen import Seen
from handlers.telling import SCROLLED
from patterns.model import Level, Message, Person, Role, Station, Verdict
from tests.classroom import (
    BARE,
    CLONE,
    CODE,
    FEE,
    HEAD,
    ME,
    OTHER_CODE,
    OTHER_PARENT,
    PARENT,
    TEACHER,
    Classroom,
    classroom,
)
from tests.fakes import OTHER


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as made:
        yield made


async def test_a_clone_asking_for_money_is_alarmed(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    (warning,) = room.public()
    assert warning.priority is Priority.ALARM
    assert warning.reply_to == "101"
    assert "王丽老师" in warning.text
    assert (await room.incident()).level == Level.ALARM


async def test_the_teachers_own_request_is_doubted_but_nobody_is_accused(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    (warning,) = room.public()
    assert warning.priority is Priority.CAUTION
    assert "冒充" not in warning.text and "诈骗" not in warning.text
    assert "本人" in warning.text


async def test_ordinary_talk_leaves_no_trace(room: Classroom) -> None:
    await room.says(PARENT, "明天要带雨伞吗？")
    assert not room.said and await room.incidents() == 0


async def test_the_same_message_delivered_twice_adds_nothing(room: Classroom) -> None:
    message = room.message(CLONE, FEE, CODE)
    assert await room.hears(message)
    assert not await room.hears(message)
    assert await room.incidents() == 1


async def test_a_message_delivered_again_after_the_decision_opens_nothing(room: Classroom) -> None:
    message = room.message(CLONE, FEE, CODE)
    await room.hears(message)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    assert not await room.hears(message)
    assert await room.incidents() == 1


async def test_a_second_post_of_the_same_scam_is_not_warned_of_again(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    room.later(minutes=1)
    again = await room.says(CLONE, FEE, CODE)
    assert len(room.public()) == 1
    assert not [one for one in again if isinstance(one, Say)]
    assert await room.incidents() == 1


async def test_the_scam_again_out_of_sight_replaces_its_warning(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    for _ in range(SCROLLED + 1):
        await room.says(PARENT, "好的")
    await room.says(CLONE, FEE, CODE)
    first, second = room.public()
    assert second.replaces == first.key
    assert second.reply_to != first.reply_to


async def test_a_rise_from_caution_to_alarm_replaces_the_warning(room: Classroom) -> None:
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    assert [one.priority for one in room.public()] == [Priority.CAUTION]
    await room.says(replace(PARENT, name="王丽老师"), FEE, CODE)
    first, second = room.public()
    assert (second.priority, second.replaces) == (Priority.ALARM, first.key)
    assert await room.incidents() == 1


async def test_two_senders_of_one_code_are_one_incident(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.says(Person("67", "李校长"), FEE, CODE)
    assert await room.incidents() == 1
    await room.says(Person("68", "李校长"), FEE, OTHER_CODE)
    assert await room.incidents() == 2


async def test_in_observe_mode_only_the_admins_hear_of_it(room: Classroom) -> None:
    await room.chooses("mode", "observe")
    await room.subscribes(PARENT)
    await room.says(CLONE, FEE, CODE)
    assert not room.public()
    assert {one.priority for one in room.said} == {Priority.ADMIN}


async def test_in_guard_mode_the_message_goes_and_the_clone_is_muted(room: Classroom) -> None:
    await room.chooses("mode", "guard")
    actions = await room.says(CLONE, FEE, CODE)
    assert [one.message_id for one in actions if isinstance(one, Delete)] == ["101"]
    assert [one.person for one in actions if isinstance(one, Mute)] == [CLONE.id]
    assert "已删除" in room.public()[0].text


async def test_in_guard_mode_a_bystander_keeps_their_message_and_voice(room: Classroom) -> None:
    await room.chooses("mode", "guard")
    await room.says(CLONE, FEE, CODE)
    answer = room.message(OTHER_PARENT, "已交，收到请回复")
    actions = await room.answers(Seen(answer, answer.message, Verdict(Level.CAUTION), 0.1))
    assert await room.incidents() == 1 and actions
    assert not [one for one in actions if isinstance(one, Delete | Mute)]


async def test_without_the_rights_guard_mode_warns_all_the_same(room: Classroom) -> None:
    await room.chooses("mode", "guard")
    await room.may(Right.READ_ALL)
    actions = await room.says(CLONE, FEE, CODE)
    assert len(room.public()) == 1
    assert not [one for one in actions if isinstance(one, Delete | Mute)]


async def test_every_admin_gets_a_card_with_the_picture_and_buttons(room: Classroom) -> None:
    code = Picture("file", "unique")
    message = room.message(CLONE, FEE, BARE, pictures=[code])
    await room.hears(message)
    await room.hears(PicturesRead(message, (CODE,)))
    card = room.private_of(await room.private(TEACHER))[0]
    assert card.picture == code
    assert card.may_be_refused
    labels = [button.label for row in card.buttons for button in row]
    assert labels == ["是诈骗", "没问题", "先禁言", "删除消息", "不确定"]
    assert CLONE.id in card.text and "86" in card.text


async def test_a_code_read_after_the_alarm_is_known_from_then_on(room: Classroom) -> None:
    message = room.message(CLONE, FEE, BARE, pictures=[Picture("file", "unique")])
    await room.hears(message)
    assert (await room.incident()).level == Level.ALARM and not (await room.incident()).marks
    await room.hears(PicturesRead(message, (CODE,)))
    assert (await room.incident()).marks and len(room.public()) == 1
    assert not await room.hears(PicturesRead(message, (CODE,)))


async def test_subscribed_parents_are_told_of_an_alarm_and_not_of_a_caution(room: Classroom) -> None:
    private = await room.subscribes(PARENT)
    await room.says(TEACHER, FEE, CODE)
    assert not room.private_of(private)
    await room.says(CLONE, FEE, OTHER_CODE)
    (alert,) = room.private_of(private)
    assert alert.priority is Priority.PARENT and "三(2)班" in alert.text


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


async def test_who_blocked_the_bot_is_not_written_to(room: Classroom) -> None:
    private = await room.subscribes(PARENT)
    async with room.db.transaction() as tx:
        await chats.set_reachable(tx, private.id, False)
    await room.says(CLONE, FEE, CODE)
    assert not room.private_of(private)


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


async def test_a_caution_is_given_once_for_a_sender_and_payee(room: Classroom) -> None:
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    room.later(hours=25)
    await room.answers(TimerDue(1, "incident_end", room.chat.id, "1", room.now, room.now))
    assert (await room.incident()).state == ENDED
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    assert len(room.public()) == 1 and await room.incidents() == 2
    await room.says(PARENT, "班费每人50元，扫码付给我。", OTHER_CODE)
    assert len(room.public()) == 2, "another payee is another question"


async def test_after_a_day_an_undecided_incident_is_over(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    room.now += timedelta(hours=23)
    await room.answers(TimerDue(1, "incident_end", room.chat.id, "1", room.now, room.now))
    assert (await room.incident()).state == OPEN
    room.now += timedelta(hours=2)
    await room.says(CLONE, FEE, CODE)
    assert await room.incidents() == 2 and len(room.public()) == 2


async def test_where_nothing_can_be_edited_the_message_is_sent_anew(room: Classroom) -> None:
    room.me = replace(ME, abilities=replace(ME.abilities, edits=False))
    await room.says(CLONE, FEE, CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    first, second = room.public()
    assert second.replaces == first.key and "✓" in second.text
    assert not [one for one in room.said if isinstance(one, Edit | Recall) and one.target == first.key]


async def test_nothing_to_pay_to_is_ever_repeated(room: Classroom) -> None:
    await room.subscribes(PARENT)
    account = "6222020200112233445"
    text = f"各位家长，资料费86.5元，转到 {account}，或打开 https://pay-class.example/x 缴费，加微信 wxid_fraud88"
    await room.says(CLONE, text, CODE)
    for said in room.public() + room.private_of(await room.private(PARENT)):
        for secret in (account, "pay-class", "wxid_fraud88", "wxp:"):
            assert secret not in said.text
