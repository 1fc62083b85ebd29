"""A message shown to the bot by quoting it: what its pictures hold is found out before it is answered."""

from __future__ import annotations

from dataclasses import replace

from bot.abilities import Self
from bot.events import MessageSeen, PicturesRead
from bot.places import ChatKind
from handlers import commands


def asked_about(event: MessageSeen, me: Self) -> MessageSeen | None:
    """The quoted message, if its pictures have to be looked at first.

    None of what is not said to the bot: where it hears everybody, they were looked at when they were posted.
    """
    cited, to_bot = event.cited, event.addressed or event.place.kind is ChatKind.PRIVATE
    if cited is None or not event.cited_pictures or event.pictures or not to_bot or cited.sender.id == me.id:
        return None
    given = commands.parse(event.message.text, me.username)
    return quoted(event) if given is None or given[0].quotes else None


def quoted(event: MessageSeen) -> MessageSeen | None:
    """The message an event quotes, as if it were seen itself."""
    if event.cited is None:
        return None
    return MessageSeen(
        place=event.place,
        message=event.cited,
        at=event.cited_at or event.at,
        pictures=event.cited_pictures,
        origin=event.cited_origin,
    )


def informed(read: PicturesRead) -> MessageSeen:
    """The question these pictures were looked at for, with what was found in them."""
    assert read.asked is not None
    cited = replace(read.seen.message, attachments=read.attachments)
    return replace(read.asked, cited=cited, cited_pictures=read.seen.pictures)
