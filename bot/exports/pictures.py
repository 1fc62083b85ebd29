"""The pictures beside an export, decoded one by one; nothing outside the export's own folder is opened."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.exports.model import Exported
from bot.media.decoder import Decoder

_LARGEST = 10_000_000


class Pictures:
    """Use as a context manager: it holds a worker process while open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._runner = asyncio.Runner()
        self._decoder = Decoder(workers=1)

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
        try:
            path = (self._folder / item.media).resolve()
            inside = path.is_relative_to(self._folder) and path.is_file() and path.stat().st_size <= _LARGEST
            data = path.read_bytes() if inside else b""
        except (OSError, ValueError):
            return ()
        return self._runner.run(self._decoder.read(str(path), data)).payloads
