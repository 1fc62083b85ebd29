"""OneBot's events as ours, by what is known of a group; what they tell of it is known from then on.

What cannot be read raises `Unreadable`.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.abilities import Right
from bot.events import (
    BotChanged,
    EntryAsked,
    Event,
    GapSeen,
    MemberChanged,
    Membership,
    MessageRecalled,
    MessageSeen,
    NameSeen,
)
from bot.places import Place
from bot.platforms import Unreadable
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.people import anonymous, group_place, person_id, person_of, private_place
from bot.platforms.onebot.segments import Content, content_of
from patterns.model import Message, Person

# Whatever the platform added to an event before it was stored stands under these keys.
CITED, FORWARDS, MEMBER = "_cited", "_forwards", "_member"
# A kind of event that no implementation tells.
GAP = "_gap"

_AS_MEMBER = frozenset((Right.READ_ALL, Right.POST, Right.SEE_MEMBERS))
_AS_ADMIN = _AS_MEMBER | {Right.DELETE, Right.RESTRICT, Right.INVITE}
_STANDING = {"owner": Membership.OWNER, "admin": Membership.ADMIN}


def events_of(body: bytes, at: datetime, known: Known, platform: str) -> list[Event]:
    try:
        told = orjson.loads(body)
        return _Reader(told, at, known, platform).events()
    except Exception as trouble:
        frames = traceback.extract_tb(trouble.__traceback__)
        raise Unreadable(f"{type(trouble).__name__} in {frames[-1].name}") from trouble


def rights_of(role: object, *, muted: bool = False) -> frozenset[Right]:
    """What a member with this role may do; owners and admins cannot be muted."""
    if role in _STANDING:
        return _AS_ADMIN
    return _AS_MEMBER - {Right.POST} if muted else _AS_MEMBER


class _Reader:
    """One event, as it came."""

    def __init__(self, told: dict[str, Any], at: datetime, known: Known, platform: str) -> None:
        self._told = told
        self._known = known
        self._platform = platform
        time = told.get("time")
        self._received = at
        self._at = datetime.fromtimestamp(time, UTC) if isinstance(time, int) and time > 0 else at
        self._group = int(told.get("group_id") or 0)
        self._user = int(told.get("user_id") or 0)

    def events(self) -> list[Event]:
        kind = self._told.get("post_type")
        if kind == "message":
            return [self._message()]
        if kind == "request" and self._group:
            return [self._asked()]
        if kind == GAP and self._group:
            return [GapSeen(self._place(), self._at, self._received)]
        if kind != "notice" or not self._group:
            return []
        match self._told.get("notice_type"):
            case "group_increase":
                return [self._came()]
            case "group_decrease":
                return [self._went()]
            case "group_admin":
                return [self._promoted()]
            case "group_ban":
                return self._muted()
            case "group_recall":
                return [self._recalled()]
            case "group_upload":
                return [self._uploaded()]
            case "group_card":
                return self._renamed()
        return []

    @property
    def _mine(self) -> bool:
        return str(self._user) == self._known.me

    def _place(self) -> Place:
        if not self._group:
            return private_place(self._platform, self._user)
        title = self._told.get("group_name") or self._known.titles.get(self._group, "")
        return group_place(self._platform, self._group, str(title))

    def _person(self, number: int) -> Person:
        told = self._told.get(MEMBER) if number == self._user else None
        return person_of(number, told or {}, self._known.member(self._group, number))

    def _message(self) -> MessageSeen:
        content = self._content(self._told.get("message"), self._told.get(FORWARDS))
        sender = self._sender()
        cited = self._cited(content)
        text = content.text
        message = Message(
            id=str(self._told.get("message_id", "")),
            sender=sender,
            text=text,
            attachments=tuple(content.attachments),
            forwarded=bool(content.forwards),
            mentions_all=content.mentions_all,
            quoted=cited.text if cited is not None else "",
            reply_to=content.reply_to,
        )
        if self._group:
            self._known.remember(self._group, message)
            self._known.belongs(self._group)
            self._noted()
        return MessageSeen(
            place=self._place(),
            message=message,
            at=self._at,
            pictures=tuple(content.pictures),
            origin=content.authors[0] if len(content.authors) == 1 else None,
            cited=cited,
            mentioned=tuple(content.mentioned),
            joined=self._joined(),
        )

    def _content(self, message: object, forwards: object) -> Content:
        return content_of(
            message,
            self._known.me,
            lambda number: self._known.name(self._group, number),
            forwards if isinstance(forwards, dict) else {},
        )

    def _sender(self) -> Person:
        hidden = self._told.get("anonymous")
        if isinstance(hidden, dict) and hidden:
            return anonymous(hidden)
        given = self._told.get("sender")
        sender: Mapping[str, Any] = given if isinstance(given, dict) else {}
        return person_of(self._user, sender, self._known.member(self._group, self._user))

    def _noted(self) -> None:
        """The member list learns from every message: QQ tells of new cards nowhere else in time."""
        sender = self._told.get("sender")
        if isinstance(sender, dict) and not self._told.get("anonymous"):
            nickname, role = sender.get("nickname"), sender.get("role")
            self._known.note(self._group, self._user, nickname=nickname, role=role)
            if "card" in sender:
                self._carded(str(sender["card"] or ""))

    def _joined(self) -> datetime | None:
        joined = self._known.member(self._group, self._user).get("join_time")
        return datetime.fromtimestamp(joined, UTC) if isinstance(joined, int) and joined > 0 else None

    def _cited(self, content: Content) -> Message | None:
        if content.reply_to is None:
            return None
        known = self._known.said.get((self._group, content.reply_to))
        told = self._told.get(CITED)
        if known is not None or not isinstance(told, dict):
            return known
        sender = told.get("sender") if isinstance(told.get("sender"), dict) else {}
        number = int((sender or {}).get("user_id") or told.get("user_id") or 0)
        inner = self._content(told.get("message"), None)
        return Message(
            content.reply_to,
            person_of(number, sender or {}, self._known.member(self._group, number)),
            inner.text,
            attachments=tuple(inner.attachments),
        )

    def _uploaded(self) -> MessageSeen:
        """A file put into the group's store is shown to everyone like a message."""
        told = self._told.get("file")
        file = told if isinstance(told, dict) else {}
        content = content_of([{"type": "file", "data": file}], self._known.me, lambda _: "", {})
        message = Message(
            id=f"file:{file.get('id', '')}"[:64],
            sender=self._person(self._user),
            text="",
            attachments=tuple(content.attachments),
        )
        return MessageSeen(self._place(), message, self._at, pictures=tuple(content.pictures))

    def _renamed(self) -> list[Event]:
        """Some tell of a new card when it is put on, NapCat when its wearer next speaks."""
        self._carded(str(self._told.get("card_new") or ""))
        person = self._person(self._user)
        return [NameSeen(self._place(), person, self._at, self._joined())] if person.name else []

    def _carded(self, card: str) -> None:
        self._known.note(self._group, self._user, card=card)
        if not card:
            self._known.members[self._group][self._user].pop("card", None)

    def _came(self) -> Event:
        by = self._person(int(self._told.get("operator_id") or self._user))
        if self._mine:
            self._known.belongs(self._group)
            return BotChanged(
                self._place(), Membership.OUT, Membership.MEMBER, rights_of("member"), by, self._at
            )
        told = self._told.get(MEMBER) or {}
        joined = told.get("join_time") or self._told.get("time")
        self._known.note(
            self._group, self._user, card=told.get("card"), nickname=told.get("nickname"), join_time=joined
        )
        person = self._person(self._user)
        return MemberChanged(self._place(), person, Membership.OUT, Membership.MEMBER, by, self._at)

    def _asked(self) -> EntryAsked:
        """QQ puts the group's question before what somebody answered."""
        told = self._told.get(MEMBER)
        words = str(self._told.get("comment") or "").rpartition("答案：")[2]
        person = person_of(self._user, told if isinstance(told, dict) else {})
        return EntryAsked(self._place(), person, words.strip(), self._at)

    def _went(self) -> Event:
        by = self._person(int(self._told.get("operator_id") or self._user))
        if self._mine or self._told.get("sub_type") == "kick_me":
            self._known.belongs(self._group, inside=False)
            return BotChanged(self._place(), Membership.MEMBER, Membership.OUT, frozenset(), by, self._at)
        person = self._person(self._user)
        self._known.gone(self._group, self._user)
        return MemberChanged(self._place(), person, Membership.MEMBER, Membership.OUT, by, self._at)

    def _promoted(self) -> Event:
        rose = self._told.get("sub_type") == "set"
        role = "admin" if rose else "member"
        self._known.note(self._group, self._user, role=role)
        before, after = Membership.MEMBER, Membership.ADMIN
        if not rose:
            before, after = after, before
        person = self._person(self._user)
        if self._mine:
            return BotChanged(self._place(), before, after, rights_of(role), person, self._at)
        return MemberChanged(self._place(), person, before, after, person, self._at)

    def _muted(self) -> list[Event]:
        """Of ourselves, or of the whole group: then only admins may speak."""
        if not self._mine and self._user != 0:
            return []
        muted = self._told.get("sub_type") == "ban"
        role = self._known.member(self._group, int(self._known.me or 0)).get("role")
        if role in _STANDING:
            return []
        now = Membership.RESTRICTED if muted else Membership.MEMBER
        before = Membership.MEMBER if muted else Membership.RESTRICTED
        by = self._person(int(self._told.get("operator_id") or 0))
        return [BotChanged(self._place(), before, now, rights_of(role, muted=muted), by, self._at)]

    def _recalled(self) -> MessageRecalled:
        by = self._told.get("operator_id") or self._user
        number = str(self._told.get("message_id", ""))
        self._known.took_back(self._group, number)
        return MessageRecalled(self._place(), number, person_id(self._user), person_id(by), self._at)
