"""A table as a spreadsheet opens it: CSV in UTF-8, with the mark that tells Excel so."""

from __future__ import annotations

from collections.abc import Mapping


def draw(facts: Mapping[str, str], _language: str) -> bytes:
    return facts["text"].encode("utf-8-sig")
