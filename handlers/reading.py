"""Whether the words in a picture are worth reading: that takes seconds, and most pictures are of children and lunches."""

from __future__ import annotations

from bot.events import PicturesRead
from bot.places import Chat
from handlers import portraits
from handlers.group import Group, is_staff
from handlers.memory import Memory
from patterns.judge import poses
from patterns.model import AttachmentKind, Level, Standing

# Whoever is this new, or has said so little, is not known well enough to be trusted with a picture.
NEW_DAYS = 7.0
FEW_MESSAGES = 3


def worth_reading(event: PicturesRead, chat: Chat, group: Group, memory: Memory, level: Level) -> bool:
    """`level` is what was made of the message with its codes read; an alarm needs no more."""
    message = event.seen.message
    if level is Level.ALARM or all(picture.is_file for picture in event.seen.pictures):
        return False
    traces = memory.conversation(chat.id).traces
    if level > Level.CLEAR or any(trace.message == message.id and trace.warns for trace in traces[-2:]):
        return True
    if any(one.kind is AttachmentKind.QR for one in event.found):
        return True
    if is_staff(message.sender.station) or group.context.roster.owner(message.sender.id) is not None:
        return False
    if poses(message, group.context):
        return True
    return _little_known(portraits.standing(chat, group, memory, message.sender.id, event.seen.at))


def _little_known(standing: Standing) -> bool:
    new = standing.joined_days is not None and standing.joined_days <= NEW_DAYS
    changed = standing.renamed_minutes is not None or standing.portrait_of is not None
    return new or changed or (standing.messages or 0) <= FEW_MESSAGES
