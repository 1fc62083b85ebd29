"""The menu every private chat has from the start, in the language of its owner's phone: set once, not once a chat."""

from __future__ import annotations

import asyncio

import structlog

from bot.actions import Menu
from bot.places import ChatKind, Place
from bot.platforms import Denied, Later, Platform, Refused, Unsure
from bot.waiting import pause
from handlers.commands import common_menu

log = structlog.get_logger(__name__)

# The address of no chat.
_EVERYONE = "0"
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 600.0


async def set_up(platform: Platform, language: str, stopping: asyncio.Event) -> None:
    """Where the platform has such menus; phones in a language that is none of ours are shown them in this one."""
    spoken = platform.abilities.menu_languages
    for phones in (*sorted(spoken), "") if spoken else ():
        await _set(platform, common_menu(phones or language, phones), stopping)


async def _set(platform: Platform, menu: Menu, stopping: asyncio.Event) -> None:
    """Until it is: who starts a talk is given no menu of their own on the strength of it."""
    wait = _FIRST_WAIT
    while not stopping.is_set():
        try:
            await platform.perform(menu, Place(platform.name, _EVERYONE, ChatKind.PRIVATE))
            return
        except (Denied, Later, Refused, Unsure) as trouble:
            log.warning("menu_not_set", platform=platform.name, reason=str(trouble), seconds=wait)
        await pause(stopping, wait)
        wait = min(2 * wait, _LONGEST_WAIT)
