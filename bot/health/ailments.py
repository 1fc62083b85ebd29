"""What can ail a guard, judged from a few plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# A poll waits half a minute for news and a while for the answer; then something is wrong.
DEAF_AFTER = 120.0
# Pictures are given a minute before their message is done.
BEHIND_AFTER = 150.0
# Longer than any pause Telegram usually asks for.
STUCK_AFTER = 300.0
DISK_LOW = 200_000_000


class Ailment(StrEnum):
    """Its text is `operator.ailment.<name>`: what is wrong and what to do."""

    DEAF = "deaf"
    REFUSED = "refused"
    SILENCED = "silenced"
    STREAM = "stream"
    BEHIND = "behind"
    STUCK = "stuck"
    DISK = "disk"
    DATABASE = "database"
    RIGHTS = "rights"


# With these all groups of a platform are cut off.
CUT_OFF = frozenset((Ailment.DEAF, Ailment.REFUSED, Ailment.SILENCED))
# With these no warning can be counted on; without the rights in one group the others are still guarded.
GRAVE = frozenset(Ailment) - {Ailment.RIGHTS}


@dataclass(frozen=True, slots=True)
class Vitals:
    """Seconds, bytes and counts as last looked at.

    `silent`: since each platform last answered; `troubles`: why those do not that failed to. `oldest_in`, `oldest_out`: since the oldest update not
    yet answered arrived, the oldest message not yet sent was due. `blind`: groups whose messages the bot
    is not shown. `refused`: platforms that do not accept the token, `silenced` those that do not show what is said,
    `unheard` the groups in which ears that were lent on a platform are deaf. `usable`: whether the database can be read and written,
    `trouble` what it suffers from if not.
    """

    silent: Mapping[str, float] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    silenced: frozenset[str] = frozenset()
    unheard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    oldest_in: float = 0.0
    oldest_out: float = 0.0
    waiting_in: int = 0
    waiting_out: Mapping[str, int] = field(default_factory=dict)
    disk_free: int | None = None
    blind: tuple[int, ...] = ()
    groups: int = 0
    usable: bool = True
    trouble: str = ""


def concerned(ailment: Ailment, vitals: Vitals) -> tuple[str, ...]:
    """The platforms an ailment is of, where it is of some and not of others."""
    if ailment is Ailment.REFUSED:
        return tuple(sorted(vitals.refused))
    if ailment is Ailment.SILENCED:
        return tuple(sorted(vitals.silenced))
    if ailment is Ailment.STREAM:
        return tuple(sorted(vitals.unheard))
    return tuple(sorted(name for name, seconds in vitals.silent.items() if seconds > DEAF_AFTER))


def ailments(vitals: Vitals) -> frozenset[Ailment]:
    """What is wrong, by these facts."""
    wrong = {
        Ailment.DEAF: any(seconds > DEAF_AFTER for seconds in vitals.silent.values()),
        Ailment.REFUSED: bool(vitals.refused),
        Ailment.SILENCED: bool(vitals.silenced),
        Ailment.STREAM: bool(vitals.unheard),
        Ailment.BEHIND: vitals.oldest_in > BEHIND_AFTER,
        Ailment.STUCK: vitals.oldest_out > STUCK_AFTER,
        Ailment.DISK: vitals.disk_free is not None and vitals.disk_free < DISK_LOW,
        Ailment.DATABASE: not vitals.usable,
        Ailment.RIGHTS: bool(vitals.blind),
    }
    return frozenset(ailment for ailment, present in wrong.items() if present)
