"""A warning the platform has taken and perhaps shows to nobody: looked at a while later, told to the admins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from bot import unheard
from bot.actions import Action
from bot.clock import Clock
from bot.notebook import Notebook
from bot.places import Chat
from bot.platforms import Hides, Platform

# Seconds after which a platform has found out whether what was said can be seen.
AFTER = 6.0


class Doubts:
    """`wake` is called once the admins are to be told."""

    def __init__(self, notebook: Notebook, clock: Clock, wake: Callable[[], None]) -> None:
        self._notebook = notebook
        self._clock = clock
        self._wake = wake
        self._tasks: set[asyncio.Task[None]] = set()

    def about(self, action: Action, chat: Chat, platform: Platform) -> None:
        """It was sent just now. Where nothing is ever hidden, or nobody is warned, there is nothing to doubt."""
        if isinstance(platform, Hides) and unheard.concerns(action, chat):
            task = asyncio.create_task(self._look(action.key, chat, platform))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _look(self, key: str, chat: Chat, platform: Hides) -> None:
        await asyncio.sleep(AFTER)
        if platform.silenced:
            now = self._clock.now()
            await self._notebook.note(partial(unheard.tell, warning=key, chat=chat, now=now))
            self._wake()
