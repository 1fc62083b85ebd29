"""Who was seen in a group, and who among them is worth a second look; a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.actions import Button
from bot.store.moments import milliseconds
from bot.texts import Said, lines, plain, say, shown
from handlers.badges import badge
from handlers.calls import Buttons
from handlers.faces import DAY, MINUTE, Member
from handlers.group import Group
from handlers.members import worn_name
from handlers.memory import Memory
from handlers.warning import ago
from patterns.model import Person

ALIKE, NEW, SILENT = LISTS = ("alike", "new", "silent")
PAGE = 8
_NEW = 14 * DAY
_NAME = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on a list; `like` is whose name theirs resembles, empty where it is nobody's."""

    member: Member
    like: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """The lists by name; `named` members are known by name, `unnamed` by their fingerprints only."""

    lists: Mapping[str, tuple[Entry, ...]]
    named: int
    unnamed: int


def taken(group: Group, memory: Memory, now: datetime) -> Attendance:
    """Registered people and the guard itself are on no list; the latest to come first."""
    members, unnamed = memory.members(group.chat.id)
    moment = milliseconds(now)
    known = group.context.roster
    admins = {admin.user for admin in group.admins}
    others = sorted(
        (one for one in members if known.owner(one.user) is None and one.user not in admins),
        key=lambda one: (-(one.joined or one.first), one.user),
    )
    alike = ((one, worn_name(Person(one.user, one.name), group)) for one in others)
    return Attendance(
        {
            ALIKE: tuple(Entry(one, person.name) for one, person in alike if person is not None),
            NEW: tuple(Entry(one) for one in others if one.joined and moment - one.joined <= _NEW),
            SILENT: tuple(Entry(one) for one in others if not one.messages),
        },
        len(members),
        unnamed,
    )


def overview(language: str, seen: Attendance) -> tuple[Said, Buttons]:
    """How many of each, and a button to those there are."""
    text = lines(
        say(language, "members.title", count=seen.named),
        *(say(language, f"members.count.{which}", count=len(seen.lists[which])) for which in LISTS),
        say(language, "members.unnamed", count=seen.unnamed) if seen.unnamed else None,
        "",
        say(language, "members.looked"),
    )
    buttons = tuple(
        (Button(plain(language, f"members.button.{which}"), f"/members {which}"),)
        for which in LISTS
        if seen.lists[which]
    )
    return text, buttons


def page(
    language: str, seen: Attendance, group: Group, which: str, number: int, now: datetime
) -> tuple[Said, Buttons]:
    """One page; a page that does not exist is the nearest that does."""
    found = seen.lists[which]
    last = max(0, (len(found) - 1) // PAGE)
    number = max(0, min(number, last))
    part = found[number * PAGE : (number + 1) * PAGE]
    text = lines(
        say(language, f"members.list.{which}", count=len(found))
        if found
        else say(language, "members.nobody"),
        *(_line(language, one, now, group.mark) for one in part),
        say(language, f"members.then.{which}") if found else None,
    )
    turns = [(number - 1, "‹")] if number else []
    turns += [(number + 1, "›")] if number < last else []
    turning = tuple(Button(label, f"/members {which} {to}") for to, label in turns)
    back = (Button(plain(language, "members.button.back"), "/members"),)
    return text, (turning, back) if turning else (back,)


def _line(language: str, entry: Entry, now: datetime, mark: Callable[[str], str]) -> Said:
    member = entry.member
    key = "alike" if entry.like else "joined" if member.joined else "seen"
    since = (milliseconds(now) - (member.joined or member.first)) / MINUTE
    return say(
        language,
        f"members.line.{key}",
        name=shown(member.name, _NAME),
        badge=badge(member.user, mark),
        like=shown(entry.like, _NAME),
        ago=ago(language, since),
    )
