"""A call the implementation does not do."""

from __future__ import annotations


class Failed(Exception):
    """Answered with this code and these words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
