"""A parent asks the admins to look: nobody is named, nobody floods, and a report alone warns nobody in public."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Action, Delete, Edit, Say
from bot.events import Picture
from bot.store.incidents import Incident
from bot.store.tables import reports as reports_table
from handlers import reports
from handlers.dossier import Dossier
from patterns.model import Level, Message, Person
from tests.classroom import CLONE, FEE, HEAD, PARENT, Classroom, classroom
from tests.group_chat import said
from tests.guarded import PATIENCE, SCAM, guarded
from tests.opened import for_each_test

SALES = "本周末大闸蟹团购，想要的接龙报名，货到再付"
SELLER = Person("77", "小宝爸爸")

room = for_each_test(classroom)


async def reported(room: Classroom, by: Person, cited: Message, *pictures: Picture) -> list[Action]:
    event = replace(
        room.message(by, "/report"),
        cited=cited,
        cited_at=room.now - timedelta(hours=2),
        cited_pictures=pictures,
    )
    return await room.answers(event)


async def incident(room: Classroom) -> Incident:
    assert await room.incidents() == 1
    return await room.incident()


async def test_the_admins_are_asked_and_the_group_hears_no_name(room: Classroom) -> None:
    actions = await reported(room, PARENT, Message("50", SELLER, SALES), Picture("file", "unique"))
    cards = [one for one in actions if isinstance(one, Say) and one.chat != room.chat.id]
    assert cards and all(SALES in one.text and PARENT.name not in one.text for one in cards)
    assert cards[0].picture == Picture("file", "unique")
    assert all(PARENT.name not in one.text and PARENT.id not in one.text for one in room.public())
    assert (await incident(room)).level == Level.NOTICE and not (await incident(room)).public_key


async def test_the_command_that_shows_who_asked_is_taken_away(room: Classroom) -> None:
    actions = await reported(room, PARENT, Message("50", SELLER, SALES))
    assert [one.message_id for one in actions if isinstance(one, Delete)] == [str(room.messages)]


async def test_who_can_be_reached_is_answered_in_private(room: Classroom) -> None:
    private = await room.private(PARENT)
    await reported(room, PARENT, Message("50", SELLER, SALES))
    assert ["谢谢" in one.text for one in room.private_of(private)] == [True]
    assert not room.public()


async def test_several_reports_of_a_message_are_one_incident(room: Classroom) -> None:
    cited = Message("50", SELLER, SALES)
    await reported(room, PARENT, cited)
    actions = await reported(room, Person("21", "浩浩爸爸"), cited)
    assert Dossier.from_json((await incident(room)).facts).reports == 2
    assert any("2人" in one.text for one in actions if isinstance(one, Edit))
    await reported(room, PARENT, cited)
    assert Dossier.from_json((await incident(room)).facts).reports == 2, "each counts once"


async def test_what_the_guard_itself_finds_loud_is_loud(room: Classroom) -> None:
    await reported(room, PARENT, Message("50", CLONE, FEE))
    assert (await incident(room)).level >= Level.CAUTION and (await incident(room)).public_key


async def test_a_report_is_nobody_elses_chorus(room: Classroom) -> None:
    await room.says(CLONE, FEE)
    await reported(room, PARENT, Message("50", SELLER, SALES))
    assert await room.incidents() == 2


async def test_a_hundred_reports_of_one_parent_reach_the_admins_thrice_an_hour(room: Classroom) -> None:
    for number in range(100):
        await reported(room, PARENT, Message(str(1_000 + number), Person(str(number), "某人"), SALES))
    assert await room.incidents() == reports.A_PERSON_AND_HOUR
    room.later(hours=2)
    await reported(room, PARENT, Message("5000", SELLER, SALES))
    assert await room.incidents() == reports.A_PERSON_AND_HOUR + 1


async def test_a_thousand_parents_do_not_flood_the_admins_either(room: Classroom) -> None:
    for number in range(30):
        cited = Message(str(1_000 + number), SELLER, SALES)
        await reported(room, Person(f"9{number}", "家长"), cited)
    assert Dossier.from_json((await incident(room)).facts).reports == reports.A_GROUP_AND_HOUR


async def test_neither_oneself_nor_the_bot_is_reported(room: Classroom) -> None:
    private = await room.private(PARENT)
    await reported(room, PARENT, Message("50", PARENT, SALES))
    await reported(room, PARENT, Message("51", Person(room.me.id, "班级卫士"), "提醒"))
    assert ["自己" in one.text for one in room.private_of(private)] == [True, True]
    assert await room.incidents() == 0
    assert "/report" in said(await room.answers(room.message(PARENT, "/report")))


@pytest.mark.parametrize("state", ["scam", "safe"])
async def test_who_reports_what_was_decided_hears_what(room: Classroom, state: str) -> None:
    private = await room.private(PARENT)
    cited = Message("50", SELLER, SALES)
    await reported(room, Person("21", "浩浩爸爸"), cited)
    await room.presses(HEAD, f"/{state} #{(await incident(room)).id} 0")
    before = len(room.said)
    await reported(room, PARENT, cited)
    assert "管理员已经看过" in room.private_of(private)[-1].text
    assert not [one for one in room.said[before:] if isinstance(one, Edit)]


async def test_what_was_reported_keeps_its_own_time_and_picture(room: Classroom) -> None:
    await reported(room, PARENT, Message("50", SELLER, SALES), Picture("file", "unique"))
    (heard,) = Dossier.from_json((await incident(room)).facts).messages
    assert heard.at == int((room.now - timedelta(hours=2)).timestamp() * 1000)
    assert heard.pictures == (Picture("file", "unique"),)


async def test_in_a_real_group_a_report_reaches_the_admins_and_the_command_goes(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        number = await school.says("stranger", SALES)
        await school.tells("mum", "/start")
        # Her private chat and the group are lanes of their own: only once answered there can she be written to.
        assert await control.said("mum", wait=PATIENCE)
        asked = await school.says("mum", "/report", reply_to=number)
        assert await control.said("mum", contains="管理员会看", wait=PATIENCE)
        (card,) = await control.said("teacher", contains="请您看一眼", wait=PATIENCE)
        assert "小雨妈妈" not in card["text"] and "1人" in card["text"]
        await school.settled()
        deleted = {one["parameters"]["message_id"] for one in await control.calls("deleteMessage")}
        assert asked in deleted
        assert not await school.warnings()
        await school.unharmed()


async def test_reports_and_subscriptions_at_once_hold_up_no_warning_and_none_is_lost(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        posted = await school.says("stranger", SALES)
        people = [f"parent{number}" for number in range(30)]
        for name in people:
            await control.user(name, key=name, picture=None)
            await control.member("class", name, quiet=True)
        await school.settled()
        report = {"text": "/report", "reply_to": posted, "chat": "class"}
        await control.say_all(
            [
                *({**report, "from": name} for name in people),
                *({"text": "/start", "from": name, "chat": name} for name in people),
                {"text": SCAM, "from": "clone", "chat": "class"},
            ]
        )
        await school.warned()
        await school.settled()
        answered = [key for one in school.log.entries("answered") for key in one["keys"]]
        warning = next(place for place, key in enumerate(answered) if ":public:" in key)
        taken_away = [place for place, key in enumerate(answered) if key.startswith("report:")]
        assert warning < taken_away[-1], "the warning waited for every report"
        assert len(await control.calls("deleteMessage")) == len(people)
        assert len(await school.rows(reports_table.c.reporter_mark)) == reports.A_GROUP_AND_HOUR
        await school.unharmed()
