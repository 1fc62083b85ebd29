"""Every phrase rule keeps its promises: its examples, its name, its three languages, its speed on hostile text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from patterns import loading
from patterns.asks import Mood, Reading, Rule, read
from patterns.normalize import normalize

BOOK = loading.rulebook()
FILES = sorted((Path(loading.HERE) / "rules").glob("*.yaml"))
CASES = Path(__file__).parent / "cases"
GROUPS = {"request", "tell", "support", "against", "reply", "name", "reading"}
HOSTILE = {
    "one character": "转" * 4096,
    "one digit": "9" * 4096,
    "no end of a clause": "请大家扫码转账给我" * 455,
    "nothing but ends": ",。!?" * 1024,
    "questions": "多少钱怎么付吗?" * 512,
    "words of every family": ("".join(word for rule in BOOK.rules for word in rule.words) * 4)[:4096],
    "opening quotation marks": "“「『《" * 1024,
    "English without spaces": "paynowtransferdeposit" * 195,
}


def reading(text: str) -> Reading:
    plain = normalize(text)
    return read(plain, BOOK, loading.moods(), BOOK.spots(plain.text), loading.begins_word)


def counts(rule: Rule, text: str) -> bool:
    return any(hit.rule.id == rule.id and hit.mood is Mood.ASSERTED for hit in reading(text).hits)


EXAMPLES = [
    pytest.param(rule, text, expected, id=f"{rule.id}-{kind}-{index}")
    for rule in BOOK.rules
    for kind, texts, expected in (("hit", rule.examples.hit, True), ("miss", rule.examples.miss, False))
    for index, text in enumerate(texts)
]


@pytest.mark.parametrize(("rule", "text", "expected"), EXAMPLES)
def test_a_rule_holds_on_its_examples(rule: Rule, text: str, expected: bool) -> None:
    assert counts(rule, text) is expected


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_looks_for_what_is_left_of_a_text_once_disguises_are_undone(rule: Rule) -> None:
    sources = [one.source for pattern in rule.patterns for one in pattern.members]
    sought = {char for text in (*rule.words, *sources) for char in text if not char.isascii()}
    assert {char for char in sought if normalize(char).text != char} == set()


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_says_why_where_from_and_what_it_may_mistake(rule: Rule) -> None:
    assert rule.group in GROUPS
    assert len(rule.examples.hit) >= 2 and len(rule.examples.miss) >= 2
    assert rule.source and rule.falsepositives
    for language in ("zh-Hans", "zh-Hant", "en"):
        assert rule.why[language].strip()
    assert (
        ("{found}" in rule.why["en"])
        == ("{found}" in rule.why["zh-Hans"])
        == ("{found}" in rule.why["zh-Hant"])
    )


def test_a_rule_is_named_like_its_file() -> None:
    assert [rule.id for rule in BOOK.rules] == [file.stem for file in FILES]


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_requests_and_tells_weigh_for_a_warning_and_honest_signs_against(rule: Rule) -> None:
    expected = {
        "request": rule.weight > 0,
        "tell": rule.weight > 0,
        "support": rule.weight > 0,
        "against": rule.weight < 0,
    }
    assert expected.get(rule.group, rule.weight == 0)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_with_few_hits_a_rule(text: str) -> None:
    found = reading(text)
    assert len(found.hits) <= 4 * len(BOOK.rules)
    assert all(0 <= hit.start < hit.end <= len(found.clauses.encoded) for hit in found.hits)


def test_what_a_rule_quotes_are_the_senders_own_characters() -> None:
    found = reading("請各位家長過數至以下戶口")
    quotes = [found.quote(hit) for hit in found.hits if hit.rule.id == "asks_payment"]
    assert quotes == ["過數"]


def test_no_rule_file_quotes_a_development_case() -> None:
    texts = "\n".join(
        message["text"]
        for name in ("scam.jsonl", "benign.jsonl")
        for line in (CASES / name).read_text(encoding="utf-8").splitlines()
        for message in json.loads(line)["messages"]
    )
    for rule in BOOK.rules:
        for example in rule.examples.hit:
            longest = 26 if example.isascii() else 12
            pieces = (example[start : start + longest] for start in range(len(example) - longest + 1))
            assert not any(piece in texts for piece in pieces), f"{rule.id}: {example}"


def test_a_rule_file_that_lacks_its_reason_is_refused() -> None:
    with pytest.raises(loading.RuleError, match="why is missing"):
        loading.rule_from({"id": "x", "group": "request", "weight": 1, "source": "s", "words": ["转"]})


def test_a_rule_file_with_a_broken_pattern_is_refused() -> None:
    data = {
        "id": "x",
        "group": "request",
        "weight": 1,
        "source": "s",
        "words": ["转"],
        "why": {"zh-Hans": "a", "zh-Hant": "a", "en": "a"},
        "falsepositives": "none",
        "examples": {"hit": [], "miss": []},
        "any": ["(转"],
    }
    with pytest.raises(loading.RuleError, match="rule x"):
        loading.rule_from(data)
