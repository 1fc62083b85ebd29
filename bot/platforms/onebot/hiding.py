"""What QQ takes and may show nobody: a risk control that says nothing of itself."""

from __future__ import annotations

import asyncio

import structlog

from bot.actions import Action, Priority, Say
from bot.places import ChatKind, Place
from bot.platforms import Refused, Sent
from bot.platforms.onebot import histories
from bot.platforms.onebot.people import group_number
from bot.platforms.onebot.performing import Call

log = structlog.get_logger(__name__)

# A send that QQ does not confirm is tried so often; then it counts as held back.
_TRIES = 3
# Seconds after which a warning is looked for where everybody should see it.
LOOKED_FOR = (1.0, 3.0)


class Hiding:
    """`silenced`: what the account says is hidden, as far as was looked."""

    def __init__(self, name: str, call: Call) -> None:
        self._name = name
        self._call = call
        self._unconfirmed: dict[str, int] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self.silenced = False

    async def stop(self) -> None:
        for look in self._looks:
            look.cancel()
        await asyncio.gather(*self._looks, return_exceptions=True)

    def said(self, action: Action, place: Place, sent: Sent) -> None:
        """QQ says that it was sent; of a warning it is looked whether it can be seen."""
        self._unconfirmed.pop(action.key, None)
        if isinstance(action, Say) and place.kind is ChatKind.GROUP and sent.message_id:
            if action.priority <= Priority.CAUTION:
                self._look_for(place, sent.message_id)
            elif not self._looks:
                self.silenced = False

    def unconfirmed(self, action: Action) -> None:
        """QQ does not confirm a send. Raises `Refused` once it was tried often enough."""
        tries = self._unconfirmed[action.key] = self._unconfirmed.get(action.key, 0) + 1
        if tries < _TRIES:
            return
        del self._unconfirmed[action.key]
        self._hold_back("not confirmed")
        raise Refused("QQ holds back what the account says")

    def _hold_back(self, reason: str) -> None:
        remedy = "log in on a phone, see whether QQ shows a notice, and let the account rest for a day"
        log.error("onebot_held_back", platform=self._name, reason=reason, remedy=remedy)
        self.silenced = True

    def _look_for(self, place: Place, message_id: str) -> None:
        look = asyncio.create_task(self._seen(group_number(place), message_id))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _seen(self, group: int, message_id: str) -> None:
        """Whether a warning stands where everybody should see it: QQ says "sent" of what it hides, too."""
        for wait in LOOKED_FOR:
            await asyncio.sleep(wait)
            shown = await histories.stands(self._call, group, message_id)
            if shown is None:
                return
            if shown:
                self.silenced = False
                return
        self._hold_back("not seen in the group")
