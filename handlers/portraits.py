"""Profile pictures: whose is looked at, what follows from one that is a protected person's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.actions import Action
from bot.events import MemberChanged, MessageSeen, PicturesRead, PortraitSeen
from bot.places import Chat
from bot.texts import Said, say, shown
from handlers import admins
from handlers.badges import badge
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from patterns.model import Protected, Standing, Station

NAME = 24
# A clone puts on the picture minutes before it asks: then an older look says nothing.
FRESH_MINUTES = 5.0
ENOUGH_MINUTES = 6 * 60.0


def urgency(
    event: MessageSeen | PicturesRead, chat: Chat, group: Group, memory: Memory, dealt: bool
) -> bool | None:
    """Whether to look at the picture of whoever said this: None is no, True is before others.

    `dealt`: the message was not ordinary. One in which something was found counts too.
    """
    seen = event.seen if isinstance(event, PicturesRead) else event
    sender, roster = seen.message.sender, group.context.roster
    if not roster.portrayed or sender.station is not Station.USER or sender.id == group.me.id:
        return None
    if roster.owner(sender.id) is not None:
        return None
    traces = memory.conversation(chat.id).traces
    in_play = dealt or any(trace.message == seen.message.id and trace.warns for trace in traces[-2:])
    known = memory.portrait(chat.id, sender.id, seen.at)
    if known is None:
        return in_play
    if known.outdated or known.minutes > (FRESH_MINUTES if in_play else ENOUGH_MINUTES):
        return in_play
    # What a picture says of who asks is said with the text already.
    return None


def newcomer(event: MemberChanged, group: Group) -> bool:
    """Whether to look at the picture of somebody who has just come in."""
    roster = group.context.roster
    return roster.portrayed and roster.owner(event.person.id) is None


def noted(event: PortraitSeen, chat: Chat, group: Group, memory: Memory) -> MessageSeen | PicturesRead | None:
    """Remember a picture. What is to be judged again because of it, if anything."""
    memory.portrayed(chat.id, event.person.id, event.portrait, event.at)
    return event.said if worn(event, group) is not None else None


def worn(event: PortraitSeen, group: Group) -> Protected | None:
    """Whose picture an account of somebody else shows."""
    roster = group.context.roster
    if roster.owner(event.person.id) is not None:
        return None
    return roster.portrayed_by(event.portrait)


def standing(chat: Chat, group: Group, memory: Memory, user: str, at: datetime) -> Standing:
    """All that is known about somebody, nothing noted."""
    return with_portrait(memory.standing(chat.id, user, at), chat, group, memory, user, at)


def with_portrait(
    known: Standing, chat: Chat, group: Group, memory: Memory, user: str, at: datetime
) -> Standing:
    """The standing with whose picture the account wears."""
    if not group.context.roster.portrayed:
        return known
    portrait = memory.portrait(chat.id, user, at)
    person = group.context.roster.portrayed_by(portrait.fingerprint) if portrait else None
    if portrait is None or person is None:
        return known
    return replace(known, portrait_of=person.name, portrait_minutes=portrait.changed_minutes)


async def seen(event: PortraitSeen, here: Here) -> list[Action]:
    """Somebody who has said nothing yet came in with a protected person's picture: the admins are told."""
    group = here.group
    person = worn(event, group) if group is not None else None
    if group is None or person is None or event.said is not None:
        return []
    name = group.mark(event.person.name)
    if any(pardon.user == event.person.id and pardon.name_mark == name for pardon in group.pardons):
        return []
    known, title, who = person, group.chat.place.title, event.person

    def text(language: str) -> Said:
        return say(
            language,
            "member.portrait",
            name=shown(known.name, NAME),
            title=shown(title, NAME),
            shown=shown(who.name, NAME),
            badge=badge(who.id, group.mark),
        )

    key = f"portrait:{here.chat.id}:{here.mark(who.id)}:{here.mark(known.name)}"
    return [*await admins.told(here, group, key, text)]
