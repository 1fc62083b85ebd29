"""A confirmed scam teaches the class: the next tip and an entry in /cases, without names, on an admin's tap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.abilities import Abilities
from bot.actions import Say
from bot.settings import LANGUAGES
from bot.store import incidents
from bot.store.incidents import SAFE, SCAM
from bot.texts import plain
from handlers import tips as weekly
from handlers.cards import buttons as card_buttons
from handlers.dossier import KINDS, Dossier
from patterns.judge import Context, judge
from patterns.model import Level, Message, Person
from patterns.names import Roster
from tests.group_chat import ADMIN, PARENT, STRANGER, GroupChat, group_chat, said
from tests.guarded import CODE, PATIENCE, guarded
from tests.guarded import SCAM as ASK


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        async with open_room.here() as here:
            assert here.group is not None
            await incidents.open_(
                here.tx, here.chat.id, "user:666", STRANGER.id, STRANGER.name, "9", here.now
            )
            await weekly.plan(here.tx, here.chat.id, here.group.settings, here.now)
        await decided(open_room, SCAM)
        yield open_room


async def decided(room: GroupChat, state: str) -> None:
    async with room.here() as here:
        incident = await incidents.numbered(here.tx, here.chat.id, 1)
        assert incident is not None
        await incidents.save(here.tx, replace(incident, state=state, facts={"kind": "clone"}))


async def tips_of(room: GroupChat, weeks: int) -> list[str]:
    struck = await room.strikes(room.now + timedelta(weeks=weeks))
    return [one.text for _, one in struck if isinstance(one, Say)]


async def test_the_next_tip_tells_of_it_once_and_then_comes_one_of_ours(room: GroupChat) -> None:
    await room.says(ADMIN, "/bulletin 1")
    assert "头像" in said(await room.says(ADMIN, "/tips next"))
    first, second = await tips_of(room, 2)
    assert plain("zh-Hans", "cases.story.clone") in first
    assert plain("zh-Hans", "cases.story.clone") not in second
    assert STRANGER.name not in first


async def test_everyone_may_read_it_again_and_nobody_is_named(room: GroupChat) -> None:
    assert "好事" in said(await room.says(PARENT, "/cases"))
    await room.says(ADMIN, "/bulletin 1")
    told = said(await room.says(PARENT, "/cases"))
    assert plain("zh-Hans", "cases.story.clone") in told
    assert "2026-11" in told
    assert STRANGER.name not in told


async def test_tapped_twice_it_is_one_case(room: GroupChat) -> None:
    await room.presses(ADMIN, "/bulletin #1")
    assert "已经记下" in said(await room.presses(ADMIN, "/bulletin #1"))
    assert said(await room.says(PARENT, "/cases")).count("头像") == 1


async def test_what_was_not_confirmed_is_not_told(room: GroupChat) -> None:
    await decided(room, SAFE)
    assert "先确认" in said(await room.says(ADMIN, "/bulletin 1"))
    assert "好事" in said(await room.says(PARENT, "/cases"))


async def test_a_decision_taken_back_takes_the_case_back(room: GroupChat) -> None:
    await room.says(ADMIN, "/bulletin 1")
    await decided(room, SAFE)
    assert "好事" in said(await room.says(PARENT, "/cases"))
    assert all("头像，在群里要钱" not in text for text in await tips_of(room, 1))


async def test_an_admins_own_words_come_first_and_the_case_the_week_after(room: GroupChat) -> None:
    await room.says(ADMIN, "/bulletin 1")
    await room.says(ADMIN, "/tips own 请大家改好群昵称")
    own, case = await tips_of(room, 2)
    assert "群昵称" in own
    assert plain("zh-Hans", "cases.story.clone") in case


async def test_the_card_offers_it_only_once_it_is_a_scam(room: GroupChat) -> None:
    async with room.here() as here:
        incident = await incidents.numbered(here.tx, here.chat.id, 1)
    assert incident is not None
    for state, offered in ((SCAM, True), (SAFE, False), ("open", False)):
        shown = card_buttons("zh-Hans", replace(incident, state=state), Dossier(), ADMIN.id, Abilities())
        assert any(one.command == "/bulletin #1" for row in shown for one in row) is offered


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_story_itself_raises_no_warning(language: str, kind: str) -> None:
    text = plain(language, f"cases.story.{kind}")
    assert judge(Message("", Person("", ""), text), Context(roster=Roster())).level < Level.CAUTION


async def test_in_a_real_group_a_confirmed_scam_is_told_to_the_class(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("clone", ASK, photo={"qr": CODE})
        await school.warned()
        await school.says("teacher", "/scam 1")
        assert await control.said("class", contains="已记下：是诈骗", wait=PATIENCE)
        await school.says("teacher", "/bulletin 1")
        assert await control.said("class", contains="下一次的防骗提醒", wait=PATIENCE)
        await school.says("mum", "/cases")
        assert await control.said("class", contains="不写名字", wait=PATIENCE)
