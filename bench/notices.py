"""Are the words in a picture understood? Notices drawn in many ways, posted without a word by a clone; harmless ones by a parent."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bench.figures import percentile, show
from bot.intervals import wilson
from bot.media.decode import decode
from bot.media.reading import Limits, Task, words_are_read
from patterns.judge import Context, judge
from patterns.model import Attachment, AttachmentKind, Level, Message, Person, Protected, Standing
from patterns.names import Roster

COUNT = 100
_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/ukai.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)
_PAPERS = (
    ("white", "#222222"),
    ("#fdf6e3", "#3b2f2f"),
    ("#ffe9ec", "#7a1022"),
    ("#1f6f5c", "white"),
    ("#c0392b", "#ffeaa7"),
)
_TEACHERS = {"zh-Hans": "王丽老师", "zh-Hant": "王麗老師", "en": "Ms Helen Ward"}


@dataclass(frozen=True, slots=True)
class Notice:
    language: str
    text: str
    scam: bool


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return told


def notices(dice: random.Random, count: int) -> Iterator[Notice]:
    """Half in Simplified Chinese, the rest in Traditional and English."""
    told = _told()
    for _ in range(count):
        language = dice.choice(("zh-Hans", "zh-Hans", "zh-Hant", "en"))
        text = dice.choice(told["scam"][language]).format(
            fee=dice.choice(told["fees"][language]),
            sum=dice.choice((86, 128, 298.5, 358, 490, 598)),
            day=dice.choice(told["days"][language]),
        )
        yield Notice(language, text, scam=True)


def harmless() -> Iterator[Notice]:
    return (Notice("zh-Hans", text, scam=False) for text in _told()["harmless"])


def drawn(notice: Notice, dice: random.Random) -> bytes:
    """As a sheet of paper, or as a phone shows it in a chat, in a size and quality of its own."""
    size = dice.randint(22, 44)
    font = ImageFont.truetype(dice.choice([path for path in _FONTS if Path(path).exists()]), size)
    width = size * dice.randint(17, 26)
    paper, ink = dice.choice(_PAPERS)
    heading, *rest = _wrapped(notice.text, font, width - 3 * size)
    height = int(size * 1.6)
    picture = Image.new("RGB", (width, height * (len(rest) + 5)), paper)
    pen = ImageDraw.Draw(picture)
    pen.text((width / 2, height), heading, fill=ink, font=font, anchor="mm", stroke_width=dice.randint(0, 1))
    for number, line in enumerate(rest, 2):
        pen.text((1.5 * size, height * (number + 0.5)), line, fill=ink, font=font, anchor="lm")
    if dice.random() < 0.4:
        picture = _on_a_phone(picture, dice)
    if dice.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(0.7))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=dice.randint(50, 90))
    return buffer.getvalue()


def _on_a_phone(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Inside a chat's bubble, under the clock."""
    screen = Image.new("RGB", (picture.width + 160, picture.height + 260), "#ededed")
    pen = ImageDraw.Draw(screen)
    font = ImageFont.truetype(next(path for path in _FONTS if Path(path).exists()), 30)
    pen.text((30, 20), f"{dice.randint(7, 22)}:{dice.randint(10, 59)}", fill="black", font=font)
    pen.text((screen.width / 2, 90), "三(2)班家长群(46)", fill="black", font=font, anchor="mm")
    pen.ellipse((15, 150, 85, 220), fill="#7a9ccf")
    screen.paste(picture, (110, 160))
    return screen


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for piece in paragraph.split(" ") if paragraph.isascii() else paragraph:
            longer = f"{line} {piece}".strip() if paragraph.isascii() else line + piece
            if line and font.getlength(longer) > width:
                lines.append(line)
                longer = piece
            line = longer
        lines.append(line)
    return lines


def judged(notice: Notice, words: str) -> Level:
    """What is made of the picture alone, posted by a clone or, if harmless, by a parent of long standing."""
    people = [Protected(name, frozenset({f"t{number}"})) for number, name in enumerate(_TEACHERS.values())]
    name = _TEACHERS[notice.language] if notice.scam else "小雨妈妈"
    message = Message(
        "1",
        Person("p1", name),
        attachments=(Attachment(AttachmentKind.IMAGE, words),),
        standing=Standing(joined_days=None if notice.scam else 300),
        hour=10,
        weekday=1,
    )
    return judge(message, Context(roster=Roster(people), title="三(2)班家长群")).level


def run(count: int = COUNT) -> dict[str, Any]:
    if not words_are_read():
        return {"skipped": "words in pictures are not read here: uv sync --extra ocr"}
    dice, seconds, missed, wrong = random.Random(20), [], [], []
    limits = Limits()
    for notice in (*notices(dice, count), *harmless()):
        picture = drawn(notice, dice)
        began = time.process_time()
        words = decode(picture, limits, Task.WORDS).words
        seconds.append(time.process_time() - began)
        level = judged(notice, words)
        if notice.scam and level < Level.ALARM:
            missed.append({"said": notice.text, "read": words, "level": level.word})
        elif not notice.scam and level > Level.NOTICE:
            wrong.append({"said": notice.text, "read": words, "level": level.word})
    low, high = wilson(count - len(missed), count)
    return {
        "notices": count,
        "alarms": count - len(missed),
        "interval": [low, high],
        "harmless": len(_told()["harmless"]),
        "warned": len(wrong),
        "cpu_seconds_median": percentile(seconds, 0.5),
        "cpu_seconds_p95": percentile(seconds, 0.95),
        "missed": missed,
        "wrong": wrong,
    }


def main() -> None:
    figures = run()
    missed, wrong = figures.pop("missed", []), figures.pop("wrong", [])
    show("Words in pictures", [{"what": name, "figure": str(value)} for name, value in figures.items()])
    for one in (*missed, *wrong):
        show("Otherwise than it should be", [{"what": name, "is": value} for name, value in one.items()])
