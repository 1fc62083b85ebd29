"""Whose address is it: a payload or link looked up in the table of known beginnings (payloads.yaml)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import re2

from patterns.artefacts.addresses import parse
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.numbers import told_amount
from patterns.artefacts.tables import table

_LONGEST_NAME = 60
# paypal.me/nobody/20: the amount is no part of the receiver.
_AMOUNT_AFTER = re2.compile(r"/[0-9.,]+[a-zA-Z]{0,3}/?$")


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
    inner: str = ""


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
            inner=row.get("inner", ""),
        )
        for start in row["starts"]
    ]


def _artefact(line: Beginning, payload: str, plain: str) -> Artefact:
    query = _query(line, plain)
    code = _first(query, line.key) or plain[len(line.start) :].partition("?")[0].strip("/")
    if line.kind is Kind.ACCOUNT:
        code = _AMOUNT_AFTER.sub("", code)
    return Artefact(
        line.kind,
        mark=f"{line.scheme}:{code.casefold()}" if code else "",
        found=payload,
        scheme=line.scheme,
        payee=_first(query, line.payee)[:_LONGEST_NAME],
        amount=told_amount(_first(query, line.amount)),
    )


def _query(line: Beginning, plain: str) -> dict[str, str]:
    query = {name.casefold(): value for name, value in parse_qsl(plain.partition("?")[2])}
    with suppress(ValueError, RecursionError):
        held = json.loads(query.get(line.inner, "null"))
        if isinstance(held, dict):
            query |= {str(name).casefold(): str(value) for name, value in held.items()}
    return query


def _first(query: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((query[name] for name in names if query.get(name)), "")
