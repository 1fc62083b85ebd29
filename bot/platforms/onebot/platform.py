"""The QQ side of the bot: one account, its connection, its questions to the implementation."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.abilities import Abilities, Right, Self, Tempo
from bot.actions import Action, Notice, Priority, Say
from bot.events import Event, Picture
from bot.places import ChatKind, Place
from bot.platforms import Batch, Keeper, Later, Member, Posted, Refused, Sent, Take, Unsure, calling
from bot.platforms.onebot import histories, notices, performing, reading
from bot.platforms.onebot.errors import HeldBack
from bot.platforms.onebot.gathering import complete, concerns, needs_asking, raw_of, told_at
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.lines import Answering, Calling, Line
from bot.platforms.onebot.link import Link
from bot.platforms.onebot.missed import missed
from bot.platforms.onebot.people import group_number, name_of, number_of, person_id, person_of

log = structlog.get_logger(__name__)

NAME = "onebot"
# Slower than QQ might bear: an account that talks like a machine is taken for one.
TEMPO = Tempo(overall=2.0, second=0.5, minute=10.0)
ABILITIES = Abilities(
    sees_recalls=True,
    edits=False,
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
# A send that QQ does not confirm is tried so often; then it counts as held back.
_TRIES = 3
# Seconds after which a warning is looked for where everybody should see it.
LOOKED_FOR = (1.0, 3.0)
# Between two groups whose members are asked for.
POLITE = 1.0
_PICTURES_FROM = ("qq.com", "qq.com.cn", "qpic.cn", "gtimg.cn", "gtimg.com", "qlogo.cn")
PORTRAITS = "https://q1.qlogo.cn/g?b=qq&nk={number}&s=140"


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
        self._portraits = portraits
        self._tempo = tempo
        self._known = Known(me=account)
        self._link = Link(name)
        self._url = url
        self._line: Line = (
            Calling(self._link, url, token)
            if listen is None
            else Answering(self._link, *listen, token, account)
        )
        self._unconfirmed: dict[str, int] = {}
        self._held_back = False
        # When the implementation first told anything, by its clock: before the first message there is no cursor.
        self._began: int | None = None
        self._looks: set[asyncio.Task[None]] = set()
        self._http = calling.client()

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
        return self._held_back

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
        for look in self._looks:
            look.cancel()
        await asyncio.gather(*self._looks, return_exceptions=True)
        await self._line.stop()
        await self._http.aclose()

    async def me(self) -> Self:
        await self._line.connected()
        told = await self._call("get_login_info", {})
        number = str(told.get("user_id", ""))
        if self._known.me and number != self._known.me:
            reason = f"it is the account {number}, and {self._known.me} is configured"
            raise Later(10.0, everywhere=True, reason=reason)
        self._known.me = number
        return Self(person_id(number), str(told.get("nickname") or ""), number, True, self.abilities)

    async def listen(self, cursor: str | None, take: Take, beat: Callable[[], None]) -> None:
        await self._line.connected()
        beat()
        groups = await self._learn()
        since = self._began if cursor is None else int(cursor)
        if since is not None:
            found = await missed(self._call, groups, since)
            wanted = [one for one in found if concerns(one, self._groups, self._known.me)]
            await self._completed(wanted)
            for start in range(0, len(wanted), _TOGETHER):
                # The cursor stays where it is until all of it is stored.
                await take(Batch(tuple(raw_of(one) for one in wanted[start : start + _TOGETHER]), ""))
        members = asyncio.create_task(self._learn_members(groups))
        try:
            await self._follow(take, beat)
        finally:
            members.cancel()
            await asyncio.gather(members, return_exceptions=True)

    async def _follow(self, take: Take, beat: Callable[[], None]) -> None:
        while not (self._link.down.is_set() and self._link.events.empty()):
            together = await self._together()
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
        ended = asyncio.ensure_future(self._link.down.wait())
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

    async def _learn(self) -> list[int]:
        """Which groups there are; their titles come with them."""
        told = await self._call("get_group_list", {})
        listed = [one for one in told or () if isinstance(one, dict) and one.get("group_id")]
        for one in listed:
            self._known.titles[int(one["group_id"])] = str(one.get("group_name") or "")
        numbers = [int(one["group_id"]) for one in listed]
        return [number for number in numbers if not self._groups or number in self._groups]

    async def _learn_members(self, groups: Sequence[int]) -> None:
        for group in groups:
            with suppress(Later, Refused, Unsure):
                await self._members(group)
            await asyncio.sleep(POLITE)

    async def _members(self, group: int) -> Sequence[Mapping[str, Any]]:
        told = await self._call("get_group_member_list", {"group_id": group})
        listed = [one for one in told or () if isinstance(one, dict)]
        self._known.fill(group, listed)
        return listed

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
        except HeldBack as trouble:
            return self._unconfirmed_send(action, trouble)
        self._unconfirmed.pop(action.key, None)
        if isinstance(action, Say) and not private and sent.message_id:
            if action.priority <= Priority.CAUTION:
                self._look_for(place, sent.message_id)
            elif not self._looks:
                self._held_back = False
        return sent

    @property
    def numbered_together(self) -> frozenset[ChatKind]:
        return frozenset()

    async def standing(
        self, say: Say | Notice, place: Place, since: datetime, others: Mapping[str, datetime]
    ) -> Sent | None:
        if isinstance(say, Notice):
            number = await notices.standing(self._call, say, place, self._known.me, since.timestamp())
            return Sent(number) if number else None
        number = await histories.said(self._call, say, place, self._known.me, int(since.timestamp()), others)
        return Sent(number) if number else None

    def _unconfirmed_send(self, action: Action, trouble: HeldBack) -> Sent:
        tries = self._unconfirmed[action.key] = self._unconfirmed.get(action.key, 0) + 1
        if tries < _TRIES:
            raise trouble
        del self._unconfirmed[action.key]
        self._hold_back("not confirmed")
        raise Refused("QQ holds back what the account says")

    def _hold_back(self, reason: str) -> None:
        remedy = "log in on a phone, see whether QQ shows a notice, and let the account rest for a day"
        log.error("onebot_held_back", platform=self._name, reason=reason, remedy=remedy)
        self._held_back = True

    def _look_for(self, place: Place, message_id: str) -> None:
        look = asyncio.create_task(self._seen(group_number(place), message_id))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _seen(self, group: int, message_id: str) -> None:
        """Whether a warning stands where everybody should see it: QQ says "sent" of what it hides, too."""
        for wait in LOOKED_FOR:
            await asyncio.sleep(wait)
            shown = await histories.stands(self._call, group, message_id)
            if shown is None:
                return
            if shown:
                self._held_back = False
                return
        self._hold_back("not seen in the group")

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        source = picture.file_id
        if source.startswith(("http://", "https://")) and self._trusted(source):
            return await calling.downloaded(self._http, source, limit)
        if source.startswith("base64://"):
            return _sized(base64.b64decode(source.removeprefix("base64://")), limit)
        return await self._asked_for(picture, limit)

    def _trusted(self, address: str) -> bool:
        """QQ's own servers, and the machine the implementation runs on: a message must not send us anywhere else."""
        host = urlsplit(address).hostname or ""
        own = urlsplit(self._url).hostname
        return host == own or any(host == one or host.endswith(f".{one}") for one in _PICTURES_FROM)

    async def _asked_for(self, picture: Picture, limit: int) -> bytes:
        action = "get_file" if picture.is_file else "get_image"
        named = {"file": picture.unique_id, "file_id": picture.file_id}
        told = await self._call(action, named)
        data = told.get("base64") if isinstance(told, dict) else None
        if isinstance(data, str) and data:
            return _sized(base64.b64decode(data), limit)
        raise Refused("the file is not handed out")

    async def portrait(self, user: str) -> Picture | None:
        """QQ shows everybody's to everybody, by number. The address stays the same when the picture changes, so
        that only a new look tells.
        """
        if not self._portraits:
            return None
        address = self._portraits.format(number=number_of(user))
        return Picture(address, f"{address}#{time.time_ns()}")

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        members = await self._members(group_number(place))
        return tuple(
            Keeper(person_id(one["user_id"]), name_of(one), one.get("role") == "owner", True)
            for one in members
            if one.get("role") in ("owner", "admin")
            and one.get("is_robot") is not True
            and str(one.get("user_id")) != self._known.me
        )

    async def rights(self, place: Place) -> frozenset[Right]:
        asked = {"group_id": group_number(place), "user_id": int(self._known.me or 0), "no_cache": True}
        told = await self._call("get_group_member_info", asked)
        muted = int(told.get("shut_up_timestamp") or 0) > time.time()
        return reading.rights_of(told.get("role"), muted=muted)

    async def member(self, place: Place, user: str) -> Member | None:
        group, number = group_number(place), number_of(user)
        asked = {"group_id": group, "user_id": number, "no_cache": True}
        try:
            told = await self._call("get_group_member_info", asked)
        except Refused:
            return None
        return _member(told) if isinstance(told, dict) and told.get("user_id") else None

    async def everyone(self, place: Place) -> Sequence[Member]:
        members = await self._members(group_number(place))
        return [_member(one) for one in members if str(one.get("user_id")) not in ("", self._known.me)]

    async def _call(self, action: str, params: Mapping[str, Any]) -> Any:
        return await self._link.call(action, params)


def _online(heartbeat: Mapping[str, Any]) -> bool:
    """Whether the account is logged in: a connection to an implementation that was logged out hears nothing."""
    status = heartbeat.get("status")
    return not isinstance(status, dict) or status.get("online") is not False


def _member(told: Mapping[str, Any]) -> Member:
    joined = told.get("join_time")
    known = datetime.fromtimestamp(joined, UTC) if isinstance(joined, int) and joined > 0 else None
    return Member(person_of(told["user_id"], told), known)


def _sized(data: bytes | bytearray, limit: int) -> bytes:
    if len(data) > limit:
        raise Refused("the file is too big")
    return bytes(data)
