"""Pictures and files of messages, fetched and decoded beside the lanes and brought back as an event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from bot.events import MessageSeen, Picture, PicturesRead
from bot.platforms import Later, Moved, Platform, Refused, Unsure
from patterns.model import Attachment, AttachmentKind

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 6
# From arrival to the event, whatever happens in between.
PATIENCE = 60.0
PICTURE_BYTES = 10_000_000
FILE_BYTES = 2_000_000
HEAD_BYTES = 4_096


class Read(Protocol):
    """What decoding a picture gives."""

    @property
    def payloads(self) -> tuple[str, ...]: ...

    @property
    def reason(self) -> str: ...


class Decodes(Protocol):
    async def read(self, unique_id: str, data: bytes) -> Read: ...


class Gallery:
    def __init__(self, decoder: Decodes, platforms: Mapping[str, Platform]) -> None:
        self._decoder = decoder
        self._platforms = platforms
        self._side_by_side = asyncio.Semaphore(SIDE_BY_SIDE)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        return len(self._tasks)

    def begin(self, seen: MessageSeen, done: Callable[[PicturesRead], None]) -> None:
        """Look at the message's pictures; `done` is called exactly once unless the bot stops before."""
        task = asyncio.create_task(self._look(seen, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """What is not decoded yet will be after the next start: its update is not done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self, seen: MessageSeen, done: Callable[[PicturesRead], None]) -> None:
        found: list[Attachment] = []
        reason = ""
        try:
            async with asyncio.timeout(PATIENCE):
                for picture in seen.pictures:
                    attachments, trouble = await self._read(seen.place.platform, picture)
                    found.extend(attachments)
                    reason = reason or trouble
        except TimeoutError:
            reason = "there was no time to look at it"
        except Exception:
            log.exception("picture_failed", message=seen.message.id)
            reason = "it could not be looked at"
        if reason:
            log.info("picture_not_read", message=seen.message.id, reason=reason)
        done(PicturesRead(seen, tuple(found), reason))

    async def _read(self, platform: str, picture: Picture) -> tuple[list[Attachment], str]:
        async with self._side_by_side:
            try:
                data = await self._fetch(self._platforms[platform], picture)
            except (Later, Moved, Refused, Unsure) as trouble:
                return [], str(trouble)
            if picture.is_file:
                return [Attachment(AttachmentKind.FILE, picture.name, data[:HEAD_BYTES])], ""
            reading = await self._decoder.read(picture.unique_id, data)
        codes = [Attachment(AttachmentKind.QR, payload) for payload in reading.payloads]
        return codes or [Attachment(AttachmentKind.IMAGE)], reading.reason

    async def _fetch(self, platform: Platform, picture: Picture) -> bytes:
        limit = FILE_BYTES if picture.is_file else PICTURE_BYTES
        try:
            return await platform.fetch(picture, limit)
        except Later as later:
            await asyncio.sleep(later.seconds)
        except Unsure:
            await asyncio.sleep(1.0)
        return await platform.fetch(picture, limit)
