"""The pictures beside an export, read one by one; nothing outside the export's own folder is opened."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.exports.model import Exported
from bot.media.decoder import Decoder, Reading
from bot.media.reading import Task

_LARGEST = 10_000_000
# Words take a second or two of a free core, and a busy machine has none.
_SECONDS = 30.0


class Pictures:
    """Use as a context manager: it holds a worker process while open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._runner = asyncio.Runner()
        self._decoder = Decoder(workers=1, seconds=_SECONDS)

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._runner.run(self._decoder.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._decoder.close())
        self._runner.__exit__(kind, error, trace)

    def codes(self, item: Exported) -> tuple[str, ...]:
        """The payloads of every code in the message's picture; none when there is no such file."""
        return self._read(item, Task.CODES).payloads

    def words(self, item: Exported) -> str:
        """The words in the message's picture, empty where there are none or nothing reads them here."""
        return self._read(item, Task.WORDS).words

    def _read(self, item: Exported, task: Task) -> Reading:
        try:
            path = (self._folder / item.media).resolve()
            inside = path.is_relative_to(self._folder) and path.is_file() and path.stat().st_size <= _LARGEST
            data = path.read_bytes() if inside else b""
        except (OSError, ValueError):
            return Reading()
        return self._runner.run(self._decoder.read(str(path), data, task))
