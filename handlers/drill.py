"""An exercise: marked as one, played only when the school consents and two admins agree, told of at once in totals."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action, Button, Edit, Priority, Say
from bot.events import TimerDue
from bot.intervals import wilson
from bot.store import drills, timers
from bot.store.drills import CALLED_OFF, DONE, PROPOSED, RUNNING, Consent, Drill
from bot.texts import FALLBACK, Said, lines, plain, say, texts
from handlers.calls import Buttons
from handlers.group import Group
from handlers.here import Here
from patterns.model import Level

KIND = "drill"
LASTS = timedelta(minutes=30)
# Who takes an account over cannot start one before every admin has heard of it.
SETTLES = timedelta(days=1)
# What a school consented to it is asked about again each school year.
CONSENT_LASTS = timedelta(days=365)
PROPOSAL_LASTS = timedelta(days=1)
# More often nobody takes it seriously.
APART = timedelta(days=28)
# Of fewer answers no share is told: it would tell of single parents.
LEAST = 5
_LIVES = 600.0


def items() -> tuple[str, ...]:
    """The exercises there are, in the order of the texts."""
    keys = [key.split(".") for key in texts(FALLBACK) if key.startswith("drill.case.")]
    return tuple(dict.fromkeys(parts[2] for parts in keys))


async def hindered(here: Here, group: Group, user: str) -> str:
    """Why none may be played now with this admin's agreement: the key of a text, or nothing."""
    consent = await drills.consent(here.tx, group.chat.id)
    if consent is None or here.now - consent.noted_at > CONSENT_LASTS:
        return "drill.no_consent"
    if here.now - consent.noted_at < SETTLES:
        return "drill.consent_fresh"
    if user not in consent.admins:
        return "drill.newcomer"
    if any(one.level >= Level.CAUTION for one in group.open):
        return "drill.real_first"
    for one in await drills.of_group(here.tx, group.chat.id):
        if one.state == RUNNING:
            return "drill.runs_already"
        if one.started_at is not None and here.now - one.started_at < APART:
            return "drill.too_soon"
    return ""


def pending(known: tuple[Drill, ...], here: Here) -> Drill | None:
    """The one that waits for a second admin."""
    return next(
        (one for one in known if one.state == PROPOSED and here.now - one.proposed_at < PROPOSAL_LASTS), None
    )


def next_item(known: tuple[Drill, ...]) -> str:
    """One this group was not put through, or not for longest."""
    played = [one.item for one in known if one.started_at is not None]
    return max(items(), key=lambda item: played.index(item) if item in played else len(played))


async def start(here: Here, group: Group, drill: Drill, by: str) -> list[Action]:
    """The second admin has agreed: the class sees it, marked as what it is."""
    await drills.start(here.tx, drill.id, by, here.now)
    due = here.now + LASTS
    await timers.plan(here.tx, f"{KIND}:{drill.id}", KIND, due, group.chat.id, payload=str(drill.id))
    language = group.settings["language"]
    return [
        Say(
            key=_key(drill),
            chat=group.chat.id,
            text=scene(language, drill.item),
            priority=Priority.TIP,
            buttons=_choices(language, drill),
            lives=_LIVES,
        )
    ]


def scene(language: str, item: str) -> Said:
    """What the class reads. No code, no link, no payee; first and last it says that it is an exercise."""
    return lines(
        say(language, "drill.headline"),
        say(language, "drill.suppose"),
        "",
        say(language, "drill.post", post=plain(language, f"drill.case.{item}.post")),
        "",
        say(language, "drill.what", minutes=int(LASTS.total_seconds() // 60)),
    )


async def due(event: TimerDue, here: Here) -> list[Action]:
    """Its time is over."""
    running = await drills.running(here.tx, here.chat.id)
    if running is None or str(running.id) != event.payload or here.group is None:
        return []
    return await debriefed(here, here.group, running)


async def debriefed(here: Here, group: Group, drill: Drill) -> list[Action]:
    """The class learns at once how it did as a whole, and what would have given it away."""
    await _ended(here, drill, DONE)
    language = group.settings["language"]
    told = Say(
        key=f"{_key(drill)}:debrief",
        chat=group.chat.id,
        text=lines(
            say(language, "drill.over"),
            result(language, drill),
            say(language, "drill.signs", signs=plain(language, f"drill.case.{drill.item}.signs")),
            say(language, "drill.next_time"),
        ),
        priority=Priority.TIP,
        lives=86400.0,
    )
    return [*_closed(here, language, drill, "drill.closed"), told]


async def interrupted(here: Here) -> list[Action]:
    """The group is warned of something real: no exercise beside it."""
    running = await drills.running(here.tx, here.chat.id)
    if running is None or here.group is None:
        return []
    await _ended(here, running, CALLED_OFF)
    return _closed(here, here.group.settings["language"], running, "drill.called_off", anyway=True)


def result(language: str, drill: Drill) -> Said:
    """How many would have asked first, with how sure that is; nothing where single parents could be told."""
    if drill.answers < LEAST:
        return say(language, "drill.few", least=LEAST)
    low, high = wilson(drill.asked, drill.answers)
    return say(
        language,
        "drill.result",
        count=drill.answers,
        asked=drill.asked,
        share=round(100 * drill.asked / drill.answers),
        low=round(100 * low),
        high=round(100 * high),
    )


def consented(consent: Consent | None, here: Here) -> Consent | None:
    """The consent, unless it is too old."""
    return None if consent is None or here.now - consent.noted_at > CONSENT_LASTS else consent


async def _ended(here: Here, drill: Drill, state: str) -> None:
    await drills.end(here.tx, drill.id, state, here.now)
    await timers.cancel(here.tx, f"{KIND}:{drill.id}")


def _closed(here: Here, language: str, drill: Drill, key: str, anyway: bool = False) -> list[Action]:
    """Its message without buttons; where messages cannot be edited only what matters is said anew."""
    if not here.me.abilities.edits and not anyway:
        return []
    text = lines(say(language, "drill.headline"), say(language, key))
    return [Edit(f"{_key(drill)}:closed", _key(drill), text, Priority.PARENT)]


def _choices(language: str, drill: Drill) -> Buttons:
    """What may be pressed; neither always stands first."""
    both = [
        Button(plain(language, f"drill.button.{what}"), f"/would {what} {drill.id}")
        for what in ("ask", "pay")
    ]
    return tuple((one,) for one in (both if drill.id % 2 else both[::-1]))


def _key(drill: Drill) -> str:
    return f"{KIND}:{drill.id}"
