"""Whether a message of the bot's already stands, where nothing says so.

Telegram shows a bot no history, but lets it edit its own messages alone, and says of an edit that changes
nothing that it does (Bot API, `editMessageText`). The numbers of a group's messages follow each other; all
private chats of an account have one row of numbers (core.telegram.org/api/updates).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import count, islice

import orjson
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.actions import Edit, Say
from bot.places import Place
from bot.platforms import Posted
from bot.platforms.telegram.performing import edited

# So many numbers of which nothing is known are tried; most of what lies between is known to be others' messages.
LOOKED_THROUGH = 32


def number(body: bytes) -> str:
    """Of a message an update brings: somebody's joining, a pinned picture and a poll are numbered like talk."""
    with suppress(ValueError):
        told = orjson.loads(body)
        brought = told.get("message") or told.get("edited_message") if isinstance(told, dict) else None
        if isinstance(brought, dict):
            return str(brought.get("message_id", ""))
    return ""


async def said(bot: Bot, say: Say, place: Place, since: datetime, others: Mapping[str, datetime]) -> str:
    """The number of what was said since; "" when it is not seen. `others` are the numbers of other messages, and
    when they were said or heard: of our own, which an edit would change, and of people's.
    """
    before = _before(say, since, others)
    if before is None or say.image or say.picture or say.paper:
        return ""
    anew = Edit(say.key, say.key, say.text, say.priority, say.buttons)
    unknown = (number for number in count(before + 1) if str(number) not in others)
    for number in islice(unknown, LOOKED_THROUGH):
        try:
            await edited(bot, int(place.address), anew, Posted(str(number)))
        except BadRequest:
            # Somebody else's, or nobody's.
            continue
        except TelegramError:
            return ""
        return str(number)
    return ""


def _before(say: Say, since: datetime, others: Mapping[str, datetime]) -> int | None:
    """The largest number that is certainly smaller: of what was there before, or of what it answers."""
    earlier = [int(number) for number, at in others.items() if at < since]
    if say.reply_to is not None:
        earlier.append(int(say.reply_to))
    return max(earlier, default=None)
