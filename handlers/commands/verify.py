"""/verify: a second factor for one's own account: set up, asked for, switched off."""

from __future__ import annotations

import io
from datetime import timedelta

import segno

from bot.actions import Action, Button, Recall, Say
from bot.events import TimerDue
from bot.store import challenges as waiting
from bot.store import dialogues, stolen, timers
from bot.store import second_factors as store
from bot.store.challenges import Challenge
from bot.store.second_factors import Account
from bot.texts import Said, lines, plain, say, shown
from handlers import admins, challenges, confirming, second_factor
from handlers.administered import administered
from handlers.badges import badge
from handlers.challenges import KIND, held_by_owner
from handlers.choosing import called
from handlers.commands import Buttons, Call, Command, Where
from handlers.here import Here
from handlers.second_factor import Outcome

TIDY = "factor_tidy"
# Codes on the screen are as good as codes in a thief's hand: they do not stay there.
_ON_SCREEN = timedelta(hours=1)
# The kind of the timer by which a running guard hears that an operator has reset somebody's.
RESET = "factor_reset"


async def run(call: Call, here: Here) -> list[Action]:
    verb, _, rest = call.args.partition(" ")
    owner = second_factor.account(here, call.sender.id)
    if verb.casefold() in called("setup", "verify.word.setup"):
        return await _set_up(call, here, owner)
    if verb.casefold() in called("off", "verify.word.off"):
        return await _off(call, here, owner)
    if verb == "done":
        return [*await call.show(here, say(call.language, "verify.put_away")), *await _put_away(here, owner)]
    if verb == "no":
        return await _denied(call, here, owner, rest)
    if verb == "mine":
        return await challenges.account_claimed(call, here, owner)
    if verb and second_factor.looks_like_one(call.args):
        return await heard(call, here)
    return await _status(call, here, owner)


async def heard(call: Call, here: Here) -> list[Action]:
    """A code, for whatever was asked last; for the first one there is nothing waiting but the set-up itself."""
    owner = second_factor.account(here, call.sender.id)
    present = await dialogues.current(here.tx, here.chat.id, KIND)
    state = {} if present is None else present.state
    if state.get("asking") == "first":
        return await _first(call, here, owner)
    pending = await waiting.of_account(here.tx, owner)
    number = state.get("challenge")
    meant = next((one for one in pending if one.id == number), None)
    if meant is None and len(pending) == 1:
        meant = pending[0]
    if meant is None:
        return call.tell(here, "challenge.nothing")
    return await confirming.answered(call, here, meant, call.args)


# --- set up ------------------------------------------------------------------------------------


async def _status(call: Call, here: Here, owner: Account) -> list[Action]:
    factor = await store.of(here.tx, owner)
    if await stolen.of_account(here.tx, owner.platform, owner.user):
        mine = Button(plain(call.language, "verify.button.mine"), "/verify mine")
        return await call.show(here, say(call.language, "verify.stolen"), ((mine,),))
    if factor is None or not factor.ready:
        start = Button(plain(call.language, "verify.button.setup"), "/verify setup")
        return await call.show(here, say(call.language, "verify.what"), ((start,),))
    text = say(call.language, "verify.there", spares=await store.spares(here.tx, owner))
    buttons = (
        (Button(plain(call.language, "verify.button.again"), "/verify setup"),),
        (Button(plain(call.language, "verify.button.off"), "/verify off"),),
    )
    return await call.show(here, text, buttons)


async def _set_up(call: Call, here: Here, owner: Account) -> list[Action]:
    """A secret as a code to scan; whoever has one already shows a code of it first."""
    if await stolen.of_account(here.tx, owner.platform, owner.user):
        return await _status(call, here, owner)
    if (held := await held_by_owner(call, here, owner, "/verify setup")) is not None:
        return held
    old = await _put_away(here, owner)
    totp = await second_factor.begun(here, owner)
    state = {"asking": "first"}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    await timers.plan(here.tx, f"factor:{here.chat.id}", TIDY, here.now + _ON_SCREEN, here.chat.id)
    label = shown(call.sender.name, 24) or badge(call.sender.id, here.mark)
    address = totp.provisioning_uri(name=label, issuer_name=shown(here.me.name, 24) or "Class Guard")
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="png", scale=8, border=4)
    said = Say(
        key=await _key(here, owner, "secret"),
        chat=here.chat.id,
        text=say(call.language, "verify.scan", secret=Said(f"<code>{totp.secret}</code>")),
        image=image.getvalue(),
        fleeting=True,
        lives=_ON_SCREEN.total_seconds(),
    )
    return [*old, said, *call.flash(here)]


async def _first(call: Call, here: Here, owner: Account) -> list[Action]:
    """The first code from the app: from now on it counts, and the paper codes are shown, once."""
    outcome = await second_factor.check(here, owner, call.args)
    if outcome is not Outcome.RIGHT:
        return call.tell(here, "verify.locked" if outcome is Outcome.LOCKED else "verify.first_wrong")
    codes = await second_factor.armed(here, owner)
    await dialogues.end(here.tx, here.chat.id, KIND)
    listed = Said("\n".join(f"<code>{code}</code>" for code in codes))
    done: Buttons = ((Button(plain(call.language, "verify.button.done"), "/verify done"),),)
    said = Say(
        key=await _key(here, owner, "codes"),
        chat=here.chat.id,
        text=lines(say(call.language, "verify.codes"), listed, say(call.language, "verify.codes_then")),
        buttons=done,
        fleeting=True,
        lives=_ON_SCREEN.total_seconds(),
    )
    away = Recall(f"{await _key(here, owner, 'secret')}:away", await _key(here, owner, "secret"))
    return [away, said, *await _told(call, here, "verify.told_on")]


async def _off(call: Call, here: Here, owner: Account) -> list[Action]:
    if not await second_factor.ready(here, owner):
        return await _status(call, here, owner)
    if (held := await held_by_owner(call, here, owner, "/verify off")) is not None:
        return held
    away = await _put_away(here, owner)
    await store.forget(here.tx, owner)
    return [*call.tell(here, "verify.is_off"), *away, *await _told(call, here, "verify.told_off")]


async def due(event: TimerDue, here: Here) -> list[Action]:
    """Codes nobody put away are taken from the screen."""
    return await _put_away(here, Account(here.chat.place.platform, here.chat.place.address))


async def was_reset(event: TimerDue, here: Here) -> list[Action]:
    """The operator took a lost one away: every admin hears of it, for somebody may have talked them into it."""
    if here.group is None:
        return []
    title, user = shown(here.chat.place.title, 32), event.payload
    known = here.group.context.roster.owner(user)
    admin = here.group.admin(user)
    who = shown(known.name if known else admin.name if admin else "", 32) or user

    def text(language: str) -> Said:
        return say(language, "verify.told_reset", who=who, title=title)

    return [
        *await admins.told(
            here, here.group, f"{RESET}:{here.chat.id}:{user}:{int(here.now.timestamp())}", text
        )
    ]


async def _put_away(here: Here, owner: Account) -> list[Action]:
    """Take the secret and the paper codes off the screen."""
    if await store.of(here.tx, owner) is None:
        return []
    keys = [await _key(here, owner, what) for what in ("secret", "codes")]
    return [Recall(f"{key}:away", key) for key in keys]


async def _key(here: Here, owner: Account, what: str) -> str:
    factor = await store.of(here.tx, owner)
    assert factor is not None
    return f"factor:{here.mark(factor.nonce)[:12]}:{what}"


async def _told(call: Call, here: Here, key: str) -> list[Action]:
    """All admins of the groups in which the account has a say hear of it: a thief may be setting up one of his own."""
    said: list[Action] = []
    for one in await administered(call, here):
        group = await here.group_of(one.chat)
        if group is not None:
            who, title = shown(call.sender.name, 32), shown(group.chat.place.title, 32)

            def text(language: str, who: str = who, title: str = title) -> Said:
                return say(language, key, who=who, title=title)

            stamp = f"{key}:{one.chat}:{call.sender.id}:{int(here.now.timestamp())}"
            said += await admins.told(here, group, stamp, text)
    return said


async def _denied(call: Call, here: Here, owner: Account, typed: str) -> list[Action]:
    """ "It was not me": only for what was asked of this very account."""
    pending: tuple[Challenge, ...] = await waiting.of_account(here.tx, owner)
    meant = next((one for one in pending if str(one.id) == typed.strip()), None)
    if meant is None:
        return call.tell(here, "challenge.nothing")
    return await confirming.denied(call, here, meant)


COMMAND = Command("verify", run, where=Where.PRIVATE, menu=Where.PRIVATE, hear=heard)
