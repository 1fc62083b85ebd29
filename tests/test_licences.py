"""docs/licences.md names every package that is installed with the guard, and its licence as the package itself states it."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# Whoever installs the guard may use, change and pass it on, at a school and anywhere else.
FREE = frozenset(
    [
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "0BSD",
        "ISC",
        "Zlib",
        "PSF-2.0",
        "CC0-1.0",
        "Apache-2.0",
        "MPL-2.0",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
    ]
)


def listed() -> dict[str, str]:
    table = (ROOT / "docs" / "licences.md").read_text("utf-8").partition("|---|---|")[2]
    return dict(re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \|$", table, re.MULTILINE))


def installed_with_it() -> set[str]:
    """Everything the lock file has for the guard and its extras."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    packages: dict[str, dict[str, Any]] = {one["name"]: one for one in lock["package"]}
    found: set[str] = set()
    waiting = [("class-guard", ("fast", "ocr", "postgres"))]
    while waiting:
        name, extras = waiting.pop()
        package = packages[name]
        needed = [*package.get("dependencies", ())]
        for extra in extras:
            needed += package.get("optional-dependencies", {}).get(extra, ())
        for one in needed:
            if one["name"] not in found or one.get("extra"):
                found.add(one["name"])
                waiting.append((one["name"], tuple(one.get("extra", ()))))
    return found


def test_every_package_that_comes_with_it_is_listed() -> None:
    assert set(listed()) == installed_with_it()


def test_every_licence_is_as_the_package_states_it_and_lets_a_school_use_it() -> None:
    stated = 0
    for name, licence in listed().items():
        assert set(re.findall(r"[A-Z0-9][A-Za-z0-9.-]+", licence)) - {"AND", "OR"} <= FREE, name
        try:
            own = metadata.metadata(name).json.get("license_expression")
        except metadata.PackageNotFoundError:
            continue
        if own:
            stated += 1
            assert licence == own, name
    assert stated > 20
