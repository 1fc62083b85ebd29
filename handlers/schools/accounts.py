"""One more account for somebody on a school's list: it counts in every class, so only the operator offers it."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import schools, timers
from bot.store.schools import Member, School
from bot.texts import Said, lines, plain, say, shown
from handlers import linking, weakening
from handlers.badges import badge
from handlers.calls import Call
from handlers.group import Group
from handlers.here import Here
from patterns.model import Station

KIND = "link_school"
_LISTED = 20
_NAME = 32


async def people(call: Call, here: Here, rest: str) -> list[Action]:
    """The school's people, a button each; after a screenful a button leads to the next."""
    number, _, after = rest.partition(" ")
    school = await schools.meant(here.tx, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    known = await schools.people(here.tx, school.id)
    left = [one for one in known if one.id > _counted(after)]
    buttons = [
        (Button(shown(one.name, _NAME), f"/school link {school.id} {one.id}"),) for one in left[:_LISTED]
    ]
    if len(left) > _LISTED:
        last = left[_LISTED - 1].id
        buttons.append(
            (Button(plain(call.language, "school.button.next"), f"/school people {school.id} {last}"),)
        )
    buttons.append((Button(plain(call.language, "school.button.back"), f"/school one {school.id}"),))
    text = say(call.language, "school.whose" if left else "school.nobody", name=school.name)
    return await call.show(here, text, tuple(buttons))


async def offered(call: Call, here: Here, rest: str) -> list[Action]:
    """A word for the person to say from their other account, wherever the bot is; only the operator reads it."""
    number, _, which = rest.partition(" ")
    school = await schools.numbered(here.tx, number)
    member = await _member(here, school, which) if school is not None else None
    if school is None or member is None:
        return call.tell(here, "command.stale_button")
    payload = f"{school.id} {member.id} {member.name}"
    return await linking.given(call, here, KIND, here.chat.id, payload, member.name)


async def said(call: Call, here: Here, typed: str) -> list[Action] | None:
    """The word, from the other account: it is the person's in all classes now. None when it is none of a school's."""
    found = await timers.take(here.tx, linking.key(here, KIND, typed))
    if found is None:
        return None
    number, which, name = found[1].split(" ", 2)
    school = await schools.numbered(here.tx, number)
    member = await _member(here, school, which) if school is not None else None
    if school is None or member is None or member.name != name:
        return call.tell(here, "link.unknown")
    if call.sender.station is not Station.USER:
        return call.tell(here, "teacher.no_account")
    account = f"{here.chat.place.platform}:{call.sender.id}"
    if any(account in one.accounts for one in await schools.people(here.tx, school.id)):
        return call.tell(here, "link.known")
    groups = await _groups(here, school)
    same = [one for one in groups if one.chat.place.platform == here.chat.place.platform]
    if any(incident.concerns(call.sender.id) for one in same for incident in one.open):
        return call.tell(here, "teacher.under_suspicion")
    await schools.add_account(here.tx, member, account)
    told = []
    for group in await _groups(here, school):
        told += await weakening.announced(call, here, group, "linked", _words(call, here, member))
    text = lines(
        say(call.language, "link.done", name=member.name, title=school.name),
        say(call.language, "link.mistake_at_school"),
    )
    return [*await call.show(here, text), *told]


def _counted(number: str) -> int:
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0


def _words(call: Call, here: Here, member: Member) -> weakening.Words:
    def words(language: str) -> Said:
        who = shown(call.sender.name, _NAME)
        worn = badge(call.sender.id, here.mark)
        return say(language, "link.told", name=member.name, shown=who, badge=worn)

    return words


async def _groups(here: Here, school: School) -> list[Group]:
    found = [await here.group_of(chat) for chat in await schools.groups(here.tx, school.id)]
    return [group for group in found if group is not None]


async def _member(here: Here, school: School, number: str) -> Member | None:
    return next((one for one in await schools.people(here.tx, school.id) if str(one.id) == number), None)
