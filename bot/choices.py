"""What is chosen by a reply, where there are no buttons to press: by its number, or by the words on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action, Button, Edit, Quiz, Say
from bot.events import ButtonPressed, MessageSeen
from bot.packing import unpack
from bot.places import Chat, ChatKind
from bot.store import posted
from bot.store.posted import Standing

# A number alone means the last thing asked; after so long nobody remembers what that was.
REMEMBERED = timedelta(hours=24)
# Two matters asked about within this could be mistaken for each other.
APART = timedelta(seconds=60)
# Nobody reads a card sooner than this after it was said anew: a number means what stood there before.
UNREAD = timedelta(seconds=1.5)
# Platforms tell the time of a message in whole seconds.
SECOND = timedelta(seconds=1)
_LONGEST = 24
# A choice that stands nowhere any more: no command, so that it is answered like a button of long ago.
_GONE = "gone"


def offered(action: Action) -> tuple[Button, ...]:
    """What may be chosen under a message, in the order of its numbers."""
    if isinstance(action, Quiz):
        return tuple(Button(option, f"/answer {action.key} {n}") for n, option in enumerate(action.options))
    rows = action.buttons if isinstance(action, Say | Edit) else ()
    return tuple(button for row in rows for button in row if button.command)


def chosen(text: str, buttons: Sequence[Button]) -> Button | None:
    """The button a reply means, by its number or by the words on it."""
    given = _bare(text)
    if given.isascii() and given.isdigit():
        return buttons[int(given) - 1] if 1 <= int(given) <= len(buttons) else None
    return next((button for button in buttons if given and _bare(button.label) == given), None)


async def meant(tx: AsyncConnection, event: MessageSeen, chat: Chat) -> ButtonPressed | None:
    """The press that a reply stands for: in a group only one that quotes the bot's message, or names the bot."""
    message = event.message
    if not message.text or len(message.text) > _LONGEST or message.edit_of is not None:
        return None
    if message.reply_to is None and chat.place.kind is ChatKind.GROUP and not event.addressed:
        return None
    if message.reply_to is not None and not event.addressed:
        standing = await posted.under(tx, chat.id, message.reply_to)
        if not standing and _is_number(message.text):
            # Said anew while somebody was reading it.
            standing = await posted.formerly(tx, chat.id, message.reply_to)
    else:
        standing = await posted.lately(tx, chat.id, event.at - REMEMBERED, event.at + SECOND)
    found = [(said, button) for said in standing if (button := _chosen(said, message.text, event.at))]
    if not found and not standing and message.reply_to is not None and chat.place.kind is ChatKind.PRIVATE:
        # A choice under what nobody remembers any more.
        return _press(event, _GONE, message.reply_to) if _is_number(message.text) else None
    if not found:
        return None
    said, button = found[0]
    if any(one.incident != said.incident and said.at - one.at < APART for one, _ in found[1:]):
        button = Button("")
    return _press(event, button.command, said.message_id)


def _chosen(said: Standing, text: str, at: datetime) -> Button | None:
    """What somebody chose who had read it; of an incident's card that has just changed, what they chose before."""
    if said.before is not None and said.incident is not None and at - said.at < UNREAD:
        before = chosen(text, offered(unpack(said.before.kind, said.before.payload, None)))
        if before is not None:
            return before
    return chosen(text, offered(unpack(said.kind, said.payload, None)))


def _press(event: MessageSeen, command: str, under: str) -> ButtonPressed:
    press = f"{event.message.id}@{int(event.at.timestamp())}"
    return ButtonPressed(event.place, event.message.sender, press, command, under, event.at)


def _is_number(text: str) -> bool:
    given = _bare(text)
    return given.isascii() and given.isdigit() and len(given) <= 2


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())
