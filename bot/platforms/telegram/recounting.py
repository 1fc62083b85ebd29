"""Whether a message of the bot's already stands in a group, where nothing says so.

Telegram shows a bot no history, but lets it edit its own messages alone, and says of an edit that changes
nothing that it does (Bot API, `editMessageText`). The numbers of a group's messages follow each other.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.events import ChatKind, Edit, Place, Say
from bot.platforms import Posted
from bot.platforms.telegram.performing import edited

# So many numbers of which nothing is known are tried; most of what lies between is known to be others' messages.
LOOKED_THROUGH = 8
_FARTHEST = 1_000


async def said(bot: Bot, say: Say, place: Place, others: Collection[str]) -> str:
    """The number of our answer to a message of a group; "" when it is not seen. `others` are the numbers of other
    messages there: of our own, which an edit would change, and of people's.
    """
    if place.kind is not ChatKind.GROUP or say.reply_to is None or say.image or say.picture or say.paper:
        return ""
    anew = Edit(say.key, say.key, say.text, say.priority, say.buttons)
    asked = int(say.reply_to)
    unknown = (number for number in range(asked + 1, asked + _FARTHEST) if str(number) not in others)
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
