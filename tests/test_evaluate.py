"""The evaluation reads case files, counts honestly, and holds the detector to its figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.evaluation.cases import CaseError, LabelledCase, read_cases
from bot.evaluation.replay import judge_lines, replay
from bot.intervals import wilson
from patterns.model import AttachmentKind, Level

CASES = Path(__file__).parent / "cases"
RUN = CliRunner()


def case(**changes: Any) -> dict[str, Any]:
    message = {
        "sender": "沈若琳老师",
        "uid": "u1",
        "known_teacher": False,
        "joined_days": 4,
        "hour": 10,
        "minute_offset": 0,
        "text": "资料费50元，扫码交",
        "attachments": ["qr:wechat_pay"],
        "is_forward": False,
        "renamed_from": "小雨爸爸",
        "avatar_same_as": "沈若琳老师",
    }
    data: dict[str, Any] = {
        "id": "t1",
        "lang": "zh-Hans",
        "label": "scam",
        "kind": "fee_clone_qr",
        "why": "",
        "context": {"group_teachers": ["沈若琳老师"]},
        "messages": [message],
        "expect": {"level": "alarm", "at": 0},
    }
    return data | changes


def written(tmp_path: Path, *cases: dict[str, Any]) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in cases), encoding="utf-8")
    return file


def read(tmp_path: Path, data: dict[str, Any], *blind: str) -> LabelledCase:
    (one,) = read_cases(written(tmp_path, data), frozenset(blind))
    assert isinstance(one, LabelledCase)
    return one


def test_labels_become_the_real_thing(tmp_path: Path) -> None:
    message = read(tmp_path, case()).messages[0]
    assert message.attachments[0].value.startswith("wxp://")
    assert message.standing.renamed_from == "小雨爸爸"


def test_a_blind_run_takes_facts_away(tmp_path: Path) -> None:
    message = read(tmp_path, case(), "meta", "qr").messages[0]
    assert message.attachments[0].kind is AttachmentKind.IMAGE
    assert message.standing.joined_days is None
    assert message.standing.renamed_from is None and message.standing.portrait_of is None
    assert read(tmp_path, case(), "september").messages[0].standing.joined_days == 3


def test_a_known_teacher_owns_the_registered_account(tmp_path: Path) -> None:
    data = case()
    data["messages"][0] |= {"known_teacher": True, "renamed_from": None, "avatar_same_as": None}
    one = read(tmp_path, data)
    assert one.context.roster.owner("u1") is not None
    assert replay(one).level is Level.CAUTION


def test_registered_payees_aliases_and_fees_are_honoured(tmp_path: Path) -> None:
    data = case()
    data["context"] |= {
        "registered_payees": ["某某小学"],
        "registered_domains": ["school.example"],
        "fees": [{"what": "资料费", "amount": 50, "payee": "某某小学"}],
        "aliases": {"沈若琳老师": ["小沈老师"]},
    }
    context = read(tmp_path, data).context
    assert context.payees == {"某某小学"} and context.domains == {"school.example"}
    assert context.fees[0].amount == "50"
    assert context.roster.resemblance("小沈老师") is not None


def test_a_scam_counts_only_when_noticed_in_time(tmp_path: Path) -> None:
    early = case()
    early["messages"].insert(
        0,
        early["messages"][0]
        | {"text": "早", "attachments": [], "renamed_from": None, "avatar_same_as": None},
    )
    early["expect"] = {"level": "alarm", "at": 0}
    result = replay(read(tmp_path, early))
    assert result.levels == (Level.NOTICE, Level.ALARM)
    assert not result.ok


def test_an_alarm_on_the_teachers_own_account_is_counted_as_too_much(tmp_path: Path) -> None:
    result = replay(read(tmp_path, case(kind="hijacked_teacher", expect={"level": "caution", "at": 0})))
    assert result.over_alarm and not result.ok


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text(json.dumps(case()) + "\n{\n", encoding="utf-8")
    with pytest.raises(CaseError, match=r"broken\.jsonl line 2"):
        list(read_cases(file))


def test_intervals_are_wilsons() -> None:
    low, high = wilson(95, 100)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
    assert wilson(0, 0) == (0.0, 1.0)


def test_everyday_talk_is_silent() -> None:
    with (CASES / "everyday.txt").open(encoding="utf-8") as lines:
        result = judge_lines(lines)
    assert result.n == 1500
    assert result.examples == []


def test_talk_of_money_is_silent() -> None:
    with (CASES / "money.txt").open(encoding="utf-8") as lines:
        result = judge_lines(lines)
    assert result.n >= 150
    assert result.examples == []


@pytest.mark.parametrize("blind", ["", "meta", "qr", "september"])
def test_the_development_cases_keep_their_figures(blind: str) -> None:
    hidden = frozenset(filter(None, [blind]))
    results = [
        replay(one)
        for name in ("scam.jsonl", "benign.jsonl", "own.jsonl", "harmless.jsonl", "receivers.jsonl")
        for one in read_cases(CASES / name, hidden)
        if isinstance(one, LabelledCase)
    ]
    scam = [one for one in results if one.case.label == "scam"]
    benign = [one for one in results if one.case.label == "benign"]
    assert sum(one.ok for one in scam) >= 0.97 * len(scam)
    assert sum(one.ok for one in benign) >= 0.985 * len(benign)
    assert [one.case.id for one in benign if one.level is Level.ALARM] == []
    assert sum(one.over_alarm for one in scam) <= 1


def test_the_command_prints_one_object_with_every_key(tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("明天见\n\n好的\n", encoding="utf-8")
    pair = {"id": "i1", "protected": "沈若琳老师", "candidate": "沈若琳妈妈", "impersonates": False}
    file = written(tmp_path, case(), pair)
    done = RUN.invoke(app, ["evaluate", str(file), "--lines", str(lines), "--json"])
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    assert set(data) == {"cases", "identity", "lines", "summary"}
    assert data["lines"] == {"n": 2, "notice": 0, "caution": 0, "alarm": 0, "examples": []}
    assert set(data["cases"][0]) == {
        "id", "label", "kind", "lang", "expected", "expected_at", "at_most", "levels", "level", "at", "ok", "evidence", "ms",
    }  # fmt: skip
    assert data["cases"][0]["level"] == "alarm" and data["cases"][0]["at"] == 0
    assert data["identity"] == [{"id": "i1", "expected": False, "impersonates": False, "ok": True}]


def test_the_keys_are_there_even_when_nothing_was_measured(tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("明天见\n", encoding="utf-8")
    data = json.loads(RUN.invoke(app, ["evaluate", "--lines", str(lines), "--json"]).stdout)
    assert data["cases"] == [] and data["identity"] == []


def test_demands_decide_the_exit_status(tmp_path: Path) -> None:
    file = str(written(tmp_path, case()))
    assert RUN.invoke(app, ["evaluate", file, "--require", "scam=1"]).exit_code == 0
    missed = RUN.invoke(app, ["evaluate", file, "--require", "benign=0.9"])
    assert missed.exit_code == 1
    assert "benign is not measured" in missed.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["no-such-file.jsonl"], ["--lines", "x", "--blind", "sky"], ["--lines", "x", "--require", "luck=1"]],
)
def test_a_wrong_call_is_one_sentence(arguments: list[str]) -> None:
    done = RUN.invoke(app, ["evaluate", *arguments])
    assert done.exit_code == 2
    assert done.stderr.strip() and "Traceback" not in done.stderr


def test_check_explains_itself_in_words() -> None:
    arguments = [
        "check",
        "请扫码交50元",
        "--sender",
        "沈若琳老師",
        "--teacher",
        "沈若琳老师",
        "--picture",
        "--language",
        "en",
    ]
    done = RUN.invoke(app, arguments)
    assert done.exit_code == 0
    assert done.stdout.startswith("alarm")
    assert "not that person's registered account" in " ".join(done.stdout.split())


def test_check_gives_data_on_request() -> None:
    done = RUN.invoke(app, ["check", "你好", "--json"])
    assert json.loads(done.stdout)["level"] == "clear"


def test_check_says_when_it_knows_nothing_of_the_sender() -> None:
    assert "only the words were judged" in RUN.invoke(app, ["check", "请扫码交50元"]).stderr
    assert not RUN.invoke(app, ["check", "你好", "--sender", "小雨妈妈"]).stderr


def test_ordinary_messages_given_as_cases_are_told_where_they_belong(tmp_path: Path) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text("明天见\n", encoding="utf-8")
    done = RUN.invoke(app, ["evaluate", str(talk)])
    assert done.exit_code == 2
    assert "talk.txt line 1" in done.stderr and "--lines" in done.stderr


def test_a_missing_case_file_is_named_plainly() -> None:
    done = RUN.invoke(app, ["evaluate", "nowhere.jsonl"])
    assert done.stderr.strip() == "nowhere.jsonl: No such file or directory"
