"""What an expression needs is read off it, so that it is looked for only where it can be met: with the same result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from bench import corpus
from patterns import loading
from patterns.linear import Expression, Pattern, Screen
from patterns.literals import required
from patterns.normalize import normalize

RULES = loading.rulebook().rules
MOODS = loading.moods()
TURNS = (MOODS.negation, MOODS.question, MOODS.report, MOODS.polite, MOODS.narration, MOODS.address)
PATTERNS = [
    *(pattern for rule in RULES for pattern in rule.patterns),
    *(pattern for turn in TURNS for pattern in (turn.pattern, turn.spares) if pattern is not None),
]
EXPRESSIONS = [one for pattern in PATTERNS for one in pattern.expressions]
EXAMPLES = [text for rule in RULES for text in (*rule.examples.hit, *rule.examples.miss)]
HOSTILE = ("转" * 900, "请大家扫码转账给我" * 60, ",。!?" * 200, "多少钱怎么付吗?" * 90, "9" * 900, "")


def undone(texts: Iterable[str]) -> Iterator[bytes]:
    return (normalize(text).text.encode() for text in texts)


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("转账|汇款", [[{"转账", "汇款"}]]),
        ("(?:转|付)(?:一下|掉)", [[{"转一下", "转掉", "付一下", "付掉"}]]),
        ("请[^,]{0,9}(?:扫|付)", [[{"请"}, {"扫", "付"}]]),
        ("钱?费", [[{"费"}]]),
        ("(?:请){2}转", [[{"请请转"}]]),
        ("a.c|扫+", [[]]),
        (
            r"[三3]\d[^x]|收款(?:码|$)",
            [[{f"{first}{digit}" for first in "三3" for digit in range(10)} | {"收款码", "收款"}]],
        ),
    ],
)
def test_the_literals_an_expression_needs_are_read_off_it(source: str, ways: list[list[set[str]]]) -> None:
    found = required(source)
    assert [list(map(set, way)) for way in found.ways] == ways
    wanted = frozenset().union(*(need for way in ways for need in way))
    assert found.telling <= wanted and bool(found.telling) == bool(wanted)


@pytest.mark.parametrize(
    ("source", "begins", "then"),
    [
        ("(?:转|付款)[^,]{0,9}我", {"转", "付款"}, set()),
        ("[^门贺]卡", set(), {"卡"}),
        ("(?:资金|[^门]卡).{0,9}付", {"资金"}, {"卡"}),
        ("(?:^|[^买])票", {"票"}, {"票"}),
        ("[^买]?票|.款", {"票"}, {"票", "款"}),
        ("[^门]{0,9}卡", set(), set()),
        ("[^门][^票]卡", set(), set()),
        ("[^门]a", set(), set()),
    ],
)
def test_where_a_match_can_begin_is_read_off_it_too(source: str, begins: set[str], then: set[str]) -> None:
    found = required(source)
    assert set(found.begins) == begins and set(found.then) == then


def test_what_begins_behind_any_character_is_found_behind_each() -> None:
    pattern = Pattern(["[^门]卡"])
    text = "卡,卡银卡😀卡门卡a卡".encode()
    assert pattern.spans(text, Screen([pattern]).sight(text)) == pattern.spans(text)
    assert len(pattern.spans(text)) == 4


def test_an_expression_written_in_a_way_not_known_here_may_be_met_anywhere() -> None:
    for source in (r"\p{Han}转", "(?i)pay", "转{"):
        assert not required(source).telling and required(source).ways == ((),)


def test_a_pattern_finds_what_one_expression_with_bars_between_would_find() -> None:
    for pattern in PATTERNS:
        together = Expression(
            "|".join(f"(?:{one.source})" for one in pattern.expressions), options=loading.room()
        )
        for encoded in undone(EXAMPLES[::11]):
            found, at = [], 0
            while at <= len(encoded) and (span := together.after(encoded, at))[0] >= 0:
                found.append(span)
                at = max(span[1], span[0] + 1)
            assert pattern.spans(encoded) == found


@pytest.mark.parametrize("texts", [EXAMPLES, corpus.texts("scam")[::3], corpus.texts("benign")[::5], HOSTILE])
def test_every_pattern_finds_the_same_whether_or_not_the_text_was_sighted(texts: tuple[str, ...]) -> None:
    screen = Screen(PATTERNS)
    for encoded in undone(texts):
        sight = screen.sight(encoded)
        half = encoded[len(encoded) // 2 :].decode("utf-8", "ignore").encode()
        for pattern in PATTERNS:
            possible = sight.possible(pattern)
            for one in pattern.expressions:
                if one not in possible:
                    assert one.after(encoded)[0] < 0, one.source
            if possible:
                assert pattern.spans(encoded, sight) == pattern.spans(encoded)
                assert pattern.spans(encoded, sight, 2) == pattern.spans(encoded)[:2]
                offset = len(encoded) - len(half)
                assert pattern.met(half, sight, offset) == pattern.met(half)


def test_nearly_every_expression_needs_something() -> None:
    idle = [one for one in EXPRESSIONS if not one.required.telling]
    assert len(idle) <= len(EXPRESSIONS) // 50, [one.source for one in idle]


def test_a_pattern_whose_words_are_missing_is_not_possible() -> None:
    pattern = Pattern(["转[^,]{0,9}给我", "收款码"])
    screen = Screen([pattern])
    assert not screen.sight("明天带水彩笔".encode()).possible(pattern)
    assert [one.order for one in screen.sight("转给她,收款码".encode()).possible(pattern)] == [1]
    assert pattern.spans("先转我,再转给我".encode(), screen.sight("先转我,再转给我".encode())) == [(13, 22)]
