"""Profile pictures: whoever wears a teacher's is seen, nobody is accused for a picture of his own, and text never waits."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.engine import URL

from bot.events import Membership, PortraitSeen
from bot.groups import Groups
from bot.media.portrait import portrait
from bot.media.reading import Reading, Task
from bot.places import Chat
from bot.platforms import Later, Refused
from bot.playground.pictures import face
from bot.portraits.looking import Look, Looking
from bot.portraits.posters import Posters, Sought
from bot.portraits.sitters import Sitters
from bot.store import admins, chats, roster
from bot.store import portraits as store
from bot.store.admins import Admin
from bot.store.db import Database
from bot.store.portraits import Account
from bot.store.tables import incidents, portraits
from handlers.group import Group
from handlers.memory import Memory
from patterns.model import Protected
from patterns.portraits import alike, whose
from tests.classroom import mark
from tests.fakes import GROUP, OTHER, START, FakePlatform, StillClock, message_event, until
from tests.guarded import School, guarded

FEE = "各位家长，请扫码交资料费86元，交完发截图"


def shown(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


WANG = portrait(shown(face(1)))
CHEN = portrait(shown(face(2)))


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    async with guarded(tmp_path, clone="路过的人", faces=True) as school:
        yield school


async def wears(school: School, who: str, picture_of: str) -> None:
    await school.playground.control.change_user(who, picture={"copy_of": picture_of})


async def test_who_asks_for_money_with_the_teachers_picture_is_an_impostor(school: School) -> None:
    await wears(school, "clone", "teacher")
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充王丽老师" in warning["text"]
    (card,) = [one for one in await school.said("teacher") if "头像用的是“王丽老师”的照片" in one["text"]]
    assert "疑似诈骗" in card["text"]
    await school.unharmed()


async def test_who_asks_for_money_with_a_picture_of_his_own_is_not(school: School) -> None:
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充" not in warning["text"]


async def test_the_text_is_answered_before_the_picture_is_looked_at(school: School) -> None:
    await wears(school, "clone", "teacher")
    control = school.playground.control
    await control.fault(method="getUserProfilePhotos", delay=1.0, times=1)
    await school.says("clone", FEE)
    first = await school.warned()
    assert "冒充" not in first["text"]
    (last,) = await school.warnings()
    assert "冒充王丽老师" in last["text"]


async def test_the_teachers_picture_without_a_word_about_money_is_for_the_admins_to_see(
    school: School,
) -> None:
    await wears(school, "clone", "teacher")
    await school.says("clone", "早上好")
    assert await school.warnings() == []
    assert any("头像用的是“王丽老师”的照片" in one["text"] for one in await school.said("teacher"))


async def test_a_picture_put_on_after_the_first_word_is_seen_with_the_request(school: School) -> None:
    await school.says("clone", "早上好")
    await school.settled()
    await wears(school, "clone", "teacher")
    await school.playground.control.advance(600)
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充王丽老师" in warning["text"]
    (row,) = await school.rows(incidents.c.evidence)
    assert "repictured_lately" in {reason["signal"] for reason in row.evidence["reasons"]}


async def test_an_account_that_turns_into_the_teacher_is_a_caution_before_it_asks(school: School) -> None:
    await school.says("clone", "早上好")
    await school.settled()
    await wears(school, "clone", "teacher")
    await school.playground.control.change_user("clone", first_name="王丽老师")
    await school.says("clone", "大家晚上好")
    (warning,) = await school.warnings()
    assert "王丽老师" in warning["text"]


async def test_who_joins_with_the_teachers_picture_is_told_to_the_admins(school: School) -> None:
    await wears(school, "outsider", "teacher")
    await school.playground.control.member("class", "outsider")
    await school.settled()
    told = [one for one in await school.said("teacher") if "头像进群了" in one["text"]]
    assert len(told) == 1 and "过客" in told[0]["text"]


async def test_a_picture_nobody_may_see_accuses_nobody(school: School) -> None:
    await wears(school, "clone", "teacher")
    await school.playground.control.fault(method="getUserProfilePhotos", status=400, times=None)
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充" not in warning["text"]
    await school.unharmed()


async def test_only_protected_peoples_pictures_are_written_down(school: School) -> None:
    await wears(school, "clone", "teacher")
    await school.says("clone", FEE)
    await school.says("mum", "收到")
    await school.settled()
    users = {row.user for row in await school.rows(portraits.c.user)}
    people = {str(one["id"]): one["key"] for one in await school.playground.control.users()}
    assert {people[user] for user in users} == {"teacher", "deputy"}


# --- the fingerprint ------------------------------------------------------------------------


def test_no_two_faces_of_a_school_are_taken_for_one_another() -> None:
    faces = [portrait(shown(face(number))) for number in range(700_000_001, 700_000_081)]
    assert not [1 for at, one in enumerate(faces) for other in faces[:at] if alike(one, other)]


def test_a_picture_several_people_share_is_nobodys() -> None:
    crest = (Protected("王丽老师", portraits=(WANG,)), Protected("陈主任", portraits=(WANG,)))
    assert whose(WANG, crest) is None
    assert whose(WANG, crest[:1]) == crest[0]


@pytest.mark.parametrize("broken", ["", "00", "g" * 160, "0" * 161])
def test_what_is_no_fingerprint_is_like_nothing(broken: str) -> None:
    assert not alike(broken, WANG) and not alike(broken, broken)


# --- remembering ----------------------------------------------------------------------------


def test_a_members_picture_is_forgotten_after_a_day() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    memory.portrayed(1, "7", WANG, START)
    assert memory.portrait(1, "7", START + timedelta(hours=23)) is not None
    assert memory.portrait(1, "7", START + timedelta(hours=25)) is None


def test_a_change_of_picture_is_noticed_and_the_first_look_is_none() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    memory.portrayed(1, "7", CHEN, START)
    first = memory.portrait(1, "7", START)
    memory.portrayed(1, "7", WANG, START + timedelta(minutes=10))
    then = memory.portrait(1, "7", START + timedelta(minutes=12))
    assert first is not None and first.changed_minutes is None
    assert then is not None and then.changed_minutes == 2


def test_a_new_name_makes_the_last_look_outdated() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    memory.portrayed(1, "7", CHEN, START)
    memory.hear(1, "7", "王丽老师", START + timedelta(minutes=1))
    known = memory.portrait(1, "7", START + timedelta(minutes=1))
    assert known is not None and known.outdated


@pytest.fixture
async def db(where: Path | URL) -> AsyncIterator[Database]:

    opened = await Database.open(where)
    async with opened.transaction() as tx:
        await chats.register(tx, GROUP, 0)
        await roster.add(tx, 1, Protected("王丽老师", ids=frozenset({"7"})), "1", START)
    yield opened
    await opened.close()


async def test_a_teachers_earlier_pictures_are_known_too_but_not_all(db: Database) -> None:
    account = Account("fake", "7")
    async with db.transaction() as tx:
        assert await store.note(tx, account, "a", WANG, START)
        assert not await store.note(tx, account, "a", WANG, START)
        for number in range(1, 5):
            assert await store.note(tx, account, f"b{number}", f"{number}", START)
        assert (await store.of(tx, "fake", ["7"]))["7"] == ("4", "3", "2")
        changed = (await tx.execute(select(portraits.c.changed_at))).scalar_one()
    assert changed is not None


async def test_a_teacher_is_looked_at_once_a_day(db: Database) -> None:
    async with db.transaction() as tx:
        assert await store.due(tx, 1, START) == [Account("fake", "7")]
        await store.note(tx, Account("fake", "7"), "a", WANG, START)
        assert await store.due(tx, 1, START) == []
        assert await store.due(tx, 1, START + timedelta(days=1)) == [Account("fake", "7")]


async def test_a_round_asks_once_for_all_groups_and_begins_with_who_was_not_looked_at_for_longest(
    db: Database,
) -> None:
    async with db.transaction() as tx:
        for number, place in enumerate((GROUP, OTHER), start=1):
            await chats.register(tx, place, 0)
            await chats.set_access(tx, number, Membership.ADMIN, frozenset())
            # In the first group somebody was named; in the other its admins count.
            await admins.replace(
                tx, number, [Admin("8", "陈", False, False), Admin("9", "李", True, True)], START
            )
        people = {Account("fake", user) for user in "789"}
        assert set(await store.longest_due(tx, START, 10)) == people
        for number, account in enumerate(sorted(people, key=lambda one: one.user)):
            await store.note(tx, account, "a", WANG, START + timedelta(hours=number))
        day = START + timedelta(days=1)
        assert await store.longest_due(tx, START, 10) == []
        assert await store.longest_due(tx, day, 2) == [Account("fake", "7"), Account("fake", "8")]
        await store.put_off(tx, Account("fake", "7"), day)
        assert (await store.of(tx, "fake", ["7"]))["7"] == (WANG,)
        assert await store.longest_due(tx, day, 1) == [Account("fake", "8")]
        await chats.set_access(tx, 2, Membership.OUT, frozenset())
        assert await store.longest_due(tx, day, 2) == []


async def test_who_hides_keeps_nobody_else_from_being_looked_at(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.portraits.sitters.ROUND_LOOKS", 1)
    monkeypatch.setattr("bot.portraits.sitters.STEP_SECONDS", 0)
    async with db.transaction() as tx:
        await chats.set_access(tx, 1, Membership.ADMIN, frozenset())
        await roster.add(tx, 1, Protected("陈主任", ids=frozenset({"8"})), "1", START)
    platform = FakePlatform(
        portraits={"7": "w", "8": "c"},
        files={"w": WANG.encode(), "c": CHEN.encode()},
        portrait_failures=[Refused("hidden")],
    )
    clock = StillClock()
    sitters = Sitters(db, clock, Groups(db, nobody), looking(platform, Painter()))
    for expected in (0, 1, 1):
        await sitters.round(asyncio.Event())
        async with db.read() as tx:
            assert len(await store.of(tx, "fake", ["7", "8"])) == expected
    clock.advance(hours=1, seconds=1)
    await sitters.round(asyncio.Event())
    async with db.read() as tx:
        assert await store.of(tx, "fake", ["7", "8"]) == {"7": (WANG,), "8": (CHEN,)}


async def nobody(_tx: object, _chat: Chat) -> Group:
    raise AssertionError("nobody asks for a group")


async def test_the_picture_of_somebody_no_longer_protected_is_forgotten(db: Database) -> None:
    async with db.transaction() as tx:
        await store.note(tx, Account("fake", "7"), "a", WANG, START)
        assert await store.forget(tx) == 0
        (entry,) = await roster.load(tx, 1)
        await roster.remove(tx, 1, entry.id)
        assert await store.forget(tx) == 1


# --- looking --------------------------------------------------------------------------------


class Painter:
    """Takes every picture for the portrait its bytes spell."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def read(self, unique_id: str, data: bytes, task: Task) -> Reading:
        assert task is Task.PORTRAIT
        self.asked.append(unique_id)
        return Reading(portrait=data.decode())


def looking(platform: FakePlatform, painter: Painter, pace: float = 0.0) -> Looking:
    return Looking(painter, {"fake": platform}, pace)


async def test_a_picture_is_fetched_once_however_often_it_is_looked_at() -> None:
    platform, painter = FakePlatform(portraits={"7": "face"}, files={"face": WANG.encode()}), Painter()
    eyes = looking(platform, painter)
    for _ in range(3):
        assert await eyes.at("fake", "7") == Look("face", WANG)
    assert painter.asked == ["face"]


async def test_who_has_no_picture_is_known_to_have_none_and_who_hides_it_is_unknown() -> None:
    platform = FakePlatform(portrait_failures=[Refused("hidden")])
    eyes = looking(platform, Painter())
    assert await eyes.at("fake", "7") is None
    assert await eyes.at("fake", "7") == Look()


async def test_a_platform_that_asks_for_patience_gets_it() -> None:
    platform = FakePlatform(portraits={"7": "face"}, files={"face": b"x"}, portrait_failures=[Later(0.05)])
    began = asyncio.get_running_loop().time()
    assert await looking(platform, Painter()).at("fake", "7") == Look("face", "x")
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_looks_keep_their_distance() -> None:
    eyes = looking(FakePlatform(), Painter(), pace=0.03)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(eyes.at("fake", str(number)) for number in range(4)))
    assert asyncio.get_running_loop().time() - began >= 0.09


async def test_who_is_waited_for_is_judged_by_the_latest_that_matters() -> None:
    platform = FakePlatform(portraits={"50": "face"}, files={"face": b"x"})
    posters, seen = Posters(looking(platform, Painter())), list[PortraitSeen]()
    said = [message_event(number=number, text=text) for number, text in enumerate(("早", FEE, "在吗"))]
    for event, urgent in zip(said, (False, True, False), strict=True):
        posters.seek(Sought(event.place, event.message.sender, event.at, event, seen.append), urgent=urgent)
    await until(lambda: seen and not posters.waiting)
    assert [(one.portrait, one.said) for one in seen] == [("x", said[1])]
    await posters.stop()


async def test_who_could_not_be_looked_at_is_left_in_peace() -> None:
    platform = FakePlatform(portrait_failures=[Refused("hidden")])
    posters, seen = Posters(looking(platform, Painter())), list[PortraitSeen]()
    event = message_event(text=FEE)
    for _ in range(2):
        posters.seek(Sought(event.place, event.message.sender, event.at, event, seen.append), urgent=True)
        await until(lambda: not posters.waiting)
    assert seen == [] and platform.portrait_failures == []
    await posters.stop()
