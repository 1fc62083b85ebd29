"""Cards with the choices of a private message. The calls are those of `dingtalk-stream` 0.24.3 (card_replier.py);
what stands on a button is second-hand.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from typing import Any

from bot.actions import Button
from bot.platforms import Refused
from bot.platforms.dingtalk.api import Api

# What a card's number begins with: it is changed, not taken back.
CARD = "card-"
_INSTANCES = "/v1.0/card/instances"
# A card whose message was said anew shows nothing to choose from any more.
_GONE = "⤵️"


class Cards:
    """`template` is built by the operator: a text `text` and a group of buttons `msgButtons`; "" where there is none."""

    def __init__(self, api: Api, template: str) -> None:
        self._api = api
        self._template = template
        self._numbers = itertools.count(time.time_ns())

    @property
    def there(self) -> bool:
        return bool(self._template)

    async def make(self, text: str, choices: Sequence[Button]) -> str:
        """The number of a card that nobody sees yet. Raises Refused where no card is to be had."""
        number = f"{CARD}{next(self._numbers):x}"
        asked = {
            "cardTemplateId": self._template,
            "outTrackId": number,
            "cardData": _data(text, choices),
            "callbackType": "STREAM",
            "imRobotOpenSpaceModel": {"supportForward": False},
        }
        await self._api.call(_INSTANCES, asked)
        return number

    async def deliver(self, number: str, staff: str) -> None:
        """To a member of the organisation, in private."""
        asked = {
            "outTrackId": number,
            "userIdType": 1,
            "openSpaceId": f"dtv1.card//IM_ROBOT.{staff}",
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
        }
        told = await self._api.call(f"{_INSTANCES}/deliver", asked)
        results = told.get("result")
        if isinstance(results, list) and any(one.get("success") is False for one in results):
            raise Refused("the card was not delivered")

    async def empty(self, number: str) -> None:
        """Nothing is to be chosen on it any more."""
        await self._api.call(_INSTANCES, {"outTrackId": number, "cardData": _data(_GONE, ())}, method="PUT")


def _data(text: str, choices: Sequence[Button]) -> dict[str, Any]:
    """Every value is a text. A button tells its number when it is pressed."""
    buttons = [
        {"text": button.label, "id": str(number), "color": "gray", "request": True}
        for number, button in enumerate(choices, 1)
    ]
    whole = json.dumps({"msgButtons": buttons}, ensure_ascii=False)
    return {"cardParamMap": {"text": text, "sys_full_json_obj": whole}}
