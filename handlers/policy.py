"""From how loud a verdict is and what a group allows to what may be done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.abilities import Abilities, Right
from patterns.model import Level


@dataclass(frozen=True, slots=True)
class Response:
    """Who is told, and what is done to the message and its sender."""

    admins: bool = False
    public: bool = False
    delete: bool = False
    mute: bool = False


SILENCE = Response()


@dataclass(frozen=True, slots=True)
class Powers:
    """What the platform and the group's admins let the bot do."""

    rights: Collection[Right]
    abilities: Abilities

    @property
    def delete(self) -> bool:
        return self.abilities.deletes and Right.DELETE in self.rights

    @property
    def mute(self) -> bool:
        return self.abilities.mutes and Right.RESTRICT in self.rights

    @property
    def ban(self) -> bool:
        return self.abilities.bans and Right.RESTRICT in self.rights

    @property
    def readmit(self) -> bool:
        return self.ban and self.abilities.readmits

    @property
    def announce(self) -> bool:
        """Announcements are an admin's, and whoever may silence others is one."""
        return self.abilities.notices and Right.RESTRICT in self.rights


def respond(
    level: Level,
    mode: str,
    powers: Powers,
    *,
    ordinary_member: bool = True,
    cautioned_before: bool = False,
) -> Response:
    """`cautioned_before`: this sender and payee had their caution; it is not given twice.

    Nobody the group trusts (admins, anonymous admins, linked channels) is ever silenced by the bot
    itself: their account may be stolen, but muting it is an admin's decision.
    """
    if level is Level.CLEAR:
        return SILENCE
    told = Response(admins=True)
    if mode == "observe" or level is Level.NOTICE:
        return told
    if level is Level.CAUTION:
        return Response(admins=True, public=not cautioned_before)
    acts = mode == "guard"
    return Response(
        admins=True,
        public=True,
        delete=acts and powers.delete,
        mute=acts and powers.mute and ordinary_member,
    )
