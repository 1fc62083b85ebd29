"""What a platform refuses to do about an incident is not said to have been done: on no card, in no warning, in no file."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select, update

from bot.actions import Ban, Delete, Edit, Mute
from bot.events import MessageRecalled
from bot.store.incidents import OPEN
from bot.store.tables import outbox, timers
from patterns.model import Person
from tests.classroom import CLONE, CODE, FEE, HEAD, TEACHER
from tests.group_chat import offered, said
from tests.guarded import CODE as WALLET
from tests.guarded import PATIENCE, commands_on, guarded
from tests.guarded import SCAM as ASK
from tests.opened import for_each_test
from tests.refusing import Refusing, card, refusing, told

there = for_each_test(refusing)


async def test_who_was_not_muted_is_not_said_to_be_and_can_be_muted_from_the_card(there: Refusing) -> None:
    there.refuses = {Mute}
    posted = said(await there.room.says(CLONE, FEE, CODE))
    assert "已被禁言" in posted and "消息已删除" in posted
    done = await there.settles()
    assert "已被禁言" not in card(done).text and "没让我禁言" in card(done).text
    assert "消息已删除" in card(done).text, "that was done"
    commands = {one.command for one in offered([card(done)])}
    assert "/mute #1" in commands and "/mute #1 off" not in commands
    assert (await there.file()).muted == ()


async def test_the_class_no_longer_reads_that_a_message_is_gone_that_stays(there: Refusing) -> None:
    there.refuses = {Delete}
    (warning,) = [one for one in await there.room.says(CLONE, FEE, CODE) if one in there.room.public()]
    assert "已删除" in warning.text
    done = await there.settles()
    (reworded,) = [one for one in done if isinstance(one, Edit) and one.target == warning.key]
    assert "已删除" not in reworded.text
    assert "/delete #1" in {one.command for one in offered([card(done)])}
    assert (await there.file()).removed == ()


async def test_a_ban_an_admin_asked_for_and_the_platform_refused_is_taken_off_the_card(
    there: Refusing,
) -> None:
    there.refuses = {Ban}
    await there.room.says(CLONE, FEE, CODE)
    assert "已被移出群" in said(await there.room.presses(HEAD, "/ban #1"))
    done = await there.settles()
    assert "已被移出群" not in card(done).text and "没让我把这个人移出群" in card(done).text
    assert {"/ban #1", "/mute #1 off"} <= {one.command for one in offered([card(done)])}
    assert (await there.file()).banned == ()


async def test_each_admin_is_asked_once_an_incident_and_kind_of_measure(there: Refusing) -> None:
    await there.room.says(CLONE, FEE, CODE)
    await there.room.says(CLONE, "快点扫码交费，马上截止", CODE)
    asked = told(await there.settles())
    assert len(asked) == 4 and {one.chat for one in asked} == {
        (await there.room.private(who)).id for who in (TEACHER, HEAD)
    }
    there.room.later(minutes=1)
    await there.room.presses(HEAD, "/mute #1")
    assert "没让我禁言" in card(await there.settles()).text
    assert len(told(there.room.said)) == 4


async def test_the_evidence_tells_what_was_refused(there: Refusing) -> None:
    await there.room.says(CLONE, FEE, CODE)
    await there.settles()
    assert [one.what for one in (await there.file()).deeds] == ["delete_refused", "mute_refused"]


async def test_whoever_was_let_go_meanwhile_stays_as_the_admin_decided(there: Refusing) -> None:
    await there.room.says(CLONE, FEE, CODE)
    await there.room.presses(HEAD, "/mute #1 off")
    before = await there.file()
    there.refuses = {Mute}
    assert await there.settles() == []
    assert await there.file() == before


async def test_whoever_was_muted_after_all_stays_so(there: Refusing) -> None:
    there.refuses = {Mute}
    await there.room.says(CLONE, FEE, CODE)
    await there.sends()
    await there.room.presses(HEAD, "/mute #1 off")
    await there.room.presses(HEAD, "/mute #1")
    there.refuses = set()
    await there.settles()
    assert (await there.file()).muted == (CLONE.id,) and not (await there.file()).refused


async def test_an_undo_silences_nobody_who_never_was(there: Refusing) -> None:
    there.refuses = {Mute}
    await there.room.says(CLONE, FEE, CODE)
    await there.sends()
    await there.room.presses(HEAD, "/scam #1 0")
    assert (await there.file()).before is not None
    await there.learns()
    assert not [one for one in await there.room.presses(HEAD, "/undo #1 1") if isinstance(one, Mute)]
    assert (await there.file()).muted == ()


async def test_an_undo_silences_again_who_was_before_the_decision(there: Refusing) -> None:
    there.refuses = set()
    await there.room.says(CLONE, FEE, CODE)
    await there.settles()
    there.room.later(minutes=5)
    await there.room.presses(HEAD, "/safe #1 0")
    there.room.later(minutes=5)
    await there.room.presses(HEAD, "/mute #1")
    there.refuses = {Mute}
    await there.settles()
    assert (await there.file()).muted == ()
    undone = await there.room.presses(HEAD, "/undo #1 1")
    assert [(one.person, one.on) for one in undone if isinstance(one, Mute)] == [(CLONE.id, True)]


async def test_a_warning_that_was_called_off_stays_called_off(there: Refusing) -> None:
    there.refuses = {Delete}
    await there.room.says(CLONE, FEE, CODE)
    await there.room.presses(HEAD, "/safe #1 0")
    done = await there.settles()
    public = {one.key for one in there.room.public()}
    assert not [one for one in done if isinstance(one, Edit) and one.target in public]
    assert "没让我" not in card(done).text, "nothing is to be done any more"


async def test_an_admin_who_presses_again_asks_the_platform_again(there: Refusing) -> None:
    await there.room.says(CLONE, FEE, CODE)
    await there.settles()
    there.refuses = set()
    there.asked.clear()
    await there.room.presses(HEAD, "/mute #1")
    pressed = await there.room.presses(HEAD, "/delete #1")
    assert "没让我" not in card(pressed).text
    assert await there.settles() == []
    assert there.measures() == [(Mute, CLONE.id), (Delete, "101")]
    assert ((await there.file()).muted, (await there.file()).removed) == ((CLONE.id,), ("101",))


async def test_of_a_flood_each_message_and_account_is_asked_for_once(there: Refusing) -> None:
    other = Person("67", "王丽老师")
    for who in (CLONE, CLONE, CLONE, other):
        await there.room.says(who, FEE, CODE)
        await there.settles()
    wanted = [
        (Delete, "101"),
        (Mute, CLONE.id),
        (Delete, "102"),
        (Delete, "103"),
        (Delete, "104"),
        (Mute, "67"),
    ]
    assert there.measures() == wanted
    assert len([one for one in (await there.file()).deeds if one.what == "delete_refused"]) <= 4
    assert (await there.file()).muted == () == (await there.file()).removed


async def test_a_message_its_sender_took_back_meanwhile_is_gone(there: Refusing) -> None:
    there.refuses = {Delete}
    await there.room.says(CLONE, FEE, CODE)
    await there.sends()
    recalled = MessageRecalled(there.room.chat.place, "101", CLONE.id, CLONE.id, there.room.now)
    await there.room.answers(recalled)
    assert told(await there.learns()) == []


async def test_what_an_admin_deletes_after_a_refusal_stays_deleted_when_something_else_is_refused(
    there: Refusing,
) -> None:
    await there.room.says(CLONE, FEE, CODE)
    await there.settles()
    recalled = MessageRecalled(there.room.chat.place, "101", CLONE.id, HEAD.id, there.room.now)
    assert "消息已删除" in said(await there.room.answers(recalled))
    await there.room.presses(HEAD, "/ban #1")
    done = await there.settles()
    assert "消息已删除" in card(done).text and "没让我删除" not in card(done).text


async def test_a_guard_killed_after_a_refusal_says_so_when_it_is_back_and_once(there: Refusing) -> None:
    await there.room.says(CLONE, FEE, CODE)
    await there.room.says(CLONE, "快点扫码交费，马上截止", CODE)
    await there.sends()
    async with there.room.db.read() as tx:
        planned = [*await tx.scalars(select(timers.c.key).where(timers.c.kind == "refusal"))]
    assert planned == ["incident:1:refusal"], "three were refused"
    there.room.later(hours=3)
    assert "没让我禁言" in card(await there.learns()).text
    assert await there.settles() == []


async def test_what_could_not_be_done_in_time_is_not_said_to_have_been_done(there: Refusing) -> None:
    there.refuses = set()
    await there.room.says(CLONE, FEE, CODE)
    async with there.room.db.transaction() as tx:
        await tx.execute(update(outbox).where(outbox.c.kind == "mute").values(expires_at=0))
    await there.settles()
    assert (await there.file()).muted == () and (await there.file()).removed == ("101",)


async def test_who_could_not_be_let_go_is_nobody_elses_concern(there: Refusing) -> None:
    there.refuses = set()
    await there.room.says(CLONE, FEE, CODE)
    await there.sends()
    there.refuses = {Mute}
    await there.room.presses(HEAD, "/mute #1 off")
    assert await there.settles() == []


async def test_an_incident_opened_in_the_class_is_put_right_there(there: Refusing) -> None:
    there.refuses = {Ban}
    await there.room.says(CLONE, FEE, CODE)
    await there.settles()
    await there.room.presses(HEAD, "/incidents #1")
    (listed,) = [one for one in there.room.public() if "/incidents" in str(one.buttons)]
    await there.room.presses(HEAD, "/ban #1")
    done = await there.settles()
    (reworded,) = [one for one in done if isinstance(one, Edit) and one.target == listed.key]
    assert "没让我把这个人移出群" in reworded.text
    assert "/ban #1 off" not in {one.command for row in reworded.buttons for one in row}
    assert (await there.room.incident()).state == OPEN


async def test_on_a_real_platform_the_warning_and_the_card_are_put_right(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "/mode guard")
        await school.settled()
        for method, refusal in (
            ("restrictChatMember", "not enough rights to restrict/unrestrict chat member"),
            ("deleteMessage", "message can't be deleted"),
        ):
            await control.fault(method=method, status=400, description=f"Bad Request: {refusal}")
        await school.says("clone", ASK, photo={"qr": WALLET})
        warned = await school.warned()
        (card,) = await control.said("teacher", contains="没让我删除", wait=PATIENCE)
        assert {"/mute", "/delete", "/ban"} <= commands_on(card) and "没让我禁言" in card["text"]
        await school.settled()
        (warning,) = await school.warnings()
        assert warning["message_id"] == warned["message_id"] and "已删除" not in warning["text"]
        assert len(await control.said("teacher", contains="请您自己")) == 2
        await control.press("teacher", card["message_id"], "teacher", "删除消息")
        assert await control.said("class", contains="已删除", wait=PATIENCE)
        await school.unharmed()
