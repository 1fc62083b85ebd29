"""Pictures and files of messages, fetched and decoded beside the lanes and brought back as an event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Protocol

import structlog

from bot.events import MessageSeen, Picture, PicturesRead
from bot.media.reading import Reading, Task
from bot.places import ChatKind
from bot.platforms import Later, Moved, Platform, Refused, Unsure
from patterns.model import Attachment, AttachmentKind

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 6
# From arrival to the event, whatever happens in between.
PATIENCE = 60.0
# Words take seconds each, one picture at a time; with more than this many unread, further pictures stay so.
UNREAD = 20
READING_PATIENCE = 120.0
PICTURE_BYTES = 10_000_000
FILE_BYTES = 2_000_000
HEAD_BYTES = 4_096
_TABLE = ".csv"


class Decodes(Protocol):
    async def read(self, unique_id: str, data: bytes, task: Task = Task.CODES) -> Reading: ...


class Gallery:
    """`reader` reads the words in pictures; without it they stay unread."""

    def __init__(
        self, decoder: Decodes, platforms: Mapping[str, Platform], reader: Decodes | None = None
    ) -> None:
        self._decoder = decoder
        self._platforms = platforms
        self._reader = reader
        self._side_by_side = asyncio.Semaphore(SIDE_BY_SIDE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._being_read = 0

    @property
    def waiting(self) -> int:
        return len(self._tasks)

    @property
    def reads_words(self) -> bool:
        """Whether words in a picture can be read now: here at all, and soon."""
        return self._reader is not None and self._being_read < UNREAD

    def begin(self, seen: MessageSeen, done: Callable[[PicturesRead], None], *, words: bool = False) -> None:
        """Look at the message's pictures, for their words too if wished; `done` is called exactly once
        unless the bot stops before.
        """
        self._start(self._look(seen, done, words))

    def read_words(self, read: PicturesRead, done: Callable[[PicturesRead], None]) -> None:
        """Look again at pictures whose codes were read, for their words; `done` as before."""
        self._start(self._look_again(read, done))

    def _start(self, look: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(look)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """What is not decoded yet will be after the next start: its update is not done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self, seen: MessageSeen, done: Callable[[PicturesRead], None], words: bool) -> None:
        found: list[Attachment] = []
        looked: dict[Picture, Picture] = {}
        tables: list[bytes] = []
        reason = ""
        try:
            async with asyncio.timeout(PATIENCE):
                for picture in seen.pictures:
                    kept = tables if seen.place.kind is ChatKind.PRIVATE else None
                    attachments, trouble, looked[picture] = await self._read(
                        seen.place.platform, picture, kept
                    )
                    found.extend(attachments)
                    reason = reason or trouble
        except TimeoutError:
            reason = "there was no time to look at it"
        except Exception:
            log.exception("picture_failed", message=seen.message.id)
            reason = "it could not be looked at"
        if reason:
            log.info("picture_not_read", message=seen.message.id, reason=reason)
        pictures = tuple(looked.get(picture, picture) for picture in seen.pictures)
        read = PicturesRead(replace(seen, pictures=pictures), tuple(found), reason, tables=tuple(tables))
        done(await self._with_words(read) if words and self.reads_words else read)

    async def _look_again(self, read: PicturesRead, done: Callable[[PicturesRead], None]) -> None:
        done(await self._with_words(read))

    async def _with_words(self, read: PicturesRead) -> PicturesRead:
        """What was read, with the words in the pictures in place of their bare mention."""
        written: list[Attachment] = []
        self._being_read += 1
        try:
            async with asyncio.timeout(READING_PATIENCE):
                for picture in read.seen.pictures:
                    words = "" if picture.is_file else await self._words(read.seen.place.platform, picture)
                    written += [Attachment(AttachmentKind.IMAGE, words)] if words else []
        except (Later, Moved, Refused, Unsure, TimeoutError) as trouble:
            log.info("words_not_read", message=read.seen.message.id, reason=type(trouble).__name__)
        except Exception:
            log.exception("words_failed", message=read.seen.message.id)
        finally:
            self._being_read -= 1
        if not written:
            return replace(read, worded=True)
        kept = (one for one in read.found if one.kind is not AttachmentKind.IMAGE)
        return replace(read, found=(*kept, *written), reason="", worded=True)

    async def _words(self, platform: str, picture: Picture) -> str:
        assert self._reader is not None
        data = await self._fetch(self._platforms[platform], picture)
        return (await self._reader.read(picture.unique_id, data, Task.WORDS)).words

    async def _read(
        self, platform: str, picture: Picture, tables: list[bytes] | None
    ) -> tuple[list[Attachment], str, Picture]:
        """What it turned out to be, why it could not be read, and the picture with its checksum."""
        async with self._side_by_side:
            try:
                data = await self._fetch(self._platforms[platform], picture)
            except (Later, Moved, Refused, Unsure) as trouble:
                return [], str(trouble), picture
            picture = replace(picture, sha256=await asyncio.to_thread(_checksum, data))
            if picture.is_file:
                if tables is not None and picture.name.casefold().endswith(_TABLE):
                    tables.append(data)
                return [Attachment(AttachmentKind.FILE, picture.name, data[:HEAD_BYTES])], "", picture
            reading = await self._decoder.read(picture.unique_id, data)
        codes = [Attachment(AttachmentKind.QR, payload) for payload in reading.payloads]
        unworded = reading.reason == "no_code" and self._reader is None
        told = "no_ocr" if unworded else reading.reason
        return codes or [Attachment(AttachmentKind.IMAGE)], told, picture

    async def _fetch(self, platform: Platform, picture: Picture) -> bytes:
        limit = FILE_BYTES if picture.is_file else PICTURE_BYTES
        try:
            return await platform.fetch(picture, limit)
        except Later as later:
            await asyncio.sleep(later.seconds)
        except Unsure:
            await asyncio.sleep(1.0)
        return await platform.fetch(picture, limit)


def _checksum(data: bytes) -> str:
    return sha256(data).hexdigest()
