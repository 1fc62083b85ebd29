"""What DingTalk tells as our events: a robot's callbacks, the lines of an admin's message stream, our own notes."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.abilities import Right
from bot.events import AccountsJoined, BotChanged, Event, Membership, MessageRecalled, MessageSeen, Picture
from bot.places import ChatKind, Place
from bot.platforms import Unreadable
from bot.platforms.dingtalk.content import LONGEST, Content, content_of, for_the_robot
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import OPEN, People, account, group_place, private_place
from patterns.model import Attachment, AttachmentKind, Message, Person

# What is stored tells where it came from.
CALLBACK, LINE, NOTE, PRESS, SAME = "callback", "line", "note", "press", "same"

MENTIONED = frozenset((Right.POST,))
HEARD = frozenset((Right.POST, Right.READ_ALL))

_PRIVATE = "1"
# A message stream shows what is no text as words: a kind, and perhaps a name.
_SHOWN = re.compile(r"^\[(图片|文件|语音|视频|红包|群收款)\]\s*(.{0,200})", re.DOTALL)
_KINDS = {
    "图片": AttachmentKind.IMAGE,
    "文件": AttachmentKind.FILE,
    "语音": AttachmentKind.VOICE,
    "视频": AttachmentKind.OTHER,
    "红包": AttachmentKind.RED_PACKET,
    "群收款": AttachmentKind.GROUP_COLLECT,
}
_EVERYBODY = "@所有人"

Json = Mapping[str, Any]


class Reader:
    """`name` is what the robot is called in groups."""

    def __init__(self, platform: str, name: str, people: People, known: Known) -> None:
        self._platform = platform
        self._people = people
        self._known = known
        self.go_by(name)

    def go_by(self, name: str) -> None:
        self._named = re.compile(rf"^\s*@\s*{re.escape(name)}\s*") if name else None

    def events(self, body: bytes, at: datetime) -> Sequence[Event]:
        """Raises `Unreadable`, and nothing else."""
        try:
            told = orjson.loads(body)
            if CALLBACK in told:
                return self._callback(told[CALLBACK], at)
            if LINE in told:
                return self._line(told[LINE], at)
            if PRESS in told:
                return [self._pressed(told[PRESS], at)]
            if SAME in told:
                return self._same(told[SAME], at)
            return [self._note(told[NOTE], at)]
        except Exception as trouble:
            frames = traceback.extract_tb(trouble.__traceback__)
            raise Unreadable(f"{type(trouble).__name__} in {frames[-1].name}") from trouble

    # --- a robot's callbacks ------------------------------------------------------------------

    def _callback(self, told: Json, at: datetime) -> Sequence[Event]:
        number = account(told.get("senderStaffId"), told.get("senderId"))
        person = self._person(
            told.get("senderStaffId"), told.get("senderId"), str(told.get("senderNick") or "")
        )
        private = str(told.get("conversationType")) == _PRIVATE
        if private:
            place = private_place(self._platform, person.id, person.name)
        else:
            place = self._group(str(told["conversationId"]), str(told.get("conversationTitle") or ""))
        until = float(told.get("sessionWebhookExpiredTime") or 0) / 1000
        self._known.note(place.address, str(told.get("sessionWebhook") or ""), until)
        content = content_of(told.get("msgtype"), told.get("content"), told.get("text"))
        replied = _replied(told)
        cited, shown = self._cited(replied) if replied is not None else (None, ())
        message = Message(
            id=str(told.get("msgId") or ""),
            sender=person,
            text=self._unnamed(content.text) if not private else content.text,
            attachments=tuple(content.attachments),
            forwarded=content.forwarded,
            quoted=cited.text if cited is not None else "",
            reply_to=cited.id if cited is not None else None,
        )
        pairs = self._named_twice(told)
        if not private:
            pairs.append((number, self._known.wrote(str(told["conversationId"]), message.id, number)))
        return [
            *self._same(pairs, at),
            MessageSeen(
                place=place,
                message=message,
                at=_moment(told.get("createAt"), at),
                pictures=tuple(content.pictures),
                origin=_origin(content),
                cited=cited,
                cited_at=_moment(replied.get("createdAt"), at) if replied is not None else None,
                cited_pictures=shown,
                mentioned=tuple(self._mentioned(told)),
                addressed=not private,
            ),
        ]

    def _person(self, staff: object, sender: object, name: str = "") -> Person:
        """By the number they go by once the two are joined, which happens before anything else of this is answered."""
        number = account(staff, sender)
        pair = self._people.joined(number, account("", sender)) if staff and sender else None
        return self._people.person(pair[0] if pair is not None else number, name)

    def _named_twice(self, told: Json) -> list[tuple[str, str]]:
        """The people of a callback it tells both numbers of: its writer, whoever they answer, whom they name."""
        replied, others = _replied(told), told.get("atUsers")
        people = [(told.get("senderStaffId"), told.get("senderId"))]
        if replied is not None:
            people.append((replied.get("senderStaffId"), replied.get("senderId")))
        people += [
            (one.get("staffId"), one.get("dingtalkId"))
            for one in (others if isinstance(others, list) else ())
            if isinstance(one, dict)
        ]
        return [(account(staff, ""), account("", sender)) for staff, sender in people if staff and sender]

    def _same(self, pairs: Sequence[Sequence[str]], at: datetime) -> list[AccountsJoined]:
        """What of it is news."""
        told = dict.fromkeys(self._people.joined(one, other) for one, other in pairs)
        return [AccountsJoined(self._platform, *pair, at) for pair in told if pair is not None]

    def _pressed(self, told: Json, at: datetime) -> MessageSeen:
        """A choice on a card is a reply to it with the choice's number."""
        person = self._people.person(account(told.get("userId"), ""), "")
        content = orjson.loads(str(told.get("content") or "{}"))
        (chosen, *_) = content["cardPrivateData"]["actionIds"]
        message = Message(
            id=f"press:{int(at.timestamp() * 1000)}",
            sender=person,
            text=str(chosen)[:8],
            reply_to=str(told["outTrackId"]),
        )
        return MessageSeen(private_place(self._platform, person.id), message, at)

    def _unnamed(self, text: str) -> str:
        return self._named.sub("", text, count=1).strip() if self._named is not None else text

    def _group(self, conversation: str, title: str) -> Place:
        if title:
            self._known.titles[conversation] = title
        return group_place(self._platform, conversation, title or self._known.titles.get(conversation, ""))

    def _cited(self, replied: Json) -> tuple[Message, tuple[Picture, ...]]:
        """A message replied to, and what it showed."""
        inner = content_of(replied.get("msgType"), replied.get("content"))
        sender = self._person(
            replied.get("senderStaffId"), replied.get("senderId"), str(replied.get("senderNick") or "")
        )
        number, shown = str(replied.get("msgId") or ""), tuple(inner.attachments)
        return Message(number, sender, inner.text, attachments=shown), tuple(inner.pictures)

    def _mentioned(self, told: Json) -> list[Person]:
        """Others who are named beside the robot; what they are called is not told."""
        others = told.get("atUsers")
        return [
            self._person(one.get("staffId"), one.get("dingtalkId"))
            for one in (others if isinstance(others, list) else ())
            if isinstance(one, dict) and one.get("dingtalkId") != told.get("chatbotUserId")
        ]

    # --- an admin's message stream ------------------------------------------------------------

    def _line(self, told: Json, at: datetime) -> Sequence[Event]:
        kind, conversation = str(told.get("type") or ""), str(told["conversation_id"])
        place = self._group(conversation, "")
        when = _moment(told.get("event_time") or told.get("timestamp"), at)
        sender = f"{OPEN}{told.get('sender_open_dingtalk_id') or ''}"
        if kind.startswith("user_im_message_recall"):
            by = f"{OPEN}{told.get('recaller_open_dingtalk_id') or ''}"
            sender, by = self._people.person(sender, "").id, self._people.person(by, "").id
            return [MessageRecalled(place, str(told["message_id"]), sender, by, when)]
        if not kind.startswith("user_im_message_receive"):
            return []
        content, picture = _shown(told.get("content"))
        if not sender.removeprefix(OPEN) or self._known.ours(conversation, content.text):
            return []
        same = [(sender, self._known.wrote(conversation, str(told["message_id"]), sender))]
        return [*self._same(same, when), self._overheard(told, place, sender, content, picture, when)]

    def _overheard(
        self,
        told: Json,
        place: Place,
        sender: str,
        content: Content,
        pictures: tuple[Picture, ...],
        when: datetime,
    ) -> MessageSeen:
        passed_on = told.get("forward_messages")
        parts = [one for one in passed_on if isinstance(one, dict)] if isinstance(passed_on, list) else []
        text = "\n".join([content.text, *(str(one.get("content") or "") for one in parts)]).strip()[:LONGEST]
        unnamed = self._unnamed(text)
        cited = self._quoted(told.get("quoted_message"))
        message = Message(
            id=str(told["message_id"]),
            sender=self._people.person(sender, str(told.get("sender") or "")),
            text=unnamed,
            attachments=tuple(content.attachments),
            forwarded=bool(parts),
            mentions_all=_EVERYBODY in text,
            quoted=cited.text if cited is not None else "",
            reply_to=cited.id if cited is not None else None,
        )
        shown = (*content.attachments, *(cited.attachments if cited is not None else ()))
        pictured = any(one.kind is AttachmentKind.IMAGE for one in shown)
        authors = [self._author(one) for one in parts]
        return MessageSeen(
            place=place,
            message=message,
            at=when,
            pictures=pictures,
            origin=authors[0] if len(authors) == 1 else None,
            cited=cited,
            addressed=unnamed != text and not for_the_robot(unnamed, pictured=pictured),
        )

    def _quoted(self, told: object) -> Message | None:
        if not isinstance(told, dict):
            return None
        content, _ = _shown(told.get("content"))
        return Message(
            str(told.get("message_id") or ""),
            self._author(told),
            content.text,
            attachments=tuple(content.attachments),
        )

    def _author(self, told: Json) -> Person:
        number, name = str(told.get("sender_open_dingtalk_id") or ""), str(told.get("sender") or "")
        name = "" if name == "null" else name
        return self._people.person(f"{OPEN}{number}", name) if number else Person("", name)

    # --- our own notes ------------------------------------------------------------------------

    def _note(self, told: Json, at: datetime) -> BotChanged:
        """A stream began to tell of a group, or has long told nothing; a custom robot posts in one."""
        place = Place(self._platform, str(told["address"]), ChatKind.GROUP, str(told.get("title") or ""))
        rights = HEARD if told.get("heard") else MENTIONED
        return BotChanged(place, Membership.MEMBER, Membership.MEMBER, rights, Person("", ""), at)


def _replied(told: Json) -> Json | None:
    """The message replied to stands inside the text of the reply."""
    text = told.get("text")
    replied = text.get("repliedMsg") if isinstance(text, dict) else None
    return replied if isinstance(replied, dict) else None


def _origin(content: Content) -> Person | None:
    """A forward tells a name and no account."""
    return Person("", content.authors[0]) if len(content.authors) == 1 and content.authors[0] else None


def _shown(told: object) -> tuple[Content, tuple[Picture, ...]]:
    """What a message stream shows of a message: its words, or words for what it is."""
    if isinstance(told, dict):
        file = {"fileName": told.get("fileName"), "downloadCode": told.get("downloadCode")}
        pictured = str(told.get("mimeType") or "").startswith("image/")
        content = content_of("picture" if pictured else "file", file) if told.get("fileName") else Content()
        content.texts.append(str(told.get("text") or ""))
        return content, tuple(content.pictures)
    text = str(told or "")
    found = _SHOWN.match(text)
    if found is None:
        return Content([text]), ()
    kind = _KINDS[found[1]]
    named = kind in (AttachmentKind.FILE, AttachmentKind.GROUP_COLLECT, AttachmentKind.RED_PACKET)
    value = found[2].strip() if named else ""
    return Content([] if named else [found[2]], [Attachment(kind, value)]), ()


def _moment(told: object, otherwise: datetime) -> datetime:
    """Milliseconds since 1970; whatever is no such number is unknown."""
    number = int(str(told)) if str(told).isascii() and str(told).isdigit() else 0
    return datetime.fromtimestamp(number / 1000, UTC) if 0 < number < 10**14 else otherwise
