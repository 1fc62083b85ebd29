"""Whoever a warning is about is asked in words that accuse nobody, may say what it was, and is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Action, Say
from bot.places import Chat
from bot.settings import LANGUAGES
from bot.store import chats
from bot.texts import wordings
from handlers.appeals import LIMIT, RINGS
from handlers.badges import badge
from handlers.dossier import Appeal, Dossier
from patterns.model import Person
from tests.classroom import CLONE, CODE, FEE, HEAD, PARENT, TEACHER, Classroom, classroom, mark
from tests.group_chat import offered, said
from tests.guarded import CODE as WALLET
from tests.guarded import PATIENCE, guarded
from tests.guarded import SCAM as ASK
from tests.opened import for_each_test

WORDS = "这是班级群里说好的班费，我是家委，昨天换了手机。"

room = for_each_test(classroom)


async def appeals(room: Classroom, who: Person = CLONE, words: str = WORDS) -> list[Action]:
    return await room.appeals(who, words)


def to(actions: list[Action], chat: Chat) -> list[Say]:
    return [one for one in actions if isinstance(one, Say) and one.chat == chat.id]


async def test_who_can_be_reached_is_asked_once_and_by_a_button(room: Classroom) -> None:
    private = await room.private(CLONE)
    first = await room.says(CLONE, FEE, CODE)
    assert [one.command.split()[0] for one in offered(list(to(first, private)))] == ["/appeal"]
    again = await room.says(CLONE, "快点扫码交费，马上截止", CODE)
    assert not to(again, private)


async def test_who_never_opened_a_talk_is_not_written_to(room: Classroom) -> None:
    private = await room.private(CLONE)
    async with room.db.transaction() as tx:
        await chats.set_reachable(tx, private.id, False)
    assert not to(await room.says(CLONE, FEE, CODE), private)


async def test_the_public_warning_leads_there_too(room: Classroom) -> None:
    room.me = replace(room.me, private_link="https://t.example/guard?start={payload}")
    await room.says(CLONE, FEE, CODE)
    links = [one.link for row in room.public()[0].buttons for one in row if one.link]
    assert links == ["https://t.example/guard?start=appeal"]
    assert "说明是怎么回事" in said(await room.writes(CLONE, "/start appeal"))


async def test_every_admin_reads_it_beside_the_evidence_and_can_decide(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    actions = await appeals(room)
    for admin in (HEAD, TEACHER):
        (card,) = to(actions, await room.private(admin))
        assert WORDS in card.text and "86.5" in card.text and card.replaces
        assert {one.command.split()[0] for row in card.buttons for one in row} >= {"/scam", "/safe"}
    assert not to(actions, room.chat), "the group hears nothing of it"


async def test_once_an_incident_and_not_again(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await appeals(room)
    assert "已经在管理员那里" in said(await room.writes(CLONE, "/appeal"))
    facts = Dossier.from_json((await room.incident()).facts)
    assert [one.text for one in facts.appeals] == [WORDS]
    assert [deed.what for deed in facts.deeds] == ["appealed"]


ACCOMPLICE = Person("67", "李校长办公室")


async def test_everybody_who_asked_is_offered_to_explain_and_is_answered(room: Classroom) -> None:
    first, second = await room.private(CLONE), await room.private(ACCOMPLICE)
    await room.says(CLONE, FEE, CODE)
    joined = await room.says(ACCOMPLICE, FEE, CODE)
    assert await room.incidents() == 1
    assert to(joined, second) and not to(joined, first), "each is asked once"
    await appeals(room)
    (card,) = to(await appeals(room, ACCOMPLICE, "我只是转发给大家看。"), await room.private(HEAD))
    assert (
        WORDS in card.text and "我只是转发给大家看。" in card.text and badge(ACCOMPLICE.id, mark) in card.text
    )
    actions = await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    assert [len(to(actions, private)) for private in (first, second)] == [1, 1]


async def test_a_whole_crowd_that_explains_itself_does_not_ring_every_time(room: Classroom) -> None:
    crowd = [Person(str(number), f"李校长{number}") for number in range(70, 70 + RINGS + 1)]
    for who in crowd:
        await room.private(who)
        await room.says(who, FEE, CODE)
    rings = [to(await appeals(room, who), await room.private(HEAD)) for who in crowd]
    assert [bool(rung) for rung in rings] == [True] * RINGS + [False]


def test_a_file_of_before_knows_whose_explanation_it_holds() -> None:
    heard = {"id": "1", "at": 1, "user": CLONE.id, "name": CLONE.name, "level": 3, "text": FEE}
    old = {"messages": [heard], "member": True, "appeal": WORDS, "appealed_at": 5}
    assert Dossier.from_json(old).appeals == (Appeal(CLONE.id, CLONE.name, 5, WORDS),)


@pytest.mark.parametrize("state", ["scam", "safe"])
async def test_what_was_decided_comes_back(room: Classroom, state: str) -> None:
    await room.says(CLONE, FEE, CODE)
    await appeals(room)
    actions = await room.presses(HEAD, f"/{state} #{(await room.incident()).id} 0")
    (answer,) = to(actions, await room.private(CLONE))
    assert ("没有问题" in answer.text) is (state == "safe")


async def test_nobody_else_learns_or_says_anything_of_it(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    number = (await room.incident()).id
    for text in ("/appeal", f"/appeal #{number}", "/start appeal"):
        assert "没有需要您说明的事" in said(await room.writes(PARENT, text))
    assert not Dossier.from_json((await room.incident()).facts).appeals


async def test_what_the_group_never_heard_of_is_not_told_to_the_sender(room: Classroom) -> None:
    await room.chooses("mode", "observe")
    private = await room.private(CLONE)
    await room.says(CLONE, FEE, CODE)
    assert not room.private_of(private)
    assert "没有需要您说明的事" in said(await room.writes(CLONE, "/appeal"))


async def test_words_without_end_are_cut_and_hostile_ones_are_words(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    actions = await appeals(room, words="<b>https://evil.example @everyone</b>" + "长" * 5_000)
    (card,) = to(actions, await room.private(HEAD))
    assert "https://evil.example" not in card.text and "<b>https" not in card.text
    (kept,) = Dossier.from_json((await room.incident()).facts).appeals
    assert len(kept.text) == LIMIT


async def test_after_a_month_there_is_nothing_more_to_say(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    room.now += timedelta(days=31)
    assert "没有需要您说明的事" in said(await room.writes(CLONE, "/appeal"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_accuses_nobody(language: str) -> None:
    for key in ("appeal.offer", "appeal.ask", "appeal.button.mine", "appeal.button.answer"):
        for wording in wordings(language, key):
            assert not [word for word in ("骗", "騙", "冒充", "scam", "impost", "fraud") if word in wording]


@pytest.mark.usefixtures("on_either_database")
async def test_in_a_real_group_it_is_asked_read_and_answered(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.tells("clone", "/start")
        await school.settled()
        await school.says("clone", ASK, photo={"qr": WALLET})
        await school.warned()
        (asked,) = await control.said("clone", contains="有疑问", wait=PATIENCE)
        await control.press("clone", asked["message_id"], "clone", "我来说明")
        assert await control.said("clone", contains="请用一条消息说明", wait=PATIENCE)
        await school.tells("clone", WORDS)
        (card,) = await control.said("teacher", contains=WORDS, wait=PATIENCE)
        await control.press("teacher", card["message_id"], "teacher", "没问题")
        assert await control.said("clone", contains="谢谢您的说明", wait=PATIENCE)
        await school.unharmed()
