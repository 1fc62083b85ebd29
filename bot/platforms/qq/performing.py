"""Actions as calls. An answer to a message is free for a while; what the bot says of its own accord is counted by QQ."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import structlog

from bot.actions import Action, Ban, Delete, Leave, Mute, Paper, Recall, Say
from bot.places import ChatKind, Place
from bot.platforms import Posted, Refused, Sent, Spent
from bot.platforms.qq.api import Api, Enough, Said, TooLate
from bot.platforms.qq.known import Known
from bot.platforms.qq.people import group_of, openid_of

log = structlog.get_logger(__name__)

MUTED = timedelta(days=30)
_TAG = re.compile(r"</?(?:b|i|code)>")
_MARKED = re.compile(r"<code>qqbot:(?=\S)")
_WORDS, _MEDIA = 0, 7
_PICTURE, _FILE = 1, 4
_TRIES = 4

Json = dict[str, Any]

_IN_WORDS: Json = {"msg_type": _WORDS}


class Performing:
    def __init__(self, api: Api, known: Known, now: Callable[[], float]) -> None:
        self._api = api
        self._known = known
        self._now = now

    async def perform(self, action: Action, place: Place, target: Posted | None) -> Sent:
        match action:
            case Say():
                return Sent(await self._say(action, place))
            case Recall():
                assert target is not None, "a recall comes with the message it is about"
                await self._take_away(place, target.message_id)
            case Delete():
                await self._take_away(place, action.message_id)
            case Mute():
                await self._mute(action, place)
            case Ban():
                await self._ban(action, place)
            case Leave():
                raise Refused("a group's members put the bot out; it cannot leave")
            case _:
                raise Refused("QQ has no such thing")
        return Sent()

    async def _say(self, say: Say, place: Place) -> str:
        text = plain(say.text)
        if say.image and say.paper is not None and say.paper.name:
            return await self._with_file(say, say.paper, text, place)
        if say.image:
            try:
                return await self._post(await self._media(say.image, place), text, say, place)
            except (Spent, Enough, TooLate, Said):
                raise
            except Refused as refused:
                # Silence is worse than a bare warning.
                log.warning("qq_picture_refused", reason=str(refused))
        return await self._post(_IN_WORDS, text, say, place)

    async def _with_file(self, say: Say, paper: Paper, text: str, place: Place) -> str:
        """A file is a message of its own, after the words; where QQ does not take it, what stands for it is said."""
        number = await self._post(_IN_WORDS, text, say, place) if text else ""
        try:
            file = await self._media(say.image, place, paper.name)
            return await self._post(file, "", say, place) or number
        except (Spent, Enough, TooLate, Said):
            raise
        except Refused as refused:
            log.warning("qq_file_refused", reason=str(refused))
        otherwise = plain(paper.otherwise)
        return await self._post(_IN_WORDS, otherwise, say, place) if otherwise else number

    async def _media(self, data: bytes, place: Place, name: str = "") -> Json:
        """What a message shows a picture with, or a file that has a name, once QQ keeps it."""
        asked: Json = {
            "file_type": _FILE if name else _PICTURE,
            "file_data": base64.b64encode(data).decode(),
            "srv_send_msg": False,
        }
        told = await self._api.call(
            "POST", f"{self._at(place)}/files", asked | ({"file_name": name} if name else {})
        )
        return {"msg_type": _MEDIA, "media": {"file_info": told.get("file_info")}}

    async def _post(self, message: Json, text: str, say: Say, place: Place) -> str:
        """As an answer while anything can be answered, else of the bot's own accord."""
        message = message | ({"content": text} if text else {})
        for _ in range(_TRIES):
            window = self._known.window(place.address, say.reply_to, self._now())
            if window is None:
                break
            window.used += 1
            try:
                return await self._sent(message | {"msg_id": window.message, "msg_seq": window.used}, place)
            except TooLate:
                window.until = 0.0
            except Said:
                # Another process or an earlier life of this one has used the number.
                continue
        return await self._unasked(message, place)

    async def _unasked(self, message: Json, place: Place) -> str:
        group = group_of(place) if place.kind is ChatKind.GROUP else ""
        if group and self._known.states.get(group, {}).get("allow_proactive_msg") is False:
            remedy = "the group's owner allows 机器人主动在群聊内发言 in the robot's settings"
            log.error("qq_group_silent", remedy=remedy)
            raise Refused("the group lets the bot answer only")
        now = datetime.fromtimestamp(self._now(), UTC)
        if (until := self._known.rations.spent(place.address, now)) is not None:
            raise Spent("QQ's limit for this chat is spent", until)
        try:
            number = await self._sent(message, place)
        except Enough as enough:
            log.error("qq_limit_reached", remedy="QQ counts what a bot says unasked; answers still arrive")
            raise Spent(str(enough), self._known.rations.refused(place.address, now)) from None
        except Refused as refused:
            if group:
                raise
            raise Refused(str(refused), unreachable=True) from None
        self._known.rations.said(place.address)
        return number

    async def _sent(self, message: Json, place: Place) -> str:
        told = await self._api.call("POST", f"{self._at(place)}/messages", message)
        return str(told.get("id") or "")

    def _at(self, place: Place) -> str:
        if place.kind is ChatKind.GROUP:
            return f"/v2/groups/{group_of(place)}"
        openid = openid_of(place.address)
        return f"/v2/users/{self._known.users.get(openid, openid)}"

    async def _take_away(self, place: Place, number: str) -> None:
        if not number:
            raise Refused("this message has no number and stays")
        await self._api.call("DELETE", f"{self._at(place)}/messages/{number}")

    async def _mute(self, mute: Mute, place: Place) -> None:
        until = (
            {"mute_expire_at": (datetime.fromtimestamp(self._now(), UTC) + MUTED).isoformat()}
            if mute.on
            else {}
        )
        member = {"op": "add" if mute.on else "del", "member_openid": openid_of(mute.person), **until}
        await self._api.call("POST", f"{self._at(place)}/restrict_chat_setting", {"members": [member]})

    async def _ban(self, ban: Ban, place: Place) -> None:
        openid = openid_of(ban.person)
        if ban.on:
            asked: Json = {"member_openids": [openid], "add_to_member_blacklist": True}
            told = await self._api.call("POST", f"{self._at(place)}/batch_remove_members", asked)
            if openid in (told.get("add_to_member_blacklist_fail_openids") or ()):
                log.warning("qq_not_blacklisted", remedy="who was put out may ask to come in again")
        else:
            asked = {"op": "del", "member_openids": [openid]}
            await self._api.call("POST", f"{self._at(place)}/member_blacklist", asked)


def plain(text: str) -> str:
    """HTML as QQ shows it: no marks, every character itself."""
    return unescape(_TAG.sub("", _MARKED.sub("<code>", text)))
