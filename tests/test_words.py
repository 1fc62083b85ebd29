"""Words in pictures: read where that is installed, only where it may matter, and never before the text has spoken."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from bench.notices import Notice, judged
from bot.events import MessageSeen, Picture, PicturesRead
from bot.gallery import Gallery
from bot.media.decode import decode
from bot.media.reading import Reading, Task, words_are_read
from bot.media.words import Line, paragraphs
from handlers import messages
from handlers.reading import worth_reading
from patterns.model import Attachment, AttachmentKind, Level, Person
from tests.classroom import BARE, CLONE, CODE, OTHER_PARENT, PARENT, TEACHER, Classroom, classroom
from tests.fakes import FakePlatform, until
from tests.opened import for_each_test

FEE = "关于收取研学活动费的通知\n各位家长，每人358元，请今天扫码付给王老师，付完截图发群里"
NOTICES = {
    "zh-Hans": "收费通知\n各位家长：本学期资料费每人86元，请今天扫码支付，\n付完把截图发到群里",
    "zh-Hant": "繳費通知\n各位家長：戶外教學費每位490元，請今日內掃碼轉帳，\n轉好請截圖傳到群組",
    "en": "Excursion fee\nDear parents, please pay 25 dollars by PayNow today\nand send me a screenshot of the payment",
}
PHOTO = Picture("photo", "photo")
needs_ocr = pytest.mark.skipif(not words_are_read(), reason="words in pictures need `uv sync --extra ocr`")
FONT = next(
    (
        path
        for path in (
            "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
            "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        )
        if Path(path).exists()
    ),
    "",
)

room = for_each_test(classroom)


def posted(room: Classroom, who: Person, text: str = "") -> MessageSeen:
    return room.message(who, text, BARE, pictures=(PHOTO,))


async def hears(room: Classroom, event: MessageSeen | PicturesRead) -> Level:
    seen = messages.glance(event, room.chat, await room.group(), room.memory, room.now)
    return Level.CLEAR if seen is None else seen.verdict.level


async def worth(room: Classroom, event: MessageSeen, *found: Attachment) -> bool:
    level = await hears(room, event)
    read = PicturesRead(event, found or (BARE,))
    return worth_reading(read, room.chat, await room.group(), room.memory, level)


# --- judged like text -----------------------------------------------------------------------


async def test_a_clones_notice_without_a_word_beside_it_raises_the_alarm(room: Classroom) -> None:
    event = posted(room, CLONE)
    assert await hears(room, event) is Level.NOTICE
    worded = PicturesRead(event, (Attachment(AttachmentKind.IMAGE, FEE),), worded=True)
    assert await hears(room, worded) is Level.ALARM


async def test_what_stands_in_a_picture_is_weighed_as_if_it_had_been_said(room: Classroom) -> None:
    said, drawn = room.message(CLONE, FEE), posted(room, replace(CLONE, id="67"))
    group = await room.group()
    spoken = messages.glance(said, room.chat, group, room.memory, room.now)
    worded = PicturesRead(drawn, (Attachment(AttachmentKind.IMAGE, FEE),), worded=True)
    read = messages.glance(worded, room.chat, group, room.memory, room.now)
    assert spoken is not None and read is not None
    assert {one.signal for one in spoken.verdict.evidence} <= {one.signal for one in read.verdict.evidence}


async def test_admins_see_what_stood_in_the_picture(room: Classroom) -> None:
    seen = messages.glance(
        PicturesRead(posted(room, CLONE), (Attachment(AttachmentKind.IMAGE, FEE),), worded=True),
        room.chat, await room.group(), room.memory, room.now,
    )  # fmt: skip
    assert seen is not None
    said = await room.answers(seen)
    assert any("每人358元" in getattr(action, "text", "") for action in said)


# --- only where it may matter ---------------------------------------------------------------


async def test_the_pictures_of_somebody_well_known_here_are_not_read(room: Classroom) -> None:
    for _ in range(4):
        await hears(room, room.message(PARENT, "好的"))
        room.now += timedelta(days=10)
    assert not await worth(room, posted(room, PARENT))
    assert await worth(room, posted(room, PARENT, "班费每人50元，扫码付给我"))
    assert await worth(room, posted(room, PARENT), CODE)


async def test_the_pictures_of_a_clone_and_of_a_newcomer_are_read(room: Classroom) -> None:
    assert await worth(room, posted(room, CLONE))
    assert await worth(room, posted(room, OTHER_PARENT))


async def test_a_registered_teachers_pictures_are_not_read_unless_they_carry_a_code(room: Classroom) -> None:
    assert not await worth(room, posted(room, TEACHER))
    assert await worth(room, posted(room, TEACHER), CODE)


# --- fetched and read -----------------------------------------------------------------------


class Reader:
    """Finds the words that a picture's bytes spell, and no code."""

    async def read(self, unique_id: str, data: bytes, task: Task = Task.CODES) -> Reading:
        return Reading(words=data.decode()) if task is Task.WORDS else Reading(reason="no_code")


async def test_words_take_the_place_of_the_picture_nobody_had_read(room: Classroom) -> None:
    platform, read = FakePlatform(files={"photo": FEE.encode()}), list[PicturesRead]()
    gallery = Gallery(Reader(), {"fake": platform}, Reader())
    event = posted(room, CLONE)
    gallery.begin(event, read.append)
    await until(lambda: read)
    assert read[0].found == (BARE,) and not read[0].worded and read[0].reason == "no_code"
    gallery.read_words(read[0], read.append)
    await until(lambda: len(read) == 2)
    assert read[1].found == (Attachment(AttachmentKind.IMAGE, FEE),) and read[1].worded


async def test_a_picture_sent_to_be_checked_comes_back_once_with_all_that_is_in_it(room: Classroom) -> None:
    platform, read = FakePlatform(files={"photo": FEE.encode()}), list[PicturesRead]()
    Gallery(Reader(), {"fake": platform}, Reader()).begin(posted(room, CLONE), read.append, words=True)
    await until(lambda: read)
    assert [one.found for one in read] == [(Attachment(AttachmentKind.IMAGE, FEE),)]


async def test_without_the_extra_the_guard_says_that_words_were_not_read(room: Classroom) -> None:
    platform, read = FakePlatform(files={"photo": b"x"}), list[PicturesRead]()
    gallery = Gallery(Reader(), {"fake": platform})
    assert not gallery.reads_words
    gallery.begin(posted(room, CLONE), read.append, words=True)
    await until(lambda: read)
    assert (read[0].reason, read[0].worded) == ("no_ocr", False)


# --- lines and paragraphs -------------------------------------------------------------------


def line(text: str, top: float, left: float = 0, right: float = 400) -> Line:
    return Line(text, left, top, right, top + 20)


def test_a_sentence_broken_by_a_narrow_column_is_put_together() -> None:
    assert (
        paragraphs([line("请把三百元转到", 0), line("我的支付宝", 30, right=200)])
        == "请把三百元转到我的支付宝"
    )
    assert (
        paragraphs([line("please pay the", 0), line("fee today", 30, right=90)]) == "please pay the fee today"
    )


def test_a_heading_and_the_items_of_a_list_stay_apart() -> None:
    found = [
        line("缴费通知", 0, 150, 250),
        line("各位家长请于今天内把班费交给", 40),
        line("一、标准", 70, 60, 160),
    ]
    assert paragraphs(found) == "缴费通知\n各位家长请于今天内把班费交给\n一、标准"


def test_cells_of_a_table_stand_in_one_row() -> None:
    assert paragraphs([line("数学", 2, 200, 240), line("语文", 0, 0, 40)]) == "语文 数学"


def test_a_picture_without_words_has_none() -> None:
    assert paragraphs([]) == ""


# --- the real thing -------------------------------------------------------------------------


def drawn(text: str) -> bytes:
    picture = Image.new("RGB", (760, 220), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 26)
    for number, row in enumerate(text.splitlines()):
        pen.text((30, 30 + 50 * number), row, fill="#222222", font=font)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@needs_ocr
@pytest.mark.skipif(not FONT, reason="no Chinese font here: apt-get install fonts-wqy-microhei")
def test_a_notice_is_read() -> None:
    reading = decode(drawn(FEE), task=Task.WORDS)
    assert "研学活动费" in reading.words and "每人358元" in reading.words and reading.reason == ""


@needs_ocr
@pytest.mark.skipif(not FONT, reason="no Chinese font here: apt-get install fonts-wqy-microhei")
@pytest.mark.parametrize(("language", "text"), NOTICES.items(), ids=NOTICES)
def test_a_fee_notice_that_is_nothing_but_a_picture_reaches_its_level(language: str, text: str) -> None:
    notice = Notice(language, text, scam=True)
    assert judged(notice, decode(drawn(text), task=Task.WORDS).words) is Level.ALARM


def test_without_the_extra_there_is_an_answer_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.media.decode.words_are_read", lambda: False)
    blank = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(blank, "PNG")
    assert decode(blank.getvalue(), task=Task.WORDS) == Reading(reason="no_ocr")
