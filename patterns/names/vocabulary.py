"""The words that stand around a person's name, and which characters look or sound alike; from the packaged tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import pypinyin

from patterns.letters import folding, read_table

_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
# Surnames read otherwise than the same character elsewhere.
_READ_AS = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "查": "zha",
    "仇": "qiu",
    "朴": "piao",
    "冼": "xian",
    "盖": "ge",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Patterns are matched on normalised names. `syllables` are how Chinese surnames are spelled, and most of a given name."""

    posts: re.Pattern[str]
    post_of: dict[str, str]
    title: re.Pattern[str]
    title_of: dict[str, str]
    subject: re.Pattern[str]
    subject_of: dict[str, str]
    outside: re.Pattern[str]
    kin: re.Pattern[str]
    pupil: re.Pattern[str]
    committee: re.Pattern[str]
    joke: re.Pattern[str]
    courtesy: re.Pattern[str]
    markers: re.Pattern[str]
    surnames: frozenset[str]
    compound: frozenset[str]
    romanised: dict[str, str]
    syllables: frozenset[str]
    neighbours: dict[str, str]


def words_of(text: object) -> list[str]:
    """A table's words; `_` stands for a blank."""
    return [word.replace("_", " ") for word in str(text).split()]


def any_of(words: list[str]) -> re.Pattern[str]:
    """Any of the words, longest first; Latin words only whole, with any blank or dash between their parts."""
    ordered = sorted(words, key=len, reverse=True)
    parts = [
        rf"(?<![a-z]){re.escape(word)}(?![a-z])".replace(r"\ ", r"[\s\-]*")
        if word.isascii()
        else re.escape(word)
        for word in ordered
    ]
    return re.compile("|".join(parts).replace("老师", "老师(?!傅)"))


def _sorted_out(table: object) -> dict[str, str]:
    assert isinstance(table, dict)
    return {re.sub(r"[\s\-]", "", word): kind for kind, words in table.items() for word in words_of(words)}


def _with_disguises(post_of: dict[str, str], names: dict[str, object], neighbours: dict[str, str]) -> None:
    for word in words_of(names["disguised"]):
        for place, char in enumerate(word):
            for other in neighbours.get(char, ""):
                post_of.setdefault(word[:place] + other + word[place + 1 :], post_of[word])
    homophones = names["homophones"]
    assert isinstance(homophones, dict)
    post_of.update({form: post_of[word] for form, word in homophones.items()})


def _spelled(names: dict[str, object], key: str) -> list[str]:
    table = names[key]
    assert isinstance(table, dict)
    return [word for words in table.values() for word in words_of(words)]


@cache
def vocabulary() -> Vocabulary:
    """The tables, read on first use."""
    names = read_table("names")
    groups = str(read_table("look_alike_han")["look_alike"]).split()
    neighbours = {group[0]: group[1:] for group in groups}
    post_of = _sorted_out(names["posts"])
    spelled = set(_spelled(names, "posts"))
    _with_disguises(post_of, names, neighbours)
    romanised = names["romanised"]
    assert isinstance(romanised, dict)
    surnames = frozenset("".join(str(names["surnames"]).split()))
    return Vocabulary(
        posts=any_of(
            list(spelled | {word for word in post_of if not word.isascii()} | {"laoshi", "banzhuren"})
        ),
        post_of=post_of,
        title=any_of(_spelled(names, "titles")),
        title_of=_sorted_out(names["titles"]),
        subject=re.compile(f"(?:{any_of(_spelled(names, 'subjects')).pattern})(?:科任|科组|科|课|组)?"),
        subject_of=_sorted_out(names["subjects"]),
        outside=any_of(words_of(names["outside"])),
        kin=re.compile(
            f"{any_of(words_of(names['kin']) + words_of(names['kin_latin'])).pattern}"
            "|家长(?!群|会|委|学校|通知|微信|代表|义工|服务|助手|平台|中心|客服|管家|端)|[妈爸爹](?![\u4e00-\u9fff])|(?<!姑)娘(?![\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])太(?![\u4e00-\u9fff])"
        ),
        pupil=re.compile(
            any_of(words_of(names["pupil"])).pattern.replace("学生", "学生(?!资助|处|会|服务|家长)")
        ),
        committee=any_of(words_of(names["committee"])),
        joke=any_of(words_of(names["joke"])),
        courtesy=any_of(words_of(names["courtesy"])),
        markers=re.compile(
            f"的?(?:{any_of(words_of(names['markers']) + words_of(names['markers_latin'])).pattern})"
        ),
        surnames=surnames,
        compound=frozenset(words_of(names["compound"])),
        romanised={str(key): str(value) for key, value in romanised.items()},
        syllables=frozenset(map(str, romanised)) | frozenset(map(sound, surnames)),
        neighbours=neighbours,
    )


def alike(one: str, other: str) -> bool:
    """Whether two characters pass for one another at a glance."""
    table = vocabulary().neighbours
    return other in table.get(one, "") or one in table.get(other, "")


@lru_cache(maxsize=8192)
def sound(char: str) -> str:
    """The one reading a character has in a name."""
    return _READ_AS.get(char) or pypinyin.lazy_pinyin(char, v_to_u=False)[0]


def blurred(spelling: str) -> str:
    """A spelling with the differences many speakers do not hear."""
    for clear, dull in _FUZZY:
        spelling = spelling.replace(clear, dull)
    return spelling


# Mandarin as Taiwan spells it, Cantonese as Hong Kong does: what differs is drawn together on both sides.
_SPELLED_ALIKE = (
    ("chih", "zhi"), ("shih", "shi"), ("hs", "x"), ("ien", "ian"), ("ung", "ong"), ("eh", "e"), ("tz", "z"),
    ("ts", "z"), ("zh", "z"), ("ch", "z"), ("sh", "x"), ("j", "z"), ("q", "z"), ("c", "z"), ("s", "x"),
    ("p", "b"), ("t", "d"), ("k", "g"),
)  # fmt: skip


def spelled_elsewhere(spelling: str) -> str:
    """A given name's spelling without what pinyin, Wade-Giles and Hong Kong write differently."""
    for one, other in _SPELLED_ALIKE:
        spelling = spelling.replace(one, other)
    return spelling


def load() -> None:
    """Read the tables now rather than at the first name."""
    folding()
    vocabulary()
    sound("王")
