"""After a start: the last minutes of every conversation brought back, then what was left unanswered answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import structlog

from bot.events import MessageSeen
from bot.inbox import Letter
from bot.places import ChatKind, Place
from bot.platforms import Platform, Unreadable
from bot.routing import Router
from bot.store.moments import moment
from handlers import messages
from handlers.group import Group

log = structlog.get_logger(__name__)


async def catch_up(router: Router, platform: str) -> None:
    """On one platform, once it is known who we are there."""
    async for page in router.inbox.recent(platform):
        await _remember(router, platform, page)
    replayed = 0
    async for letter in router.inbox.waiting(platform):
        await router.lanes.room()
        await router.receive(letter)
        replayed += 1
    if replayed:
        log.info("catching_up", platform=platform, updates=replayed)


async def _remember(router: Router, platform: str, page: Sequence[Letter]) -> None:
    said = [event for letter in page for event in _said(router.platforms[platform], letter)]
    # Asked for all at once they are read together.
    groups = dict(await asyncio.gather(*(_group(router, place) for place in {one.place for one in said})))
    for event in said:
        group = groups[event.place]
        messages.remember(event, group.chat, group, router.memory)


def _said(platform: Platform, letter: Letter) -> Iterator[MessageSeen]:
    try:
        events = platform.read(letter.body, moment(letter.received_at))
    except Unreadable:
        return
    for event in events:
        if isinstance(event, MessageSeen) and event.place.kind is ChatKind.GROUP:
            yield event


async def _group(router: Router, place: Place) -> tuple[Place, Group]:
    chat, _ = await router.directory.at(place)
    return place, await router.groups.of(chat)
