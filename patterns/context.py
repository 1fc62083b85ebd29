"""What a group knows before anything is said: its people, what its school registered, what was confirmed as scam."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from patterns.artefacts import Artefact, Kind, host_of
from patterns.asks import Rulebook
from patterns.model import Fee
from patterns.names import Roster
from patterns.normalize import normalize

_TAIL = (4, 8)


@dataclass(frozen=True)
class Context:
    """What a group knows: its people, what the school registered, and what was confirmed as scam.

    `payees` are names, accounts, their last digits, or marks money may go to, plain or as `keyed` makes them:
    the caller keys marks before it stores them. `confirmed` tells whether a mark was confirmed as scam here; it is
    None where nothing was, and ordinary messages are then not searched for marks.
    `stolen` are accounts known to be in other hands.
    """

    roster: Roster = field(default_factory=Roster)
    title: str = ""
    payees: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    fees: tuple[Fee, ...] = ()
    confirmed: Callable[[str], bool] | None = None
    keyed: Callable[[str], str] = str
    stolen: frozenset[str] = frozenset()
    rules: Rulebook | None = None

    def knows_as_scam(self, mark: str) -> bool:
        return self.confirmed is not None and self.confirmed(mark)

    def registered(self, artefact: Artefact) -> bool:
        """Is this a payee of the school's?"""
        return any(self.goes_to(artefact, payee) for payee in self.payees)

    def goes_to(self, artefact: Artefact, payee: str) -> bool:
        """Would the money reach this payee? The name beside an account is what the sender wrote, and proves nothing."""
        wanted = _bare(payee)
        if not wanted:
            return False
        if any(_bare(text) == wanted for text in (artefact.mark, artefact.found) if text):
            return True
        if artefact.mark and self.keyed(artefact.mark) == payee:
            return True
        return artefact.kind in (Kind.CARD, Kind.ACCOUNT) and _is_tail(wanted, artefact.mark)

    def official(self, artefact: Artefact) -> bool:
        """Does this link lead to an address of the school's?"""
        host = host_of(artefact.found) or host_of(artefact.mark)
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)

    def names_itself(self, name: str) -> bool:
        """Is this the group's own name, as its school's accounts may bear it?"""
        wanted, title = _bare(normalize(name).text), _bare(normalize(self.title).text)
        return bool(wanted) and wanted in title


def _is_tail(payee: str, mark: str) -> bool:
    """A few last digits, as they stand on a school's notice instead of the whole number."""
    short = _TAIL[0] <= len(payee) <= _TAIL[1] and payee.isascii() and payee.isdigit()
    return short and mark.endswith(payee)


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
