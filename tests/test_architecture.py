"""Who may import whom: the table of docs/architecture.md, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("bot", "handlers", "patterns")
# What platforms and the bot tell each other.
SPOKEN = {"bot.abilities", "bot.actions", "bot.events", "bot.places"}
FLOOR = {"bot", "bot.intervals", "bot.settings", "bot.texts"} | SPOKEN

PATTERNS_STDLIB = {
    "__future__", "array", "bisect", "collections", "contextlib", "dataclasses", "datetime", "decimal", "enum", "functools",
    "hashlib", "importlib", "itertools", "json", "marshal", "math", "pathlib", "re", "types", "typing", "unicodedata", "urllib",
}  # fmt: skip
# Where detection loads its own packaged rules and tables, at start.
READERS = {"patterns.loading", "patterns.packaged", "patterns.shelf"}
PATTERNS_LIBRARIES = {
    "yaml", "jieba", "rjieba", "marisa_trie", "opencc", "pypinyin", "ahocorasick_rs", "re2",
}  # fmt: skip


def modules() -> list[tuple[str, Path]]:
    files = (file for package in OURS for file in sorted((ROOT / package).rglob("*.py")))
    return [(name_of(file), file) for file in files]


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = modules()
NAMES = {name for name, _ in MODULES}


@cache
def imports(name: str, file: Path) -> tuple[str, ...]:
    """Every module a file imports; `from package import module` names the module."""
    return tuple(_imports(name, file))


def _imports(name: str, file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in NAMES else node.module


def under(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def ours(module: str) -> bool:
    return under(module, *OURS)


def forbidden(name: str, module: str) -> bool:
    if under(name, "patterns"):
        return ours(module) and not under(module, "patterns")
    if name in FLOOR or under(name, "bot.texts"):
        return ours(module) and not (
            module in FLOOR or under(module, "bot.texts") or module == "patterns.model"
        )
    if under(name, "bot.store"):
        return ours(module) and not (
            module in FLOOR or under(module, "bot.store") or module == "patterns.model"
        )
    if under(name, "bot.platforms"):
        return ours(module) and not (
            module in SPOKEN | {"bot", "patterns.model"} or under(module, "bot.platforms")
        )
    if under(name, "handlers"):
        allowed = module in FLOOR or under(module, "bot.texts", "bot.store", "handlers", "patterns")
        return ours(module) and not allowed
    if under(name, "bot.cli", "bot.app", "bot.__main__", "bot.playground.assembly"):
        return False
    return under(module, "bot.app", "bot.cli", "bot.__main__")


@pytest.mark.parametrize(("name", "file"), MODULES, ids=[name for name, _ in MODULES])
def test_every_module_imports_only_what_it_may(name: str, file: Path) -> None:
    wrong = sorted({module for module in imports(name, file) if forbidden(name, module)})
    assert wrong == [], f"{name} must not import {wrong}"


def test_only_the_telegram_platform_knows_its_library() -> None:
    knowing = {
        name for name, file in MODULES if any(under(module, "telegram") for module in imports(name, file))
    }
    assert {name for name in knowing if not under(name, "bot.platforms.telegram")} == set()
    assert knowing


def test_detection_uses_a_short_list_of_libraries_and_no_clock_network_or_chance() -> None:
    outside = {
        (name, module.partition(".")[0])
        for name, file in MODULES
        if under(name, "patterns")
        for module in imports(name, file)
        if not ours(module)
    }
    assert {found for found in outside if found[1] not in PATTERNS_STDLIB | PATTERNS_LIBRARIES} == set()


def test_detection_reads_the_disk_only_to_load_its_own_tables() -> None:
    readers = {
        name
        for name, file in MODULES
        if under(name, "patterns")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "open")
            or (
                isinstance(node.func, ast.Attribute) and node.func.attr in {"read_text", "read_bytes", "open"}
            )
        )
    }
    assert readers <= READERS


def test_detection_never_asks_what_time_it_is() -> None:
    askers = {
        name
        for name, file in MODULES
        if under(name, "patterns")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert askers == set()


def test_handlers_never_send() -> None:
    senders = {
        name
        for name, file in MODULES
        if under(name, "handlers")
        for module in imports(name, file)
        if under(module, "httpx", "bot.platforms", "bot.outbox", "bot.delivery", "bot.sending", "asyncio")
    }
    assert senders == set()


def test_only_one_place_writes_in_one_databases_dialect() -> None:
    """Whoever else did would work on the file and not on the server, or the other way round."""
    dialects = {
        name
        for name, file in MODULES
        if any(under(module, "sqlalchemy.dialects") for module in imports(name, file))
    }
    assert dialects == {"bot.store.upserts"}


def test_what_tests_share_stands_in_a_file_of_its_own() -> None:
    borrowers = {
        file.name
        for file in sorted((ROOT / "tests").glob("*.py"))
        if any(module.startswith("tests.test_") for module in imports(file.stem, file))
    }
    assert borrowers == set()
