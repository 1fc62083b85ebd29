"""One try to send, and what is written down of it: said, to be tried again, moved, refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox, recount, substitutes, unheard
from bot.abilities import Abilities, Self
from bot.actions import Action, Delete, Edit, Notice, Say, Whisper
from bot.clock import Clock
from bot.directory import Directory
from bot.doubts import Doubts
from bot.easel import Easel
from bot.notebook import Record
from bot.outbox import Parcel
from bot.places import Chat, ChatKind
from bot.platforms import Later, Moved, Platform, Posted, Refused, Sent, Spent, Unsure
from bot.store import chats, rations, settings
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.waiting import backoff

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
# A send that fails for a reason nobody foresaw is tried this often.
UNFORESEEN_TRIES = 3
_EVERYTHING = Abilities()


class Sending:
    """`hold` keeps a chat, or a whole platform, silent for so many seconds; `watch` and `standing` as `Delivery` has them."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        directory: Directory,
        platforms: Mapping[str, Platform],
        selves: Mapping[str, Self],
        easel: Easel,
        doubts: Doubts,
        hold: Callable[[int | str, float], None],
        watch: Callable[[Action, int], None] | None = None,
        standing: Callable[[int, str | None], Awaitable[Posted | None]] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._platforms = platforms
        self._selves = selves
        self._easel = easel
        self._doubts = doubts
        self._hold = hold
        self._watch = watch
        self._standing = standing

    async def attempt(self, parcel: Parcel, chat: Chat) -> Record:
        """Try once. What is to be written down of it."""
        platform = self._platforms[chat.place.platform]
        target = Posted(parcel.target_id, parcel.target_pictured) if parcel.target_id else None
        try:
            action = await self._fitted(parcel, chat, platform)
            if action is None:
                return self._given_up(parcel, "dropped", "this platform cannot do it")
            sent = await self._adopted(parcel, chat) or await recount.found(
                self._db, parcel, action, chat, platform
            )
            sent = sent or await platform.perform(self._easel.finish(action, parcel.row), chat.place, target)
        except Later as later:
            return self._later(parcel, chat, later)
        except Moved as moved:
            return self._moved(parcel, chat, moved)
        except Refused as refused:
            return self._refused(parcel, chat, refused)
        except Unsure as unsure:
            log.warning("send_unsure", key=parcel.key, chat=parcel.chat, reason=str(unsure))
            self._hold(parcel.chat, backoff(FIRST_PAUSE, LONGEST_PAUSE, parcel.attempts))
            reason = str(unsure)
            return lambda tx: outbox.again(tx, parcel.row, reason, unsure=True)
        except Exception as bug:
            log.exception("send_failed", key=parcel.key, chat=parcel.chat)
            return self._unforeseen(parcel, type(bug).__name__)
        self._doubts.about(parcel.action, chat, platform)
        return self._sent(parcel, sent)

    async def _adopted(self, parcel: Parcel, chat: Chat) -> Sent | None:
        """A warning that was said before it could be recorded is brought up to date instead of said again."""
        action = parcel.action
        if self._standing is None or not isinstance(action, Say) or action.incident is None:
            return None
        standing = await self._standing(chat.id, action.reply_to)
        if standing is None:
            return None
        platform = self._platforms[chat.place.platform]
        if not platform.abilities.edits:
            return Sent(standing.message_id)
        with suppress(Later, Moved, Refused, Unsure):
            await platform.perform(
                Edit(action.key, action.key, action.text, action.priority, action.buttons),
                chat.place,
                standing,
            )
        return Sent(standing.message_id)

    async def _fitted(self, parcel: Parcel, chat: Chat, platform: Platform) -> Action | None:
        """As this platform can do it; None when it cannot."""
        if platform.abilities == _EVERYTHING:
            return parcel.action
        async with self._db.read() as tx:
            language = await _language(tx, parcel, chat)
        return substitutes.instead(parcel.action, platform.abilities, language, chat, parcel.said)

    def _sent(self, parcel: Parcel, sent: Sent) -> Record:
        now = self._clock.now()
        waited = milliseconds(now) - parcel.created_at
        log.info("sent", key=parcel.key, chat=parcel.chat, milliseconds=waited, tries=parcel.attempts + 1)
        if self._watch is not None:
            self._watch(parcel.action, waited)

        async def record(tx: AsyncConnection) -> None:
            await outbox.sent(tx, parcel, sent.message_id, now, sent.poll)
            if isinstance(parcel.action, Edit) and sent.message_id:
                await outbox.stands_anew(tx, parcel, sent.message_id, now)

        return record

    def _later(self, parcel: Parcel, chat: Chat, later: Later) -> Record:
        key: int | str = chat.place.platform if later.everywhere else parcel.chat
        self._hold(key, later.seconds)
        log.warning("send_later", key=parcel.key, chat=parcel.chat, seconds=later.seconds, reason=str(later))
        return lambda tx: outbox.again(tx, parcel.row, str(later))

    def _moved(self, parcel: Parcel, chat: Chat, moved: Moved) -> Record:
        log.info("chat_moved", chat=parcel.chat)

        async def record(tx: AsyncConnection) -> None:
            await chats.move(tx, parcel.chat, chat.place.platform, moved.address)
            await outbox.again(tx, parcel.row, "the chat has moved")
            self._directory.forget(parcel.chat, chat.place.platform, moved.address)

        return record

    def _refused(self, parcel: Parcel, chat: Chat, refused: Refused) -> Record:
        # In private a message may be too old to be taken back when it was said anew.
        expected = (
            isinstance(parcel.action, Whisper)
            or (isinstance(parcel.action, Say) and parcel.action.may_be_refused)
            or (isinstance(parcel.action, Delete) and parcel.action.own)
        )
        level = log.info if expected else log.warning
        level("send_refused", key=parcel.key, chat=parcel.chat, reason=str(refused))

        async def record(tx: AsyncConnection) -> None:
            await outbox.close(tx, parcel, "failed", str(refused), self._clock.now())
            if isinstance(refused, Spent):
                await rations.spend(tx, chat.id, refused.until)
            if unheard.concerns(parcel.action, chat):
                await unheard.tell(tx, parcel.key, chat, self._clock.now())
            if isinstance(parcel.action, Notice):
                await unheard.not_put_up(tx, parcel.action, self._clock.now())
            if refused.unreachable and chat.place.kind is ChatKind.PRIVATE:
                await chats.set_reachable(tx, chat.id, False)
                await self._whisper(tx, parcel, chat)

        return record

    async def _whisper(self, tx: AsyncConnection, parcel: Parcel, chat: Chat) -> None:
        """Another way to whoever never opened the private chat."""
        action = parcel.action
        if not isinstance(action, Say) or action.whisper is None:
            return
        language = (await settings.load(tx, action.whisper))["language"]
        abilities = self._platforms[chat.place.platform].abilities
        me = self._selves.get(chat.place.platform)
        link = me.private_link if me is not None else ""
        instead = substitutes.whispered(action, chat.place.address, abilities, language, link)
        if instead is not None:
            await outbox.put(tx, [instead], self._clock.now())

    def _given_up(self, parcel: Parcel, state: str, reason: str) -> Record:
        return lambda tx: outbox.close(tx, parcel, state, reason, self._clock.now())

    def _unforeseen(self, parcel: Parcel, reason: str) -> Record:
        if parcel.attempts + 1 >= UNFORESEEN_TRIES:
            return self._given_up(parcel, "failed", reason)
        self._hold(parcel.chat, backoff(FIRST_PAUSE, LONGEST_PAUSE, parcel.attempts))
        return lambda tx: outbox.again(tx, parcel.row, reason)


async def _language(tx: AsyncConnection, parcel: Parcel, chat: Chat) -> str:
    """The one chosen in the chat; in a private one where none was, that of the group on whose behalf it is said."""
    own = await settings.load(tx, chat.id)
    said = parcel.action if isinstance(parcel.action, Say) else parcel.said
    if said is None or said.whisper is None or "language" in own.chosen:
        return own["language"]
    return (await settings.load(tx, said.whisper))["language"]
