"""A school's people, payees and web addresses from one CSV file, as a spreadsheet saves it; wrong rows named by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.settings import LANGUAGES
from bot.store.payees import Payee
from bot.store.schools import Member
from bot.texts import plain, shown, wordings
from handlers.commands.domain import acceptable
from handlers.payees import written
from handlers.roles import role_named

KINDS = ("person", "payee", "domain")
COLUMNS = ("kind", "name", "role", "class", "aliases", "accounts", "value")
LARGEST = 2_000_000
ROWS = 5_000
_NAME, _CLASS, _ALIASES = 40, 20, 8


@dataclass(frozen=True, slots=True)
class Listing:
    """`problems` holds a sentence for every row that cannot be used, with its line, in the reader's language."""

    people: tuple[Member, ...] = ()
    payees: tuple[Payee, ...] = ()
    hosts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    mark: Callable[[str], str]
    language: str
    reader: str
    people: list[Member] = field(default_factory=list)
    payees: list[Payee] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)

    def take(self, line: int, row: Mapping[str, str]) -> str:
        """What is wrong with a row, empty when it was taken."""
        kind = _called("kind", KINDS, row["kind"])
        if kind == "person":
            return self._person(line, row)
        if kind == "payee":
            found = written(row["value"] or row["name"], self.mark, self.language)
            self.payees += found
            return "" if found else self._wrong("payee")
        if kind == "domain":
            host = acceptable(row["value"] or row["name"])
            self.hosts += [host] if host else []
            return "" if host else self._wrong("domain")
        return self._wrong("kind", found=shown(row["kind"], 20) or "?")

    def _person(self, line: int, row: Mapping[str, str]) -> str:
        name, duty = shown(row["name"], _NAME), role_named(row["role"] or "teacher")
        if not name:
            return self._wrong("name")
        if duty is None:
            return self._wrong("role", found=shown(row["role"], 20))
        accounts = tuple(dict.fromkeys(row["accounts"].replace(",", " ").replace(";", " ").split()))
        for account in accounts:
            platform, colon, user = account.partition(":")
            if not (colon and platform.isascii() and platform.isalnum() and user and len(account) <= 100):
                return self._wrong("account", found=shown(account, 30))
            if account in self.accounts:
                return self._wrong("taken", found=shown(account, 30), line=self.accounts[account])
        self.accounts.update(dict.fromkeys(accounts, line))
        aliases = tuple(shown(one, _NAME) for one in row["aliases"].split(";") if shown(one, _NAME))
        self.people.append(Member(name, duty, aliases[:_ALIASES], shown(row["class"], _CLASS), accounts))
        return ""

    def _wrong(self, what: str, **values: object) -> str:
        return plain(self.reader, f"listing.wrong.{what}", 0, **values)


def named(language: str, what: str, word: str) -> str:
    """A column or a kind of row as people write it."""
    return plain(language, f"listing.{what}.{word}")


def _called(what: str, words: Iterable[str], typed: str) -> str:
    """The column or kind meant, in any of our languages; what is typed where it is none."""
    bare = typed.strip().casefold()
    for word in words:
        if bare in {
            word,
            *(name.casefold() for one in LANGUAGES for name in wordings(one, f"listing.{what}.{word}")),
        }:
            return word
    return bare


def read(content: bytes, mark: Callable[[str], str], language: str, reader: str = "") -> Listing:
    """UTF-8, or GB18030 as Excel in China saves it; a header line names the columns.

    What is kept is labelled in `language`; problems are told in the `reader`'s, if that is another.
    """
    reader = reader or language
    if len(content) > LARGEST:
        return Listing(problems=(plain(reader, "listing.too_large", limit=LARGEST // 1_000_000),))
    table = csv.DictReader(io.StringIO(_text(content), newline=""))
    header = [_called("column", COLUMNS, name or "") for name in table.fieldnames or ()]
    if "kind" not in header or not set(header) - {""} <= set(COLUMNS):
        return Listing(
            problems=(
                plain(
                    reader,
                    "listing.columns",
                    columns=", ".join(named(reader, "column", one) for one in COLUMNS),
                ),
            )
        )
    table.fieldnames = header
    reading, problems = _Reading(mark, language, reader), list[str]()
    try:
        for line, row in _rows(table):
            if trouble := reading.take(line, row):
                problems.append(plain(reader, "listing.line", line=line, trouble=trouble))
            if line > ROWS:
                problems.append(plain(reader, "listing.too_long", line=line, most=ROWS))
                break
    except csv.Error:
        problems.append(plain(reader, "listing.broken", line=table.line_num))
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
