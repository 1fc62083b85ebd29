"""What the guard would have flagged in an exported chat, message by message."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.exports.model import Broken, Exported
from patterns.conversation import EMPTY, Conversation
from patterns.judge import Context, judge
from patterns.model import (
    Attachment,
    AttachmentKind,
    Duty,
    Level,
    Message,
    Person,
    Protected,
    Standing,
    Verdict,
)
from patterns.names import Roster

MOST_FINDINGS = 5_000
_MOST_ACCOUNTS = 50_000
_MOST_CHATS = 2_000
_EXCERPT = 160

Decode = Callable[[Exported], Sequence[str]]
Read = Callable[[Exported], str]


@dataclass(frozen=True, slots=True)
class Teacher:
    """A name to protect; without an id, the first account seen under exactly this name is taken for the teacher."""

    name: str
    account: str = ""

    @classmethod
    def parse(cls, typed: str) -> Teacher:
        """Read "NAME" or "NAME=ACCOUNT"; raises ValueError on an empty name."""
        name, _, account = typed.partition("=")
        if not name.strip():
            raise ValueError(typed)
        return cls(name.strip(), account.strip())


@dataclass(frozen=True, slots=True)
class Finding:
    place: str
    chat: str
    when: datetime | None
    sender: str
    excerpt: str
    verdict: Verdict

    def reasons(self, language: str) -> list[str]:
        """What spoke for the finding; what spoke against it did not prevail and would only puzzle."""
        spoke_for = (evidence for evidence in self.verdict.evidence if evidence.weight > 0)
        return [evidence.why.get(language, evidence.signal) for evidence in spoke_for]


@dataclass(slots=True)
class Report:
    """`findings` keeps the first 5,000; `levels` counts all."""

    messages: int = 0
    pictures: int = 0
    findings: list[Finding] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    broken_places: int = 0
    levels: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))


@dataclass(slots=True)
class _Account:
    name: str
    joined: datetime | None = None
    renamed_from: str | None = None
    renamed_at: datetime | None = None


class Scanner:
    """Replays one export through the detector; memory is bounded whatever the file's size.

    `decode` finds the codes in a message's picture, `read` its words; what is not given is not looked at.
    """

    def __init__(
        self, teachers: Sequence[Teacher], decode: Decode | None = None, read: Read | None = None
    ) -> None:
        self.report = Report()
        self._unclaimed = {teacher.name for teacher in teachers if not teacher.account}
        self._people = [
            Protected(
                teacher.name, frozenset([teacher.account] if teacher.account else []), duty=Duty.TEACHER
            )
            for teacher in teachers
        ]
        self._context = Context(roster=Roster(self._people))
        self._decode, self._words = decode, read
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._accounts: OrderedDict[tuple[str, str], _Account] = OrderedDict()

    def read(self, item: Exported | Broken) -> None:
        if isinstance(item, Broken):
            self.report.broken_places += 1
            if len(self.report.broken) < MOST_FINDINGS:
                self.report.broken.append(item)
            return
        account = self._account(item)
        if item.joined:
            return
        self._claim(item)
        self._judge(item, account)

    def _account(self, item: Exported) -> _Account:
        key = (item.chat, item.sender_id)
        account = self._accounts.get(key)
        if account is None:
            account = self._accounts[key] = _Account(item.sender, joined=item.when if item.joined else None)
            if len(self._accounts) > _MOST_ACCOUNTS:
                self._accounts.popitem(last=False)
        elif account.name != item.sender:
            account.renamed_from, account.renamed_at, account.name = account.name, item.when, item.sender
        return account

    def _claim(self, item: Exported) -> None:
        if item.sender in self._unclaimed and item.sender_id:
            self._unclaimed.discard(item.sender)
            self._people = [
                Protected(person.name, frozenset([item.sender_id])) if person.name == item.sender else person
                for person in self._people
            ]
            self._context = Context(roster=Roster(self._people))

    def _judge(self, item: Exported, account: _Account) -> None:
        conversation = self._conversations.pop(item.chat, EMPTY)
        message = self._message(item, account)
        verdict = judge(message, self._context, conversation)
        self._conversations[item.chat] = conversation.after(message, verdict)
        if len(self._conversations) > _MOST_CHATS:
            self._conversations.popitem(last=False)
        self.report.messages += 1
        self.report.levels[verdict.level] += 1
        if verdict.level > Level.CLEAR and len(self.report.findings) < MOST_FINDINGS:
            excerpt = " ".join(item.text.split())[:_EXCERPT]
            self.report.findings.append(
                Finding(item.place, item.chat, item.when, item.sender, excerpt, verdict)
            )

    def _message(self, item: Exported, account: _Account) -> Message:
        when = item.when
        return Message(
            id=item.id,
            sender=Person(item.sender_id, item.sender),
            text=item.text,
            standing=Standing(
                joined_days=_since(account.joined, when, 86_400),
                renamed_from=account.renamed_from,
                renamed_minutes=_since(account.renamed_at, when, 60),
            ),
            attachments=self._attachments(item),
            minute=when.timestamp() / 60 if when else float(self.report.messages),
            hour=when.hour if when else None,
            weekday=when.weekday() if when else None,
            forwarded=item.forwarded,
            reply_to=item.reply_to,
        )

    def _attachments(self, item: Exported) -> tuple[Attachment, ...]:
        found = [Attachment(AttachmentKind.LINK, link) for link in item.links]
        if item.is_picture:
            self.report.pictures += 1
            payloads = self._decode(item) if self._decode and item.media else ()
            words = self._words(item) if self._words and item.media else ""
            found += [Attachment(AttachmentKind.QR, payload) for payload in payloads]
            found += [Attachment(AttachmentKind.IMAGE, words)] if words or not payloads else []
        elif item.file_name:
            found.append(Attachment(AttachmentKind.FILE, item.file_name))
        return tuple(found)


def _since(then: datetime | None, now: datetime | None, unit: float) -> float | None:
    return max(0.0, (now - then).total_seconds() / unit) if then and now else None
