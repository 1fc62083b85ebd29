"""The official QQ bot: one connection to the gateway or one webhook, and what a group lets it do."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import structlog

from bot.abilities import Abilities, Hearing, Right, Self, Tempo
from bot.actions import Action, Say
from bot.events import Event, Picture
from bot.places import Place
from bot.platforms import Keeper, Later, Member, Posted, Refused, Sent, Unsure, calling
from bot.platforms.arrivals import Batch, Raw, Take
from bot.platforms.qq import reading
from bot.platforms.qq.api import API, AUTH, Api
from bot.platforms.qq.gateway import Gateway, Op, Session
from bot.platforms.qq.known import Known, rights_of
from bot.platforms.qq.people import group_of, group_place, openid_of, person_id, private_place
from bot.platforms.qq.performing import Performing
from bot.platforms.qq.signature import Signer

log = structlog.get_logger(__name__)

NAME = "qq"
TEMPO = Tempo(overall=5.0, second=1.0, minute=20)
ABILITIES = Abilities(
    whispers=False,
    edits=False,
    buttons=False,
    polls=False,
    menus=False,
    picker=False,
    quotes=False,
    hearing=Hearing.OWNER,
    text_limit=2_000,
    tempo=TEMPO,
)
# Looking something up must not keep a warning waiting.
PATIENCE = 3.0
# Seconds after which a group's settings are looked at again, and a list of members.
FRESH = 3600.0
SURPRISED = 60.0
_PAGES = 40
_LONGEST = 500_000


class QQ:
    """`tempo` is how fast the bot may talk, where not as slowly as on QQ; `now` is QQ's clock (Unix seconds)."""

    def __init__(
        self,
        app_id: str,
        secret: str,
        *,
        api: str = API,
        auth: str = AUTH,
        tempo: Tempo | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._app_id = app_id
        self._api = Api(app_id, secret, api, auth)
        self._signer = Signer(secret)
        self._known = Known()
        self._performing = Performing(self._api, self._known, now)
        self._session: Session | None = None
        self._looked: dict[str, float] = {}
        self._taking = 0
        self._abilities = replace(ABILITIES, tempo=tempo) if tempo else ABILITIES

    @property
    def name(self) -> str:
        return NAME

    @property
    def remedy(self) -> str:
        return "copy app id and secret from q.qq.com again, and see that the bot is published or the group a test group"

    @property
    def abilities(self) -> Abilities:
        return self._abilities

    @property
    def busy(self) -> bool:
        """Whether something has come that is not stored yet."""
        return bool(self._taking)

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        await self._api.close()

    async def me(self) -> Self:
        told = await self._api.call("GET", "/users/@me")
        self._known.me = str(told.get("id") or "")
        name = str(told.get("username") or "")
        return Self(person_id(self._known.me), name, name, False, self._abilities)

    async def listen(self, cursor: str | None, take: Take, beat: Callable[[], None]) -> None:
        if self._session is None:
            self._session = Session.of(cursor)

        async def handed(told: dict[str, Any], after: str) -> None:
            self._taking += 1
            try:
                raws = (_raw(told),) if await self._concerns(told) else ()
                if raws or told.get("t") == "READY":
                    await take(Batch(raws, after))
            finally:
                self._taking -= 1

        await Gateway(self._api, self._session).follow(handed, beat)

    async def _concerns(self, told: dict[str, Any]) -> bool:
        """Whether it is kept; what its reading needs is added, as far as it comes in time."""
        data, kind = told.get("d"), told.get("t")
        if kind not in reading.STORED or not isinstance(data, dict):
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                await self._complete(data, str(kind))
        except (Later, Refused, Unsure, TimeoutError) as trouble:
            log.warning("qq_not_told", told=str(kind), reason=str(trouble) or "in time")
        return True

    async def _complete(self, data: dict[str, Any], kind: str) -> None:
        group = str(data.get("group_openid") or "")
        if not group or kind in ("GROUP_DEL_ROBOT", reading.ENTRY):
            return
        if kind == "GROUP_MEMBER_ADD":
            data[reading.MEMBER] = await self._api.call(
                "GET", f"/v2/groups/{group}/members/{data.get('member_openid')}"
            )
            return
        changed = kind in reading.SETTINGS or kind == "GROUP_ADD_ROBOT"
        blind = self._known.states.get(group, {}).get("recv_msg_setting") != "all"
        # A message nobody named the bot in tells that the owner has switched something on.
        stale = SURPRISED if kind == "GROUP_MESSAGE_CREATE" and blind else FRESH
        if changed or time.monotonic() - self._looked.get(group, -FRESH) >= stale:
            self._looked[group] = time.monotonic()
            data[reading.STATE] = await self._state(group, heard=kind == "GROUP_MESSAGE_CREATE")
            told = await self._api.call("GET", f"/v2/groups/{group}/info")
            data[reading.TITLE] = str(told.get("group_name") or "")
            await self._members(group)
        if kind in reading.MESSAGES:
            await self._author(data, group)

    async def _author(self, data: dict[str, Any], group: str) -> None:
        """Whoever writes and stands on no list yet is asked for, once: since when they are in is worth knowing."""
        author = data.get("author")
        openid = str(author.get("member_openid") or "") if isinstance(author, dict) else ""
        known = self._known.members.setdefault(group, {})
        if openid and openid not in known:
            known[openid] = {}
            known[openid] = data[reading.MEMBER] = await self._api.call(
                "GET", f"/v2/groups/{group}/members/{openid}"
            )

    async def _state(self, group: str, *, heard: bool) -> Mapping[str, Any]:
        """What the group lets the bot do; where the platform will not say, what follows from what it shows."""
        try:
            state: Mapping[str, Any] = await self._api.call("GET", f"/v2/groups/{group}/bot_state")
        except Refused as refused:
            log.warning(
                "qq_state_unknown", reason=str(refused), remedy="what the bot may do there is a guess"
            )
            state = {"recv_msg_setting": "all" if heard else "only_mention"}
        self._known.states[group] = state
        return state

    async def _members(self, group: str) -> Sequence[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        cursor: str | None = None
        for _ in range(_PAGES):
            told = await self._api.call("GET", f"/v2/groups/{group}/members", cursor=cursor)
            listed = told.get("members")
            found += [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            cursor = told.get("next_cursor")
            if not cursor:
                break
        self._known.members[group] = {str(one.get("member_openid")): one for one in found}
        return found

    def spent(self, chats: Mapping[str, datetime]) -> None:
        self._known.rations.know(chats)

    # --- the webhook --------------------------------------------------------------------------

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        return self._signer.is_signed(headers, body)

    def challenged(self, body: bytes) -> bytes | None:
        """The answer to the question whether this address is ours; None when it is no such question."""
        told = calling.read(body)
        data = told.get("d")
        if told.get("op") != Op.VALIDATION or not isinstance(data, dict):
            return None
        token, stamp = str(data.get("plain_token") or ""), str(data.get("event_ts") or "")
        return orjson.dumps({"plain_token": token, "signature": self._signer.sign(stamp, token.encode())})

    async def brought(self, body: bytes) -> Batch:
        """What was brought, to be stored and read later; empty when it does not concern us."""
        told = calling.read(body)
        concerns = told.get("op") == Op.DISPATCH and await self._concerns(told)
        return Batch((_raw(told),) if concerns else (), "")

    @property
    def confirmation(self) -> bytes:
        return orjson.dumps({"op": Op.CONFIRMED, "d": 0})

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        return reading.events_of(body, at, self._known, NAME)

    async def perform(self, action: Action, place: Place, target: Posted | None = None) -> Sent:
        if isinstance(action, Say):
            action = await calling.pictured(action, self.fetch)
        return await self._performing.perform(action, place, target)

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        if not picture.file_id.startswith(("http://", "https://")):
            raise Refused("the file is not handed out")
        return await self._api.download(picture.file_id, limit)

    async def portrait(self, user: str) -> Picture | None:
        """The platform shows bots nobody's picture."""
        return None

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        members = await self._members(group_of(place))
        return tuple(
            Keeper(
                person_id(one.get("member_openid")),
                str(one.get("username") or ""),
                one.get("member_role") == "owner",
                True,
            )
            for one in members
            if one.get("member_role") in ("owner", "admin") and one.get("bot") is not True
        )

    async def rights(self, place: Place) -> frozenset[Right]:
        group = group_of(place)
        known = self._known.states.get(group, {})
        return rights_of(await self._state(group, heard=known.get("recv_msg_setting") == "all"))

    async def member(self, place: Place, user: str) -> Member | None:
        try:
            told = await self._api.call("GET", f"/v2/groups/{group_of(place)}/members/{openid_of(user)}")
        except Refused:
            return None
        return reading.member_of(told) if told.get("member_openid") else None


def _raw(told: Mapping[str, Any]) -> Raw:
    data = told["d"]
    body = orjson.dumps({"t": told["t"], "d": data})
    if len(body) > _LONGEST:
        short = {name: value[:50_000] if isinstance(value, str) else value for name, value in data.items()}
        body = orjson.dumps(
            {"t": told["t"], "d": {name: short[name] for name in short if name != "attachments"}}
        )
    group = str(data.get("group_openid") or "")
    author = data.get("author") if isinstance(data.get("author"), dict) else {}
    lane = (
        group_place(NAME, group) if group else private_place(NAME, (author or {}).get("user_openid"))
    ).address
    named = (
        f"message:{data['id']}"
        if told["t"] in reading.MESSAGES and data.get("id")
        else str(told.get("id") or "")
    )
    number = named or hashlib.sha256(body).hexdigest()
    return Raw(f"{group[:40]}:{number}"[-128:], lane[:128], body)
