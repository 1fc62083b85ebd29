"""What follows from packaged files alone, kept in the data folder: the next start need not work it out again."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any, TypeVar

_PACKAGE = Path(__file__).parent
# The code by which something is worked out; other files hold no more than data.
_CODE = (_PACKAGE / "literals.py", _PACKAGE / "packaged.py")
_CHECK = hashlib.sha256
_SIZE = _CHECK().digest_size

_Made = TypeVar("_Made")


class _Shelf:
    """One file in the folder, read when the first thing is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._things: dict[str, Any] | None = None
        self._new = False

    def get(self, name: str, make: Callable[[], _Made]) -> _Made:
        if self._things is None:
            self._file = self._folder / f"derived-{_edition()}.bin"
            self._things = _read(self._file)
        if name not in self._things:
            self._things[name] = make()
            self._new = True
        thing: _Made = self._things[name]
        return thing

    def put_away(self) -> None:
        """For the next start, whose edition may be another: what earlier ones left goes."""
        if not self._new:
            return
        body = marshal.dumps(self._things)
        with suppress(OSError):
            keep(self._file, _CHECK(body).digest() + body)
            for other in self._folder.glob("derived-*.bin"):
                if other != self._file:
                    other.unlink()


_open: list[_Shelf] = []


def derived(name: str, make: Callable[[], _Made]) -> _Made:
    """What `make` gives, or gave at an earlier start. It is plain data, follows from packaged files, and is not changed."""
    return _open[-1].get(name, make) if _open else make()


@contextmanager
def between_starts(folder: Path | None) -> Iterator[None]:
    """Whatever is derived in here is looked for in the folder, and is there afterwards."""
    if folder is None:
        yield
        return
    shelf = _Shelf(folder)
    _open.append(shelf)
    try:
        yield
    finally:
        _open.remove(shelf)
    shelf.put_away()


def keep(file: Path, content: bytes) -> None:
    """Whole or not at all: another start may be reading. Raises OSError."""
    half = file.with_suffix(".new")
    half.write_bytes(content)
    half.replace(file)


def _read(file: Path) -> dict[str, Any]:
    """Nothing, when there is no such file, or not all of it."""
    with suppress(OSError):
        kept = file.read_bytes()
        if _CHECK(kept[_SIZE:]).digest() == kept[:_SIZE]:
            things: dict[str, Any] = marshal.loads(kept[_SIZE:])  # noqa: S302  (its check was right)
            return things
    return {}


def _edition() -> str:
    """Another one for every change of what all this follows from, and of Python's way to write it."""
    check = _CHECK(MAGIC_NUMBER)
    for file in (*_CODE, *sorted(_PACKAGE.rglob("*.yaml"))):
        content = file.read_bytes()
        check.update(f"{file.relative_to(_PACKAGE).as_posix()} {len(content)}\n".encode() + content)
    return check.hexdigest()[:16]
