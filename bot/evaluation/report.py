"""The figures of an evaluation, as one object for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.evaluation.replay import CaseResult, LinesResult, PairResult
from bot.intervals import wilson
from patterns.model import Level

Json = dict[str, Any]


def case_row(result: CaseResult) -> Json:
    case = result.case
    return {
        "id": case.id,
        "label": case.label,
        "kind": case.kind,
        "lang": case.lang,
        "expected": case.expected.word,
        "expected_at": case.expected_at,
        "at_most": case.at_most,
        "levels": [level.word for level in result.levels],
        "level": result.level.word,
        "at": result.at,
        "ok": result.ok,
        "evidence": list(result.evidence),
        "ms": round(result.ms, 3),
    }


def pair_row(result: PairResult) -> Json:
    return {
        "id": result.pair.id,
        "expected": result.pair.impersonates,
        "impersonates": result.impersonates,
        "ok": result.ok,
    }


def lines_row(result: LinesResult) -> Json:
    return {
        "n": result.n,
        **{level.word: result.counts[level] for level in (Level.NOTICE, Level.CAUTION, Level.ALARM)},
        "examples": [
            {"line": line, "level": level.word, "evidence": list(evidence)}
            for line, level, evidence in result.examples
        ],
    }


def _share(ok: Iterable[bool]) -> Json:
    every = list(ok)
    low, high = wilson(sum(every), len(every))
    share = sum(every) / len(every) if every else None
    return {"n": len(every), "ok": sum(every), "share": share, "low": round(low, 4), "high": round(high, 4)}


def _by(results: Sequence[CaseResult], key: Callable[[CaseResult], str]) -> Json:
    return {
        name: _share(one.ok for one in results if key(one) == name)
        for name in dict.fromkeys(map(key, results))
    }


def summary(cases: Sequence[CaseResult], pairs: Sequence[PairResult], lines: LinesResult) -> Json:
    """Figures by kind, by language and over all, with 95 % intervals."""
    scam = [one for one in cases if one.case.label == "scam"]
    benign = [one for one in cases if one.case.label == "benign"]
    return {
        "scam": _share(one.ok for one in scam),
        "benign": _share(one.ok for one in benign),
        "benign_alarms": sum(one.level is Level.ALARM for one in benign),
        "over_alarms": sum(one.over_alarm for one in scam),
        "identity": {
            "recognised": _share(one.ok for one in pairs if one.pair.impersonates),
            "spared": _share(one.ok for one in pairs if not one.pair.impersonates),
        },
        "lines": {"n": lines.n, "public": lines.counts[Level.CAUTION] + lines.counts[Level.ALARM]},
        "by_kind": {
            "scam": _by(scam, lambda one: one.case.kind),
            "benign": _by(benign, lambda one: one.case.kind),
        },
        "by_language": {
            "scam": _by(scam, lambda one: one.case.lang),
            "benign": _by(benign, lambda one: one.case.lang),
        },
    }


def as_json(cases: Sequence[CaseResult], pairs: Sequence[PairResult], lines: LinesResult) -> Json:
    return {
        "cases": [case_row(one) for one in cases],
        "identity": [pair_row(one) for one in pairs],
        "lines": lines_row(lines),
        "summary": summary(cases, pairs, lines),
    }
