"""The platform's events as ours, by what is known of a group; what they tell of it is known from then on.

What cannot be read raises `Unreadable`. Fields as nonebot-adapter-qq 1.7.3 names them.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import orjson

from bot.events import BotChanged, EntryAsked, Event, MemberChanged, Membership, MessageSeen, Picture
from bot.places import Place
from bot.platforms import Member, Unreadable
from bot.platforms.qq.known import Known, rights_of
from bot.platforms.qq.people import group_place, person_id, private_place, role_of
from patterns.model import Attachment, AttachmentKind, Message, Person, Station

# Whatever the platform was asked for before an event was stored stands under this key.
STATE, TITLE, MEMBER = "_state", "_title", "_member"

MESSAGES = frozenset(("GROUP_MESSAGE_CREATE", "GROUP_AT_MESSAGE_CREATE", "C2C_MESSAGE_CREATE"))
ENTRY = "GROUP_JOIN_REQUEST"
SETTINGS = frozenset(("GROUP_MSG_REJECT", "GROUP_MSG_RECEIVE"))
STORED = (
    MESSAGES
    | SETTINGS
    | {"GROUP_ADD_ROBOT", "GROUP_DEL_ROBOT", "GROUP_MEMBER_ADD", "GROUP_MEMBER_REMOVE", ENTRY}
)

LONGEST = 8_000
_PICTURE_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"))
_PICTURE_BYTES = 10_000_000
_FILE_BYTES = 2_000_000
_MENTION = re.compile(r"<@!?([A-Za-z0-9_\-]{1,80})>")
_EVERYBODY = ("<@everyone>", "@everyone", "@全体成员")
_MOST = 5

Json = Mapping[str, Any]


@dataclass(slots=True)
class _Words:
    text: str
    mentioned: list[Person] = field(default_factory=list)
    named: bool = False
    everybody: bool = False


def events_of(body: bytes, at: datetime, known: Known, platform: str) -> Sequence[Event]:
    try:
        told = orjson.loads(body)
        return _Reader(told["d"], str(told["t"]), at, known, platform).events()
    except Exception as trouble:
        frames = traceback.extract_tb(trouble.__traceback__)
        raise Unreadable(f"{type(trouble).__name__} in {frames[-1].name}") from trouble


def member_of(told: Json) -> Member:
    """Somebody as the list of members has them."""
    joined = _moment(told.get("joined_at"), datetime.fromtimestamp(0, UTC))
    station = Station.BOT if told.get("bot") is True else Station.USER
    name, role = str(told.get("username") or ""), role_of(told.get("member_role"))
    person = Person(person_id(told.get("member_openid")), name, role=role, station=station)
    return Member(person, joined if joined.timestamp() > 0 else None)


class _Reader:
    """One event, as it came."""

    def __init__(self, told: Json, kind: str, at: datetime, known: Known, platform: str) -> None:
        self._told = told
        self._kind = kind
        self._known = known
        self._platform = platform
        self._at = _moment(told.get("timestamp") or told.get("apply_at"), at)
        self._group = str(told.get("group_openid") or told.get("group_id") or "")

    def events(self) -> Sequence[Event]:
        if self._kind in MESSAGES:
            return [*self._first_met(), self._message()]
        if not self._group:
            return []
        match self._kind:
            case "GROUP_ADD_ROBOT":
                return [self._bot(Membership.OUT, Membership.MEMBER)]
            case "GROUP_DEL_ROBOT":
                return [self._bot(Membership.MEMBER, Membership.OUT)]
            case "GROUP_MEMBER_ADD":
                return [self._member(Membership.OUT, Membership.MEMBER)]
            case "GROUP_MEMBER_REMOVE":
                return [self._member(Membership.MEMBER, Membership.OUT)]
            case "GROUP_JOIN_REQUEST":
                return [self._asked()]
        return [self._bot(Membership.MEMBER, Membership.MEMBER)] if STATE in self._told else []

    def _place(self) -> Place:
        if not self._group:
            author = self._told.get("author") or {}
            return private_place(self._platform, self._private(author))
        title = str(self._told.get(TITLE) or "")
        if title:
            self._known.titles[self._group] = title
        return group_place(self._platform, self._group, title or self._known.titles.get(self._group, ""))

    def _private(self, author: Json) -> str:
        """People may be called otherwise in a group; where the platform tells that it is the same person, we know."""
        openid, union = str(author.get("user_openid") or author.get("id") or ""), author.get("union_openid")
        if union and str(union) in self._known.unions:
            member = self._known.unions[str(union)]
            self._known.users[member] = openid
            return member
        return openid

    def _first_met(self) -> Sequence[Event]:
        """What the group lets the bot do, looked at when it first speaks."""
        return (
            [self._bot(Membership.MEMBER, Membership.MEMBER)] if self._group and STATE in self._told else []
        )

    def _bot(self, before: Membership, after: Membership) -> BotChanged:
        inside = after is not Membership.OUT
        state = self._told.get(STATE) or self._known.states.get(self._group, {})
        if STATE in self._told:
            self._known.states[self._group] = state
        if inside and state.get("member_role") in ("owner", "admin"):
            before, after = (before if before is Membership.OUT else Membership.ADMIN), Membership.ADMIN
        by = self._person(str(self._told.get("op_member_openid") or ""), {})
        return BotChanged(
            self._place(), before, after, rights_of(state) if inside else frozenset(), by, self._at
        )

    def _member(self, before: Membership, after: Membership) -> MemberChanged:
        openid = str(self._told["member_openid"])
        person = self._person(openid, self._told.get(MEMBER) or {})
        if after is Membership.OUT:
            self._known.members.get(self._group, {}).pop(openid, None)
        return MemberChanged(self._place(), person, before, after, person, self._at)

    def _asked(self) -> EntryAsked:
        """`risk_tips` is what QQ itself holds against somebody."""
        given = self._told.get("verify_info")
        verified: Json = given if isinstance(given, dict) else {}
        listed = verified.get("review_qa_list")
        answers = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        words = [verified.get("verify_message"), *(one.get("answer") for one in answers[:_MOST])]
        person = Person(person_id(self._told.get("member_openid")), str(self._told.get("username") or ""))
        risks = str(self._told.get("risk_tips") or "")
        return EntryAsked(self._place(), person, " ".join(str(one) for one in words if one), self._at, risks)

    def _person(self, openid: str, told: Json) -> Person:
        """As the event tells of somebody; what it leaves out is known from the list of members."""
        known = self._known.members.setdefault(self._group, {}) if self._group else {}
        whole = {
            **known.get(openid, {}),
            **{name: value for name, value in told.items() if value is not None},
        }
        if self._group and openid and whole:
            known[openid] = whole
            if union := whole.get("union_openid"):
                self._known.unions[str(union)] = openid
        return Person(
            person_id(openid),
            str(whole.get("username") or ""),
            role=role_of(whole.get("member_role")),
            station=Station.BOT if whole.get("bot") is True else Station.USER,
        )

    def _message(self) -> MessageSeen:
        author = self._told.get("author")
        told: Json = author if isinstance(author, dict) else {}
        place = self._place()
        openid = (
            str(told.get("member_openid") or told.get("id") or "") if self._group else self._private(told)
        )
        person = self._person(openid, {**(self._told.get(MEMBER) or {}), **told})
        words, number = self._words(), str(self._told["id"])
        attachments, pictures = _attached(self._told.get("attachments"))
        cited, shown = self._cited()
        message = Message(
            id=number,
            sender=person,
            text=words.text,
            attachments=attachments,
            mentions_all=words.everybody,
            quoted=cited.text if cited is not None else "",
            reply_to=cited.id or None if cited is not None else None,
        )
        self._known.came(place.address, number, self._at.timestamp(), group=bool(self._group))
        if index := self._told.get("msg_idx"):
            self._known.remember(str(index), message)
        return MessageSeen(
            place=place,
            message=message,
            at=self._at,
            pictures=pictures,
            cited=cited,
            cited_pictures=shown,
            mentioned=tuple(words.mentioned),
            joined=self._joined(openid),
            addressed=bool(self._group) and (words.named or self._kind == "GROUP_AT_MESSAGE_CREATE"),
        )

    def _words(self) -> _Words:
        """The text with names for open ids; the bot's own is left out."""
        given = self._told.get("mentions")
        mentions = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        words = _Words(str(self._told.get("content") or ""))
        names: dict[str, str] = {}
        for one in mentions:
            if one.get("scope") == "all":
                words.everybody = True
                continue
            openid, name = (
                str(one.get("member_openid") or one.get("id") or ""),
                str(one.get("username") or ""),
            )
            mine = one.get("is_you") is True
            words.named = words.named or mine
            for number in filter(None, (openid, str(one.get("id") or ""))):
                names[number] = "" if mine else f"@{name} "
            if not mine:
                words.mentioned.append(
                    self._person(openid, {"username": name or None, "bot": one.get("bot")})
                )
        words.everybody = words.everybody or any(sign in words.text for sign in _EVERYBODY)
        words.text = _MENTION.sub(lambda found: names.get(found[1], ""), words.text).strip()[:LONGEST]
        return words

    def _cited(self) -> tuple[Message | None, tuple[Picture, ...]]:
        """The message replied to comes along in part, with what it showed; whole, if it was heard."""
        elements = self._told.get("msg_elements")
        first = elements[0] if isinstance(elements, list) and elements else None
        if not isinstance(first, dict):
            return None, ()
        attachments, pictures = _attached(first.get("attachments"))
        heard = self._known.said.get(str(first.get("msg_idx") or ""))
        if heard is not None:
            return heard, pictures
        author = first.get("author")
        told: Json = author if isinstance(author, dict) else {}
        openid = str(told.get("member_openid") or told.get("user_openid") or told.get("id") or "")
        person = self._person(openid, told) if openid else Person("", str(told.get("username") or ""))
        words = str(first.get("content") or "")[:LONGEST]
        return Message("", person, words, attachments=attachments), pictures

    def _joined(self, openid: str) -> datetime | None:
        written = self._known.members.get(self._group, {}).get(openid, {}).get("joined_at")
        found = _moment(written, datetime.fromtimestamp(0, UTC))
        return found if found.timestamp() > 0 else None


def _attached(told: object) -> tuple[tuple[Attachment, ...], tuple[Picture, ...]]:
    attachments: list[Attachment] = []
    pictures: list[Picture] = []
    for one in told if isinstance(told, list) else ():
        if not isinstance(one, dict):
            continue
        kind, name = str(one.get("content_type") or ""), str(one.get("filename") or "")
        # A picture handed in as a file is a picture.
        pictured = kind.startswith("image") or PurePosixPath(name).suffix.lower() in _PICTURE_ENDINGS
        size = one.get("size")
        if kind.startswith(("voice", "audio")):
            attachments.append(Attachment(AttachmentKind.VOICE))
        elif kind.startswith("video"):
            attachments.append(Attachment(AttachmentKind.OTHER))
        elif pictured:
            attachments.append(Attachment(AttachmentKind.IMAGE))
        else:
            attachments.append(Attachment(AttachmentKind.FILE, PurePosixPath(name).name))
        url = str(one.get("url") or "")
        small = not isinstance(size, int) or size <= (_PICTURE_BYTES if pictured else _FILE_BYTES)
        if url and small and len(pictures) < _MOST and not kind.startswith(("voice", "audio", "video")):
            address = url if "://" in url else f"https://{url}"
            whole = size if isinstance(size, int) else None
            pictures.append(Picture(address, address, whole, "" if pictured else name, not pictured))
    return tuple(attachments), tuple(pictures)


def _moment(told: object, otherwise: datetime) -> datetime:
    """ISO 8601, or seconds since 1970; whatever is neither is unknown."""
    text = str(told or "")
    if text.isascii() and text.isdigit():
        return datetime.fromtimestamp(int(text[:10]), UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if found.tzinfo else found.replace(tzinfo=UTC)
