"""A group's announcements: an extension that NapCat, LLOneBot and go-cqhttp have alike, by what they publish of themselves.

Putting one up tells nothing of it: what it is called is looked up in the list, where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.actions import Notice
from bot.places import Place
from bot.platforms import Later, Posted, Refused, Sent, Unsure
from bot.platforms.onebot.people import group_number
from bot.platforms.onebot.performing import Call, plain

# What the number of an announcement begins with: messages have numbers, too.
NOTICE = "notice:"
# It stays at the top and is shown once to everybody; nobody is asked to confirm it.
_SHOWN = {"pinned": 1, "confirm_required": 0}
# Seconds by which QQ's clock and ours may differ.
_SKEW = 60


def is_one(target: Posted) -> bool:
    return target.message_id.startswith(NOTICE)


async def put_up(call: Call, notice: Notice, place: Place, me: str) -> Sent:
    """Raises `Refused` where the account is no admin, or the implementation has no announcements."""
    asked = {"group_id": group_number(place), "content": plain(notice.text), **_SHOWN}
    await call("_send_group_notice", asked)
    return Sent(await standing(call, notice, place, me))


async def standing(call: Call, notice: Notice, place: Place, me: str, since: float = 0.0) -> str:
    """The number of our newest announcement of no longer ago that says just this; "" when there is none, or nobody tells."""
    try:
        told = await call("_get_group_notice", {"group_id": group_number(place)})
    except (Later, Refused, Unsure):
        return ""
    text = _bare(plain(notice.text))
    found = [
        one
        for one in _listed(told)
        if str(one.get("sender_id")) == me and _bare(_text(one)) == text and _at(one) >= since - _SKEW
    ]
    newest = max(found, key=_at, default=None)
    return f"{NOTICE}{newest['notice_id']}" if newest is not None else ""


async def take_down(call: Call, place: Place, target: Posted) -> Sent:
    number = target.message_id.removeprefix(NOTICE)
    await call("_del_group_notice", {"group_id": group_number(place), "notice_id": number})
    return Sent()


def _listed(told: object) -> list[Mapping[str, Any]]:
    """Bare, or under a name of its own."""
    listed = told.get("notices") if isinstance(told, dict) else told
    return (
        [one for one in listed if isinstance(one, dict) and one.get("notice_id")]
        if isinstance(listed, list)
        else []
    )


def _text(notice: Mapping[str, Any]) -> str:
    message = notice.get("message")
    return str((message.get("text") if isinstance(message, dict) else notice.get("content")) or "")


def _bare(text: str) -> str:
    """QQ gives the text back with other blanks."""
    return "".join(text.split())


def _at(notice: Mapping[str, Any]) -> float:
    at = notice.get("publish_time")
    return float(at) if isinstance(at, int | float) else 0.0
