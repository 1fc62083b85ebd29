"""The platforms' own numbers for people and groups stay inside: what people read names an account by the guard's own word."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.store.tables import incidents, outbox
from handlers import custody
from handlers.badges import LETTERS, badge, wearer
from tests.classroom import mark
from tests.dingtalk_class import ding_class
from tests.dingtalk_class import without_pacing as dingtalk_without_pacing
from tests.elsewhere import Elsewhere
from tests.group_chat import ADMIN, OWNER, GroupChat, group_chat
from tests.guarded import PATIENCE
from tests.onebot_class import qq_class
from tests.onebot_class import without_pacing as onebot_without_pacing
from tests.opened import for_each_test
from tests.qq_class import official_class

BADGE = re.compile(rf"\b[{LETTERS}]{{3}}-[{LETTERS}]{{3}}\b")
_MESSAGE = re.compile(r"ROBOT1\.0_[-x\d]+")
# What an admin reads about people, and what tells of the group.
ASKED = (
    "/status", "/members", "/members alike", "/members new", "/members silent", "/teacher list", "/incidents",
    "/incidents #1", "/why 1", "/stolen", "/setup", "/panel", "/simulate", "/digest now", "/cases", "/school", "/fee",
)  # fmt: skip

room = for_each_test(group_chat)


def numbers(school: Elsewhere) -> set[str]:
    """The figures that are in everything the platform calls its people and groups by."""
    world = school.playground.world
    people = {str(user.id) for user in (*world.users.values(), world.bot)}
    return people | {str(abs(chat.id)) for chat in world.chats.values() if chat.is_group}


async def an_incident_from_the_alarm_to_the_file(school: Elsewhere) -> None:
    """A clone asks, is explained and decided about; an accomplice asks too; the admin looks at everything there is."""
    await school.says("teacher", "明天春游，每人带一瓶水")
    await school.scam()
    await school.says("stranger", "资料费请扫这个码交86元", photo={"qr": "wxp://f2f0Qq7StolenCode9zXw2"})
    assert await school.said("teacher", contains="疑似诈骗", wait=PATIENCE)
    await school.settled()
    await school.tells("clone", "/appeal 我是王老师，换了手机")
    for command in ASKED:
        await school.tells("teacher", command)
        await school.settled()
    for command in ("/scam 1", "/mute 1", "/ban 1", "/evidence 1"):
        await school.tells("teacher", command)
        await school.settled()


async def nothing_leaked(school: Elsewhere) -> None:
    inside = numbers(school)
    spoken = await school.playground.control.said(count=0)
    heard = [text for one in spoken for text in (one["text"], *(old["text"] for old in one["history"]))]
    heard += [key["text"] for one in spoken for row in one["buttons"] for key in row]
    for row in await school.rows(outbox.c.payload):
        heard.append(str(row.payload.get("text", "")))
        heard += [key["label"] for keys in row.payload.get("buttons", ()) for key in keys if "label" in key]
    assert any(BADGE.search(text) for text in heard), "an account is told from another of its name"
    for text in heard:
        assert not [number for number in inside if number in text], text
        assert not re.search(r"\b(qq|qqbot|ding|open|staff|group|cid|OPEN|GROUP):?\d", text), text


async def the_file_names_them_once(school: Elsewhere) -> None:
    """The evidence handed to an admin: on paper no number, in its data the platform's, for the police, in one line."""
    (sent,) = [one for one in await school.playground.control.said("teacher") if one.get("document")]
    packed = ZipFile(io.BytesIO(await school.playground.control.file(sent["document"]["file_id"])))
    inside = numbers(school)
    # A message's own number is nobody's; the playground makes it of its group's.
    page = _MESSAGE.sub("", packed.read("timeline.html").decode())
    assert BADGE.search(page) and not [number for number in inside if number in page]
    *records, platform = [
        one
        for line in packed.read("records.jsonl").decode().splitlines()
        if (one := json.loads(line))["record"] != "picture"
    ]
    assert not [number for number in inside if number in _MESSAGE.sub("", json.dumps(records))]
    assert platform["record"] == "platform"
    (incident,) = [one for one in records if one["record"] == "incident"]
    users = {row.number: row.user for row in await school.rows(incidents.c.number, incidents.c.user)}
    assert platform["accounts"][incident["user"]] == users[incident["number"]]


async def test_on_qq_nothing_the_bot_says_names_a_qq_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    onebot_without_pacing(monkeypatch)
    async with qq_class(tmp_path) as school, school.on_guard():
        await an_incident_from_the_alarm_to_the_file(school)
        await nothing_leaked(school)


async def test_on_the_official_qq_bot_nothing_the_bot_says_names_an_open_id(tmp_path: Path) -> None:
    async with official_class(tmp_path) as school, school.on_guard():
        await an_incident_from_the_alarm_to_the_file(school)
        await nothing_leaked(school)
        await the_file_names_them_once(school)


async def test_on_dingtalk_nothing_the_bot_says_names_a_number_of_its(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dingtalk_without_pacing(monkeypatch)
    async with ding_class(tmp_path) as school, school.on_guard(school.config(feed=True)):
        await school.overheard()
        await an_incident_from_the_alarm_to_the_file(school)
        await nothing_leaked(school)


# --- what a badge is --------------------------------------------------------------------------


def test_two_accounts_of_one_name_have_two_badges_and_one_account_the_same_always() -> None:
    assert badge("qq:66", mark) == badge("qq:66", mark)
    assert len({badge(f"qq:{number}", mark) for number in range(1_000)}) == 1_000
    assert BADGE.fullmatch(badge("qq:66", mark))


def test_nobody_without_the_key_can_tell_whose_it_is() -> None:
    assert badge("qq:66", mark) != badge("qq:66", lambda text: mark(f"another key {text}"))


@pytest.mark.parametrize("change", [str, str.lower, lambda text: f" {text} "])
def test_an_account_is_meant_by_its_badge_however_it_was_typed(change: type[str]) -> None:
    known = ["qq:65", "qq:66", "qq:67"]
    assert wearer(change(badge("qq:66", mark)), known, mark) == "qq:66"
    assert wearer("AAA-AAA", known, mark) is None


async def test_an_account_is_marked_as_stolen_by_its_badge(room: GroupChat) -> None:
    group = await room.group()
    assert custody.account_of(group, badge(ADMIN.id, group.mark)) == ADMIN.id
    await room.says(OWNER, f"/stolen mark {badge(ADMIN.id, group.mark)}")
    assert ADMIN.id in (await room.group()).context.stolen
