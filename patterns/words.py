"""Where one word ends and the next begins: Chinese text cut by a dictionary that knows the rules' own words."""

from __future__ import annotations

from collections.abc import Iterable

import jieba

from patterns.frequencies import Frequencies

jieba.setLogLevel(jieba.logging.WARNING)


# How far around a place to look: longer than any word, and enough for the cut to settle.
_SIGHT = 10


class Dictionary:
    """jieba's own dictionary, seeded: 请交班费五十元 must not become 请/交班/费/五十元."""

    def __init__(self, frequencies: Frequencies, seeds: Iterable[str] = ()) -> None:
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ, self._tokenizer.total = frequencies, frequencies.total
        self._tokenizer.initialized = True
        for seed in seeds:
            self._tokenizer.add_word(seed)

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order; joined they are the text."""
        return list(self._tokenizer.cut(text))

    def begins_word(self, text: str, at: int) -> bool:
        """Does a word begin here, rather than go on? 提交费用 is 提交/费用: no 交费 begins in it."""
        if at == 0 or not text[at - 1].isalpha():
            return True
        left = max(0, at - _SIGHT)
        if text[at] > "\x7f" and not self._any_across(text, left, at):
            return True
        edge = left
        for word in self._tokenizer.cut(text[left : at + _SIGHT], HMM=False):
            if edge >= at:
                break
            edge += len(word)
        return edge == at

    def _any_across(self, text: str, left: int, at: int) -> bool:
        """Can a word that begins before this place go on over it? Without one, none has to be cut to know."""
        known = self._tokenizer.FREQ
        return any(text[start : at + 1] in known for start in range(left, at))
