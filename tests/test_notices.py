"""A group's announcement: on an admin's word alone, never twice, and taken down when it was wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import outbox
from bot.abilities import Abilities, Right
from bot.actions import Action, Answer, Notice, Recall, Say
from bot.events import Membership
from bot.places import Chat, ChatKind, Place
from bot.platforms.onebot.platform import ABILITIES
from bot.settings import LANGUAGES
from bot.store import chats, incidents
from bot.store.cases import Case
from bot.store.incidents import SCAM
from bot.store.tables import outbox as rows
from bot.substitutes import instead
from bot.texts import lines, plain, say
from handlers.cases import worded
from patterns.judge import Context, judge
from patterns.model import Level, Message, Person
from patterns.names import Roster
from tests.group_chat import ADMIN, ME, NOON, PARENT, STRANGER, GroupChat, group_chat, said
from tests.guarded import PATIENCE
from tests.onebot_class import QQ, qq_class
from tests.opened import for_each_test

CLASS = Chat(1, Place("fake", "-100", ChatKind.GROUP, "三(2)班家长群"))
ON_QQ = replace(ME, abilities=ABILITIES)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    """A class on QQ in which a scam was confirmed."""
    async with group_chat(tmp_path) as open_room:
        open_room.me = ON_QQ
        async with open_room.here() as here:
            opened = await incidents.open_(
                here.tx, here.chat.id, "user:666", STRANGER.id, STRANGER.name, "9", here.now
            )
            facts = {"kind": "clone"}
            await incidents.save(
                here.tx, replace(opened, state=SCAM, level=int(Level.ALARM), decided_by=ADMIN.id, facts=facts)
            )
        yield open_room


def put_up(actions: list[Action]) -> list[str]:
    return [one.text for one in actions if isinstance(one, Notice)]


async def queued(room: GroupChat, actions: list[Action]) -> None:
    async with room.db.transaction() as tx:
        await outbox.put(tx, actions, room.now)


@pytest.mark.parametrize(
    ("command", "holds"),
    [
        ("/letter notice", "我们向您保证"),
        ("/tips 公告", "防骗一句"),
        ("/通报 1 群公告", "换成老师的名字和头像"),
    ],
)
async def test_an_admin_has_the_promise_a_tip_or_a_confirmed_scam_put_up(
    room: GroupChat, command: str, holds: str
) -> None:
    answer = await room.says(ADMIN, command)
    (text,) = put_up(answer)
    assert holds in text and STRANGER.name not in text
    assert "马上告诉您" in said(answer)


async def test_nobody_else_does(room: GroupChat) -> None:
    for command in ("/letter notice", "/tips notice", "/bulletin 1 notice"):
        assert put_up(await room.says(PARENT, command)) == []


async def test_what_rings_every_phone_comes_once_a_day(room: GroupChat) -> None:
    await queued(room, await room.says(ADMIN, "/letter notice"))
    assert "明天再发" in said(again := await room.says(ADMIN, "/letter notice"))
    assert put_up(again) == []
    assert put_up(await room.says(ADMIN, "/tips notice")), "something else may be said"
    room.now += timedelta(days=1, minutes=1)
    assert put_up(await room.says(ADMIN, "/letter notice"))


async def test_a_tip_that_hung_on_the_board_does_not_come_again_next_week(room: GroupChat) -> None:
    (text,) = put_up(await room.says(ADMIN, "/tips notice"))
    tip = text.split("\n")[1]
    assert tip not in said(await room.says(ADMIN, "/tips next"))


async def test_it_is_offered_only_where_it_can_be_done(room: GroupChat) -> None:
    def offers(actions: list[Action]) -> bool:
        rows = [row for one in actions if isinstance(one, Say) for row in one.buttons]
        return any(button.command.endswith(" notice") for row in rows for button in row)

    assert offers(await room.says(ADMIN, "/letter"))
    assert offers(await room.says(ADMIN, "/bulletin 1"))
    async with room.db.transaction() as tx:
        await chats.set_access(tx, room.chat.id, Membership.MEMBER, frozenset({Right.POST}))
    assert not offers(await room.says(ADMIN, "/letter"))
    assert "设为管理员" in said(await room.says(ADMIN, "/letter notice"))
    room.me = ME
    assert not offers(await room.says(ADMIN, "/letter"))
    assert "没有我能发的群公告" in said(answer := await room.says(ADMIN, "/tips notice"))
    assert put_up(answer) == []


async def test_a_scam_that_was_none_is_taken_down_again(room: GroupChat) -> None:
    await queued(room, await room.says(ADMIN, "/bulletin 1 notice"))
    taken = [one for one in await room.says(ADMIN, "/safe 1") if isinstance(one, Recall)]
    assert [one.target.startswith(f"notice:{room.chat.id}:incident:1:") for one in taken] == [True]


async def test_what_never_hung_there_is_not_taken_down(room: GroupChat) -> None:
    assert not [one for one in await room.says(ADMIN, "/safe 1") if isinstance(one, Recall)]


async def test_a_press_is_answered_over_the_chat(room: GroupChat) -> None:
    actions = await room.presses(ADMIN, "/letter notice")
    assert put_up(actions)
    assert any(isinstance(one, Answer) and "马上告诉您" in one.text for one in actions)


def test_where_there_is_none_nothing_is_tried() -> None:
    notice = Notice("n", 1, "发 /paid", asked=1)
    assert instead(notice, Abilities(), "zh-Hans", CLASS) is None
    fitted = instead(notice, ABILITIES, "zh-Hans", CLASS)
    assert isinstance(fitted, Notice) and fitted.text == "发 /已付"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_announcement_raises_no_warning_where_another_guard_reads_it(language: str) -> None:
    for text in (
        lines(plain(language, "notice.promise"), plain(language, "letter.promise")),
        worded(Case(1, "clone", NOON), language),
    ):
        whole = lines(text, say(language, "notice.signed"))
        assert judge(Message("", Person("", ""), whole), Context(roster=Roster())).level < Level.CAUTION


# --- on QQ -----------------------------------------------------------------------------------


school = for_each_test(qq_class)


def board(school: QQ) -> list[str]:
    (chat,) = [one for one in school.playground.world.chats.values() if one.is_group]
    return [one["message"]["text"] for one in school.implementation.doing.notices.of(chat)]


async def test_a_confirmed_scam_hangs_on_the_board_until_it_turns_out_to_be_none(school: QQ) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        await school.tells("teacher", "1")
        await school.settled()
        await school.tells("teacher", "讲给全班听")
        await school.settled()
        await school.tells("teacher", "发成群公告")
        await school.settled()
        (up,) = board(school)
        assert "换成老师的名字和头像" in up and "<b>" not in up
        await school.tells("teacher", "/误报 1")
        await school.settled()
        assert board(school) == []


async def test_an_answer_that_was_lost_puts_nothing_up_twice(school: QQ) -> None:
    async with school.on_guard():
        await school.playground.control.fault(method="_send_group_notice", drop="after", times=1)
        await school.says("teacher", "/家长信 公告")
        await school.settled()
        assert len(board(school)) == 1
        (row,) = [one for one in await school.rows(rows.c.kind, rows.c.state) if one.kind == "notice"]
        assert row.state == "sent"


@pytest.mark.parametrize("code", [1200, 1404])
async def test_whoever_asked_hears_that_it_could_not_be_done(school: QQ, code: int) -> None:
    async with school.on_guard():
        school.implementation.failures["_send_group_notice"] = [{"retcode": code, "message": "没有权限"}]
        await school.says("teacher", "/家长信 公告")
        assert await school.playground.control.said("class", contains="群公告没有发成", wait=PATIENCE)
        assert board(school) == []


async def test_an_implementation_without_a_list_puts_it_up_all_the_same(school: QQ) -> None:
    async with school.on_guard():
        school.implementation.failures["_get_group_notice"] = [{"retcode": 1404, "message": "不支持的Api"}]
        await school.says("teacher", "/家长信 公告")
        await school.settled()
        assert len(board(school)) == 1
        assert not await school.said(contains="没有发成")
