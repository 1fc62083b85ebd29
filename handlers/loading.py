"""Groups as they are written down, many read at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Self
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
from bot.store.chats import Access
from bot.store.fees import Register
from bot.store.incidents import Incident
from bot.store.pardons import Pardon
from bot.store.payees import Payee
from handlers.group import Group
from patterns.context import Context
from patterns.marks import PERSON
from patterns.model import Duty, Fee, Level, Protected
from patterns.names import Roster


async def load(
    tx: AsyncConnection, guarded: Mapping[Chat, Self], mark: Callable[[str], str]
) -> dict[Chat, Group]:
    """Several groups, each with who the bot is there: they cost hardly more than one.

    `mark` keys a payee's canonical form, as everywhere: confirmed payees are kept keyed.
    """
    stored = await _stored(tx, guarded)
    people = {chat: _people(chat, me, stored[chat]) for chat, me in guarded.items()}
    people = await _portrayed(tx, people)
    return {chat: _group(chat, me, people[chat], stored[chat], mark) for chat, me in guarded.items()}


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is written down of one group and of its school."""

    settings: Settings
    admins: tuple[Admin, ...]
    roster: tuple[Protected, ...]
    payees: tuple[Payee, ...]
    hosts: tuple[str, ...]
    fees: tuple[fees_store.Fee, ...]
    pardons: tuple[Pardon, ...]
    confirmed: frozenset[str]
    stolen: tuple[stolen_store.Stolen, ...]
    open: tuple[Incident, ...]
    subscribers: int
    access: Access | None
    school: _School


async def _stored(tx: AsyncConnection, chats: Iterable[Chat]) -> dict[Chat, _Stored]:
    numbers = [chat.id for chat in chats]
    settings = await settings_store.of_each(tx, numbers)
    admins = await admins_store.of_each(tx, numbers)
    rosters = await roster_store.of_each(tx, numbers)
    payees = await payees_store.of_each(tx, numbers)
    hosts = await payees_store.hosts_of_each(tx, numbers)
    fees = await fees_store.of_each(tx, numbers)
    pardons = await pardons_store.of_each(tx, numbers)
    confirmed = await pardons_store.confirmed_in_each(tx, numbers)
    stolen = await stolen_store.of_each(tx, numbers)
    ongoing = await incidents_store.ongoing_in_each(tx, numbers)
    subscribers = await subscriptions_store.counts(tx, numbers)
    access = await chats_store.access_to_each(tx, numbers)
    schools = await _schools(tx, numbers)
    return {
        chat: _Stored(
            settings=settings[chat.id],
            admins=admins.get(chat.id, ()),
            roster=tuple(entry.person for entry in rosters.get(chat.id, ())),
            payees=payees.get(chat.id, ()),
            hosts=hosts.get(chat.id, ()),
            fees=fees.get(chat.id, ()),
            pardons=pardons.get(chat.id, ()),
            confirmed=frozenset(confirmed.get(chat.id, ())),
            stolen=stolen.get(chat.id, ()),
            open=ongoing.get(chat.id, ()),
            subscribers=subscribers.get(chat.id, 0),
            access=access.get(chat.id),
            school=schools.get(chat.id, _NO_SCHOOL),
        )
        for chat in chats
    }


def _people(chat: Chat, me: Self, stored: _Stored) -> tuple[Protected, ...]:
    """Whom the group and its school name; while nobody does, its admins."""
    named = (*_not_among(stored.roster, stored.school.people), *stored.roster)
    return named or tuple(
        _provisional(admin) for admin in stored.admins if admin.name and admin.user != me.id
    )


def _group(
    chat: Chat, me: Self, people: tuple[Protected, ...], stored: _Stored, mark: Callable[[str], str]
) -> Group:
    school, access = stored.school, stored.access
    # Cleared here when it was as loud as it gets: what its own admins say goes before what other classes say.
    cleared = {pardon.mark for pardon in stored.pardons if pardon.level >= Level.ALARM}
    confirmed = stored.confirmed | (school.scams - cleared)
    fees = tuple(fee for fee in (*stored.fees, *school.fees) if fee.state == fees_store.OPEN)
    payees = (*stored.payees, *(fee.payee for fee in fees), *school.payees)
    return Group(
        chat=chat,
        me=me,
        settings=stored.settings,
        roster=people,
        context=Context(
            roster=_compiled((*people, *_ourselves(me)), chat.place.title),
            title=chat.place.title,
            payees=frozenset(payee.mark or payee.label for payee in payees),
            domains=frozenset(stored.hosts) | school.hosts,
            fees=tuple(map(_announced, fees)),
            keyed=mark,
            stolen=frozenset(one.user for one in stored.stolen),
            confirmed=(lambda payee: mark(_placed(payee, chat.place.platform)) in confirmed)
            if confirmed
            else None,
        ),
        mark=mark,
        admins=stored.admins,
        membership=access.membership if access else Membership.OUT,
        rights=access.rights if access else frozenset(),
        provisional=not (stored.roster or school.people),
        payees=payees,
        pardons=stored.pardons,
        confirmed=confirmed,
        shared=school.scams,
        ousted=frozenset(one.user for one in stored.stolen if one.sure),
        open=stored.open,
        subscribers=stored.subscribers,
    )


async def _portrayed(
    tx: AsyncConnection, people: Mapping[Chat, tuple[Protected, ...]]
) -> dict[Chat, tuple[Protected, ...]]:
    """The people with what their accounts' pictures look like."""
    known: dict[str, dict[str, tuple[str, ...]]] = {}
    for platform in {chat.place.platform for chat in people}:
        those = [
            person for chat, named in people.items() if chat.place.platform == platform for person in named
        ]
        known[platform] = await portraits_store.of(tx, platform, (user for one in those for user in one.ids))
    return {
        chat: tuple(_with_portraits(person, known[chat.place.platform]) for person in named)
        for chat, named in people.items()
    }


def _with_portraits(person: Protected, known: Mapping[str, tuple[str, ...]]) -> Protected:
    if not person.ids & known.keys():
        return person
    return replace(person, portraits=tuple(one for user in sorted(person.ids) for one in known.get(user, ())))


@dataclass(frozen=True, slots=True)
class _School:
    """What a group has from its school; nothing where it belongs to none."""

    people: tuple[Protected, ...] = ()
    payees: tuple[Payee, ...] = ()
    hosts: frozenset[str] = frozenset()
    fees: tuple[fees_store.Fee, ...] = ()
    scams: frozenset[str] = frozenset()


_NO_SCHOOL = _School()


async def _schools(tx: AsyncConnection, chats: Collection[int]) -> dict[int, _School]:
    found = await schools_store.of_groups(tx, chats)
    told = {school: await _school(tx, school.id) for school in set(found.values())}
    return {chat: told[school] for chat, school in found.items()}


async def _school(tx: AsyncConnection, number: int) -> _School:
    return _School(
        tuple(member.person for member in await schools_store.people(tx, number)),
        await schools_store.payees(tx, number),
        await schools_store.hosts(tx, number),
        await fees_store.load(tx, Register(number, whole_school=True)),
        await schools_store.agreed(tx, number),
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
