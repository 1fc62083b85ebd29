"""A display name taken apart: class, subject, post, person, relation, and what the account says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from patterns.names.vocabulary import Vocabulary, sound, vocabulary
from patterns.normalize import normalize

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
            rf"(?P<grade>[{_NUMERAL}\d])年级?",
            rf"(?<![\u4e00-\u9fff])(?P<stage>[大中小])(?P<room>[{_NUMERAL}\d])(?:班|(?![\u4e00-\u9fff]))",
            rf"(?<![\u4e00-\u9fff])(?P<stage>[大中小])(?P<room>[{_NUMERAL}\d]?)班",
            r"(?<![a-z\d])(?:primary|grade|year|form|sec|jc|[pgysfkn])\s?(?P<grade>\d{1,2})\s?(?P<room>[a-z]?)(?![a-z\d])",
            r"(?<![a-z\d])(?P<grade>\d{1,2})\s?(?P<room>[a-z])(?![a-z])班?",
            r"(?P<room>\d{1,3})班",
            r"(?<![a-z\d.])(?P<grade>\d{1,2})(?![a-z\d.])",
        ),
    )
)
_LABEL = re.compile("(?<![\u4e00-\u9fff])(?P<label>[\u4e00-\u9fff]{2,4})班")
_BRACKETED = re.compile(r"[(\[【{<]([^()\[\]【】{}<>]*)[)\]】}>]")
_PIECE = re.compile("[\u4e00-\u9fff]+|[a-z']+")
_NOT_HAN = re.compile("[^\u4e00-\u9fff]+")
_LONE_CHARACTERS = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \t.·•*_~\-—+=^,]{1,2}[\u4e00-\u9fff])+(?![\u4e00-\u9fff])"
)
_OF = re.compile("的(?!新|号|微信|通知|工作|领导|同志)[\u4e00-\u9fff][^§]*$")
_TEACHING = frozenset(("deputy", "form", "head", "director", "counsellor", "nursery", "teacher"))
LONGEST = 128  # no platform shows longer names
_REMEMBERED = 4096
_DIGITS_AS_LETTERS = str.maketrans("01345@$!", "oleasasi")
_MIXED_WORD = re.compile(r"(?<![a-z\d])[a-z\d@$!]{4,}(?![a-z\d])")
_POST = " § "
_BEFORE_POST = re.compile("([\u4e00-\u9fff]{1,4}) *§")


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


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a display name is made of; `han` and `latin` are the person, `surplus` what nothing explains."""

    skeleton: str
    han: str
    latin: tuple[str, ...]
    spelled: str
    school_class: SchoolClass
    subjects: frozenset[str]
    posts: frozenset[str]
    titles: frozenset[str]
    relation: str
    outside: bool
    marked: bool
    surplus: tuple[str, ...]
    lettered: str

    @property
    def teaches(self) -> bool:
        """Whether the name claims a post in the school."""
        return bool(self.posts & _TEACHING or self.titles)

    @property
    def surname(self) -> str:
        """The Han surname; of a one-character name, that character."""
        if self.han[:2] in vocabulary().compound:
            return self.han[:2]
        return self.han[:1]

    @property
    def given(self) -> str:
        """What follows the surname."""
        return self.han[len(self.surname) :]


def _number(text: str | None) -> str:
    text = (text or "").strip()
    if text and text[0] in _NUMERAL and len(text) <= 2:
        tens = text.startswith("十")
        ones = _NUMERAL.find(text[-1]) + 1
        return str(10 + ones if tens and len(text) == 2 else ones)
    return text.lstrip("0") or text


class _Taking:
    """Takes words out of a name, one kind after another; what is left is the person."""

    def __init__(self, text: str, words: Vocabulary) -> None:
        self.text = text
        self.words = words

    def take(self, pattern: re.Pattern[str], left: str = " | ") -> list[str]:
        found: list[str] = []

        def note(hit: re.Match[str]) -> str:
            found.append(hit.group())
            return left

        self.text = pattern.sub(note, self.text)
        return found

    def take_class(self) -> SchoolClass:
        """The first class named; whatever else stands in its brackets is the class's name."""
        for pattern in _CLASSES:
            if hit := pattern.search(self.text):
                parts = hit.groupdict()
                self.text = f"{self.text[: hit.start()]} | {self.text[hit.end() :]}"
                stage = _STAGE.get(parts.get("stage") or "", "")
                found = SchoolClass(
                    stage, _number(parts.get("grade")), _number(parts.get("room")), self._label()
                )
                return found
        return SchoolClass(label=self._label())

    def _label(self) -> str:
        if hit := _LABEL.search(self.text):
            self.text = f"{self.text[: hit.start()]} | {self.text[hit.end() :]}"
            return hit["label"]
        return ""


def _kinds(words: list[str], kind_of: dict[str, str]) -> frozenset[str]:
    """The posts named; an office is also named by itself, since a school has several."""
    plain = [re.sub(r"[\s\-]", "", word) for word in words]
    kinds = {kind_of[word] for word in plain if word in kind_of}
    return frozenset(kinds | {f"office {word[:2]}" for word in plain if kind_of.get(word) == "office"})


def _subjects(words: list[str], kind_of: dict[str, str]) -> frozenset[str]:
    found = (
        next((kind_of[word[:end]] for end in range(len(word), 0, -1) if word[:end] in kind_of), "")
        for word in words
    )
    return frozenset(found) - {""}


def _relation(text: str, words: Vocabulary) -> str:
    if words.kin.search(text):
        return "kin"
    if words.pupil.search(text):
        return "pupil"
    if words.committee.search(text):
        return "committee"
    return "other" if words.joke.search(text) else ""


def _letters_for_digits(hit: re.Match[str]) -> str:
    """R0hani, D@vid: a digit or sign that stands inside a word of letters."""
    word = hit.group()
    if word[1:-1].isalpha() or sum(map(str.isalpha, word)) < max(2, len(word) - 2):
        return word
    return word[0] + word[1:].translate(_DIGITS_AS_LETTERS)


@lru_cache(maxsize=_REMEMBERED)
def parts_of(name: str) -> NameParts:
    """Take a display name apart."""
    words = vocabulary()
    text = _MIXED_WORD.sub(_letters_for_digits, normalize(name[:LONGEST]).text)
    relation = _relation(text, words)
    taking = _Taking(text, words)
    posts = _kinds(taking.take(words.posts, _POST), words.post_of)
    relation = relation or ("other" if _OF.search(taking.text) else "")
    titles = _kinds(taking.take(words.title), words.title_of)
    taking.take(words.courtesy)
    if "counsellor" in posts:
        taking.take(re.compile("中队|大队"))
    outside = bool(taking.take(words.outside))
    subjects = _subjects(taking.take(words.subject), words.subject_of)
    bracketed = " ".join(_BRACKETED.findall(taking.text))
    school_class = taking.take_class()
    if school_class.grade and not school_class.label and re.search(r"\d", bracketed):
        taking.text = _BRACKETED.sub(" | ", taking.text)
    marked = bool(taking.take(words.markers))
    joined = _LONE_CHARACTERS.sub(lambda hit: _NOT_HAN.sub("", hit.group()), taking.text)
    return _person(
        joined,
        text,
        NameParts("", "", (), "", school_class, subjects, posts, titles, relation, outside, marked, (), ""),
    )


def _most_likely_person(han: list[str], left: str) -> str:
    """The piece a post follows, else the first that begins with a surname, else the first."""
    short = [piece for piece in han if len(piece) <= 4]
    if (hit := _BEFORE_POST.search(left)) and hit[1] in short:
        return next(piece for piece in short if piece == hit[1])
    surnames = vocabulary().surnames
    return next((piece for piece in short if piece[0] in surnames), short[0] if short else "")


def _person(left: str, text: str, known: NameParts) -> NameParts:
    pieces = _PIECE.findall(left)
    han = [piece for piece in pieces if not piece.isascii()]
    latin = tuple(piece.replace("'", "") for piece in pieces if piece.isascii() and piece != "'")
    person = _most_likely_person(han, left)
    surplus = tuple(piece for piece in han if piece is not person)
    spelled = "".join(
        "".join(map(sound, piece)) if not piece.isascii() else piece
        for piece in pieces
        if piece not in surplus
    )
    skeleton = "".join(char for char in text if char.isalnum())
    return NameParts(
        skeleton=skeleton, han=person, latin=latin, spelled=spelled.replace("'", ""), school_class=known.school_class,
        subjects=known.subjects, posts=known.posts, titles=known.titles, relation=known.relation, outside=known.outside,
        marked=known.marked, surplus=surplus, lettered=" ".join(latin),
    )  # fmt: skip
