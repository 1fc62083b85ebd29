"""Codes that prove an account is still its owner's: made by an app on their phone, or printed on paper."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import timedelta
from enum import Enum

import pyotp

from bot.store import second_factors as store
from bot.store.second_factors import Account, Factor
from handlers.here import Here

SPARES = 8
# A thief who takes an account must not vouch for himself with a factor he has just set up.
MATURES = timedelta(days=1)
_WINDOW = 1
_MOST_WRONG = 10
_COOLS_OFF = timedelta(hours=1)
_DIGITS = 6


class Outcome(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"
    LOCKED = "locked"


def account(here: Here, user: str) -> Account:
    return Account(here.chat.place.platform, user)


async def begun(here: Here, owner: Account) -> pyotp.TOTP:
    """A new secret, which counts once its owner has shown a code."""
    nonce = secrets.token_hex(16)
    await store.begin(here.tx, owner, nonce, here.now)
    return _totp(here, owner, nonce)


async def ready(here: Here, owner: Account) -> bool:
    factor = await store.of(here.tx, owner)
    return factor is not None and factor.ready


async def vouches(here: Here, owner: Account) -> bool:
    """Whether it has been there for long enough to speak for its account."""
    factor = await store.of(here.tx, owner)
    return factor is not None and factor.ready and here.now - factor.since >= MATURES


async def check(here: Here, owner: Account, typed: str) -> Outcome:
    """A code is taken once; after too many wrong ones none is taken for an hour."""
    factor = await store.of(here.tx, owner)
    if factor is None:
        return Outcome.WRONG
    since = factor.wrong_since
    cold = since is None or here.now - since >= _COOLS_OFF
    if not cold and factor.wrong >= _MOST_WRONG:
        return Outcome.LOCKED
    code = digits(typed)
    step = _step(here, owner, factor, code)
    if step is not None and step > factor.step:
        await store.take(here.tx, owner, step)
        return Outcome.RIGHT
    if await store.spend(here.tx, owner, _spare_mark(here, owner, code)):
        await store.take(here.tx, owner, factor.step)
        return Outcome.RIGHT
    await store.note_wrong(
        here.tx, owner, 1 if cold else factor.wrong + 1, here.now if since is None or cold else since
    )
    return Outcome.WRONG if step is None else Outcome.USED


async def armed(here: Here, owner: Account) -> tuple[str, ...]:
    """It counts from now on; the one-time codes, to be printed and kept nowhere else."""
    codes = tuple(f"{secrets.randbelow(10**8):08d}" for _ in range(SPARES))
    marks = [_spare_mark(here, owner, code) for code in codes]
    await store.make_ready(here.tx, owner, marks, here.now)
    return tuple(f"{code[:4]}-{code[4:]}" for code in codes)


def digits(typed: str) -> str:
    """The code in what somebody typed, of whatever width and with whatever between."""
    return "".join(str(int(char)) for char in typed if char.isdecimal())[:16]


def looks_like_one(typed: str) -> bool:
    bare = typed.strip()
    return len(bare) <= 12 and len(digits(bare)) in (_DIGITS, 8) and not any(map(str.isalpha, bare))


def _step(here: Here, owner: Account, factor: Factor, code: str) -> int | None:
    """The half-minute the code is for, if it is one of those around now."""
    totp = _totp(here, owner, factor.nonce)
    present = totp.timecode(here.now)
    around = range(present - _WINDOW, present + _WINDOW + 1)
    return next((step for step in around if hmac.compare_digest(totp.generate_otp(step), code)), None)


def _totp(here: Here, owner: Account, nonce: str) -> pyotp.TOTP:
    """Derived, never stored. No name or payee begins with the character that sets these marks apart."""
    about = f"{owner.platform}:{owner.user}:{nonce}"
    key = bytes.fromhex(here.mark(f"\0totp:1:{about}") + here.mark(f"\0totp:2:{about}")[:8])
    return pyotp.TOTP(base64.b32encode(key).decode(), digits=_DIGITS)


def _spare_mark(here: Here, owner: Account, code: str) -> str:
    return here.mark(f"\0spare:{owner.platform}:{owner.user}:{code}")
