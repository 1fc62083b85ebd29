"""A genuine fee: what the class reads of it, and its end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.actions import Action, Priority, Say
from bot.events import TimerDue
from bot.places import Chat
from bot.store import fees as store
from bot.store import timers
from bot.store.fees import CLOSED, OPEN, PROPOSED, Fee
from bot.store.payees import NAME
from bot.texts import Said, lines, say, shown
from handlers.group import Group
from handlers.here import Here
from handlers.seen import Seen

KIND = "fee_end"
WHAT = 30
CHANNEL = 60


async def agreed(here: Here, group: Group, number: int) -> tuple[Fee, list[Action]] | None:
    """A second voice agreed: the fee is open from now on and the class is told. None when it was no longer waiting."""
    if not await store.move(here.tx, group.chat.id, number, PROPOSED, OPEN):
        return None
    fee = await store.numbered(here.tx, group.chat.id, number)
    assert fee is not None
    ends = datetime.combine(fee.until + timedelta(days=1), time(), group.settings.zone).astimezone(UTC)
    await timers.plan(
        here.tx, f"fee:{group.chat.id}:{number}", KIND, ends, group.chat.id, payload=str(number)
    )
    return fee, [_notice(group.chat, group.settings["language"], fee)]


async def closed(here: Here, chat: int, number: int) -> bool:
    """Whether there was anything to close."""
    await timers.cancel(here.tx, f"fee:{chat}:{number}")
    gone = await store.move(here.tx, chat, number, OPEN, CLOSED)
    return gone or await store.move(here.tx, chat, number, PROPOSED, CLOSED)


async def due(event: TimerDue, here: Here) -> list[Action]:
    """The day after the last one: whoever asks for it now is asked to be checked again."""
    await closed(here, here.chat.id, int(event.payload))
    return []


async def vouched(seen: Seen, here: Here) -> list[Action]:
    """Somebody repeats a registered fee as it stands: said once a day, so that nobody can make the bot talk."""
    assert here.group is not None
    fee = await store.numbered(here.tx, here.chat.id, seen.verdict.fee)
    if fee is None:
        return []
    language = here.group.settings["language"]
    said = Say(
        key=f"fee:{here.chat.id}:{fee.number}:{here.now:%Y%m%d}",
        chat=here.chat.id,
        text=lines(say(language, "fee.agrees", number=fee.number, what=fee.what), paid_to(language, fee)),
        priority=Priority.CAUTION,
        reply_to=seen.message.id,
        thread=seen.event.place.thread,
    )
    return [said]


def described(language: str, fee: Fee) -> Said:
    """What, how much, to whom, until when, through what."""
    return lines(
        say(language, "fee.what", what=shown(fee.what, WHAT), amount=fee.amount),
        paid_to(language, fee),
        say(language, "fee.until", day=fee.until.isoformat()),
        say(language, "fee.channel", channel=shown(fee.channel, CHANNEL)) if fee.channel else None,
    )


def paid_to(language: str, fee: Fee) -> Said:
    """The payee as the class may read it."""
    payee = fee.payee
    named = (
        payee.label if payee.kind == NAME else say(language, f"payee.kind.{payee.kind}", label=payee.label)
    )
    return say(language, "fee.to", payee=named)


def _notice(chat: Chat, language: str, fee: Fee) -> Say:
    text = lines(
        say(language, "fee.notice", number=fee.number),
        described(language, fee),
        say(language, "fee.only_this"),
    )
    return Say(f"fee:{chat.id}:{fee.number}:notice", chat.id, text, Priority.ADMIN)


def listed(language: str, fees: tuple[Fee, ...]) -> Said:
    return lines(
        *(
            say(
                language,
                "fee.line" if fee.state == OPEN else "fee.line_proposed",
                number=fee.number,
                what=shown(fee.what, WHAT),
                amount=fee.amount,
                day=fee.until.isoformat(),
            )
            for fee in fees
        )
    )
