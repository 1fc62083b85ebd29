"""What other modes would have done is reckoned from what the guard itself had found, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.abilities import Right
from bot.settings import LANGUAGES
from bot.store import incidents
from bot.store.incidents import Incident
from handlers.policy import Powers
from handlers.simulation import Outcome, outcome
from patterns.model import Level
from tests.classroom import CLONE, CODE, FEE, HEAD, TEACHER, Classroom, classroom
from tests.group_chat import said
from tests.guarded import CODE as WALLET
from tests.guarded import PATIENCE, guarded
from tests.guarded import SCAM as ASK
from tests.opened import for_each_test

room = for_each_test(classroom)


async def happened(room: Classroom) -> tuple[Incident, ...]:
    async with room.db.read() as tx:
        return await incidents.since(tx, room.chat.id, room.now.replace(year=2020))


def powers(room: Classroom, *rights: Right) -> Powers:
    return Powers(rights or tuple(Right), room.me.abilities)


async def test_each_mode_does_its_own_about_an_alarm_and_a_caution(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.says(TEACHER, FEE, CODE)
    found = await happened(room)
    assert outcome(found, "observe", powers(room)) == Outcome()
    warned = outcome(found, "warn", powers(room))
    assert warned.told == len(found) and not warned.deleted and not warned.muted
    stopped = outcome(found, "guard", powers(room))
    assert (stopped.told, stopped.muted) == (len(found), 1) and stopped.deleted


async def test_what_the_bot_may_not_do_it_would_not_have_done(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    found = outcome(await happened(room), "guard", powers(room, Right.POST))
    assert (found.deleted, found.muted) == (0, 0)


async def test_a_decision_is_no_finding_of_the_guards_own(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    assert (await room.incident()).level == Level.ALARM
    assert outcome(await happened(room), "guard", powers(room)).deleted == 0


async def test_what_was_harmless_in_the_end_is_counted_as_such(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    assert outcome(await happened(room), "warn", powers(room)) == Outcome(told=1, wrong=1)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_said_in_a_few_lines_and_changes_nothing(room: Classroom, language: str) -> None:
    await room.chooses("language", language)
    await room.says(CLONE, FEE, CODE)
    before = await room.incident()
    text = said(await room.answers(room.message(HEAD, "/simulate")))
    assert 6 <= text.count("\n") + 1 <= 10 and "30" in text
    assert await room.incident() == before
    assert (await room.group()).settings["mode"] == "warn"


async def test_where_nothing_happened_there_is_nothing_to_compare(room: Classroom) -> None:
    assert "没出过事" in said(await room.answers(room.message(HEAD, "/simulate")))
    await room.says(CLONE, FEE, CODE)
    room.later(days=31)
    assert "没出过事" in said(await room.answers(room.message(HEAD, "/simulate")))


async def test_in_a_real_group_it_answers(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.says("clone", ASK, photo={"qr": WALLET})
        await school.warned()
        await school.says("teacher", "/simulate")
        assert await school.playground.control.said("class", contains="换一种做法", wait=PATIENCE)
        await school.unharmed()
