"""After a start: the last minutes of every conversation brought back, then what was left unanswered answered."""

from __future__ import annotations

import structlog

from bot.events import MessageSeen
from bot.inbox import Letter
from bot.places import ChatKind
from bot.platforms import Unreadable
from bot.routing import Router
from bot.store.moments import moment
from handlers import messages

log = structlog.get_logger(__name__)


async def catch_up(router: Router, platform: str) -> None:
    """On one platform, once it is known who we are there."""
    async for letter in router.inbox.recent(platform):
        await _remember(router, letter)
    replayed = 0
    async for letter in router.inbox.waiting(platform):
        await router.lanes.room()
        router.receive(letter)
        replayed += 1
    if replayed:
        log.info("catching_up", platform=platform, updates=replayed)


async def _remember(router: Router, letter: Letter) -> None:
    try:
        events = router.platforms[letter.platform].read(letter.body, moment(letter.received_at))
    except Unreadable:
        return
    for event in events:
        if isinstance(event, MessageSeen) and event.place.kind is ChatKind.GROUP:
            chat, _ = await router.directory.at(event.place)
            messages.remember(event, chat, await router.groups.of(chat), router.memory)
