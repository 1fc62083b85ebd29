"""What happened is listed a page at a time, found again, and opened to be dealt with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Edit, Say
from bot.places import Chat
from bot.settings import LANGUAGES
from bot.store import incidents
from bot.store.incidents import OPEN, SAFE, SCAM
from handlers.badges import badge
from handlers.commands import commands
from handlers.dossier import Dossier, Heard
from patterns.model import Level, Person
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, GroupChat, group_chat, mark, offered, said
from tests.guarded import CODE, PATIENCE, guarded
from tests.guarded import SCAM as ASK
from tests.opened import for_each_test

room = for_each_test(group_chat)


async def happened(
    room: GroupChat,
    name: str = STRANGER.name,
    state: str = OPEN,
    chat: Chat | None = None,
    user: str = STRANGER.id,
    accomplice: str = "",
) -> None:
    async with room.here(chat) as here:
        one = await incidents.open_(here.tx, here.chat.id, f"user:{user}", user, name, "9", here.now)
        facts = Dossier(messages=(Heard("9", 0, user, name, 3, "扫码交费"),)).to_json()
        parties = (user, accomplice) if accomplice else one.parties
        await incidents.save(
            here.tx, replace(one, state=state, level=int(Level.ALARM), facts=facts, parties=parties)
        )


async def listed(room: GroupChat, args: str = "", chat: Chat | None = None) -> list[str]:
    """The commands behind the buttons that open an incident."""
    actions = await room.says(ADMIN, f"/incidents {args}", chat=chat)
    return [one.command for one in offered(actions) if "#" in one.command]


async def test_the_undecided_come_first_a_page_at_a_time(room: GroupChat) -> None:
    await happened(room, state=OPEN)
    for _ in range(8):
        room.now += timedelta(days=1)
        await happened(room, state=SCAM)
    first = await room.says(ADMIN, "/incidents")
    assert [one.label for one in offered(first)] == ["1", "9", "8", "7", "6", "5", "›"]
    onward = offered(first)[-1].command
    second = await room.presses(ADMIN, onward)
    assert [one.label for one in offered(second)] == ["4", "3", "2", "‹"]
    assert offered(await room.presses(ADMIN, "/incidents @99")) == offered(second)
    assert said(first).count("\n") <= 12, "no longer than a phone shows"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("2", ["#2"]), ("第2件", ["#2"]), ("no. 2", ["#2"]), ("11-26", ["#2"]), ("11月26日", ["#2"]),
     ("2026-11-26", ["#2"]), ("2025-11-26", []), ("王丽", ["#2"]), ("王 麗", []), ("待核实", ["#1"]), ("没有这个人", []), ("99", [])],
)  # fmt: skip
async def test_what_happened_is_found_by_number_date_name_or_as_undecided(
    room: GroupChat, wanted: str, found: list[str]
) -> None:
    await happened(room)
    room.now += timedelta(days=1)
    await happened(room, name="王丽老师", state=SCAM)
    assert [one.split()[1] for one in await listed(room, wanted)] == found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_names_stand_only_where_no_parent_reads_along(room: GroupChat, language: str) -> None:
    await room.chooses("language", language)
    private = await room.private(ADMIN)
    await happened(room)
    assert STRANGER.name not in said(await room.says(ADMIN, "/incidents"))
    assert STRANGER.name in said(await room.says(ADMIN, "/incidents", chat=private))


async def test_opened_in_private_it_is_the_admins_one_card(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    await happened(room)
    (first,) = [
        one for one in await room.presses(ADMIN, "/incidents #1", chat=private) if isinstance(one, Say)
    ]
    assert STRANGER.name in first.text and "扫码交费" in first.text
    assert {one.command.split()[0] for row in first.buttons for one in row} >= {
        "/scam",
        "/safe",
        "/ban",
        "/why",
    }
    (again,) = [
        one for one in await room.presses(ADMIN, "/incidents #1", chat=private) if isinstance(one, Say)
    ]
    assert again.replaces == first.key and again.key != first.key
    decided = await room.presses(ADMIN, "/scam #1 0", chat=private)
    assert again.key in {one.target for one in decided if isinstance(one, Edit)}


async def test_opened_in_the_group_it_shows_nobodys_name_or_words(room: GroupChat) -> None:
    await happened(room)
    actions = await room.says(ADMIN, "/incidents #1")
    assert STRANGER.name not in said(actions) and "扫码交费" not in said(actions)
    assert {one.command.split()[0] for one in offered(actions)} == {
        "/scam", "/safe", "/unsure", "/mute", "/delete", "/ban", "/incidents",
    }  # fmt: skip


async def test_in_private_all_of_ones_groups_are_listed_and_nobody_elses(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    other = await room.another("四(1)班", keepers=(ADMIN,))
    foreign = await room.another("五(3)班", keepers=(OWNER,))
    for chat in (room.chat, other, foreign):
        await happened(room, chat=chat)
    assert sorted(await listed(room, chat=private)) == ["/incidents #1", "/incidents #2"]
    assert "只有那个群的管理员" in said(await room.presses(ADMIN, "/incidents #3", chat=private))
    nobody = await room.private(PARENT)
    assert "没有您管理的" in said(await room.says(PARENT, "/incidents", chat=nobody))


BADGE = badge(STRANGER.id, mark)
FOREIGNER = Person("400", "赵敏老师")


@pytest.mark.parametrize("typed", ["/incidents {}", "/事件 {}", "/案卷 {}"])
@pytest.mark.usefixtures("on_either_database")
async def test_by_the_badge_on_a_card_an_admin_opens_that_incident(room: GroupChat, typed: str) -> None:
    await happened(room)
    private = await room.private(ADMIN)
    for written in (BADGE, BADGE.lower(), f" {BADGE} "):
        card = said(await room.says(ADMIN, typed.format(written), chat=private))
        assert BADGE in card and "扫码交费" in card
    in_class = await room.says(ADMIN, typed.format(BADGE))
    assert "/scam" in {one.command.split()[0] for one in offered(in_class)}
    assert STRANGER.name not in said(in_class) and "扫码交费" not in said(in_class)


async def test_a_badge_is_known_to_nobody_but_the_admins_of_its_group(room: GroupChat) -> None:
    await happened(room)
    foreign = await room.another("五(3)班", keepers=(FOREIGNER,))
    await happened(room, name="别人", chat=foreign, user="667")
    private = await room.private(FOREIGNER)
    answers = [await room.says(FOREIGNER, f"/incidents {BADGE}", chat=chat) for chat in (private, foreign)]
    for answer in (*answers, await room.says(FOREIGNER, f"/incidents {BADGE}")):
        assert not offered(answer) and STRANGER.name not in said(answer)
    for answer in answers:
        assert "没有找到" in said(answer)
    for chat in (room.chat, await room.private(PARENT)):
        assert not offered(await room.says(PARENT, f"/incidents {BADGE}", chat=chat))


async def test_an_account_with_a_part_in_several_is_listed_and_an_accomplice_is_found_too(
    room: GroupChat,
) -> None:
    await happened(room, accomplice="667")
    private = await room.private(ADMIN)
    assert "扫码交费" in said(await room.says(ADMIN, f"/incidents {badge('667', mark)}", chat=private))
    await happened(room)
    assert await listed(room, BADGE, private) == ["/incidents #2", "/incidents #1"]
    assert "没有找到" in said(await room.says(ADMIN, f"/incidents {badge('668', mark)}", chat=private))


async def test_an_admin_of_one_group_names_an_incident_in_private_by_its_number_alone(
    room: GroupChat,
) -> None:
    private = await room.private(ADMIN)
    await happened(room)
    assert "第1件" in said(await room.says(ADMIN, "/why 1", chat=private))
    assert "没有找到" in said(await room.says(ADMIN, "/why 2", chat=private))
    assert "那个群里" in said(await room.says(ADMIN, "/scam x", chat=private))
    await room.says(ADMIN, "/scam 1", chat=private)
    async with room.db.read() as tx:
        first = await incidents.numbered(tx, room.chat.id, 1)
    assert first is not None and first.state == SCAM
    assert "那个群里" in said(await room.says(PARENT, "/scam 1", chat=await room.private(PARENT)))
    await room.another("四(1)班", keepers=(ADMIN,))
    assert "那个群里" in said(await room.says(ADMIN, "/safe 1", chat=private)), "it could be either"


async def test_what_was_forgotten_keeps_its_place_and_opens_nothing(room: GroupChat) -> None:
    await happened(room, state=SAFE)
    async with room.here() as here:
        await incidents.forget(here.tx, room.now + timedelta(days=1))
    assert await listed(room) == ["/incidents #1"]
    assert "过去很久" in said(await room.says(ADMIN, "/incidents #1"))


async def test_every_button_fits_whatever_was_looked_for(room: GroupChat) -> None:
    for _ in range(14):
        await happened(room, name="长" * 60)
    actions = await room.says(ADMIN, f"/incidents {'长' * 60}")
    assert "›" in [one.label for one in offered(actions)]
    assert all(len(one.command.encode()) <= 64 for one in offered(actions))


async def test_in_a_real_group_an_incident_is_opened_and_dealt_with_where_it_stands(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("clone", ASK, photo={"qr": CODE})
        await school.warned()
        await school.says("teacher", "/incidents")
        (shown,) = await control.said("class", contains="出过的事", wait=PATIENCE)
        await control.press("class", shown["message_id"], "teacher", "1")
        (opened,) = await control.said("class", contains="像是诈骗", wait=PATIENCE)
        assert opened["message_id"] == shown["message_id"]
        await control.press("class", opened["message_id"], "teacher", "移出群")
        (banned,) = await control.said("class", contains="已被移出群", wait=PATIENCE)
        assert banned["message_id"] == shown["message_id"]
        await control.press("class", opened["message_id"], "teacher", "没问题")
        assert await control.said("class", contains="已确认：没有问题", wait=PATIENCE)
        await control.press("class", opened["message_id"], "teacher", "收回决定")
        (undone,) = await control.said("class", contains="收回了决定", wait=PATIENCE)
        assert undone["message_id"] == shown["message_id"]
        await school.unharmed()


def test_the_register_is_for_admins() -> None:
    assert commands()["incidents"].admin
