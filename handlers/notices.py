"""What an admin has put up as the group's announcement, where the platform has such a thing.

It rings every phone, and cannot be reworded: only an admin asks for one, no more than once a day, and what tells of a scam
is taken down when the scam turns out to be none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.actions import Action, Notice, Recall
from bot.store import posted
from bot.store.incidents import SCAM
from bot.texts import lines, say
from handlers.calls import Call
from handlers.choosing import called
from handlers.docket import Docket
from handlers.group import Group
from handlers.here import Here
from handlers.policy import Powers

# Who is called to the board more often no longer looks.
REST = timedelta(days=1)
WORD = "notice"


def asked(verb: str) -> bool:
    """Whether a command's verb asks for an announcement."""
    return verb.casefold() in called(WORD, "notice.word.notice")


def possible(here: Here, group: Group) -> bool:
    return Powers(group.rights, here.me.abilities).announce


def refusal(here: Here, group: Group) -> str:
    """The key of the sentence that says why there can be none; "" when there can."""
    if not here.me.abilities.notices:
        return "notice.nowhere"
    return "" if possible(here, group) else "notice.no_admin"


async def put_up(call: Call, here: Here, group: Group, about: str, text: str) -> list[Action]:
    """`about` is what is announced, as keys begin: of the same no more than one in `REST`."""
    about = f"{WORD}:{group.chat.id}:{about}"
    if reason := refusal(here, group):
        return call.tell(here, reason)
    if await posted.announced(here.tx, group.chat.id, about, here.now - REST) is not None:
        return call.tell(here, "notice.just_put_up")
    said = lines(text, say(group.settings["language"], "notice.signed"))
    notice = Notice(f"{about}:{call.key}"[:160], group.chat.id, said, asked=(call.at or here.chat).id)
    return [notice, *call.tell(here, "notice.asked")]


def of_incident(number: int) -> str:
    return f"incident:{number}"


async def taken_down(docket: Docket) -> Sequence[Action]:
    """What told the class of this scam, now that nobody calls it one any more."""
    if docket.incident.state != SCAM:
        return []
    there = docket.there
    about = f"{WORD}:{there.chat.id}:{of_incident(docket.incident.id)}:"
    key = await posted.announced(there.tx, there.chat.id, about)
    return [Recall(f"{key}:down"[:160], key)] if key is not None else []
