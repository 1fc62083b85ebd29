"""A decision is taken back: by whom, once, and nothing of it is left."""

from __future__ import annotations

from bot.actions import Ban, Edit, Mute, Recall
from bot.store import timers
from bot.store.incidents import OPEN, SAFE
from tests.classroom import CLONE, CODE, FEE, HEAD, OTHER_CODE, TEACHER, Classroom, classroom
from tests.group_chat import offered, said
from tests.opened import for_each_test

room = for_each_test(classroom)


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
