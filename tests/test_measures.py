"""Who asked is silenced or put out, and what they wrote is deleted: by admins who may, of everybody who asked."""

from __future__ import annotations

from dataclasses import replace

from bot.abilities import Abilities
from bot.actions import Answer, Ban, Delete, Mute
from handlers.badges import badge
from handlers.dossier import Dossier
from patterns.model import Person
from tests.classroom import CLONE, CODE, FEE, HEAD, TEACHER, Classroom, classroom, mark
from tests.group_chat import offered, said
from tests.opened import for_each_test

room = for_each_test(classroom)


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
    assert badge(second.id, mark) in shown and badge(TEACHER.id, mark) in shown
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


async def test_no_admin_is_put_out_by_the_bot(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    actions = await room.presses(HEAD, f"/ban #{(await room.incident()).id}")
    assert [type(one) for one in actions] == [Answer]


async def test_whoever_the_bot_may_no_longer_let_go_is_not_said_to_be_free(room: Classroom) -> None:
    await room.chooses("mode", "guard")
    await room.says(CLONE, FEE, CODE)
    await room.may()
    decided = await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    assert not [one for one in decided if isinstance(one, Mute)]
    assert "已被禁言" in said(decided)
    assert f"/mute #{(await room.incident()).id} off" in {one.command for one in offered(decided)}


async def test_what_no_right_would_let_the_bot_do_is_not_offered_nor_asked_for_as_a_right(
    room: Classroom,
) -> None:
    room.me = replace(room.me, abilities=Abilities(deletes=False, mutes=False, bans=False, readmits=False))
    posted = await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    commands = {one.command.split()[0] for one in offered(posted)}
    assert "/scam" in commands and not commands & {"/mute", "/ban", "/delete"}
    for command in ("mute", "ban", "delete"):
        (answer,) = await room.presses(HEAD, f"/{command} #{number}")
        assert isinstance(answer, Answer) and "这个平台不让我" in answer.text and "设置" not in answer.text


async def test_whoever_the_platform_does_not_let_in_again_is_not_said_to_be(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    room.me = replace(room.me, abilities=Abilities(readmits=False))
    banned = await room.presses(HEAD, f"/ban #{number}")
    assert "我放不回来" in said(banned)
    assert f"/ban #{number} off" not in {one.command for one in offered(banned)}
    for command in ("ban", "safe", "undo"):
        decided = await room.presses(HEAD, f"/{command} #{number}{' off' if command == 'ban' else ''}")
        assert not [one for one in decided if isinstance(one, Ban)]
    assert Dossier.from_json((await room.incident()).facts).banned == (CLONE.id,)
