"""Whether a message of the bot's already stands in a group, where nothing says so.

Telegram shows a bot no history, but lets it edit its own messages alone, and says of an edit that changes
nothing that it does (Bot API, `editMessageText`). The numbers of a group's messages follow each other.
"""

from __future__ import annotations

from collections.abc import Collection

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.events import ChatKind, Edit, Place, Say
from bot.platforms import Posted
from bot.platforms.telegram.performing import edited

# An answer stands at most so many messages behind what it answers, or is not looked for.
LOOKED_THROUGH = 8


async def said(bot: Bot, say: Say, place: Place, others: Collection[str]) -> str:
    """The number of our answer to a message of a group; "" when it is not seen. `others` are our other messages there: an
    edit would change them.
    """
    if place.kind is not ChatKind.GROUP or say.reply_to is None or say.image or say.picture or say.paper:
        return ""
    anew = Edit(say.key, say.key, say.text, say.priority, say.buttons)
    asked = int(say.reply_to)
    for number in range(asked + 1, asked + 1 + LOOKED_THROUGH):
        if str(number) in others:
            continue
        try:
            await edited(bot, int(place.address), anew, Posted(str(number)))
        except BadRequest:
            # Somebody else's, or nobody's.
            continue
        except TelegramError:
            return ""
        return str(number)
    return ""
