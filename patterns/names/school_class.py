"""Which class a name or a group's title speaks of: 三(2)班, 高一9班, 五年三班, P3R, 彩虹班."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMERAL = "一二三四五六七八九十"
_STAGE = {"初": "junior", "国": "junior", "高": "senior", "大": "nursery", "中": "nursery", "小": "nursery"}
_ROOM_NAMES = "忠孝仁爱信义和平甲乙丙丁"
_CLASSES = tuple(
    map(
        re.compile,
        (
            rf"(?P<stage>[初高国])(?P<grade>[{_NUMERAL}\d])(?:年级|年)?[\s(\[.·\-]*(?P<room>\d{{1,2}}|[{_NUMERAL}](?=[)\]班])|[{_ROOM_NAMES}](?![\u4e00-\u9fff]))?[)\]]*班?",
            rf"(?P<grade>[{_NUMERAL}\d])年级?[\s(\[]*(?P<room>\d{{1,2}}|[{_NUMERAL}]|[{_ROOM_NAMES}])[)\]]*班",
            rf"(?P<grade>[{_NUMERAL}])[\s(\[.·\-]*(?P<room>\d{{1,2}})[)\]]*班?",
            rf"(?P<grade>[{_NUMERAL}])[(\[]?(?P<room>[{_NUMERAL}]{{1,2}})[)\]]*班",
            r"(?<!\d)(?P<grade>\d)[(\[.\-]\s*(?P<room>\d{1,2})[)\]]*班?",
            r"(?<![\da-z])(?P<grade>[1-9])(?P<room>0\d|1\d)班",
            rf"(?<![\u4e00-\u9fff])(?P<grade>[{_NUMERAL}])(?P<room>[{_ROOM_NAMES}])(?=班|导|老师|[\s(\-]|$)",
            rf"(?P<grade>[{_NUMERAL}\d])年级?",
            rf"(?<![\u4e00-\u9fff])(?P<stage>[大中小])(?P<room>[{_NUMERAL}\d])(?:班|(?![\u4e00-\u9fff])|(?=[\u4e00-\u9fff]{{1,3}}\s*[◆¶§|]))",
            rf"(?<![\u4e00-\u9fff])(?P<stage>[大中小])(?P<room>[{_NUMERAL}\d]?)班",
            r"(?<![a-z\d])(?:primary|grade|year|form|sec|jc|[pgysfkn])\s?(?P<grade>\d{1,2})\s?(?P<room>[a-z]?)(?![a-z\d])",
            r"(?<![a-z\d])(?P<grade>\d{1,2})\s?(?P<room>[a-z])(?![a-z])班?",
            r"(?P<room>\d{1,3})班",
            r"(?<![a-z\d.])(?P<grade>\d{1,2})(?![a-z\d.])",
        ),
    )
)
TAKEN = "¦"  # stands where a class was named
_LABEL = re.compile("(?<![\u4e00-\u9fff])(?P<label>[\u4e00-\u9fff]{2,4})班")


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """三(2)班, 高一9班, P3R; every part may be unknown."""

    stage: str = ""
    grade: str = ""
    room: str = ""
    label: str = ""

    def differs(self, other: SchoolClass) -> bool:
        """Whether the two cannot be one class."""
        mine = (self.stage, self.grade, self.room, self.label)
        theirs = (other.stage, other.grade, other.room, other.label)
        if any(one and two and one != two for one, two in zip(mine, theirs, strict=True)):
            return True
        labelled, numbered = (self, other) if self.label else (other, self)
        return bool(labelled.label and not labelled.grade and numbered.grade and not numbered.label)

    def agrees(self, other: SchoolClass) -> bool:
        """Whether the two name the same class as far as both say."""
        same = (self.grade and self.grade == other.grade) or (self.label and self.label == other.label)
        return bool(same or (self.room and self.room == other.room)) and not self.differs(other)

    def __bool__(self) -> bool:
        return bool(self.grade or self.room or self.label)


def _number(text: str | None) -> str:
    text = (text or "").strip()
    if text and text[0] in _NUMERAL and len(text) <= 2:
        tens = text.startswith("十")
        ones = _NUMERAL.find(text[-1]) + 1
        return str(10 + ones if tens and len(text) == 2 else ones)
    return text.lstrip("0") or text


def find_class(text: str) -> tuple[SchoolClass, str]:
    """The first class named, and the text without it."""
    for pattern in _CLASSES:
        if hit := pattern.search(text):
            label, rest = _label(_without(text, hit))
            parts = hit.groupdict()
            stage = _STAGE.get(parts.get("stage") or "", "")
            return SchoolClass(stage, _number(parts.get("grade")), _number(parts.get("room")), label), rest
    label, rest = _label(text)
    return SchoolClass(label=label), rest


def _label(text: str) -> tuple[str, str]:
    hit = _LABEL.search(text)
    return (hit["label"], _without(text, hit)) if hit else ("", text)


def _without(text: str, hit: re.Match[str]) -> str:
    return f"{text[: hit.start()]} {TAKEN} {text[hit.end() :]}"
