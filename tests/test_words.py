"""Chinese text is cut as jieba cuts it, from a dictionary that takes a tenth of the room."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import jieba
import pytest

from patterns.frequencies import Frequencies
from patterns.loading import dictionary
from patterns.words import Dictionary

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module")
def frequencies() -> Frequencies:
    return Frequencies.of_jieba()


def test_what_people_say_is_cut_as_jieba_cuts_it(frequencies: Frequencies) -> None:
    lines = (CASES / "everyday.txt").read_text("utf-8").splitlines()[:400]
    lines += (CASES / "money.txt").read_text("utf-8").splitlines()
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    own = Dictionary(frequencies, ["班费"])
    tokenizer.add_word("班费")
    assert [own.cut(line) for line in lines] == [tokenizer.lcut(line) for line in lines]


def test_a_dictionary_kept_is_the_dictionary_read(frequencies: Frequencies) -> None:
    again = Frequencies.from_bytes(frequencies.to_bytes())
    assert again.total == frequencies.total
    for word in ("老师", "二维码", "请", "资料费", "没有这个词"):
        assert again.get(word) == frequencies.get(word)


def test_a_dictionary_cut_off_or_damaged_is_not_believed(frequencies: Frequencies) -> None:
    kept = frequencies.to_bytes()
    for broken in (b"", kept[:-1], kept[:100], bytes(chain(kept[:50], b"\xff", kept[51:]))):
        with pytest.raises(ValueError, match="damaged"):
            Frequencies.from_bytes(broken)


def test_the_rules_own_words_are_never_torn() -> None:
    words = dictionary()
    assert words.begins_word("请交班费五十元", 1)
    assert not words.begins_word("提交费用", 1)
