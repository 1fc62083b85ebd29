"""Amounts of money in normalised text: "380元", "hk$210", "三百八", "86.5每人"."""

from __future__ import annotations

import re2

from patterns.artefacts.kinds import Artefact, Kind

_AMOUNT = re2.compile(
    r"(?:hk|nt|s|us|rm)?[$¥€£]\s?(?P<a>[0-9][0-9,]{0,9}(?:\.[0-9]{1,2})?)"
    r"|(?P<b>[0-9][0-9,]{0,9}(?:\.[0-9]{1,2})?)\s?(?:元|块|圆|蚊|rmb|hkd|sgd)"
)


def find_amounts(text: str) -> list[Artefact]:
    found = []
    for match in _AMOUNT.finditer(text):
        amount = (match.group("a") or match.group("b")).replace(",", "")
        found.append(
            Artefact(Kind.MONEY, amount=amount, found=match.group(), start=match.start(), end=match.end())
        )
    return found
