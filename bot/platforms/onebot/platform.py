"""The QQ side of the bot: one account, its connection, its questions to the implementation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.abilities import Abilities, Right, Self, Tempo
from bot.actions import Action, Delete, Notice, Say
from bot.events import Event, Picture
from bot.places import ChatKind, Place
from bot.platforms import Keeper, Later, Member, Posted, Refused, Sent, Unsure
from bot.platforms.arrivals import Batch, Take
from bot.platforms.onebot import histories, notices, performing, reading
from bot.platforms.onebot.errors import HeldBack
from bot.platforms.onebot.gathering import complete, concerns, gap_in, needs_asking, raw_of, told_at
from bot.platforms.onebot.groups import Groups
from bot.platforms.onebot.hiding import Hiding
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.lines import Answering, Calling, Line
from bot.platforms.onebot.link import Link
from bot.platforms.onebot.missed import missed
from bot.platforms.onebot.people import number_in, number_of, person_id
from bot.platforms.onebot.pictures import PORTRAITS, Pictures

log = structlog.get_logger(__name__)

NAME = "onebot"
# Slower than QQ might bear: an account that talks like a machine is taken for one.
TEMPO = Tempo(overall=2.0, second=0.5, minute=10)
ABILITIES = Abilities(
    sees_recalls=True,
    edits=False,
    readmits=False,
    buttons=False,
    polls=False,
    menus=False,
    picker=False,
    whispers=False,
    notices=True,
    text_limit=3_000,
    tempo=TEMPO,
)

_TOGETHER = 200


class OneBot:
    """`url` to call an implementation, or `listen` (host, port) to be called by it. `groups` are the numbers of
    those that are guarded; none means all the account is in. `portraits` is where profile pictures are, with
    {number} in it; empty, none are looked at. `tempo` is how fast the account may talk, where not as slowly as on QQ.
    """

    def __init__(
        self,
        *,
        name: str = NAME,
        url: str = "",
        listen: tuple[str, int] | None = None,
        token: str = "",
        account: str = "",
        groups: frozenset[int] = frozenset(),
        befriends: bool = True,
        portraits: str = PORTRAITS,
        tempo: Tempo | None = None,
    ) -> None:
        self._name = name
        self._groups = groups
        self._befriends = befriends
        self._tempo = tempo
        self._known = Known(me=account)
        self._link = Link(name)
        self._line: Line = (
            Calling(self._link, url, token)
            if listen is None
            else Answering(self._link, *listen, token, self._known)
        )
        # When the implementation first told anything, by its clock: before the first message there is no cursor.
        self._began: int | None = None
        # When it last told anything, by the same clock; 0 since the start.
        self._alive = 0
        self._in = Groups(self._call, self._known, groups)
        self._hiding = Hiding(name, self._call)
        self._pictures = Pictures(self._call, url, portraits)

    @property
    def name(self) -> str:
        return self._name

    @property
    def remedy(self) -> str:
        return "give the onebot account the token of the implementation's WebSocket settings"

    @property
    def abilities(self) -> Abilities:
        return replace(ABILITIES, tempo=self._tempo) if self._tempo else ABILITIES

    @property
    def silenced(self) -> bool:
        return self._hiding.silenced

    @property
    def busy(self) -> bool:
        """Whether something has come that is not stored yet."""
        return self._link.undealt > 0

    @property
    def heard(self) -> int:
        """Events that have come since the connection began."""
        return self._link.heard

    @property
    def line(self) -> Line:
        return self._line

    async def start(self) -> None:
        await self._line.start()

    async def stop(self) -> None:
        await self._hiding.stop()
        await self._line.stop()
        await self._pictures.close()

    async def me(self) -> Self:
        await self._line.connected()
        told = await self._call("get_login_info", {})
        number = str(told.get("user_id", ""))
        if self._known.me and number != self._known.me:
            reason = f"it is the account {number} instead of {self._known.me}"
            raise Later(10.0, everywhere=True, reason=reason)
        self._known.me = number
        return Self(person_id(number), str(told.get("nickname") or ""), number, True, self.abilities)

    async def listen(self, cursor: str | None, take: Take, beat: Callable[[], None]) -> None:
        await self._line.connected()
        self._link.changed.clear()
        # Behind the same address another account may have logged in meanwhile.
        await self.me()
        groups = await self._in.learn()
        beat()
        since = self._began if cursor is None else int(cursor)
        if since is not None:
            await self._catch_up(groups, since, take)
        members = asyncio.create_task(self._in.learn_members(groups))
        try:
            await self._follow(take, beat)
        finally:
            members.cancel()
            await asyncio.gather(members, return_exceptions=True)

    async def _catch_up(self, groups: Sequence[int], since: int, take: Take) -> None:
        found = await missed(self._call, groups, since)
        wanted = [one for one in found.events if concerns(one, self._groups, self._known.me)]
        await self._completed(wanted)
        raws = [gap_in(group, max(since, self._alive)) for group in found.unheard]
        raws += [raw_of(one) for one in wanted]
        for start in range(0, len(raws), _TOGETHER):
            # The cursor stays where it is until all of it is stored.
            await take(Batch(tuple(raws[start : start + _TOGETHER]), ""))

    async def _follow(self, take: Take, beat: Callable[[], None]) -> None:
        while not (self._link.changed.is_set() and self._link.events.empty()):
            together = await self._together()
            self._alive = max([self._alive, *map(told_at, together)])
            if self._began is None and together:
                self._began = told_at(together[0]) or None
            beating = [one for one in together if one.get("meta_event_type") == "heartbeat"]
            if together and all(_online(one) for one in beating):
                beat()
            await self._asked(one for one in together if one.get("post_type") == "request")
            wanted = [one for one in together if concerns(one, self._groups, self._known.me)]
            if wanted:
                await self._completed(wanted)
                latest = max(told_at(one) for one in wanted)
                await take(Batch(tuple(raw_of(one) for one in wanted), str(latest) if latest else ""))
            self._link.undealt -= len(together)

    async def _together(self) -> list[dict[str, Any]]:
        """What has come, waiting for the first; nothing when the connection ended meanwhile."""
        coming = asyncio.ensure_future(self._link.events.get())
        ended = asyncio.ensure_future(self._link.changed.wait())
        await asyncio.wait({coming, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not coming.done():
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming
            return []
        found = [coming.result()]
        while len(found) < _TOGETHER and not self._link.events.empty():
            found.append(self._link.events.get_nowait())
        return found

    async def _completed(self, events: Sequence[dict[str, Any]]) -> None:
        asking = [complete(one, self._call, self._known) for one in events if needs_asking(one)]
        if asking:
            await asyncio.gather(*asking)

    async def _asked(self, requests: Any) -> None:
        """Friends may write to the bot in private; into groups it goes where it is told to."""
        for one in requests:
            flag, group = one.get("flag"), one.get("group_id")
            with suppress(Later, Refused, Unsure):
                if one.get("request_type") == "friend" and self._befriends:
                    await self._call("set_friend_add_request", {"flag": flag, "approve": True})
                elif one.get("sub_type") == "invite" and group in self._groups:
                    asked = {"flag": flag, "sub_type": "invite", "approve": True}
                    await self._call("set_group_add_request", asked)

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        return reading.events_of(body, at, self._known, self._name)

    async def perform(self, action: Action, place: Place, target: Posted | None = None) -> Sent:
        if isinstance(action, Notice):
            return await notices.put_up(self._call, action, place, self._known.me)
        if target is not None and notices.is_one(target):
            return await notices.take_down(self._call, place, target)
        private = place.kind is ChatKind.PRIVATE
        through = self._known.group_of(number_of(place.address)) if private else None
        try:
            sent = await performing.perform(self._call, action, place, target, through)
        except HeldBack:
            self._hiding.unconfirmed(action)
            raise
        except Refused:
            if not self._is_gone(action, place):
                raise
            sent = Sent()
        self._hiding.said(action, place, sent)
        return sent

    def _is_gone(self, action: Action, place: Place) -> bool:
        """Whether a message is gone that was to be: somebody was quicker, or it was taken away and the answer got lost."""
        if not isinstance(action, Delete) or place.kind is not ChatKind.GROUP:
            return False
        return (number_in(place.address), action.message_id) in self._known.recalled

    @property
    def numbered_together(self) -> frozenset[ChatKind]:
        return frozenset()

    def number(self, body: bytes) -> str:
        return histories.number(body)

    async def standing(
        self, say: Say | Notice, place: Place, since: datetime, others: Mapping[str, datetime]
    ) -> Sent | None:
        if isinstance(say, Notice):
            number = await notices.standing(self._call, say, place, self._known.me, since.timestamp())
            return Sent(number) if number else None
        number = await histories.said(self._call, say, place, self._known.me, int(since.timestamp()), others)
        return Sent(number) if number else None

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        return await self._pictures.fetch(picture, limit)

    async def portrait(self, user: str) -> Picture | None:
        return self._pictures.portrait(user)

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        return await self._in.admins(place)

    async def rights(self, place: Place) -> frozenset[Right]:
        return await self._in.rights(place)

    async def member(self, place: Place, user: str) -> Member | None:
        return await self._in.member(place, user)

    async def everyone(self, place: Place) -> Sequence[Member]:
        return await self._in.everyone(place)

    def is_in(self, address: str) -> bool | None:
        groups = self._known.groups
        return None if groups is None else number_in(address) in groups

    async def _call(self, action: str, params: Mapping[str, Any]) -> Any:
        return await self._link.call(action, params)


def _online(heartbeat: Mapping[str, Any]) -> bool:
    """Whether the account is logged in: a connection to an implementation that was logged out hears nothing."""
    status = heartbeat.get("status")
    return not isinstance(status, dict) or status.get("online") is not False
