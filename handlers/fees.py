"""A genuine fee: what the class, or every class of the school, reads of it, and its end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.actions import Action, Priority, Say
from bot.events import TimerDue
from bot.store import fees as store
from bot.store import schools, timers
from bot.store.fees import CLOSED, OPEN, PROPOSED, Fee, Register
from bot.store.payees import NAME
from bot.texts import Said, lines, say, shown
from handlers.group import Group
from handlers.here import Here
from handlers.seen import Seen

KIND = "fee_end"
WHAT = 30
CHANNEL = 60


async def agreed(here: Here, group: Group, register: Register, fee: Fee) -> list[Action] | None:
    """A second voice agreed: the fee is open from now on and those who are to pay it are told. None when it was no
    longer waiting.
    """
    if not await store.move(here.tx, register, fee.number, PROPOSED, OPEN):
        return None
    said = list[Action]()
    for chat in await classes(here, register):
        await _plan_end(here, register, fee, chat, _end(group, fee))
        if (there := await here.group_of(chat)) is not None:
            said.append(_notice(there, register, fee))
    return said


async def taken_on(here: Here, group: Group, register: Register) -> tuple[Fee, ...]:
    """What a class that comes later finds announced and not over: it ends there as in all others."""
    found = [fee for fee in await store.load(here.tx, register) if fee.state == OPEN]
    for fee in found:
        await _plan_end(here, register, fee, group.chat.id, _end(group, fee))
    return tuple(fee for fee in found if _end(group, fee) > here.now)


async def classes(here: Here, register: Register) -> tuple[int, ...]:
    """In which groups its fees hold."""
    if register.whole_school:
        return await schools.groups(here.tx, register.owner)
    return (register.owner,)


async def closed(here: Here, register: Register, number: int) -> bool:
    """Whether there was anything to close."""
    gone = await store.move(here.tx, register, number, OPEN, CLOSED)
    gone = gone or await store.move(here.tx, register, number, PROPOSED, CLOSED)
    for chat in await classes(here, register):
        await timers.cancel(here.tx, _timer(register, number, chat))
        await here.group_of(chat)
    return gone


async def due(event: TimerDue, here: Here) -> list[Action]:
    """The day after the last one: whoever asks for it now is asked to be checked again."""
    school, _, number = event.payload.rpartition(":")
    register = Register(int(school), whole_school=True) if school else Register(here.chat.id)
    await store.move(here.tx, register, int(number), OPEN, CLOSED)
    return []


async def _plan_end(here: Here, register: Register, fee: Fee, chat: int, ends: datetime) -> None:
    # Each class has a timer of its own: one that is forgotten takes nobody else's with it.
    payload = f"{register.owner}:{fee.number}" if register.whole_school else str(fee.number)
    await timers.plan(here.tx, _timer(register, fee.number, chat), KIND, ends, chat, payload)


def _end(group: Group, fee: Fee) -> datetime:
    return datetime.combine(fee.until + timedelta(days=1), time(), group.settings.zone).astimezone(UTC)


def _timer(register: Register, number: int, chat: int) -> str:
    key = f"fee:{register.key}:{number}"
    return f"{key}:{chat}" if register.whole_school else key


async def vouched(seen: Seen, here: Here) -> list[Action]:
    """Somebody repeats a registered fee as it stands: said once a day, so that nobody can make the bot talk."""
    assert here.group is not None
    found = await store.signed(here.tx, here.chat.id, seen.verdict.fee)
    if found is None:
        return []
    _, fee = found
    language = here.group.settings["language"]
    said = Say(
        key=f"fee:{here.chat.id}:{fee.sign}:{here.now:%Y%m%d}",
        chat=here.chat.id,
        text=lines(say(language, "fee.agrees", number=fee.sign, what=fee.what), paid_to(language, fee)),
        priority=Priority.CAUTION,
        reply_to=seen.message.id,
        thread=seen.event.place.thread,
    )
    return [said]


def described(language: str, fee: Fee) -> Said:
    """What, how much, who has to pay it, to whom, until when, through what."""
    return lines(
        say(language, "fee.what", what=shown(fee.what, WHAT), amount=fee.amount),
        say(language, "fee.everybody") if fee.whole_school else None,
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


def _notice(group: Group, register: Register, fee: Fee) -> Say:
    language, chat = group.settings["language"], group.chat.id
    text = lines(
        say(language, "fee.notice", number=fee.sign),
        described(language, fee),
        say(language, "fee.only_this"),
    )
    return Say(f"{_timer(register, fee.number, chat)}:notice", chat, text, Priority.ADMIN)


def listed(language: str, fees: tuple[Fee, ...]) -> Said:
    """A line each; what the whole school pays says so."""
    return lines(*(_line(language, fee) for fee in fees))


def _line(language: str, fee: Fee) -> Said:
    if fee.whole_school:
        key = "fee.line_school" if fee.state == OPEN else "fee.line_school_proposed"
    else:
        key = "fee.line" if fee.state == OPEN else "fee.line_proposed"
    return say(
        language,
        key,
        number=fee.sign,
        what=shown(fee.what, WHAT),
        amount=fee.amount,
        day=fee.until.isoformat(),
    )
