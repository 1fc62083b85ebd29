"""Brings updates to the bot's webhook, one after the other, again and again until it takes them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import httpx

from bot.playground.updates import Superseded, UpdateQueue

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PATIENCE = 60.0  # seconds to wait for an answer, as Telegram does
_FIRST_REST, _LONGEST_REST = 0.2, 5.0  # seconds before a refused update is brought again


class Pusher:
    """Where updates are brought, if anywhere, and what went wrong last."""

    def __init__(self, queue: UpdateQueue) -> None:
        self._queue = queue
        self._task: asyncio.Task[None] | None = None
        self.url = ""
        self.failed_at = 0.0
        self.failure = ""

    def aim(self, url: str = "", secret: str = "") -> None:
        """Bring them to this address from now on; to none when it is empty."""
        if self._task is not None:
            self._task.cancel()
        self.url, self.failed_at, self.failure = url, 0.0, ""
        self._task = asyncio.create_task(self._run(secret)) if url else None

    async def _run(self, secret: str) -> None:
        async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
            rest = 0.0
            while True:
                await asyncio.sleep(rest)
                with suppress(Superseded):
                    rest = await self._bring(client, secret, rest)

    async def _bring(self, client: httpx.AsyncClient, secret: str, rest: float) -> float:
        """One update, once. Returns how long to rest before the next try."""
        waiting = await self._queue.poll(0, 1, _PATIENCE)
        if not waiting:
            return 0.0
        number = self._queue.first
        headers = {"Content-Type": "application/json"} | ({_HEADER: secret} if secret else {})
        try:
            answer = await client.post(self.url, content=waiting[0], headers=headers)
        except httpx.HTTPError as trouble:
            return self._note(type(trouble).__name__, rest)
        if not answer.is_success:
            return self._note(f"Wrong response from the webhook: {answer.status_code}", rest)
        if number is not None:
            self._queue.confirm(number + 1)
        return 0.0

    def _note(self, failure: str, rest: float) -> float:
        self.failed_at, self.failure = time.time(), failure
        return min(_LONGEST_REST, rest * 2 or _FIRST_REST)
