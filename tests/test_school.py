"""A school of several classes: one roster for all, a scam confirmed in one known in the others, the term in figures."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.abilities import Right
from bot.actions import Action
from bot.cli import app
from bot.config import Config
from bot.events import Membership
from bot.papers import fonts, press
from bot.places import Chat, ChatKind, Place
from bot.settings import LANGUAGES
from bot.store import admins, chats, incidents, portraits, roster, schools, tables
from bot.store.admins import Admin
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.portraits import Account
from bot.store.schools import Member, School
from bot.store.tables import shared_marks
from handlers import incidents as handling
from handlers import messages
from handlers.schools import listing, rollup
from handlers.schools.rollup import Term
from patterns.judge import judge
from patterns.model import Attachment, AttachmentKind, Duty, Level, Message, Person, Protected, Verdict
from tests.classroom import Classroom
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, GroupChat, group_chat, mark, said
from tests.guarded import PATIENCE, guarded
from tests.guarded import School as Played

CODE = Attachment(AttachmentKind.QR, "wxp://f2f0SwindlersInventedCode7")
ACCOUNT = "6222021234567890128"
ASKS = "各位家长，请马上扫码交校服费120元，今晚8点前交齐，交完发截图"
TEACHER = Person("300", "王丽老师")
HEADER = "kind,name,role,class,aliases,accounts,value\n"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


class Two:
    """Two classes of one school; both have the same two admins."""

    def __init__(self, room: GroupChat, other: Chat, school: School) -> None:
        self.room, self.other, self.school = room, other, school

    async def opened(self, chat: Chat, who: Person, text: str, *attached: Attachment) -> int:
        """Somebody asks in a class; the number of the incident."""
        there = Classroom(self.room.db, chat, self.room.memory, me=self.room.me, now=self.room.now)
        async with self.room.here(chat) as here:
            assert here.group is not None
            event = there.message(who, text, *attached)
            seen = messages.glance(event, chat, here.group, self.room.memory, self.room.now)
            assert seen is not None
            await handling.met(seen, here)
            return (await incidents.ongoing(here.tx, chat.id))[0].id

    async def decides(self, who: Person, word: str, incident: int) -> list[Action]:
        return await self.room.presses(who, f"/{word} #{incident}", chat=await self.room.private(who))

    async def judged(self, chat: Chat, who: Person, text: str, *attached: Attachment) -> Verdict:
        async with self.room.here(chat) as here:
            assert here.group is not None
            return judge(Message("1", who, text, attachments=attached), here.group.context)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with group_chat(tmp_path) as room:
        other = await room.another("四(1)班家长群", keepers=(OWNER, ADMIN))
        async with room.db.transaction() as tx:
            school = await schools.make(tx, "阳光小学", room.now)
            for chat in (room.chat, other):
                await schools.join(tx, school.id, chat.id)
        yield Two(room, other, school)


async def fills(two: Two, *people: Member) -> None:
    found = listing.read(
        (HEADER + f"payee,,,,,,{ACCOUNT}\ndomain,,,,,,pay.school.example\n").encode(), mark, "zh-Hans"
    )
    async with two.room.db.transaction() as tx:
        await schools.replace(tx, two.school.id, people, found.payees, found.hosts)


# --- inherited ------------------------------------------------------------------------------------


async def test_a_schools_roster_payees_and_addresses_hold_in_every_class(two: Two) -> None:
    await fills(two, Member("王丽老师", Duty.TEACHER, ("丽丽老师",), accounts=("telegram:300", "qq:555")))
    for chat in (two.room.chat, two.other):
        clone = await two.judged(chat, Person("66", "丽丽老师"), ASKS, CODE)
        assert clone.level is Level.ALARM
        genuine = await two.judged(chat, TEACHER, f"各位家长，校服费120元请转到银行账号：{ACCOUNT}")
        assert genuine.level is Level.CLEAR
        async with two.room.here(chat) as here:
            assert here.group is not None
            assert here.group.context.domains == {"pay.school.example"}
            assert not here.group.provisional


async def test_an_account_means_something_on_its_own_platform_only(two: Two) -> None:
    member = Member("王丽老师", Duty.TEACHER, accounts=("telegram:300", "qq:555", "dingtalk:staff:07"))
    assert member.person.ids == {"300", "qq:555", "qqbot:555", "ding:staff:07"}
    await fills(two, member)
    assert (await two.judged(two.other, Person("555", "王丽老师"), ASKS, CODE)).level is Level.ALARM


async def test_the_pictures_of_a_schools_people_are_looked_at_and_asked_about_in_every_class(
    two: Two,
) -> None:
    await fills(two, Member("王丽老师", Duty.TEACHER, accounts=("telegram:300", "onebot:qq:555")))
    teacher, elsewhere = Account("telegram", "300"), Account("onebot", "qq:555")
    async with two.room.db.transaction() as tx:
        for chat in (two.room.chat, two.other):
            assert await portraits.due(tx, chat.id, two.room.now) == [teacher]
        assert await portraits.longest_due(tx, two.room.now, 9) == [teacher]
        assert await portraits.guarding(tx, teacher) == [two.room.chat.id, two.other.id]
        assert await portraits.guarding(tx, elsewhere) == []
        await portraits.note(tx, teacher, "a", "f" * 16, two.room.now)
        assert await portraits.forget(tx) == 0
        await schools.leave(tx, two.other.id)
        assert await portraits.guarding(tx, teacher) == [two.room.chat.id]
        await schools.replace(tx, two.school.id, (), (), ())
        assert await portraits.forget(tx) == 1


@pytest.mark.parametrize(
    ("platform", "number"),
    [
        ("telegram", "300"),
        ("onebot", "qq:555"),
        ("onebot-second", "qq:555"),
        ("qq", "qqbot:A1B2"),
        ("dingtalk", "ding:staff:07"),
    ],
)
async def test_a_schools_people_are_looked_at_on_every_platform_under_the_number_they_are_judged_by(
    two: Two, platform: str, number: str
) -> None:
    listed = ("telegram:300", "qq:555", "qq:qqbot:A1B2", "dingtalk:staff:07")
    teacher = Member("王丽老师", Duty.TEACHER, accounts=listed)
    assert number in teacher.person.ids
    await fills(two, teacher)
    async with two.room.db.transaction() as tx:
        there = Place(platform, "group:1", ChatKind.GROUP, "三(2)班家长群")
        chat, _ = await chats.register(tx, there, milliseconds(two.room.now))
        await chats.set_access(tx, chat.id, Membership.MEMBER, frozenset())
        await admins.replace(tx, chat.id, [Admin("somebody", "路人", True)], two.room.now)
        await schools.join(tx, two.school.id, chat.id)
        account = Account(platform, number)
        looked_at = await portraits.longest_due(tx, two.room.now, 99)
        assert account in await portraits.due(tx, chat.id, two.room.now)
        assert account in looked_at
        assert Account(platform, "somebody") not in looked_at
        assert await portraits.longest_due(tx, two.room.now, 1) == looked_at[:1]
        assert chat.id in await portraits.guarding(tx, account)
        await portraits.note(tx, account, "a", "f" * 16, two.room.now)
        assert account not in await portraits.longest_due(tx, two.room.now, 99)
        assert await portraits.forget(tx) == 0


async def test_what_a_class_says_of_somebody_itself_goes_first(two: Two) -> None:
    await fills(two, Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    async with two.room.db.transaction() as tx:
        own = Protected("王主任", frozenset({"300"}), duty=Duty.OFFICE)
        await roster.add(tx, two.room.chat.id, own, OWNER.id, two.room.now)
    assert [one.name for one in (await two.room.group()).roster] == ["王主任"]


async def test_a_class_that_left_its_school_has_nothing_of_it(two: Two) -> None:
    await fills(two, Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    async with two.room.db.transaction() as tx:
        assert await schools.leave(tx, two.room.chat.id)
    group = await two.room.group()
    assert group.provisional and group.payees == () and group.context.domains == frozenset()


# --- a scam confirmed -------------------------------------------------------------------------------


async def test_one_voice_is_heard_in_its_own_class_only(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    assert (await two.judged(two.room.chat, PARENT, ASKS, CODE)).level is Level.ALARM
    assert (await two.judged(two.other, PARENT, ASKS, CODE)).level < Level.ALARM


async def test_with_a_second_voice_code_words_and_person_alarm_in_the_other_class(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    told = await two.decides(ADMIN, "scam", number)
    assert "四(1)班家长群" in said(told), "its admins are told"
    assert ASKS not in said(told)
    for who, text, attached in (
        (PARENT, "扫这个码交120元", (CODE,)),
        (PARENT, ASKS, ()),
        (STRANGER, "班费50元，请大家转给我", ()),
    ):
        verdict = await two.judged(two.other, who, text, *attached)
        assert verdict.level is Level.ALARM, text
        assert "confirmed_scam" in verdict.tells
    assert (await two.judged(two.other, STRANGER, "大家好，明天几点放学")).level is Level.CLEAR


async def test_the_same_admin_twice_is_one_voice(two: Two) -> None:
    for chat in (two.room.chat, two.other):
        number = await two.opened(chat, STRANGER, ASKS, CODE)
        await two.decides(OWNER, "scam", number)
    async with two.room.here() as here:
        assert await schools.agreed(here.tx, two.school.id) == frozenset()


async def test_a_decision_taken_back_is_taken_back_everywhere(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    await two.decides(OWNER, "safe", number)
    assert (await two.judged(two.other, PARENT, ASKS, CODE)).level < Level.ALARM


async def test_what_one_class_pardons_stays_a_scam_in_the_others(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    there = await two.opened(two.other, STRANGER, ASKS, CODE)
    await two.decides(ADMIN, "safe", there)
    assert (await two.judged(two.other, STRANGER, ASKS, CODE)).level < Level.ALARM
    assert (await two.judged(two.other, STRANGER, "班费50元，请大家转给我")).level < Level.ALARM
    assert (await two.judged(two.other, PARENT, "扫这个码交120元", CODE)).level < Level.ALARM
    assert (await two.judged(two.room.chat, STRANGER, ASKS, CODE)).level is Level.ALARM
    await two.decides(ADMIN, "undo", there)
    assert (await two.judged(two.other, STRANGER, ASKS, CODE)).level is Level.ALARM


async def test_what_was_cleared_before_others_found_it_a_scam_alarms_all_the_same(two: Two) -> None:
    earlier = await two.opened(two.other, STRANGER, ASKS, CODE)
    await two.decides(ADMIN, "safe", earlier)
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    assert (await two.judged(two.other, STRANGER, ASKS, CODE)).level is Level.ALARM


async def test_a_registered_persons_account_is_never_passed_on(two: Two) -> None:
    await fills(two, Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    number = await two.opened(two.room.chat, TEACHER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    assert (await two.judged(two.other, TEACHER, "班费50元，请大家转给我")).level < Level.ALARM


async def test_whoever_joined_the_scam_is_known_in_the_other_classes_too(two: Two) -> None:
    accomplice = Person("3131", "热心家长")
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    two.room.now += timedelta(minutes=1)
    assert await two.opened(two.room.chat, accomplice, ASKS, CODE) == number
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    assert (await two.judged(two.other, accomplice, "班费50元，请大家转给我")).level is Level.ALARM


async def test_another_school_hears_nothing(two: Two) -> None:
    foreign = await two.room.another("别校一班", keepers=(PARENT,))
    async with two.room.db.transaction() as tx:
        school = await schools.make(tx, "别的学校", two.room.now)
        await schools.join(tx, school.id, foreign.id)
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    told = await two.decides(ADMIN, "scam", number)
    assert "别校一班" not in said(told)
    assert (await two.judged(foreign, PARENT, ASKS, CODE)).level < Level.ALARM


async def test_only_fingerprints_go_round(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    async with two.room.here() as here:
        rows = [
            tuple(row)
            for row in await here.tx.execute(select(shared_marks.c.mark, shared_marks.c.voice_mark))
        ]
    assert len(rows) == 3
    assert all(len(word) == 32 and not {OWNER.id, STRANGER.id} & {word} for row in rows for word in row)


# --- the file ---------------------------------------------------------------------------------------


def test_a_good_file_is_read_whole() -> None:
    text = HEADER + (
        "person,王丽,老师,三(2)班,小王老师;丽丽,telegram:300 qq:555,\n"
        "\n"
        "person,财务室,学校,,,,\n"
        f"payee,,,,,,{ACCOUNT}\n"
        "domain,,,,,,https://pay.school.example/fee\n"
    )
    for content in (text.encode("utf-8-sig"), text.encode("gb18030")):
        found = listing.read(content, mark, "zh-Hans")
        assert found.problems == ()
        assert found.people[0] == Member(
            "王丽", Duty.TEACHER, ("小王老师", "丽丽"), "三(2)班", ("telegram:300", "qq:555")
        )
        assert found.people[1].duty is Duty.OFFICE
        assert (len(found.payees), found.hosts) == (1, ("pay.school.example",))
        assert ACCOUNT not in found.payees[0].label


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        ("human,王丽,,,,,", "kind is human"),
        ("person,,teacher,,,,", "name is empty"),
        ("person,王丽,king,,,,", "role is king"),
        ("person,王丽,,,,12345,", "must name its platform"),
        ("person,李华,,,,telegram:1,", "somebody else's in line 2"),
        ("payee,,,,,,12", "value is no account"),
        ("domain,,,,,,docs.qq.com", "no web address"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(row: str, trouble: str) -> None:
    content = f"{HEADER}person,王丽,teacher,,,telegram:1,\n{row}\n".encode()
    (problem,) = listing.read(content, mark, "en").problems
    assert problem.startswith("line 3: ")
    assert trouble in problem


@pytest.mark.parametrize(
    "content",
    [b"", b"name,phone\n1,2\n", b"\xff\xfe\x00", b"PK\x03\x04" * 99, b"x" * 2_000_001, b"kind,\x00\n"],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(content: bytes) -> None:
    found = listing.read(content, mark, "en")
    assert found.problems and found.people == ()


# --- the term in figures -------------------------------------------------------------------------------


def test_the_table_has_a_line_a_class_and_no_formula() -> None:
    table = rollup.as_csv([Term("=HYPERLINK(1)", 20, 40, 36, 2, 1, 12)]).decode("utf-8-sig")
    (row,) = list(csv.DictReader(io.StringIO(table)))
    assert row["class"].startswith("'=")
    assert (row["letters"], row["answers"], row["correct"], row["low"], row["high"]) == (
        "20",
        "40",
        "36",
        "77",
        "96",
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_report_is_a_document_in_every_language(language: str) -> None:
    found = [Term("三(2)班", 20, 40, 36, 2, 1, 12), Term("四(1)班", 0, 0, 0, 0, 0, 0)]
    paper = rollup.paper(School(1, "阳光小学"), found, language, "2026-11-25")
    assert "77" in str(paper.facts) and "None" not in str(paper.facts)
    try:
        fonts.chinese()
    except fonts.NoFont:
        pytest.skip("this machine has no Chinese font")
    assert (await press.draw(paper)).startswith(b"%PDF-")


# --- on the command line -----------------------------------------------------------------------------


def told(folder: Path, *arguments: str | Path) -> Result:
    file = folder / "config.yaml"
    file.write_text(f"data: {folder / 'data'}\n", encoding="utf-8")
    return CliRunner().invoke(app, ["school", *map(str, arguments), "--config", str(file)])


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[Database]:
    db = await Database.open(Config.model_validate({"data": folder / "data"}).database_url)
    try:
        yield db
    finally:
        await db.close()


async def class_of(folder: Path, title: str, address: str) -> None:
    async with stored(folder) as db, db.transaction() as tx:
        chat, _ = await chats.register(tx, Place("telegram", address, ChatKind.GROUP, title), 0)
        await chats.set_access(tx, chat.id, Membership.ADMIN, frozenset(Right))


def test_an_operator_makes_a_school_of_groups_and_prints_its_figures(tmp_path: Path) -> None:
    asyncio.run(class_of(tmp_path, "三(2)班", "-1"))
    asyncio.run(class_of(tmp_path, "四(1)班", "-2"))
    assert "Make it first" in told(tmp_path, "join", "阳光小学", "三(2)班").output
    assert told(tmp_path, "make", "阳光小学").exit_code == 0
    assert "already" in told(tmp_path, "make", "阳光小学").output
    assert told(tmp_path, "join", "阳光小学", "三(2)班").exit_code == 0
    assert told(tmp_path, "join", "阳光小学", "2").exit_code == 0
    assert "No group is called" in told(tmp_path, "join", "阳光小学", "五班").output
    shown = told(tmp_path, "list").output
    assert shown.index("阳光小学") < shown.index("三(2)班")
    bad = tmp_path / "bad.csv"
    bad.write_text(HEADER + "person,,,,,,\nhuman,x,,,,,\n", encoding="utf-8")
    refused = told(tmp_path, "import", "阳光小学", bad)
    assert refused.exit_code == 1 and "line 2" in refused.output and "line 3" in refused.output
    good = tmp_path / "good.csv"
    good.write_text(HEADER + "person,王丽,teacher,,,telegram:300,\n", encoding="utf-8")
    assert "1 people" in told(tmp_path, "import", "阳光小学", good).output
    assert told(tmp_path, "report", "阳光小学", "--out", tmp_path).exit_code == 0
    table = (tmp_path / "阳光小学.csv").read_text("utf-8-sig")
    assert "三(2)班" in table and "四(1)班" in table
    assert told(tmp_path, "leave", "2").exit_code == 0
    assert "belongs to no school" in told(tmp_path, "leave", "2").output


@pytest.mark.parametrize("words", [[], ["make"], ["make", ""], ["dance", "x"], ["import", "x"], ["report"]])
def test_what_it_does_not_understand_it_answers_with_what_it_can(tmp_path: Path, words: list[str]) -> None:
    answer = told(tmp_path, *words)
    assert answer.exit_code == 2
    assert "list · make" in answer.output


async def _operates(played: Played, *words: str | Path) -> str:
    folder = played.folder.parent
    file = folder / "config.yaml"
    file.write_text(f"data: {played.folder}\n", encoding="utf-8")
    arguments = ["school", *map(str, words), "--config", str(file)]
    return (await asyncio.to_thread(CliRunner().invoke, app, arguments)).output


async def test_a_running_guard_hears_of_its_school_and_warns_in_the_other_class(tmp_path: Path) -> None:
    async with guarded(tmp_path, "one", "two") as school:
        control = school.playground.control
        for word in ("one", "two"):
            await school.says("teacher", "大家好", chat=word)
        await school.settled()
        numbers = [
            row.id for row in await school.rows(tables.chats.c.id, tables.chats.c.kind) if row.kind == "group"
        ]
        await _operates(school, "make", "阳光小学")
        for number in numbers:
            assert "belongs to" in await _operates(school, "join", "阳光小学", str(number))
        await school.tells("deputy", "/start")
        await school.says("stranger", ASKS, chat="one", photo={"qr": CODE.value})
        (warning,) = await school.warnings("one")
        await school.says("teacher", "/scam", chat="one", reply_to=warning["message_id"])
        await school.settled()
        await school.says("deputy", "/scam 1", chat="one")
        assert await control.said("deputy", contains="别的班级", wait=PATIENCE)
        await school.says("dad", "扫这个码交120元", chat="two", photo={"qr": CODE.value})
        assert await control.said("two", contains="诈骗", wait=PATIENCE) or await control.said(
            "two", contains="骗局"
        )
        await school.unharmed()


async def test_admins_of_every_class_are_asked_when_somebody_of_the_school_shows_another_picture(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path, "one", "two", faces=True) as school:
        control = school.playground.control
        for word in ("one", "two"):
            await school.says("mum", "大家好", chat=word)
        await school.tells("deputy", "/start")
        await school.settled()
        (teacher,) = [one["id"] for one in await control.users() if one["key"] == "teacher"]
        listed = tmp_path / "school.csv"
        listed.write_text(f"{HEADER}person,王丽老师,teacher,,,telegram:{teacher},\n", encoding="utf-8")
        await _operates(school, "make", "阳光小学")
        await _operates(school, "import", "阳光小学", listed)
        for row in await school.rows(tables.chats.c.id, tables.chats.c.kind):
            if row.kind == "group":
                await _operates(school, "join", "阳光小学", str(row.id))
        await control.advance(60)
        await school.settled()
        assert str(teacher) in {row.user for row in await school.rows(tables.portraits.c.user)}
        await control.change_user("teacher", picture={"copy_of": "mum"})
        await control.advance(86_400 + 60)
        await school.says("deputy", "/status", chat="one")
        asked = await control.said("deputy", contains="王丽老师的账号换了头像", count=2, wait=PATIENCE)
        assert len(asked) == 2
        await school.unharmed()
