"""What the guard saw in a message and did about it, told to the page beside the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.actions import (
    Action,
    Answer,
    Ban,
    Delete,
    Edit,
    Leave,
    Menu,
    Mute,
    Notice,
    Quiz,
    Recall,
    Say,
    Whisper,
)
from bot.events import Event, MessageSeen, PicturesRead, PortraitSeen
from bot.places import Chat, ChatKind
from bot.playground.control.watching import saw
from bot.playground.side import Side
from handlers import portraits
from handlers.group import Group
from handlers.memory import Memory
from handlers.seen import Seen
from patterns.judge import judge
from patterns.model import CLEAR, Message, Verdict
from patterns.normalize import normalize

Json = dict[str, Any]
_Telling = MessageSeen | PicturesRead | PortraitSeen
_Note = tuple[_Telling, MessageSeen, Seen | None, Sequence[Action], float]

# A sound picture without any code; one whose words nobody here can read.
_NO_CODE, _NO_OCR = "no_code", "no_ocr"
_SHOWN = 1_000  # characters of a text
NAMES: dict[type, str] = {
    Edit: "edit",
    Recall: "recall",
    Delete: "delete",
    Mute: "mute",
    Ban: "ban",
    Quiz: "quiz",
    Whisper: "whisper",
    Answer: "answer",
    Menu: "menu",
    Leave: "leave_chat",
    Notice: "notice",
}


class Witness:
    """The bot's observer. It notes at once and tells later, in order, so that it never holds up an answer.

    Every side is told in its own numbers of what was seen on its platform.
    """

    def __init__(self, sides: Mapping[str, Side]) -> None:
        self._sides = sides
        self._noted: asyncio.Queue[_Note] = asyncio.Queue()

    def __call__(
        self, event: Event, seen: Seen | None, actions: Sequence[Action], milliseconds: float
    ) -> None:
        if isinstance(event, _Telling) and (said := _said(event)) is not None:
            self._noted.put_nowait((event, said, seen, actions, milliseconds))

    async def told(self) -> None:
        """Wait until everything noted has been told."""
        await self._noted.join()

    async def run(
        self,
        chat_of: Callable[[int], Awaitable[Chat | None]],
        group_at: Callable[[MessageSeen], Awaitable[Group | None]],
        memory: Memory,
    ) -> None:
        while True:
            event, said, seen, actions, spent = await self._noted.get()
            try:
                group = await group_at(said)
                verdict = seen.verdict if seen else _unremarkable(said, group, memory)
                side = self._sides[said.place.platform]
                done = [await _act(action, side, chat_of) for action in actions]
                saw(side.world, _account(event, said, side, verdict, done, spent))
            finally:
                self._noted.task_done()


def _unremarkable(event: MessageSeen, group: Group | None, memory: Memory) -> Verdict:
    """The bot keeps no reasons of a message that passed; they are found again for whoever wonders why it did."""
    if group is None:
        return CLEAR
    local = event.at.astimezone(group.settings.zone)
    known: Message = replace(
        event.message,
        standing=portraits.standing(group.chat, group, memory, event.message.sender.id, event.at),
        minute=event.at.timestamp() / 60,
        hour=local.hour,
        weekday=local.weekday(),
    )
    verdict = judge(known, group.context, memory.conversation(group.chat.id))
    return replace(verdict, level=CLEAR.level)


async def _act(action: Action, side: Side, chat_of: Callable[[int], Awaitable[Chat | None]]) -> Json:
    if isinstance(action, Say):
        chat = await chat_of(action.chat)
        private = chat is not None and chat.place.kind is ChatKind.PRIVATE
        to = side.number(chat.place.address) if chat is not None and private else None
        return {"act": "say_private" if private else "say_group", "to": to}
    to = side.number(action.person) if isinstance(action, Mute | Ban) else None
    return {"act": NAMES[type(action)], "to": to}


def _said(event: _Telling) -> MessageSeen | None:
    """The message it is about; None for a picture of somebody who has said nothing."""
    if isinstance(event, PortraitSeen):
        return None if event.said is None else _said(event.said)
    return event.seen if isinstance(event, PicturesRead) else event


def _account(
    event: _Telling, said: MessageSeen, side: Side, verdict: Verdict, done: Sequence[Json], spent: float
) -> Json:
    return {
        "chat_id": side.number(said.place.address),
        "message_id": side.message(said.message.id),
        "sender": str(side.number(said.message.sender.id)),
        "read": normalize(said.message.text).text[:_SHOWN],
        "edited": said.message.edit_of is not None,
        "pictures": isinstance(event, PicturesRead),
        "portrait": isinstance(event, PortraitSeen),
        "level": verdict.level.word,
        "evidence": [
            {"why": dict(one.why), "weight": one.weight, "found": one.found[:_SHOWN]}
            for one in verdict.evidence
        ],
        "actions": list(done),
        "notes": _notes(event),
        "ms": round(spent, 3),
    }


def _notes(event: _Telling) -> list[str]:
    if not isinstance(event, PicturesRead):
        return []
    if event.reason == _NO_CODE:
        return ["picture_wordless"] if event.worded else []
    if event.reason:
        return ["picture_without_code" if event.reason == _NO_OCR else "picture_unreadable"]
    return ["picture_worded"] if event.worded else []
