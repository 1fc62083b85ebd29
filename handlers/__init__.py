"""An event in, a list of actions out: who answers what. Nothing here sends, nothing knows a platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.actions import Action
from bot.events import (
    BotChanged,
    ButtonPressed,
    ChatMoved,
    EntryAsked,
    GapSeen,
    MemberChanged,
    MessageRecalled,
    MessageSeen,
    PersonRenamed,
    PicturesRead,
    PollCounted,
    PortraitSeen,
    TimerDue,
)
from bot.store import rations
from bot.store.refusals import KIND as REFUSAL
from bot.store.schools import CHANGED
from handlers import (
    buttons,
    challenges,
    changes,
    confirming,
    digest,
    drill,
    entry,
    fees,
    gaps,
    incidents,
    leaving,
    linking,
    members,
    messages,
    portraits,
    quiz,
    recalls,
    refusals,
    tips,
)
from handlers.commands import verify
from handlers.here import Here
from handlers.schools import accounts, joining
from handlers.seen import Seen

__all__ = ["ROUTES"]


async def _nothing_more(event: TimerDue, here: Here) -> list[Action]:
    """That it was served is enough: a group is read anew after whatever happened in it."""
    return []


_TIMERS: Mapping[str, Callable[[TimerDue, Here], Awaitable[list[Action]]]] = {
    incidents.TIMER: incidents.ended,
    tips.KIND: tips.due,
    quiz.KIND: quiz.due,
    quiz.REVEAL: quiz.revealed,
    digest.KIND: digest.due,
    drill.KIND: drill.due,
    challenges.TIMER: confirming.due,
    verify.TIDY: verify.due,
    verify.RESET: verify.was_reset,
    fees.KIND: fees.due,
    changes.KIND: changes.due,
    CHANGED: _nothing_more,
    leaving.KIND: leaving.due,
    linking.KIND: _nothing_more,
    accounts.KIND: _nothing_more,
    joining.KIND: joining.due,
    rations.KIND: _nothing_more,
    REFUSAL: refusals.due,
}


async def _due(event: TimerDue, here: Here) -> list[Action]:
    # A timer planned by an older version may have nobody left to serve it.
    answer = _TIMERS.get(event.kind)
    return [] if answer is None else await answer(event, here)


ROUTES: Mapping[type, Callable[[Any, Here], Awaitable[list[Action]]]] = {
    Seen: messages.deal,
    MessageSeen: messages.heard,
    PicturesRead: messages.pictured,
    PortraitSeen: portraits.seen,
    PersonRenamed: changes.renamed,
    ButtonPressed: buttons.pressed,
    MemberChanged: members.changed,
    EntryAsked: entry.asked,
    BotChanged: members.bot_changed,
    ChatMoved: members.moved,
    MessageRecalled: recalls.recalled,
    GapSeen: gaps.seen,
    TimerDue: _due,
    PollCounted: quiz.counted,
}
