"""Whose address is it: a payload or link looked up in the table of known beginnings (payloads.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from patterns.artefacts.addresses import parse
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.tables import table


@dataclass(frozen=True, slots=True)
class Beginning:
    """What addresses that begin with `start` are; payloads.yaml explains the fields."""

    kind: Kind
    scheme: str
    start: str
    has: str = ""
    key: tuple[str, ...] = ()
    payee: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()


def read_address(payload: str) -> Artefact | None:
    """What a known address leads to; None when nobody we know lives there."""
    bare = payload.strip()
    for plain in (parse(bare).plain, bare):
        low = plain.casefold()
        for line in beginnings():
            if low.startswith(line.start) and line.has in low:
                return _artefact(line, payload, plain)
    return None


@cache
def beginnings() -> tuple[Beginning, ...]:
    """The table, the most telling line first."""
    lines = [line for row in table("payloads") for line in _lines(row)]
    return tuple(sorted(lines, key=lambda line: (len(line.start), bool(line.has)), reverse=True))


def _lines(row: Mapping[str, Any]) -> list[Beginning]:
    return [
        Beginning(
            Kind(row["kind"]),
            row["scheme"],
            start,
            has=row.get("has", ""),
            key=tuple(row.get("key", ())),
            payee=tuple(row.get("payee", ())),
            amount=tuple(row.get("amount", ())),
        )
        for start in row["starts"]
    ]


def _artefact(line: Beginning, payload: str, plain: str) -> Artefact:
    query = {name.casefold(): value for name, value in parse_qsl(plain.partition("?")[2])}
    code = _first(query, line.key) or plain[len(line.start) :].partition("?")[0].strip("/")
    return Artefact(
        line.kind,
        mark=f"{line.scheme}:{code.casefold()}" if code else "",
        found=payload,
        scheme=line.scheme,
        payee=_first(query, line.payee),
        amount=_first(query, line.amount),
    )


def _first(query: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((query[name] for name in names if query.get(name)), "")
