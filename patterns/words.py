"""Where one word ends and the next begins: Chinese text cut by a dictionary that knows the rules' own words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import jieba


class Dictionary:
    """jieba's own dictionary, seeded: 请交班费五十元 must not become 请/交班/费/五十元."""

    def __init__(self, seeds: Iterable[str] = (), tmp_dir: Path | None = None) -> None:
        self._tokenizer = jieba.Tokenizer()
        if tmp_dir is not None:
            self._tokenizer.tmp_dir = str(tmp_dir)
        self._tokenizer.initialize()
        for seed in seeds:
            self._tokenizer.add_word(seed)

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order; joined they are the text."""
        return list(self._tokenizer.cut(text))

    def is_word_at(self, text: str, start: int, end: int) -> bool:
        """Does a word begin at `start` and a word end at `end`?"""
        left = max(0, start - 12)
        edges = {left}
        at = left
        for word in self.cut(text[left : end + 12]):
            at += len(word)
            edges.add(at)
        return start in edges and end in edges
