"""A guarded group as handlers see it: settings, roster, admins, pardons, open incidents."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.abilities import Abilities, Hearing, Right, Self
from bot.events import Membership
from bot.places import Chat
from bot.settings import Settings
from bot.store.admins import Admin
from bot.store.incidents import Incident
from bot.store.pardons import Pardon
from bot.store.payees import Payee
from patterns.context import Context
from patterns.model import Person, Protected, Station

__all__ = ["Admin", "Group", "Pardon"]

# Admins who speak as the group itself, and its linked channel, are staff without an account of their own.
_STAFF = frozenset({Station.ANONYMOUS_ADMIN, Station.LINKED_CHANNEL})


@dataclass(frozen=True, slots=True)
class Group:
    """Everything about a group that a message is held against; read anew after each transaction in it.

    `roster` is who is protected; while `provisional` these are the admins, because nobody was named yet.
    `open` holds the undecided incidents by subject, `shared` what the classes of its school confirmed as scam,
    `ousted` the accounts in other hands that steer nothing: more than one admin alone says so.
    """

    chat: Chat
    me: Self
    settings: Settings
    roster: tuple[Protected, ...]
    context: Context
    mark: Callable[[str], str]
    admins: tuple[Admin, ...] = ()
    membership: Membership = Membership.OUT
    rights: frozenset[Right] = frozenset()
    provisional: bool = True
    payees: tuple[Payee, ...] = ()
    pardons: tuple[Pardon, ...] = ()
    confirmed: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    ousted: frozenset[str] = frozenset()
    open: tuple[Incident, ...] = ()
    subscribers: int = 0

    @property
    def heard(self) -> bool:
        """Whether the bot is told what is said here without being named, as far as the platform has a say in it."""
        return hears(self.me.abilities, self.rights)

    def promised(self, key: str) -> str:
        """The key of words that promise a warning: where the bot hears only what names it, they ask to be shown things."""
        return key if self.heard else f"unheard.{key}"

    @property
    def alerted(self) -> tuple[Admin, ...]:
        """The admins who are told of incidents; all of them where no owner is known."""
        owners = tuple(admin for admin in self.admins if admin.owner)
        return owners if owners and self.settings["alerts"] == "owner" else self.admins

    def admin(self, user: str) -> Admin | None:
        """The admin with this account."""
        return next((admin for admin in self.admins if admin.user == user), None)


def hears(platform: Abilities, rights: Collection[Right]) -> bool:
    """Whether the bot is told what is said where it has these rights, as far as the platform has a say in it."""
    return platform.hearing is Hearing.ADMIN or Right.READ_ALL in rights


def administers(person: Person, group: Group) -> bool:
    """Known by the platform's id or by its mark for an anonymous admin; never by a name, and no channel.

    An account in other hands steers nothing, nor does anybody unnamed who might be its thief; that it is, no
    admin decides alone about another.
    """
    stolen = group.ousted
    if person.station is Station.ANONYMOUS_ADMIN:
        return not any(admin.user in stolen for admin in group.admins)
    known = any(admin.user == person.id for admin in group.admins)
    return person.station is Station.USER and known and person.id not in stolen


def is_staff(station: Station) -> bool:
    return station in _STAFF
