"""A scrap of paper beside the database: which warnings stand that it does not know of. Numbers only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


class Scrap:
    """Best effort: on a disk that is full nothing can be noted here either, and a crash then says it twice."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def note(self, chat: int, message: str, standing: str) -> None:
        """In this chat, this message is answered by that one of ours."""
        with suppress(OSError):
            self._file.touch(mode=0o600)
            with self._file.open("a", encoding="ascii") as out:
                out.write(json.dumps([chat, message, standing]) + "\n")

    def taken(self) -> Iterator[tuple[int, str, str]]:
        """What was noted before the last stop; the file is gone afterwards."""
        try:
            lines = self._file.read_text(encoding="ascii", errors="replace").splitlines()
            self._file.unlink()
        except OSError:
            return
        for line in lines:
            # The last one may have been cut off.
            with suppress(ValueError, TypeError, RecursionError):
                chat, message, standing = json.loads(line)
                yield int(chat), str(message), str(standing)
