"""Undo disguises: plain, simplified, lower-case text in which every character remembers where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from patterns.hidden_words import Change, hidden_words, steps_after, steps_for
from patterns.letters import ONE_TO_ONE, folding

_UNEVEN = re.compile(f"[^{ONE_TO_ONE}]")
_HALF = re.compile("[\ud800-\udfff]")
_BORROWED_SCRIPT = re.compile("[\u0370-\u058f\u13a0-\u13ff\ua4d0-\ua4ff]")
_WORD = re.compile(r"[^\W\d_]+")
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_NOT_FLAGS = frozenset(("vx", "wx", "qq", "vv"))
_FLAG_A = 0x1F1E6
_HIDING_PLACE = re.compile(r"[A-Za-z0-9\u4e00-\u9fff]")


# Every message of every group becomes one, and a tuple is made in a third of a dataclass's time.
class Normalized(NamedTuple):
    """`text` is undisguised; `origin[i]` is the index in `original` behind `text[i]`.

    `ends[i]` is where the original of `text[i]` ends (one after `origin[i]` when there are no ends:
    a character taken apart has several); `tricks` names the disguises undone.
    """

    original: str
    text: str
    origin: Sequence[int]
    ends: Sequence[int] = ()
    tricks: frozenset[str] = frozenset()

    def quote(self, start: int, end: int) -> str:
        """The original characters behind text[start:end]."""
        end = min(end, len(self.origin))
        if not 0 <= start < end:
            return ""
        last = self.ends[end - 1] if self.ends else self.origin[end - 1] + 1
        return self.original[self.origin[start] : last]

    @property
    def disguised(self) -> bool:
        """Whether hiding tricks were undone (not mere full-width or traditional writing)."""
        return bool(self.tricks)


def load() -> None:
    """Read the tables now rather than at the first message."""
    folding()
    hidden_words()


def normalize(text: str) -> Normalized:
    """Undo what hides words from a reader who is not human."""
    tricks: set[str] = set()
    shown = text
    if uneven := _UNEVEN.search(text):
        text = _HALF.sub("\ufffd", text)  # legal in JSON, accepted by nothing further on
        shown = _own_letters(text, tricks)
        uneven = _UNEVEN.search(shown)
    plain: str
    origin: Sequence[int]
    ends: Sequence[int] = ()
    if uneven:
        plain, origin = _fold_each(shown, tricks)
    else:
        plain = shown.translate(folding())
        origin = range(len(plain))
    steps = steps_for(plain)
    while steps:
        step, *steps = steps
        if found := list(step(plain)):
            changes = _apart(found)
            plain, origin, ends = _apply(plain, origin, ends, changes)
            tricks.update(change.trick for change in changes if change.trick)
            steps = steps_after(step)
    return Normalized(text, plain, origin, ends, frozenset(tricks))


def _own_letters(text: str, tricks: set[str]) -> str:
    """Letters borrowed from other scripts and from flags, back to Latin; the length stays."""
    if _BORROWED_SCRIPT.search(text):
        text = _return_borrowed(text, tricks)
    if _FLAG_LETTERS.search(text):
        text = _FLAG_LETTERS.sub(_spelled_by_flags, text)
    return text


def _return_borrowed(text: str, tricks: set[str]) -> str:
    borrowed = folding().borrowed
    foreign = any(char not in borrowed for char in _BORROWED_SCRIPT.findall(text))

    def undo(hit: re.Match[str]) -> str:
        word = hit.group()
        if not _BORROWED_SCRIPT.search(word) or (foreign and not re.search("[A-Za-z]", word)):
            return word
        tricks.add("look-alike")
        return "".join(borrowed.get(char, char) for char in word)

    return _WORD.sub(undo, text)


def _spelled_by_flags(hit: re.Match[str]) -> str:
    letters = "".join(chr(ord(char) - _FLAG_A + ord("a")) for char in hit.group())
    return letters if len(letters) % 2 or letters in _NOT_FLAGS else hit.group()


def _fold_each(text: str, tricks: set[str]) -> tuple[str, list[int]]:
    """For text in which some characters vanish and some become several: those one by one, what lies between in one go."""
    table = folding()
    out: list[str] = []
    origin: list[int] = []
    vanished = -1
    for index, piece in _pieces(text):
        plain = piece.translate(table)
        if not plain:
            vanished = vanished if vanished >= 0 else index
            continue
        if vanished >= 0:
            if _hidden_inside(text, vanished, index):
                tricks.add("invisible")
            vanished = -1
        if not table.tricky.isdisjoint(piece):
            tricks.add("look-alike")
        out.append(plain)
        origin += [index] * len(plain) if len(piece) == 1 else range(index, index + len(plain))
    return "".join(out), origin


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Uneven characters, and the even stretches between them, with their places."""
    done = 0
    for hit in _UNEVEN.finditer(text):
        at = hit.start()
        if done < at:
            yield done, text[done:at]
        yield at, hit.group()
        done = at + 1
    if done < len(text):
        yield done, text[done:]


def _hidden_inside(text: str, start: int, end: int) -> bool:
    """Whether the vanished text[start:end] stood inside a word; variation selectors belong to emoji and keycaps."""
    inside = start > 0 and _HIDING_PLACE.match(text[start - 1]) and _HIDING_PLACE.match(text[end])
    return bool(inside) and any(char not in "\ufe0e\ufe0f\u20e3" for char in text[start:end])


def _apart(changes: list[Change]) -> list[Change]:
    """Those that do not touch an earlier one."""
    kept: list[Change] = []
    for change in sorted(changes, key=lambda change: change.start):
        if not kept or change.start >= kept[-1].end:
            kept.append(change)
    return kept


def _apply(
    text: str, origin: Sequence[int], ends: Sequence[int], changes: Sequence[Change]
) -> tuple[str, list[int], list[int]]:
    ends = ends or [place + 1 for place in origin]
    words: list[str] = []
    starts: list[int] = []
    stops: list[int] = []
    done = 0
    for change in changes:
        words += (text[done : change.start], change.word)
        starts += origin[done : change.start]
        stops += ends[done : change.start]
        if change.keep:
            starts += [origin[place] for place in change.keep]
            stops += [ends[place] for place in change.keep]
        else:
            starts += [origin[change.start]] * len(change.word)
            stops += [ends[change.end - 1]] * len(change.word)
        done = change.end
    words.append(text[done:])
    starts += origin[done:]
    stops += ends[done:]
    return "".join(words), starts, stops
