"""What was said while the connection was away, from the groups' own history where the implementation has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.platforms import Later, Refused, Unsure
from bot.platforms.onebot.errors import NoSuchCall
from bot.platforms.onebot.gathering import told_at
from bot.platforms.onebot.performing import Call

log = structlog.get_logger(__name__)

# Seconds: told again rather than missed, and not older than a warning would still make sense for.
OVERLAP = 60
OLDEST = 12 * 3600
_PAGE = 50
_PAGES = 20


@dataclass(frozen=True, slots=True)
class Missed:
    """Group messages in the order in which they were sent, as if they came just now; and the numbers of the groups whose
    messages could not be had, or not all of them.
    """

    events: list[dict[str, Any]]
    unheard: list[int]


async def missed(call: Call, groups: Sequence[int], since: int) -> Missed:
    """What was said since then."""
    begin = since - OVERLAP
    found: list[dict[str, Any]] = []
    unheard: list[int] = []
    for position, group in enumerate(groups):
        try:
            found += await _of_group(call, group, begin)
        except NoSuchCall as lacking:
            log.warning("onebot_history_unknown", reason=str(lacking))
            unheard += groups[position:]
            break
        except (Later, Refused, Unsure) as trouble:
            log.warning("onebot_history_unknown", reason=str(trouble))
            unheard.append(group)
    if found:
        log.info("onebot_history_read", messages=len(found))
    found.sort(key=told_at)
    newest = told_at(found[-1]) if found else 0
    late = {one["group_id"] for one in found if told_at(one) < newest - OLDEST}
    unheard += sorted(late - set(unheard))
    return Missed([one for one in found if told_at(one) >= newest - OLDEST], unheard)


async def _of_group(call: Call, group: int, begin: int) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    before: object = None
    for _ in range(_PAGES):
        asked: dict[str, Any] = {"group_id": group, "count": _PAGE}
        told = await call("get_group_msg_history", asked | ({"message_seq": before} if before else {}))
        page = _messages(told)
        new = [one for one in page if str(one.get("message_id")) not in found]
        found |= {str(one.get("message_id")): one for one in new}
        if not new or any(told_at(one) < begin for one in new):
            break
        first = min(new, key=told_at)
        before = first.get("message_seq") or first.get("message_id")
    return [_as_event(one, group) for one in found.values() if told_at(one) >= begin]


def _messages(told: Any) -> list[dict[str, Any]]:
    listed = told.get("messages") if isinstance(told, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _as_event(message: dict[str, Any], group: int) -> dict[str, Any]:
    sender = message.get("sender")
    user = message.get("user_id") or (sender.get("user_id") if isinstance(sender, dict) else None)
    told = {"post_type": "message", "message_type": "group", "group_id": group, "user_id": user}
    # The history names our own words "message_sent"; they are told apart by their sender.
    return {**message, **told}
