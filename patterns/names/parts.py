"""A display name taken apart: class, subject, post, person, relation, and what the account says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from patterns.names.school_class import TAKEN, SchoolClass, find_class
from patterns.names.vocabulary import Vocabulary, sound, vocabulary
from patterns.normalize import normalize

_BRACKETED = re.compile(r"[(\[【{<]([^()\[\]【】{}<>]*)[)\]】}>]")
_PIECE = re.compile("[\u4e00-\u9fff]+|[a-z]+")
_NOT_HAN = re.compile("[^\u4e00-\u9fff]+")
_LONE_CHARACTERS = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \t.·•*_~\-—+=^,]{1,2}[\u4e00-\u9fff])+(?![\u4e00-\u9fff])"
)
_OF = re.compile("的(?!新|号|微信|通知|工作|领导|同志)[\u4e00-\u9fff][^§]*$")
_TEACHING = frozenset(("deputy", "form", "head", "director", "counsellor", "nursery", "teacher"))
# No platform shows longer names. What is read of one is cut to this after folding, too: one sign may stand for eighteen letters.
LONGEST = 128
_REMEMBERED = 4096
_DIGITS_AS_LETTERS = str.maketrans("01345@$!", "oieasasi")
# P1R is a class: three characters are a word only with a nought, or where no class begins so.
_MIXED_WORD = re.compile(
    r"(?<![a-z\d])(?:[a-z\d@$!]{4,}|[a-z]0[a-z]|[a-z]{2}0|[ahjlmrtwxz]1[a-z])(?![a-z\d])"
)
_JOINED_POST = re.compile(r"(?<![a-z])([a-z]{2,12}?)(laoshi|teacher)(?![a-z])")
# 都老师班-慧慧: of whose class a child is.
_OF_HER_CLASS = re.compile("老师的?班(?![主群级长务委导])")
_JUST_FORM = re.compile(r"(?<![a-z])form(?=\s*(?:[)\]|]|$))")
_SECOND_ACCOUNT = re.compile(
    "[23二三]号(?![\u4e00-\u9fff])"
    r"|(?<=[a-z]{2})(?<!grade)(?<!year)(?<!primary)(?<!form)(?<!class)(?<!sec)[\s_.\-]?[23]$"
)
_TWO_WORDS = re.compile(r"[a-z]{2,}\W+[a-z]{2,}\W?[23]$")
# Oak in Y4 Oak, Grace in P3 Grace: the name of a class, where somebody is named besides.
_CLASS_NAME = re.compile(rf"{TAKEN}\s*([a-z]{{3,}})(?=\s*(?:[|)\]\-,·]|$))")
_POST = " § "
_BEFORE_POST = re.compile("([\u4e00-\u9fff]{1,4}) *§")


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


class _Taking:
    """Takes words out of a name, one kind after another; what is left is the person."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str], left: str = " | ") -> list[str]:
        found: list[str] = []

        def note(hit: re.Match[str]) -> str:
            found.append(hit.group())
            return left

        self.text = pattern.sub(note, self.text)
        return found


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
    if _OF_HER_CLASS.search(text):
        return "other"
    return "other" if words.joke.search(text) else ""


def _letters_for_digits(hit: re.Match[str]) -> str:
    """R0hani, D@vid: a digit or sign that stands inside a word of letters; 0kafor, Te0: a nought at its edge."""
    word = hit.group()
    if word.strip("0").isalpha() and word.count("0") == 1:
        return word.replace("0", "o")
    if word[1:-1].isalpha() or sum(map(str.isalpha, word)) < max(2, len(word) - 2):
        return word
    return word[0] + word[1:].translate(_DIGITS_AS_LETTERS)


@lru_cache(maxsize=_REMEMBERED)
def parts_of(name: str) -> NameParts:
    """Take a display name apart."""
    words = vocabulary()
    text = _MIXED_WORD.sub(_letters_for_digits, normalize(name[:LONGEST]).text[:LONGEST])
    text = _JUST_FORM.sub("form teacher", _JOINED_POST.sub(r"\1 \2", text))
    relation = _relation(text, words)
    taking = _Taking(text)
    posts = _kinds(taking.take(words.posts, _POST), words.post_of)
    relation = relation or ("other" if _OF.search(taking.text) else "")
    titles = _kinds(taking.take(words.title), words.title_of)
    taking.take(words.courtesy)
    outside = bool(taking.take(words.outside))
    subjects = _subjects(taking.take(words.subject), words.subject_of)
    bracketed = " ".join(_BRACKETED.findall(taking.text))
    second = bool((not text[-1:].isdigit() or _TWO_WORDS.search(text)) and taking.take(_SECOND_ACCOUNT))
    school_class, taking.text = find_class(taking.text)
    if school_class.grade and not school_class.label and re.search(r"\d", bracketed):
        taking.text = _BRACKETED.sub(" | ", taking.text)
    marked = bool(taking.take(words.markers)) or second
    school_class = _named(school_class, taking)
    left = _LONE_CHARACTERS.sub(lambda hit: _NOT_HAN.sub("", hit.group()), taking.text)
    left = _compound_joined().sub(r"\1\2", left)
    pieces = _PIECE.findall(left.replace("'", ""))
    han = [piece for piece in pieces if not piece.isascii()]
    person = _most_likely_person(han, left)
    return NameParts(
        skeleton="".join(char for char in text if char.isalnum()),
        han=person,
        latin=tuple(piece for piece in pieces if piece.isascii()),
        spelled="".join(_spelled(piece) for piece in pieces if piece.isascii() or piece is person),
        school_class=school_class,
        subjects=subjects,
        posts=posts,
        titles=titles,
        relation=relation,
        outside=outside,
        marked=marked,
        surplus=tuple(piece for piece in han if piece is not person),
    )


@cache
def _compound_joined() -> re.Pattern[str]:
    """欧阳 静: a surname of two characters and a given name apart from it."""
    compound = "|".join(sorted(vocabulary().compound))
    return re.compile(f"(?<![\u4e00-\u9fff])({compound})[ ·.]([\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])")


def _named(school_class: SchoolClass, taking: _Taking) -> SchoolClass:
    """The class with its name, if a word after its number is one: somebody must be named besides."""
    hit = _CLASS_NAME.search(taking.text)
    if not hit or not school_class.grade or school_class.room or school_class.label:
        return school_class
    rest = f"{taking.text[: hit.start()]} | {taking.text[hit.end() :]}"
    if not _PIECE.search(rest):
        return school_class
    taking.text = rest
    return replace(school_class, label=hit[1])


def _spelled(piece: str) -> str:
    return piece if piece.isascii() else "".join(map(sound, piece))


def _most_likely_person(han: list[str], left: str) -> str:
    """The piece a post follows, else the first that begins with a surname, else the first."""
    short = [piece for piece in han if len(piece) <= 4]
    if (hit := _BEFORE_POST.search(left)) and hit[1] in short:
        return next(piece for piece in short if piece == hit[1])
    surnames = vocabulary().surnames
    return next((piece for piece in short if piece[0] in surnames), short[0] if short else "")
