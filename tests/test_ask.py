"""Three questions before paying, and what to make of the answers."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from handlers.commands.ask import QUESTIONS, verdict
from tests.group_chat import PARENT, GroupChat, button, group_chat, offered, said
from tests.guarded import guarded
from tests.opened import for_each_test

room = for_each_test(group_chat)


def test_nothing_written_in_a_chat_ever_makes_a_payment_fine() -> None:
    for what, whom, who in product(*QUESTIONS.values()):
        word = verdict(what, whom, who)
        if who in ("chat", "nobody"):
            assert word in ("stop", "wait"), (what, whom, who)
        assert (word == "fine") <= (whom == "school"), "only the school's own channel is fine"


def test_a_refund_or_a_loan_nobody_confirmed_looks_like_a_scam() -> None:
    assert verdict("refund", "school", "chat") == verdict("help", "teacher", "nobody") == "stop"
    assert verdict("fee", "school", "called") == "fine"
    assert verdict("fee", "teacher", "met") == "careful"


async def test_three_presses_lead_to_advice_and_another_round(room: GroupChat) -> None:
    private = await room.private(PARENT)
    page = await room.says(PARENT, "/ask", chat=private)
    for label in ("学费", "老师个人", "群里"):
        assert len(offered(page)) <= 5
        page = await room.presses(PARENT, button(page, label), chat=private)
    assert "先别付" in said(page)
    assert "原来存的号码" in said(page)
    page = await room.presses(PARENT, button(page, "再问"), chat=private)
    assert "1/3" in said(page)


@pytest.mark.parametrize("forged", ["x", "fee x", "fee school called more", "called fee school", "fee " * 12])
async def test_answers_nobody_offered_begin_anew(room: GroupChat, forged: str) -> None:
    page = await room.presses(PARENT, f"/ask {forged}", chat=await room.private(PARENT))
    assert "1/3" in said(page)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_every_button_fits_and_every_page_is_short(room: GroupChat, language: str) -> None:
    private = await room.private(PARENT)
    await room.presses(PARENT, f"/language {language}", chat=private)
    for answers in product(*QUESTIONS.values()):
        for upto in range(4):
            page = await room.presses(PARENT, f"/ask {' '.join(answers[:upto])}".strip(), chat=private)
            assert len(said(page)) < 400
            assert all(len(one.command.encode()) <= 64 for one in offered(page))


async def test_the_questions_are_played_and_nothing_of_the_answers_is_kept(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.tells("mum", "/ask")
        for place in ([2, 0], [3, 0], [2, 0]):
            await school.settled()
            page = (await school.said("mum"))[-1]
            await school.playground.control.press("mum", page["message_id"], "mum", button=place)
        await school.settled()
        page = (await school.said("mum"))[-1]
        assert "很像骗局" in page["text"]
        await school.unharmed()
