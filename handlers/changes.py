"""A protected person's account shows another name or picture: the admins are asked whether that is still them."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Button
from bot.events import MemberChanged, MessageSeen, NameSeen, PersonRenamed, TimerDue
from bot.places import Chat
from bot.store import changes as store
from bot.store import portraits, roster
from bot.store.changes import NAME, PICTURE, Change
from bot.store.portraits import Account
from bot.texts import Said, plain, say, shown
from handlers import admins, custody
from handlers.badges import badge
from handlers.calls import Buttons
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from patterns.model import Person, Protected, Station
from patterns.names import Likeness

KIND = "changed"
_SHOWN = 32
_LONGEST = 40
_ALIASES = 8


def noticed(
    event: MessageSeen | MemberChanged | NameSeen, chat: Chat, group: Group, memory: Memory
) -> PersonRenamed | None:
    """Whether a protected person has just been seen under another name than before; in memory only.

    Before anybody was named the admins are protected by whatever they are called: nothing is news.
    """
    person = event.message.sender if isinstance(event, MessageSeen) else event.person
    known = None if group.provisional else group.context.roster.owner(person.id)
    if known is None or person.id == group.me.id or person.station is not Station.USER:
        return None
    minutes = memory.standing(chat.id, person.id, event.at).renamed_minutes
    if minutes is None or minutes >= 1 or _is_known(person.name, known, group):
        return None
    return PersonRenamed(event.place, person, event.at)


async def renamed(event: PersonRenamed, here: Here) -> list[Action]:
    group, worn = here.group, shown(event.person.name, _LONGEST)
    if group is None or not worn or group.context.roster.owner(event.person.id) is None:
        return []
    change = await store.note(here.tx, here.chat.id, event.person.id, NAME, worn, here.now)
    return [] if change is None else await _asked(change, here, group)


async def due(event: TimerDue, here: Here) -> list[Action]:
    """A change of picture was noted beside the lanes."""
    change = await store.get(here.tx, int(event.payload))
    if change is None or change.decision or here.group is None:
        return []
    return await _asked(change, here, here.group)


async def _asked(change: Change, here: Here, group: Group) -> list[Action]:
    """Every admin is asked, but whose account it is: they hear of it and what to do if it was not them."""
    known = group.context.roster.owner(change.user)
    if known is None:
        return []
    title, own = shown(group.chat.place.title, _SHOWN), alone(change, group)

    def text(language: str) -> Said:
        return say(
            language,
            f"changed.{change.what}",
            name=shown(known.name, _SHOWN),
            title=title,
            shown=shown(change.value, _SHOWN) if change.what == NAME else "",
            badge=badge(change.user, here.mark),
        )

    def buttons(language: str) -> Buttons:
        return (
            tuple(
                Button(plain(language, f"changed.button.{word}"), f"/known {word} {change.id}")
                for word in (store.YES, store.NO)
            ),
        )

    told = await admins.told(here, group, f"change:{change.id}", text, buttons)
    return [
        replace(said, buttons=(), text=say(await _language(here, said.chat, group), "changed.yours"))
        if said.key.endswith(f":{change.user}") and not own
        else said
        for said in told
    ]


async def _language(here: Here, private: int, group: Group) -> str:
    return await admins.spoken(here, private, group)


def alone(change: Change, group: Group) -> bool:
    """Whether nobody else could be asked than whose account it is."""
    return not [one for one in group.admins if one.user not in {group.me.id, change.user}]


async def confirmed(change: Change, here: Here, group: Group, by: str) -> None:
    """It is them: what the account shows is theirs from now on. Of a school's people the group keeps its own note."""
    if change.what == PICTURE:
        return
    known = group.context.roster.owner(change.user)
    if known is None:
        return
    others = tuple(one for one in known.aliases if one != change.value)
    person = replace(known, aliases=(*others, change.value)[-_ALIASES:])
    entries = await roster.load(here.tx, group.chat.id)
    entry = next((one for one in entries if change.user in one.person.ids), None)
    if entry is None:
        await roster.add(here.tx, group.chat.id, person, by, here.now)
    else:
        await roster.change(here.tx, group.chat.id, replace(entry, person=person))


async def denied(change: Change, here: Here, group: Group, by: Person) -> list[Action]:
    """It is not them: the account is in other hands until it is back."""
    if change.what == PICTURE:
        account = Account(group.chat.place.platform, change.user)
        await portraits.reject(here.tx, account, change.value)
    if change.user not in custody.people(group):
        return []
    marked = await custody.marked(here, group, change.user, by)
    return marked.follows if marked is not None else []


def _is_known(name: str, person: Protected, group: Group) -> bool:
    """Whether people would take the name for this person's all the same."""
    if name in (person.name, *person.aliases):
        return True
    like = group.context.roster.resemblance(name)
    return like is not None and like.likeness is Likeness.EQUAL and like.protected.ids == person.ids
