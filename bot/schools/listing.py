"""A school's people, payees and web addresses from one CSV file, as a spreadsheet saves it; wrong rows named by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.store.payees import Payee
from bot.store.schools import Member
from bot.texts import shown
from handlers.commands.domain import acceptable
from handlers.payees import written
from handlers.roles import role_named

COLUMNS = ("kind", "name", "role", "class", "aliases", "accounts", "value")
LARGEST = 2_000_000
ROWS = 5_000
_NAME, _CLASS, _ALIASES = 40, 20, 8


@dataclass(frozen=True, slots=True)
class Listing:
    """`problems` holds a sentence for every row that cannot be used, with its line."""

    people: tuple[Member, ...] = ()
    payees: tuple[Payee, ...] = ()
    hosts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    mark: Callable[[str], str]
    language: str
    people: list[Member] = field(default_factory=list)
    payees: list[Payee] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)

    def take(self, line: int, row: Mapping[str, str]) -> str:
        """What is wrong with a row, empty when it was taken."""
        kind = row["kind"].casefold()
        if kind == "person":
            return self._person(line, row)
        if kind == "payee":
            found = written(row["value"] or row["name"], self.mark, self.language)
            self.payees += found
            return "" if found else "value is no account, number or name of a payee"
        if kind == "domain":
            host = acceptable(row["value"] or row["name"])
            self.hosts += [host] if host else []
            return "" if host else "value is no web address that a school has to itself"
        return f"kind is {shown(row['kind'], 20) or 'empty'}; it must be person, payee or domain"

    def _person(self, line: int, row: Mapping[str, str]) -> str:
        name, duty = shown(row["name"], _NAME), role_named(row["role"] or "teacher")
        if not name:
            return "name is empty"
        if duty is None:
            return f"role is {shown(row['role'], 20)}; it must be teacher, committee, treasurer or office"
        accounts = tuple(dict.fromkeys(row["accounts"].replace(",", " ").replace(";", " ").split()))
        for account in accounts:
            platform, colon, user = account.partition(":")
            if not (colon and platform.isascii() and platform.isalnum() and user and len(account) <= 100):
                return f"account {shown(account, 30)} must name its platform, such as telegram:123456"
            if account in self.accounts:
                return f"account {shown(account, 30)} is somebody else's in line {self.accounts[account]}"
        self.accounts.update(dict.fromkeys(accounts, line))
        aliases = tuple(shown(one, _NAME) for one in row["aliases"].split(";") if shown(one, _NAME))
        self.people.append(Member(name, duty, aliases[:_ALIASES], shown(row["class"], _CLASS), accounts))
        return ""


def read(content: bytes, mark: Callable[[str], str], language: str) -> Listing:
    """UTF-8, or GB18030 as Excel in China saves it; a header line names the columns."""
    if len(content) > LARGEST:
        return Listing(problems=(f"the file is larger than {LARGEST // 1_000_000} MB",))
    table = csv.DictReader(io.StringIO(_text(content), newline=""))
    header = [(name or "").strip().casefold() for name in table.fieldnames or ()]
    if "kind" not in header or not set(header) - {""} <= set(COLUMNS):
        return Listing(problems=(f"line 1: the columns must be {', '.join(COLUMNS)}",))
    table.fieldnames = header
    reading, problems = _Reading(mark, language), list[str]()
    try:
        for line, row in _rows(table):
            if trouble := reading.take(line, row):
                problems.append(f"line {line}: {trouble}")
            if line > ROWS:
                problems.append(f"line {line}: more than {ROWS} rows")
                break
    except csv.Error as broken:
        problems.append(f"line {table.line_num}: {broken}")
    return Listing(tuple(reading.people), tuple(reading.payees), tuple(reading.hosts), tuple(problems))


def _rows(table: csv.DictReader[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for raw in table:
        row = {name: (raw.get(name) or "").strip() for name in COLUMNS}
        if any(row.values()):
            yield table.line_num, row


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")
