"""Glance at every message; deal with those that are not ordinary."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from time import perf_counter
from zoneinfo import ZoneInfo

from bot.abilities import Self
from bot.actions import Action
from bot.events import MessageSeen, NameSeen, PicturesRead, PortraitSeen
from bot.places import Chat, ChatKind
from handlers import commands, fees, incidents, portraits
from handlers.commands import check
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from handlers.pardoning import pardoned
from handlers.seen import Seen
from patterns.judge import judge
from patterns.model import Level, Message, Standing, Station, Verdict

_QUARTER = 900

# Something said, or more that has become known of it or of who said it.
Heard = MessageSeen | PicturesRead | PortraitSeen | NameSeen


def is_talk(event: Heard, me: Self) -> bool:
    """Whether it is said in a group and not to the bot, or tells of somebody there. What only looks like a
    command is talk: a scammer may begin with a slash.
    """
    if isinstance(event, PortraitSeen | NameSeen):
        return True
    seen = event.seen if isinstance(event, PicturesRead) else event
    if seen.place.kind is not ChatKind.GROUP or seen.addressed:
        return False
    return isinstance(event, PicturesRead) or commands.parse(seen.message.text, me.username) is None


def glance(event: Heard, chat: Chat, group: Group, memory: Memory, now: datetime) -> Seen | None:
    """What is to be dealt with, or None for an ordinary message. In memory only: this runs for every message."""
    if isinstance(event, NameSeen):
        return _looked_at(event, chat, group, memory)
    began = perf_counter()
    if isinstance(event, PortraitSeen):
        said = portraits.noted(event, chat, group, memory)
        if said is None:
            return None
        again = True
        event = said.seen if isinstance(said, PicturesRead) and not said.found else said
    else:
        again = False
    seen = event.seen if isinstance(event, PicturesRead) else event
    if seen.message.sender.id == group.me.id:
        return None
    if isinstance(event, PicturesRead):
        if not event.found and not group.payees:
            return None
        message = _pictured(event, chat, group, memory)
    elif again:
        message = _with_facts(seen, chat, group, _known(seen, chat, group, memory))
    else:
        memory.count(chat.id, "messages", _today(group, now))
        message = _with_facts(seen, chat, group, _noted(seen, chat, group, memory))
    verdict = _judged(message, chat, group, memory)
    if verdict.fee:
        return Seen(seen, message, verdict, (perf_counter() - began) * 1000)
    if verdict.level is Level.CLEAR or pardoned(message, verdict, group):
        return None
    if not again and isinstance(event, MessageSeen) and _may_be_vouched_for(event, verdict, group):
        return None
    memory.count(chat.id, verdict.level.word, _today(group, now))
    return Seen(seen, message, verdict, (perf_counter() - began) * 1000)


def _looked_at(event: NameSeen, chat: Chat, group: Group, memory: Memory) -> Seen | None:
    """Whoever is silent and wears another's name since lately, or from the first look: a message without words."""
    began, person = perf_counter(), event.person
    if person.id == group.me.id or person.station is not Station.USER:
        return None
    new = not memory.met(chat.id, person.id)
    known = memory.hear(chat.id, person.id, person.name, event.at, False, person.username, event.joined)
    if not new and (known.renamed_minutes is None or known.renamed_minutes >= 1):
        return None
    if new:
        known = replace(known, messages=0)
    silent = MessageSeen(event.place, Message(id="", sender=person, text=""), event.at)
    standing = portraits.with_portrait(known, chat, group, memory, person.id, event.at)
    message = _with_facts(silent, chat, group, standing)
    verdict = judge(message, group.context, memory.conversation(chat.id))
    if verdict.level is Level.CLEAR or pardoned(message, verdict, group):
        return None
    memory.count(chat.id, verdict.level.word, _today(group, event.at))
    return Seen(silent, message, verdict, (perf_counter() - began) * 1000)


def _may_be_vouched_for(event: MessageSeen, verdict: Verdict, group: Group) -> bool:
    """A doubt that a picture still unread may dispel: its code may be a registered payee's."""
    unread = any(not picture.is_file for picture in event.pictures)
    return unread and bool(group.payees) and verdict.level <= Level.CAUTION


def remember(event: MessageSeen, chat: Chat, group: Group, memory: Memory) -> None:
    """Bring back to mind a message dealt with before a restart, so that the conversation goes on."""
    if event.message.sender.id != group.me.id:
        sender = event.message.sender
        standing = memory.hear(
            chat.id, sender.id, sender.name, event.at, False, sender.username, event.joined
        )
        _judged(_with_facts(event, chat, group, standing), chat, group, memory)


def look(event: MessageSeen, message: Message, here: Here, group: Group) -> Verdict:
    """Judge a message somebody points at, noting nothing."""
    return pointed_at(replace(event, message=message), here, group).verdict


def pointed_at(event: MessageSeen, here: Here, group: Group) -> Seen:
    """A message somebody points at, as if it were seen now; nothing is noted."""
    began, message = perf_counter(), event.message
    standing = portraits.standing(group.chat, group, here.memory, message.sender.id, event.at)
    known = _with_facts(event, group.chat, group, standing)
    verdict = judge(known, group.context, here.memory.conversation(group.chat.id))
    return Seen(event, known, verdict, (perf_counter() - began) * 1000)


async def heard(event: MessageSeen, here: Here) -> list[Action]:
    """A command, or a message that looked like one: a scammer may begin with a slash too."""
    actions = await commands.heard(event, here)
    if here.group is not None:
        seen = glance(event, here.chat, here.group, here.memory, here.now)
        actions += await _dealt(seen, event, here)
    return actions


async def _dealt(seen: Seen | None, event: MessageSeen, here: Here) -> list[Action]:
    """Whoever shows the bot a scam to ask about it has not sent one, unless under somebody's name."""
    asked = event.addressed and commands.asks(event.message.text, here.me.username)
    if seen is None or (asked and not seen.verdict.impersonates):
        return []
    return await deal(seen, here)


async def pictured(event: PicturesRead, here: Here) -> list[Action]:
    """Pictures sent in private, or with the bot's name in a group, were sent to be checked."""
    actions: list[Action] = []
    if here.group is None or event.seen.addressed:
        answered = await commands.pictured(event, here)
        actions = await check.pictures(event, here) if answered is None else answered
    if here.group is None:
        return actions
    seen = glance(event, here.chat, here.group, here.memory, here.now)
    return [*actions, *await _dealt(seen, event.seen, here)]


async def deal(seen: Seen, here: Here) -> list[Action]:
    if seen.verdict.fee:
        return await fees.vouched(seen, here)
    return await incidents.met(seen, here)


def _noted(event: MessageSeen, chat: Chat, group: Group, memory: Memory) -> Standing:
    sender = event.message.sender
    if sender.station is not Station.USER:
        return Standing()
    counts = event.message.edit_of is None
    standing = memory.hear(chat.id, sender.id, sender.name, event.at, counts, sender.username, event.joined)
    return portraits.with_portrait(standing, chat, group, memory, sender.id, event.at)


def _known(event: MessageSeen, chat: Chat, group: Group, memory: Memory) -> Standing:
    return portraits.standing(chat, group, memory, event.message.sender.id, event.at)


def _pictured(event: PicturesRead, chat: Chat, group: Group, memory: Memory) -> Message:
    """The message again, with what its pictures and files turned out to be in place of their bare mention."""
    seen = event.seen
    known = _with_facts(seen, chat, group, _known(seen, chat, group, memory))
    return replace(known, attachments=event.attachments) if event.found else known


def _with_facts(event: MessageSeen, chat: Chat, group: Group, standing: Standing) -> Message:
    seconds = event.at.timestamp()
    hour, weekday = _by_the_wall(group.settings.zone, int(seconds // _QUARTER))
    return event.message.known(standing, seconds / 60, hour, weekday)


@lru_cache(maxsize=4_096)
def _by_the_wall(zone: ZoneInfo, quarter: int) -> tuple[int, int]:
    """Hour and weekday on the group's own clock; no zone is off by less than a quarter of an hour."""
    local = datetime.fromtimestamp(quarter * _QUARTER, zone)
    return local.hour, local.weekday()


def _today(group: Group, now: datetime) -> str:
    return _date(group.settings.zone, int(now.timestamp() // _QUARTER))


@lru_cache(maxsize=4_096)
def _date(zone: ZoneInfo, quarter: int) -> str:
    return datetime.fromtimestamp(quarter * _QUARTER, zone).date().isoformat()


def _judged(message: Message, chat: Chat, group: Group, memory: Memory) -> Verdict:
    conversation = memory.conversation(chat.id)
    verdict = judge(message, group.context, conversation)
    after = conversation.after(message, verdict)
    if after is not conversation:
        memory.converse(chat.id, after)
    return verdict
