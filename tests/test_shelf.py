"""What follows from packaged files is worked out at the first start and kept for the next, which trusts no damaged file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import re2

from patterns import linear, loading, shelf
from patterns.linear import Expression, compile_spared
from patterns.literals import Required, required
from patterns.packaged import packaged
from patterns.shelf import between_starts, derived

PACKAGE = Path(shelf.__file__).parent
TABLES = sorted(PACKAGE.rglob("*.yaml"))


class Work:
    """Counts how often something was worked out."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> list[str]:
        self.done += 1
        return ["worked", "out"]


def start(folder: Path | None, work: Callable[[], list[str]], name: str = "something") -> list[str]:
    with between_starts(folder):
        return derived(name, work)


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


def parts(one: Required) -> tuple[object, ...]:
    return one.begins, one.then, one.telling, one.literals


def test_what_one_start_worked_out_the_next_takes_from_the_folder(tmp_path: Path) -> None:
    work = Work()
    assert start(tmp_path, work) == start(tmp_path, work) == ["worked", "out"]
    assert work.done == 1
    assert len(kept(tmp_path)) == 1


def test_what_is_new_is_put_beside_what_is_there(tmp_path: Path) -> None:
    work = Work()
    for name in ("something", "another", "something", "another"):
        start(tmp_path, work, name)
    assert work.done == 2


@pytest.mark.parametrize(
    "damage", [lambda was: was[:-1], lambda was: was[:20], lambda was: was[:-9] + b"x" * 9]
)
def test_a_damaged_file_is_not_believed_and_made_anew(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    work = Work()
    start(tmp_path, work)
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert start(tmp_path, work) == ["worked", "out"]
    assert work.done == 2
    assert file.read_bytes() == whole


def test_another_edition_reads_nothing_of_an_earlier_one_and_clears_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work()
    start(tmp_path, work)
    (earlier,) = kept(tmp_path)
    monkeypatch.setattr(shelf, "_CODE", (*shelf._CODE, PACKAGE / "judge.py"))
    start(tmp_path, work)
    assert work.done == 2
    (now,) = kept(tmp_path)
    assert now != earlier


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    work = Work()
    for _ in range(2):
        assert start(tmp_path / "missing", work) == ["worked", "out"]
    assert start(None, work) == ["worked", "out"]
    assert work.done == 3


def test_nothing_is_kept_outside_a_start(tmp_path: Path) -> None:
    work = Work()
    start(tmp_path, work)
    assert derived("something", work) == derived("something", work)
    assert work.done == 3


def test_every_table_and_expression_comes_back_as_it_was(tmp_path: Path) -> None:
    sources = [
        one.source for rule in loading.rules() for pattern in rule.patterns for one in pattern.expressions
    ]
    assert len(sources) > 500 and len(TABLES) > 50
    fresh = [packaged(file) for file in TABLES], [parts(required(source)) for source in sources]
    for _ in range(2):
        with between_starts(tmp_path):
            read = [packaged(file) for file in TABLES], [parts(required(source)) for source in sources]
        assert read == fresh


def test_an_expression_that_could_be_read_before_is_compiled_when_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    compiles = Expression.compile

    def noted(one: Expression) -> None:
        compiled.append(one.source)
        compiles(one)

    monkeypatch.setattr(Expression, "compile", noted)
    monkeypatch.setattr(linear, "_spared", set())
    for _ in range(2):
        with between_starts(tmp_path):
            one, other = Expression("转.{0,3}账"), Expression("扫码")
    assert compiled == ["转.{0,3}账", "扫码"]
    assert one.within("请转个账") and not one.within("请扫码")
    assert one.within("转账")
    assert compiled[2:] == ["转.{0,3}账"]
    assert list(compile_spared()) == [None]
    assert compiled[2:] == ["转.{0,3}账", "扫码"]
    assert other.within("请扫码")


def test_an_expression_that_cannot_be_read_is_refused_at_every_start(tmp_path: Path) -> None:
    for _ in range(2):
        with between_starts(tmp_path), pytest.raises(re2.error):
            Expression("(转账")
    assert not list(compile_spared())


def test_what_is_not_packaged_with_the_rules_is_always_read(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    for words in ("first", "second"):
        file.write_text(f"says: {words}\n", encoding="utf-8")
        with between_starts(tmp_path):
            assert packaged(file) == {"says": words}
