"""A class that comes to a school: what the school has announced holds in it, too, and its admins hear which fees that are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action
from bot.events import TimerDue
from bot.store import schools, timers
from bot.store.fees import Fee, Register
from bot.store.schools import School
from bot.texts import Said, plain, say, shown
from handlers import admins, fees
from handlers.here import Here

KIND = "school_joined"
_TITLE = 32
_NAMED = 5


async def take_in(tx: AsyncConnection, school: School, chat: int, now: datetime) -> None:
    """The class is the school's from now on; what follows from it is seen to in the group's own turn."""
    await schools.join(tx, school.id, chat)
    await timers.plan(tx, f"{KIND}:{chat}", KIND, now, chat)


async def due(event: TimerDue, here: Here) -> list[Action]:
    group, school = here.group, await schools.of_group(here.tx, here.chat.id)
    if group is None or school is None:
        return []
    known = await fees.taken_on(here, group, Register(school.id, whole_school=True))
    if not known:
        return []
    title = shown(group.chat.place.title, _TITLE)

    def words(language: str) -> Said:
        return say(
            language,
            "school.fees_hold",
            title=title,
            name=school.name,
            count=len(known),
            fees=_named(language, known),
        )

    key = f"{KIND}:{school.id}:{here.chat.id}:{int(event.due.timestamp())}"
    return [*await admins.told(here, group, key, words)]


def _named(language: str, known: tuple[Fee, ...]) -> str:
    """The latest of them, on one line."""
    words = [
        plain(language, "school.fee", number=fee.sign, what=shown(fee.what, fees.WHAT), amount=fee.amount)
        for fee in known[-_NAMED:]
    ]
    more = ["…"] if len(known) > _NAMED else []
    return plain(language, "list.separator").join((*words, *more))
