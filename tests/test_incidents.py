"""What becomes of a scam in a class group, from the first message to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.abilities import Right
from bot.actions import Delete, Edit, Mute, Priority, Recall, Say
from bot.events import Picture, PicturesRead, TimerDue
from bot.settings import LANGUAGES
from bot.store import chats
from bot.store.incidents import ENDED, OPEN
from handlers.badges import badge
from handlers.seen import Seen
from handlers.telling import SCROLLED
from patterns.model import Level, Person, Verdict
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
    mark,
)
from tests.opened import for_each_test

room = for_each_test(classroom)


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
    assert labels == ["是诈骗", "没问题", "不确定", "为什么", "先禁言", "删除消息", "移出群"]
    assert badge(CLONE.id, mark) in card.text and "86" in card.text


async def test_a_code_read_after_the_alarm_is_known_from_then_on(room: Classroom) -> None:
    message = room.message(CLONE, FEE, BARE, pictures=[Picture("file", "unique")])
    await room.hears(message)
    assert (await room.incident()).level == Level.ALARM and not (await room.incident()).marks
    await room.hears(PicturesRead(message, (CODE,)))
    assert (await room.incident()).marks and len(room.public()) == 1
    reasons = {reason["signal"] for reason in (await room.incident()).facts["reasons"]}
    assert "code_pays" in reasons and "picture_to_pay" not in reasons, (
        "the second look takes the first's place"
    )
    assert not await room.hears(PicturesRead(message, (CODE,)))


async def test_subscribed_parents_are_told_of_an_alarm_and_not_of_a_caution(room: Classroom) -> None:
    private = await room.subscribes(PARENT)
    await room.says(TEACHER, FEE, CODE)
    assert not room.private_of(private)
    await room.says(CLONE, FEE, OTHER_CODE)
    (alert,) = room.private_of(private)
    assert alert.priority is Priority.PARENT and "三(2)班" in alert.text


async def test_who_blocked_the_bot_is_not_written_to(room: Classroom) -> None:
    private = await room.subscribes(PARENT)
    async with room.db.transaction() as tx:
        await chats.set_reachable(tx, private.id, False)
    await room.says(CLONE, FEE, CODE)
    assert not room.private_of(private)


async def test_a_caution_is_given_once_for_a_sender_and_payee(room: Classroom) -> None:
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    room.later(hours=25)
    await room.answers(TimerDue(1, "incident_end", room.chat.id, "1", room.now, room.now))
    assert (await room.incident()).state == ENDED
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    assert len(room.public()) == 1 and await room.incidents() == 2
    await room.says(PARENT, "班费每人50元，扫码付给我。", OTHER_CODE)
    assert len(room.public()) == 2, "another payee is another question"


async def test_without_a_payee_to_read_a_caution_is_given_once_for_the_same_words_or_what_was_cleared(
    room: Classroom,
) -> None:
    asked = "班费每人50元，大家私信转给我。"
    await room.says(PARENT, asked)
    assert len(room.public()) == 1 and not (await room.incident()).marks
    room.later(hours=25)
    await room.answers(TimerDue(1, "incident_end", room.chat.id, "1", room.now, room.now))
    await room.says(PARENT, asked)
    assert len(room.public()) == 1 and await room.incidents() == 2
    room.later(hours=25)
    await room.answers(TimerDue(2, "incident_end", room.chat.id, "2", room.now, room.now))
    await room.says(PARENT, "各位家长，校服费每人300元，请今晚转给我，交完发截图。")
    assert len(room.public()) == 2 and await room.incidents() == 3, "another request is another question"


async def test_a_warning_nobody_decided_no_longer_waits_for_an_admin(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    room.later(hours=25)
    done = await room.answers(TimerDue(1, "incident_end", room.chat.id, "1", room.now, room.now))
    (edit,) = done
    assert isinstance(edit, Edit) and edit.target == room.public()[0].key
    assert "没有作出结论" in edit.text and "等管理员" not in edit.text
    assert await room.answers(TimerDue(2, "incident_end", room.chat.id, "1", room.now, room.now)) == []


async def test_where_nothing_can_be_edited_nothing_is_said_anew_because_nobody_decided(
    room: Classroom,
) -> None:
    room.me = replace(ME, abilities=replace(ME.abilities, edits=False))
    await room.says(CLONE, FEE, CODE)
    room.later(hours=25)
    due = TimerDue(1, "incident_end", room.chat.id, "1", room.now, room.now)
    assert await room.answers(due) == [] and (await room.incident()).state == ENDED


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


async def test_a_warning_that_comes_late_says_when_the_message_was_sent(room: Classroom) -> None:
    message = room.message(CLONE, FEE, CODE)
    room.later(minutes=50)
    await room.hears(message)
    assert "09-01 16:00" in room.public()[0].text
    await room.says(Person("67", "王丽老师"), FEE, CODE)
    assert sum("🕒" in said.text for said in room.public()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_warning_of_what_a_parent_reports_late_does_not_claim_that_the_guard_was_away(
    room: Classroom, language: str
) -> None:
    await room.chooses("language", language)
    asked = room.message(CLONE, FEE, CODE)
    room.later(minutes=40)
    report = replace(room.message(PARENT, "/report"), cited=asked.message, cited_at=asked.at)
    await room.answers(report)
    warned = room.public()[0].text
    assert "09-01 16:00" in warned
    assert not any(word in warned for word in ("断线", "斷線", "才看到", "cut off", "only now"))
