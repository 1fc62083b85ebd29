"""getUpdates: offsets, limits, long polls, and only one poller at a time."""

from __future__ import annotations

from bot.playground.botapi.call import Call
from bot.playground.botapi.errors import Refusal, bad
from bot.playground.updates import Superseded

_LONGEST_POLL = 50


async def get_updates(call: Call) -> bytes:
    """The answer as bytes: each update was turned into them when it happened."""
    queue = call.world.queue
    if call.world.pusher.url:
        raise Refusal(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        )
    if "allowed_updates" in call.parameters:
        kinds = call["allowed_updates"]
        if not all(isinstance(kind, str) for kind in kinds):
            raise bad("allowed_updates must be an Array of String")
        queue.allow(kinds)
    limit = call.get("limit", 100)
    timeout = min(max(call.get("timeout", 0), 0), _LONGEST_POLL)
    try:
        # As on Telegram, a limit out of range means the greatest.
        updates = await queue.poll(call.get("offset", 0), limit if 1 <= limit <= 100 else 100, timeout)
    except Superseded as error:
        raise Refusal(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        ) from error
    return b'{"ok":true,"result":[' + b",".join(updates) + b"]}"
