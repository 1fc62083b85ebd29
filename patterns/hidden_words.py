"""Words hidden by blanks between their characters, by taking characters apart, by misspelling, by signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import ahocorasick_rs

from patterns.letters import read_table

_HAN = "\u4e00-\u9fff"
_BLANK = r" \t\u00a0\u3000\u2000-\u200a"
_STOP = r"，、。,；;：:！!\n"
# Neither a word character nor ordinary punctuation: dots, stars, dashes, emoji.
_MARK = r"*＊.·・•‧˙_\-—–~^|/\\+=`'\"#%$…※★☆●○◆◇■□▲△→←↓↑♥❤♡✨\u2600-\u27bf\U0001f300-\U0001faff"
# Ordinary punctuation hides a word only where one character after another stands alone.
_SPACED = re.compile(
    f"[{_HAN}](?:[{_BLANK}{_MARK}]{{1,3}}[{_HAN}])+|[{_HAN}](?:[{_BLANK}{_MARK}{_STOP}]{{1,3}}[{_HAN}]){{2,}}"
)
# What stands in every text with such a word, looked for first: a character between two gaps, or beside one no writer leaves.
_BETWEEN_GAPS = f"[{_HAN}](?:[{_BLANK}{_MARK}{_STOP}]|(?<=[{_BLANK}{_MARK}][{_HAN}]))"
_HELD_APART = re.compile(f"[{_BLANK}{_MARK}{_STOP}]{_BETWEEN_GAPS}")
_SPACED_LATIN = re.compile(rf"(?<![a-z0-9])[a-z](?:[{_BLANK}{_MARK}]{{1,3}}[a-z])+(?![a-z0-9])")
_STAR = "*|^~•·"
_STARRED_LATIN = re.compile(f"(?<![a-z])[a-z]+(?:[{_STAR}][a-z]+)+(?![a-z])")
# The same of Latin words: two letters that stand alone, or a star between letters.
_LETTERS_APART = f"[a-z][{_BLANK}{_MARK}]{{1,3}}[a-z](?![a-z0-9])|(?<=[a-z][{_STAR}])[a-z]"
_HELD_APART_LATIN = re.compile(f"[{_BLANK}{_MARK}](?:{_LETTERS_APART})")
_BLANKS = re.compile(f"[{_BLANK}]+")
_STOPS = re.compile(f"[{_STOP}]")
_REACH = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Put `word` in the place of text[start:end]; `keep` are the places of its characters, if they stay themselves."""

    start: int
    end: int
    word: str
    trick: str = ""
    keep: tuple[int, ...] = ()


Step = Callable[[str], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class HiddenWords:
    """The tables of this file, ready to be matched."""

    watched: ahocorasick_rs.AhoCorasick
    watched_apart: ahocorasick_rs.AhoCorasick
    watched_latin: ahocorasick_rs.AhoCorasick
    respelt: ahocorasick_rs.AhoCorasick
    respellings: tuple[tuple[str, str], ...]
    latin: dict[str, str]
    latin_word: re.Pattern[str]
    split: ahocorasick_rs.AhoCorasick
    whole: tuple[str, ...]
    rewritten: ahocorasick_rs.AhoCorasick
    sign: re.Pattern[str]
    gap: re.Pattern[str]
    signs: re.Pattern[str]
    meanings: dict[str, str]


def _patterns(words: Sequence[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


@cache
def hidden_words() -> HiddenWords:
    """The tables, read on first use."""
    table = read_table("money_words")
    misspelt, slips, latin, signs = table["misspelt"], table["slips"], table["latin"], table["signs"]
    assert isinstance(misspelt, dict) and isinstance(slips, dict) and isinstance(latin, dict)
    assert isinstance(signs, list)
    respelt = {form: (str(word), "misspelt") for word, forms in misspelt.items() for form in forms.split()}
    respelt |= {form: (str(word), "") for word, forms in slips.items() for form in forms.split()}
    respelt |= {form: (form, "") for form in str(table["honest"]).split()}
    parts = {entry[:-1]: entry[-1] for entry in str(table["split"]).split()}
    plain = {form: str(word) for word, forms in latin.items() for form in forms.split()}
    sign = "".join(one["signs"] for one in signs)
    return HiddenWords(
        watched=ahocorasick_rs.AhoCorasick(watched := str(table["watched"]).split()),
        watched_apart=ahocorasick_rs.AhoCorasick([*watched, *str(table["watched_apart"]).split()]),
        watched_latin=ahocorasick_rs.AhoCorasick(str(table["watched_latin"]).split()),
        respelt=_patterns(list(respelt)),
        respellings=tuple(respelt.values()),
        latin=plain,
        latin_word=re.compile(rf"(?<![a-z0-9_.@/])(?:{'|'.join(plain)})(?![a-z0-9_.@/])"),
        split=_patterns(list(parts)),
        whole=tuple(parts.values()),
        rewritten=ahocorasick_rs.AhoCorasick([*respelt, *parts, *plain]),
        sign=re.compile(f"[{sign}]"),
        gap=re.compile(f"[{sign}{_BLANK}{_MARK}{_STOP}](?:(?<=[{sign}])|{_BETWEEN_GAPS}|{_LETTERS_APART})"),
        signs=re.compile("|".join(map(_sign, signs))),
        meanings={char: one["word"] for one in signs for char in one["signs"]},
    )


def _sign(entry: dict[str, str]) -> str:
    before = f"(?=[{re.escape(entry['before'])}])" if "before" in entry else ""
    after = f"(?<=[{re.escape(entry['after'])}])" if "after" in entry else ""
    return f"{after}[{entry['signs']}]{before}"


def _spans(watched: ahocorasick_rs.AhoCorasick, text: str) -> list[tuple[int, int]]:
    return [(start, end) for _, start, end in watched.find_matches_as_indexes(text, overlapping=True)]


def _singles(text: str, start: int, end: int) -> list[int]:
    return [place for place in range(start, end) if "\u4e00" <= text[place] <= "\u9fff"]


def spaced_out(text: str) -> Iterator[Change]:
    """Characters held apart by blanks, dots, stars or emoji: 请*扫*码, 王 丽 老 师."""
    for hit in _SPACED.finditer(text):
        start, end = hit.span()
        places = _singles(text, start, end)
        word = "".join(text[place] for place in places)
        if (trick := _why_join(text, start, end, places, word)) is not None:
            yield Change(start, end, word, trick, tuple(places))


def _why_join(text: str, start: int, end: int, places: list[int], word: str) -> str | None:
    """None: leave apart. Otherwise join, and the trick's name when a word that matters was hidden."""
    left = text[max(0, start - _REACH) : start]
    right = text[end : end + _REACH]
    around = f"{left}{word}{right}"
    inside = range(len(left), len(left) + len(word))
    hidden = any(
        first < last and any(first <= seam < last - 1 for seam in inside[:-1])
        for first, last in _spans(hidden_words().watched, around)
    )
    gaps = [text[before + 1 : after] for before, after in pairwise(places)]
    alone_left = not left or not "\u4e00" <= left[-1] <= "\u9fff"
    alone_right = not right or not "\u4e00" <= right[0] <= "\u9fff"
    blank = all(_BLANKS.fullmatch(gap) for gap in gaps)
    stopped = any(_STOPS.search(gap) for gap in gaps)
    if stopped:
        return "spaced" if hidden and len(places) >= 3 else None
    if hidden:
        return "spaced" if not blank or len(places) >= 3 or alone_left or alone_right else None
    return "" if blank and len(places) >= 3 and alone_left and alone_right else None


def spaced_latin(text: str) -> Iterator[Change]:
    """P a y n o w, f.e.e, trans*fer: joined when a word that matters comes out."""
    for pattern in (_SPACED_LATIN, _STARRED_LATIN):
        for hit in pattern.finditer(text):
            places = [place for place in range(*hit.span()) if text[place].isalpha()]
            word = "".join(text[place] for place in places)
            if len(places) >= 3 and _spans(hidden_words().watched_latin, word):
                yield Change(hit.start(), hit.end(), word, "spaced", tuple(places))


def respelt(text: str) -> Iterator[Change]:
    """溦信, 二微码, 支付bao: misspelt on purpose."""
    words = hidden_words()
    for number, start, end in words.respelt.find_matches_as_indexes(text):
        word, trick = words.respellings[number]
        if text[start:end] != word:
            yield Change(start, end, word, trick)


def latin_words(text: str) -> Iterator[Change]:
    """Chinese money words in pinyin or initials."""
    words = hidden_words()
    for hit in words.latin_word.finditer(text):
        yield Change(hit.start(), hit.end(), words.latin[hit.group()])


def taken_apart(text: str) -> Iterator[Change]:
    """弗贝 for 费: joined only where a watched word comes out, since 木子 and 弓长 are how people spell names."""
    words = hidden_words()
    hits = words.split.find_matches_as_indexes(text)
    if not hits:
        return
    joined, places = _joined(text, hits)
    hidden = _spans(words.watched_apart, joined)
    for (number, start, end), place in zip(hits, places, strict=True):
        if any(first <= place < last for first, last in hidden):
            yield Change(start, end, words.whole[number], "split")


def _joined(text: str, hits: Sequence[tuple[int, int, int]]) -> tuple[str, list[int]]:
    """The text with every hit put together, and where each then stands."""
    pieces: list[str] = []
    places: list[int] = []
    done = length = 0
    for number, start, end in hits:
        pieces += (text[done:start], hidden_words().whole[number])
        length += start - done + 1
        places.append(length - 1)
        done = end
    return "".join((*pieces, text[done:])), places


def signs(text: str) -> Iterator[Change]:
    """💰 for money, 🧧 for a red packet, where it stands in a word's place."""
    words = hidden_words()
    for hit in words.signs.finditer(text):
        yield Change(hit.start(), hit.end(), words.meanings[hit.group()])


STEPS: tuple[Step, ...] = (
    signs,
    spaced_out,
    spaced_latin,
    taken_apart,
    respelt,
    latin_words,
)


def steps_for(text: str) -> list[Step]:
    """The steps that can find something in this text, in order: none for most of what is said."""
    words = hidden_words()
    steps: list[Step] = []
    if words.gap.search(text):
        looks = ((words.sign, signs), (_HELD_APART, spaced_out), (_HELD_APART_LATIN, spaced_latin))
        steps += (step for look, step in looks if look.search(text))
    if words.rewritten.find_matches_as_indexes(text):
        steps += (taken_apart, respelt, latin_words)
    return steps


def steps_after(step: Step) -> list[Step]:
    """What is left to do once a step has changed the text, which may give every later one something to find."""
    return list(STEPS[STEPS.index(step) + 1 :])
