"""A list of people, payees and addresses an operator or an admin sent as a file: shown, then taken over on their word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.actions import Paper
from bot.store import accounts, dialogues, payees, roster, schools
from bot.store.payees import Payee
from bot.store.schools import Member, School
from handlers.group import Group
from handlers.here import Here
from handlers.roles import role_word
from handlers.schools.listing import COLUMNS, KINDS, Listing, named
from patterns.model import Duty

KIND = "listing"
# Beside whatever else its sender is in the middle of.
_BESIDE = "#listing"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was read and waits for its sender's word: for a school, or for one group."""

    name: str
    school: int
    chat: int
    listing: Listing


async def keep(here: Here, user: str, school: int, chat: int, listing: Listing) -> str:
    """Keep what was read until its sender says so; the name it goes by."""
    name = here.mark(f"listing:{here.chat.id}:{user}:{here.now.timestamp()}")[:8]
    state = {"name": name, "school": school, "chat": chat, **_packed(listing)}
    await dialogues.begin(here.tx, here.chat.id, user + _BESIDE, KIND, state, here.now)
    return name


async def waiting(here: Here, private: int, name: str) -> Waiting | None:
    under_way = await dialogues.current(here.tx, private, KIND)
    if under_way is None or under_way.state["name"] != name:
        return None
    state = under_way.state
    return Waiting(name, state["school"], state["chat"], _unpacked(state))


async def into_school(here: Here, private: int, waiting: Waiting, school: School) -> None:
    """In the place of all the school had; its groups are read anew."""
    found = waiting.listing
    people = await accounts.by_the_numbers_used(here.tx, found.people)
    await schools.replace(here.tx, school.id, people, found.payees, found.hosts)
    for chat in await schools.groups(here.tx, school.id):
        await here.group_of(chat)
    await dialogues.end(here.tx, private, KIND)


async def into_group(here: Here, private: int, waiting: Waiting, group: Group, by: str) -> None:
    """Added to what the group has."""
    chat, found = group.chat, waiting.listing
    nameless = {one.person.name for one in await roster.load(here.tx, chat.id) if not one.person.ids}
    for member in found.people:
        person = member.person
        if person.ids or person.name not in nameless:
            await roster.add(here.tx, chat.id, person, by, here.now)
    for payee in found.payees:
        await payees.add(here.tx, chat.id, payee, by, here.now)
    await payees.add_hosts(here.tx, chat.id, found.hosts, here.now)
    await dialogues.end(here.tx, private, KIND)


def template(language: str) -> Paper:
    """A file to fill in, with invented lines."""
    teacher, office = (role_word(language, duty) for duty in (Duty.TEACHER, Duty.OFFICE))
    person, payee, domain = (named(language, "kind", kind) for kind in KINDS)
    rows = (
        [named(language, "column", column) for column in COLUMNS],
        [person, "王丽", teacher, "三(2)班", "丽丽老师", "telegram:123456", ""],
        [person, "陈静", office, "", "", "", ""],
        [payee, "", "", "", "", "", "阳光小学"],
        [domain, "", "", "", "", "", "pay.school.example"],
    )
    text = "\r\n".join(",".join(row) for row in rows)
    return Paper("table", language, {"text": f"{text}\r\n"}, name="school.csv")


def _packed(listing: Listing) -> dict[str, Any]:
    return {
        "people": [
            [one.name, one.duty.value, one.aliases, one.school_class, one.accounts] for one in listing.people
        ],
        "payees": [[one.kind, one.label, one.mark] for one in listing.payees],
        "hosts": list(listing.hosts),
    }


def _unpacked(state: Any) -> Listing:
    return Listing(
        tuple(
            Member(name, Duty(duty), tuple(aliases), school_class, tuple(accounts))
            for name, duty, aliases, school_class, accounts in state["people"]
        ),
        tuple(Payee(*one) for one in state["payees"]),
        tuple(state["hosts"]),
    )
