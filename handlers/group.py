"""A guarded group as handlers see it: settings, roster, admins, pardons, open incidents."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Abilities, Hearing, Right, Self
from bot.events import Membership
from bot.places import Chat
from bot.settings import Settings
from bot.store import admins as admins_store
from bot.store import chats as chats_store
from bot.store import fees as fees_store
from bot.store import incidents as incidents_store
from bot.store import pardons as pardons_store
from bot.store import payees as payees_store
from bot.store import portraits as portraits_store
from bot.store import roster as roster_store
from bot.store import schools as schools_store
from bot.store import settings as settings_store
from bot.store import stolen as stolen_store
from bot.store import subscriptions as subscriptions_store
from bot.store.admins import Admin
from bot.store.fees import Register
from bot.store.incidents import Incident
from bot.store.pardons import Pardon
from bot.store.payees import Payee
from patterns.context import Context
from patterns.marks import PERSON
from patterns.model import Duty, Fee, Level, Person, Protected, Station
from patterns.names import Roster

__all__ = ["Admin", "Group", "Pardon", "load"]

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


async def load(tx: AsyncConnection, chat: Chat, me: Self, mark: Callable[[str], str]) -> Group:
    """`mark` keys a payee's canonical form, as everywhere: confirmed payees are kept keyed."""
    known = await admins_store.load(tx, chat.id)
    school = await _of_school(tx, chat)
    own = tuple(entry.person for entry in await roster_store.load(tx, chat.id))
    named = (*_not_among(own, school.people), *own)
    people = named or tuple(_provisional(admin) for admin in known if admin.name and admin.user != me.id)
    people = await _portrayed(tx, chat, people)
    pardons = await pardons_store.load(tx, chat.id)
    # Cleared here when it was as loud as it gets: what its own admins say goes before what other classes say.
    cleared = {pardon.mark for pardon in pardons if pardon.level >= Level.ALARM}
    confirmed = await pardons_store.confirmed(tx, chat.id) | (school.scams - cleared)
    written = (*await fees_store.load(tx, Register(chat.id)), *school.fees)
    fees = tuple(fee for fee in written if fee.state == fees_store.OPEN)
    payees = (*await payees_store.load(tx, chat.id), *(fee.payee for fee in fees), *school.payees)
    stolen = await stolen_store.load(tx, chat.id)
    access = await chats_store.access(tx, chat.id)
    return Group(
        chat=chat,
        me=me,
        settings=await settings_store.load(tx, chat.id),
        roster=people,
        context=Context(
            roster=_compiled((*people, *_ourselves(me)), chat.place.title),
            title=chat.place.title,
            payees=frozenset(payee.mark or payee.label for payee in payees),
            domains=frozenset(await payees_store.hosts(tx, chat.id)) | school.hosts,
            fees=tuple(map(_announced, fees)),
            keyed=mark,
            stolen=frozenset(one.user for one in stolen),
            confirmed=(lambda payee: mark(_placed(payee, chat.place.platform)) in confirmed)
            if confirmed
            else None,
        ),
        mark=mark,
        admins=known,
        membership=access.membership if access else Membership.OUT,
        rights=access.rights if access else frozenset(),
        provisional=not named,
        payees=payees,
        pardons=pardons,
        confirmed=confirmed,
        shared=school.scams,
        ousted=frozenset(one.user for one in stolen if one.sure),
        open=await incidents_store.ongoing(tx, chat.id),
        subscribers=await subscriptions_store.count(tx, chat.id),
    )


async def _portrayed(tx: AsyncConnection, chat: Chat, people: tuple[Protected, ...]) -> tuple[Protected, ...]:
    """The people with what their accounts' pictures look like."""
    users = [user for person in people for user in person.ids]
    known = await portraits_store.of(tx, chat.place.platform, users)
    return tuple(
        replace(person, portraits=tuple(one for user in sorted(person.ids) for one in known.get(user, ())))
        if person.ids & known.keys()
        else person
        for person in people
    )


@dataclass(frozen=True, slots=True)
class _School:
    """What a group has from its school; nothing where it belongs to none."""

    people: tuple[Protected, ...] = ()
    payees: tuple[Payee, ...] = ()
    hosts: frozenset[str] = frozenset()
    fees: tuple[fees_store.Fee, ...] = ()
    scams: frozenset[str] = frozenset()


async def _of_school(tx: AsyncConnection, chat: Chat) -> _School:
    school = await schools_store.of_group(tx, chat.id)
    if school is None:
        return _School()
    return _School(
        tuple(member.person for member in await schools_store.people(tx, school.id)),
        await schools_store.payees(tx, school.id),
        await schools_store.hosts(tx, school.id),
        await fees_store.load(tx, Register(school.id, whole_school=True)),
        await schools_store.agreed(tx, school.id),
    )


def _not_among(own: tuple[Protected, ...], others: tuple[Protected, ...]) -> tuple[Protected, ...]:
    """What a group says of somebody itself goes before what its school says."""
    known = frozenset(account for person in own for account in person.ids)
    return tuple(person for person in others if not person.ids & known)


def _placed(payee: str, platform: str) -> str:
    """An account's number means something on its own platform only."""
    kind, colon, rest = payee.partition(":")
    return f"{kind}:{platform}:{rest}" if kind == PERSON and colon else payee


def _announced(fee: fees_store.Fee) -> Fee:
    payee = fee.payee
    return Fee(fee.what, fee.amount, payee.mark or payee.label, fee.sign, payee.kind == payees_store.NAME)


def _provisional(admin: Admin) -> Protected:
    return Protected(name=admin.name, ids=frozenset({admin.user}), duty=Duty.ADMIN, collects=False)


def _ourselves(me: Self) -> tuple[Protected, ...]:
    """Nobody may pose as the guard itself."""
    if not me.name:
        return ()
    return (Protected(name=me.name, ids=frozenset({me.id}), duty=Duty.OFFICE, collects=False),)


# Groups are read again after every transaction, their people hardly ever change.
@lru_cache(maxsize=1024)
def _compiled(people: tuple[Protected, ...], title: str) -> Roster:
    return Roster(people, title)
