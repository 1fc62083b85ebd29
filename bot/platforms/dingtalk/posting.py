"""Saying things: through the robot, at the address a conversation was given for a while, through a custom robot."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import PurePosixPath
from typing import Any

import structlog

from bot.actions import Paper, Say
from bot.places import ChatKind, Place
from bot.platforms import Later, Refused
from bot.platforms.dingtalk.api import Api
from bot.platforms.dingtalk.cards import CARD, Cards
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import HOOK, OPEN, SENDER, STAFF, People, conversation

log = structlog.get_logger(__name__)

# Messages said without a number of their own: they can be answered, and not taken back.
UNNUMBERED = "at:"

_TAG = re.compile(r"</?(?:b|i|code)>")
_MARKED = re.compile(rf"<code>(?:{STAFF}|{SENDER}|{OPEN})(?=\S)")
# Kinds of files DingTalk lets a robot send.
_FILES = frozenset(("xlsx", "pdf", "zip", "rar", "doc", "docx", "xls", "ppt", "pptx"))

# What a phone shows of a message in Markdown before it is opened.
_TITLE, _NAMELESS = 40, "🖼"

Way = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class CustomRobot:
    """A robot that only posts, in one group. `group` is the conversation's number where it is known."""

    title: str
    url: str
    secret: str
    group: str = ""

    @property
    def address(self) -> str:
        """The place it posts in."""
        return f"{HOOK}{hashlib.sha256(self.url.encode()).hexdigest()[:16]}"

    def signed(self, now: float) -> Mapping[str, str]:
        """What is added to the address: the time in milliseconds, and the secret's word for it (HMAC-SHA256)."""
        stamp = str(round(now * 1000))
        made = hmac.digest(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), "sha256")
        return {"timestamp": stamp, "sign": base64.b64encode(made).decode()}


class Posting:
    """Each message goes the best way that is open: what the robot posts has a number and can be taken back."""

    def __init__(
        self,
        api: Api,
        robot: str,
        people: People,
        known: Known,
        hooks: Sequence[CustomRobot],
        cards: Cards,
    ) -> None:
        self._api = api
        self._robot = robot
        self._people = people
        self._known = known
        self._hooks = hooks
        self._cards = cards
        self._numbers = itertools.count(time.time_ns())

    async def say(self, say: Say, place: Place) -> str:
        """The number of the message. Raises the first way's refusal when none is open."""
        text = plain(say.text)
        # Before it is said: an admin's stream may tell of it sooner than DingTalk answers, or the answer is lost.
        self.spoke(say, place)
        first: Refused | None = None
        for way in self._ways(say, place, text):
            try:
                return await way()
            except Refused as refused:
                first = first or refused
        raise first or Refused("there is no way to write to them", unreachable=True)

    def spoke(self, say: Say, place: Place) -> None:
        """An admin's stream may tell of it from now on."""
        self._known.says(conversation(place), wordings(say))

    def _ways(self, say: Say, place: Place, text: str) -> list[Way]:
        ways: list[Way] = []
        if place.kind is ChatKind.PRIVATE:
            staff = self._people.staff(place.address)
            if staff and say.buttons and self._cards.there:
                ways.append(partial(self._by_card, say, text, staff))
            ways += [partial(self._by_robot, say, text, {"userIds": [staff]})] if staff else []
        elif group := conversation(place):
            ways.append(partial(self._by_robot, say, text, {"openConversationId": group}))
        if session := self._known.session(place.address, time.time()):
            ways.append(partial(self._at, say, text, session, None))
        if hook := self._hook(place):
            ways.append(partial(self._at, say, text, hook.url, hook))
        return ways

    def _hook(self, place: Place) -> CustomRobot | None:
        group = conversation(place)
        return next(
            (one for one in self._hooks if one.address == place.address or (group and one.group == group)),
            None,
        )

    async def _by_card(self, say: Say, text: str, staff: str) -> str:
        """The words again say what the buttons do: whoever sees no buttons replies with a number."""
        number = await self._cards.make(text, [button for row in say.buttons for button in row])
        await self._cards.deliver(number, staff)
        # After it: where no card is to be had, words and picture go another way.
        await self._picture(say, {"userIds": [staff]})
        return number

    async def _by_robot(self, say: Say, text: str, target: Mapping[str, Any]) -> str:
        """A picture is a message of its own, before its words; a file after them."""
        await self._picture(say, target)
        sent = await self._send("sampleText", {"content": text}, target) if text else ""
        if say.image and say.paper is not None and say.paper.name:
            sent = await self._file_or_words(say.image, say.paper, target) or sent
        return sent

    async def _file_or_words(self, data: bytes, paper: Paper, target: Mapping[str, Any]) -> str:
        try:
            return await self._file(data, paper.name, target)
        except Refused as refused:
            log.warning("dingtalk_file_refused", reason=str(refused))
        otherwise = plain(paper.otherwise)
        return await self._send("sampleText", {"content": otherwise}, target) if otherwise else ""

    async def _picture(self, say: Say, target: Mapping[str, Any]) -> None:
        if number := await self._kept(say):
            await self._shown(self._send("sampleImageMsg", {"photoURL": number}, target))

    async def _kept(self, say: Say) -> str:
        """The number under which DingTalk keeps the picture to be shown; "" where there is none, or it is not taken."""
        if not say.image or _is_file(say):
            return ""
        try:
            return await self._api.upload(say.image, "picture.png", "image")
        except Refused as refused:
            log.warning("dingtalk_picture_refused", reason=str(refused))
            return ""

    async def _shown(self, showing: Awaitable[object]) -> None:
        """Words are worth sending without their picture, too."""
        try:
            await showing
        except Refused as refused:
            log.warning("dingtalk_picture_refused", reason=str(refused))

    async def _file(self, data: bytes, name: str, target: Mapping[str, Any]) -> str:
        kind = PurePosixPath(name).suffix.removeprefix(".").lower()
        if kind not in _FILES:
            raise Refused(f"DingTalk takes no files of the kind {kind or 'nameless'}")
        number = await self._api.upload(data, name, "file")
        told = {"mediaId": number, "fileName": name, "fileType": kind}
        return await self._send("sampleFile", told, target)

    async def _send(self, template: str, told: Mapping[str, str], target: Mapping[str, Any]) -> str:
        asked = {
            "robotCode": self._robot,
            "msgKey": template,
            "msgParam": json.dumps(told, ensure_ascii=False),
            **target,
        }
        if "userIds" not in target:
            answer = await self._api.call("/v1.0/robot/groupMessages/send", asked)
        else:
            answer = await self._api.call("/v1.0/robot/oToMessages/batchSend", asked)
            if answer.get("flowControlledStaffIdList"):
                raise Later(60.0, reason="this person was written to too often")
            if answer.get("invalidStaffIdList"):
                raise Refused("the organisation does not know this person", unreachable=True)
        return str(answer.get("processQueryKey") or "")

    async def _at(self, say: Say, text: str, url: str, hook: CustomRobot | None) -> str:
        """At an address words can be posted, and Markdown, which shows a picture the application has uploaded; no files."""

        async def post(kind: str, told: Mapping[str, str]) -> None:
            signed = hook.signed(time.time()) if hook else None
            await self._api.say_at(url, {"msgtype": kind, kind: told}, signed)

        if number := await self._kept(say):
            shown = {"title": text[:_TITLE].partition("\n")[0] or _NAMELESS, "text": f"![]({number})"}
            await self._shown(post("markdown", shown))
        if words := _words(say, text):
            await post("text", {"content": words})
        return f"{UNNUMBERED}{next(self._numbers)}"

    async def recall(self, place: Place, number: str) -> None:
        if number.startswith(UNNUMBERED) or not number:
            raise Refused("this message has no number and stays")
        if number.startswith(CARD):
            return await self._cards.empty(number)
        asked: dict[str, Any] = {"robotCode": self._robot, "processQueryKeys": [number]}
        if place.kind is ChatKind.PRIVATE:
            await self._api.call("/v1.0/robot/otoMessages/batchRecall", asked)
        else:
            asked["openConversationId"] = conversation(place)
            await self._api.call("/v1.0/robot/groupMessages/recall", asked)


def _is_file(say: Say) -> bool:
    return say.paper is not None and bool(say.paper.name)


def wordings(say: Say) -> frozenset[str]:
    """All that may be read of it, whichever way it goes and whether its paper can be drawn or not."""
    text, otherwise = plain(say.text), plain(say.paper.otherwise) if say.paper is not None else ""
    return frozenset((text, otherwise, f"{text}\n{otherwise}".strip())) - {""}


def _words(say: Say, text: str) -> str:
    """Where no file can be sent, what stands for it is said, too."""
    otherwise = say.paper.otherwise if say.paper is not None and _is_file(say) and say.image else ""
    return "\n".join(filter(None, (text, plain(otherwise))))


def plain(text: str) -> str:
    """HTML as DingTalk's plain texts show it; our marks before a number mean nothing to people."""
    return unescape(_TAG.sub("", _MARKED.sub("<code>", text)))
