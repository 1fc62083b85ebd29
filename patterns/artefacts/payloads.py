"""Whose address is it: a payload or link looked up in the table of known beginnings (payloads.yaml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import parse_qsl, unquote

import yaml

from patterns.artefacts.kinds import Artefact, Kind

_LONGEST = 2_000
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Beginning:
    """One line of the table: what addresses that begin so are."""

    kind: Kind
    scheme: str
    start: str
    has: str = ""
    key: tuple[str, ...] = ()
    payee: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    upper: bool = False
    examples: tuple[str, ...] = ()


def read_address(payload: str) -> Artefact | None:
    """What a known address leads to; None when nobody we know lives there."""
    address = plain_address(payload)
    beginning = _beginning(address)
    return _artefact(beginning, payload, address) if beginning else None


def plain_address(payload: str) -> str:
    """Percent-decoded once, without http(s):// and www., scheme and host in lower case."""
    address = unquote(payload.strip()[:_LONGEST])
    for web in _WEB:
        if address[: len(web)].lower() == web:
            address = address[len(web) :]
            break
    head, slash, rest = address.partition("://") if "://" in address[:40] else ("", "", address)
    host, divider, path = rest.partition("/")
    return head.lower() + slash + host.lower().removeprefix("www.") + divider + path


@cache
def beginnings() -> tuple[Beginning, ...]:
    """The table, the most telling line first."""
    rows = yaml.safe_load(files("patterns.artefacts").joinpath("payloads.yaml").read_text("utf-8"))
    return tuple(sorted(_read(rows), key=lambda line: (len(line.start), bool(line.has)), reverse=True))


def _read(rows: list[dict[str, object]]) -> Iterator[Beginning]:
    for row in rows:
        fields: Mapping[str, object] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in row.items()
        }
        for start in fields["starts"]:  # type: ignore[attr-defined]
            rest = {name: value for name, value in fields.items() if name not in {"starts", "kind"}}
            yield Beginning(kind=Kind(str(fields["kind"])), start=start, **rest)  # type: ignore[arg-type]


def _beginning(address: str) -> Beginning | None:
    low = address.casefold()
    for line in beginnings():
        if low.startswith(line.start) and line.has in low:
            return line
    return None


def _artefact(line: Beginning, payload: str, address: str) -> Artefact:
    query = (
        {name.casefold(): value for name, value in parse_qsl(address.partition("?")[2], max_num_fields=50)}
        if ("?" in address)
        else {}
    )
    told = _first(query, line.key) or address[len(line.start) :].partition("?")[0].strip("/")
    code = told.casefold() if line.upper else told
    return Artefact(
        line.kind,
        mark=f"{line.scheme}:{code}" if code else "",
        found=payload,
        scheme=line.scheme,
        payee=_first(query, line.payee),
        amount=_first(query, line.amount),
    )


def _first(query: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((query[name] for name in names if query.get(name)), "")
