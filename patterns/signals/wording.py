"""Evidence of a coded signal: its weight, and its sentence in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from patterns import loading
from patterns.model import Evidence

LONGEST_QUOTE = 40
_READ = 256  # characters from which a quotation is taken
# Numbers as long as an account's and names of web pages: a reason quotes the words around them, never where the money goes.
_PAYEE = re.compile(
    r"\d[\d -]{5,}\d|https?:\S+|[a-z0-9-]+(?:\.[a-z0-9-]+){0,3}\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE | re.ASCII
)


def shown(found: str) -> str:
    """A sender's characters as they may appear inside a sentence of ours: one short line."""
    line = " ".join("".join(char if char.isprintable() else " " for char in found).split())
    line = _PAYEE.sub("…", line[:_READ])
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Wording(Mapping[str, str]):
    """A sentence in every language with the characters it speaks of, put together only when it is read."""

    why: Mapping[str, str]
    found: str = ""
    who: str = ""

    def __getitem__(self, language: str) -> str:
        text = self.why[language]
        return text.replace("{found}", shown(self.found)).replace("{who}", shown(self.who))

    def __iter__(self) -> Iterator[str]:
        return iter(self.why)

    def __len__(self) -> int:
        return len(self.why)


def evidence(signal: str, found: str = "", *, who: str = "", weight: float | None = None) -> Evidence:
    """Evidence of a coded signal, with its weight and words."""
    group, why = loading.signal_texts()[signal]
    heavy = loading.weights().signals[signal] if weight is None else weight
    return Evidence(signal, group, heavy, found, Wording(why, found, who))
