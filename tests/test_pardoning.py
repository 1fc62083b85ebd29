"""What an admin's “no problem” lets an account say again, and when it holds no longer."""

from __future__ import annotations

from dataclasses import replace

from patterns.model import Person
from tests.classroom import CLONE, CODE, FEE, HEAD, OTHER_CODE, PARENT, TEACHER, Classroom, classroom
from tests.opened import for_each_test

room = for_each_test(classroom)


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
