"""The one place that reads rules, tables and the dictionary from disk: once, at start."""

from __future__ import annotations

import re as plain
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import jieba
import re2

from patterns import artefacts, names, normalize, shelf
from patterns.asks.clauses import Moods, Turn
from patterns.frequencies import Frequencies
from patterns.letters import folding
from patterns.linear import Pattern
from patterns.packaged import packaged
from patterns.rulebook import Examples, Rule, Rulebook
from patterns.scoring import Weights
from patterns.tenor import Tenor
from patterns.words import Dictionary

HERE = Path(__file__).parent
_HAN = plain.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_MACRO = plain.compile(r"\{([a-z_]+)\}")


class RuleError(ValueError):
    """A rule file that cannot be used, and why."""


def _yaml(path: Path) -> dict[str, Any]:
    found = packaged(path)
    if not isinstance(found, dict):
        raise RuleError(f"{path.name}: expected a mapping")
    return found


@cache
def lexicon() -> Mapping[str, str]:
    """The shared words of the rules, macros resolved."""
    words: dict[str, str] = {}
    for name, pattern in _yaml(HERE / "asks" / "lexicon.yaml").items():
        words[name] = _expand(pattern, words)
    return MappingProxyType(words)


def _expand(pattern: str, words: Mapping[str, str]) -> str:
    return _MACRO.sub(lambda macro: words[macro[1]], _simplified(pattern))


def _simplified(written: str) -> str:
    """As texts are once `normalize` has been over them, so that 搵我 may be written as it is said."""
    return _HAN.sub(lambda char: char[0].translate(folding()), written)


def _pattern(alternatives: list[str] | str) -> Pattern:
    several = [alternatives] if isinstance(alternatives, str) else alternatives
    return Pattern((_expand(one, lexicon()) for one in several), room())


def _pattern_if_any(alternatives: list[str] | str | None) -> Pattern | None:
    return _pattern(alternatives) if alternatives else None


@cache
def room() -> Any:
    """Room for the automata of long alternatives: in the default 8 MB they are thrown away and rebuilt all the time."""
    options = re2.Options()
    options.max_mem = 48 << 20
    return options


def _words(listed: list[str]) -> tuple[str, ...]:
    """The literals of a rule; a {macro} stands for every alternative of a plain list in the lexicon."""
    words: list[str] = []
    for word in listed:
        macro = _MACRO.fullmatch(word)
        words.extend(lexicon()[macro[1]][3:-1].split("|") if macro else [_simplified(word)])
    return tuple(words)


def rule_from(data: Mapping[str, Any]) -> Rule:
    """A rule from its file's content."""
    name = data.get("id", "?")
    try:
        return Rule(
            id=data["id"],
            group=data["group"],
            weight=float(data["weight"]),
            source=data["source"],
            words=_words(data["words"]),
            why=MappingProxyType(
                {language: data["why"][language] for language in ("zh-Hans", "zh-Hant", "en")}
            ),
            falsepositives=data["falsepositives"],
            examples=Examples(tuple(data["examples"]["hit"]), tuple(data["examples"]["miss"])),
            any=_pattern_if_any(data.get("any")),
            unless=_pattern_if_any(data.get("unless")),
            elsewhere=_pattern_if_any(data.get("elsewhere")),
            beside=_pattern_if_any(data.get("beside")),
            whole=bool(data.get("whole", False)),
            meant=bool(data.get("meant", True)),
            politely=bool(data.get("politely", False)),
            relays=bool(data.get("relays", False)),
            lasts=bool(data.get("lasts", False)),
            begins=bool(data.get("begins", True)),
            only=data.get("only", ""),
        )
    except KeyError as missing:
        raise RuleError(f"rule {name}: {missing.args[0]} is missing") from missing
    except re2.error as broken:
        raise RuleError(f"rule {name}: {broken}") from broken


@cache
def rules() -> tuple[Rule, ...]:
    """The shipped rules, with the weights their own files give them."""
    return tuple(rule_from(_yaml(file)) for file in sorted((HERE / "rules").glob("*.yaml")))


@cache
def rulebook() -> Rulebook:
    """The shipped rules, each with the weight the training gave it, or its own until it has been trained."""
    learnt = weights().rules
    return Rulebook.of(replace(rule, weight=learnt.get(rule.id, rule.weight)) for rule in rules())


@cache
def moods() -> Moods:
    """What takes a request back."""
    data = _yaml(HERE / "asks" / "moods.yaml")
    turns = [
        Turn(_pattern(data[name]["any"]), _pattern_if_any(data[name].get("spares"))) for name in Moods.turns()
    ]
    return Moods(*turns)


@cache
def office_name() -> Pattern:
    """What a display name sounds like when it wants to be taken for an office."""
    return _pattern(lexicon()["office_name"])


@cache
def for_me() -> Pattern:
    """How a sender says that something is to come to himself."""
    return _pattern(lexicon()["for_me"])


def first_weights() -> Mapping[str, float]:
    """What the coded signals weigh before any training, by their own file."""
    return {name: float(one["weight"]) for name, one in _yaml(HERE / "signals.yaml").items()}


@cache
def _learnt() -> Weights:
    data = _yaml(HERE / "weights.yaml")
    return Weights(
        thresholds=MappingProxyType(data["thresholds"]),
        caps=MappingProxyType(data["caps"]),
        signals=MappingProxyType({**first_weights(), **data["signals"]}),
        rules=MappingProxyType(data["rules"] or {}),
        against=data["against"],
        against_claim=data["against_claim"],
        against_lookalike=data["against_lookalike"],
    )


_Tried = TypeVar("_Tried")
_on_trial: list[Weights] = []


def weights() -> Weights:
    """What each kind of evidence weighs."""
    return _on_trial[-1] if _on_trial else _learnt()


@contextmanager
def _on_top(trials: list[_Tried], other: _Tried) -> Iterator[None]:
    trials.append(other)
    try:
        yield
    finally:
        trials.pop()


def trying(other: Weights) -> AbstractContextManager[None]:
    """Judge with other weights for a while, as the training does. The rules' own come with a `Context`'s rulebook."""
    return _on_top(_on_trial, other)


@cache
def signal_texts() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """For each coded signal its group and its sentence in three languages."""
    data = _yaml(HERE / "signals.yaml")
    return MappingProxyType(
        {name: (one["group"], MappingProxyType(one["why"])) for name, one in data.items()}
    )


# The learnt tables: three by whose words they are; two of what only frauds ask, whoever tells of it and whoever asks it.
FALSE_NAMES, STAFF, OUTSIDERS, TELLERS, FRAUDS = TENORS = (
    "false_names",
    "staff",
    "outsiders",
    "tellers",
    "frauds",
)
_heard: list[Mapping[str, Tenor]] = []


def tenor(of: str) -> Tenor:
    """What words sound like collecting from false names, staff or outsiders, or like a fraud and no tale of one, as learnt."""
    return _heard[-1][of] if _heard else _learnt_tenor(of)


def hearing(others: Mapping[str, Tenor]) -> AbstractContextManager[None]:
    """Listen with other tenors for a while, as their learner does."""
    return _on_top(_heard, others)


@cache
def _learnt_tenor(of: str) -> Tenor:
    data = _yaml(HERE / "tables" / f"tenor_of_{of}.yaml")
    least, talk, weights = (MappingProxyType(data[name]) for name in ("least", "talk", "weights"))
    return Tenor(least, talk, data["bias"], weights)


_dictionary: list[Dictionary] = []


def dictionary(tmp_dir: Path | None = None) -> Dictionary:
    """The word dictionary, seeded with the rules' own words."""
    if not _dictionary:
        seeds = (word for rule in rulebook().rules if rule.whole for word in rule.words)
        _dictionary.append(Dictionary(_frequencies(tmp_dir), seeds))
    return _dictionary[0]


def _frequencies(folder: Path | None) -> Frequencies:
    """As kept in the folder by an earlier start; else made from jieba's own file, which takes a second."""
    kept = folder / f"words-{jieba.__version__}.bin" if folder else None
    if kept is not None:
        with suppress(OSError, ValueError):
            return Frequencies.from_bytes(kept.read_bytes())
    made = Frequencies.of_jieba()
    if kept is not None:
        with suppress(OSError):
            shelf.keep(kept, made.to_bytes())
    return made


def begins_word(text: str, at: int) -> bool:
    """Does a word begin here, as the dictionary sees it?"""
    return dictionary().begins_word(text, at)


def warm_up(tmp_dir: Path | None = None) -> None:
    """Load everything now rather than while the first message waits. `tmp_dir` is where the words, and what was derived, are kept for the next start."""
    with shelf.between_starts(tmp_dir):
        normalize.load()
        names.load()
        artefacts.load()
        rulebook()
        moods()
        office_name()
        for_me()
        weights()
        for one in TENORS:
            tenor(one).of("")
        signal_texts()
        dictionary(tmp_dir)
