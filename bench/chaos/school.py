"""Class groups in which people talk without end and clones ask for money, and the count of what became of it."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.engine import URL

from bench import books, traffic

SCAM = "各位家长，请今天中午前扫码交资料费380元，交完在群里发截图，谢谢配合。"
_LINK = "?start="
# What a card calls the account it is about.
_BADGE = re.compile(r"[A-Z2-9]{3}-[A-Z2-9]{3}")
# Updates nobody has fetched yet; more are waited for.
_MOST_UNHEARD = 1_000


@dataclass(frozen=True, slots=True)
class Scam:
    """One clone's one message."""

    group: int
    chat: int
    thief: int
    message: int


@dataclass(frozen=True, slots=True)
class Count:
    """What became of everything. Doubles are what was said beyond once; `unsure` how many sends had an unknown outcome."""

    scams: int
    unwarned: int
    public_doubles: int
    cards_lost: int
    card_doubles: int
    alerts_lost: int
    alert_doubles: int
    updates: int
    updates_lost: int
    updates_open: int
    unsure: int

    def told(self) -> dict[str, int]:
        """Every figure, and their sums."""
        lost = self.unwarned + self.cards_lost + self.alerts_lost + self.updates_lost + self.updates_open
        doubled = self.public_doubles + self.card_doubles + self.alert_doubles
        return {**asdict(self), "lost": lost, "doubled": doubled}


@dataclass
class School:
    """Groups `g0`..., each with an owner who gets cards, a parent who gets alerts, and four who talk."""

    control: httpx.Client
    groups: int
    type: str = "supergroup"
    # Quiet messages reach the bot and are not kept.
    quiet: bool = True
    # How much is said and asked, beside what the guard can say about it on Telegram.
    pace: float = 1.0
    scams: list[Scam] = field(default_factory=list)
    updates: set[str] = field(default_factory=set)
    _thieves: int = 0
    _stored: set[str] = field(default_factory=set)

    def open(self) -> None:
        people = [f"p{number}" for number in range(4)]
        users: list[dict[str, Any]] = [{"key": key, "first_name": f"家长{key}"} for key in people]
        chats: list[dict[str, Any]] = []
        for group in range(self.groups):
            users.append({"key": f"t{group}", "first_name": "王丽老师", "started": True})
            users.append({"key": f"s{group}", "first_name": f"订阅家长{group}", "started": True})
            members: list[Any] = [{"user": f"t{group}", "status": "creator"}, f"s{group}", *people]
            chat = {
                "key": f"g{group}",
                "title": f"三({group})班家长群",
                "type": self.type,
                "members": members,
            }
            chats.append({**chat, "bot": "administrator", "quiet": True})
        self._done("/reset", {"users": users, "chats": chats, "restart_ids": True})

    def subscribe(self) -> None:
        """Each group's parent presses the button that the bot, which must be running, puts into the group."""
        for group in range(self.groups):
            self.says(group, f"s{group}", "/subscribe")
            said: list[dict[str, Any]] = []
            while not said:
                answer = self.control.get(
                    "/said", params={"chat": f"g{group}", "contains": "诈骗", "wait": 30}
                )
                said = [one for one in answer.json()["messages"] if _links(one)]
            link = _links(said[-1])[0]
            start = {"from": f"s{group}", "to_bot": True, "text": f"/start {link.partition(_LINK)[2]}"}
            self._heard(self._done("/messages", start))
        traffic.settle(self.control)

    def says(self, group: int, who: str, text: str) -> dict[str, Any]:
        sent = self._done("/messages", {"chat": f"g{group}", "from": who, "text": text})
        self._heard(sent)
        return sent

    def talk(self, count: int) -> None:
        """Ordinary messages, going round the groups."""
        batch = list(traffic.ordinary(count, self.groups, 4))
        for sent in self._done("/messages", {"messages": batch, "quiet": self.quiet})["sent"]:
            self._heard(sent)

    def strike(self, text: str = SCAM, group: int | None = None) -> None:
        """A clone of a group's owner joins and asks for money. What the bot is not shown does not count."""
        self._thieves += 1
        group = self._thieves % self.groups if group is None else group
        key = f"thief{self._thieves}"
        told = self._done("/users", {"key": key, "first_name": "王丽老师"})
        self._done("/members", {"chat": f"g{group}", "user": key})
        sent = self.says(group, key, text)
        if sent["update_id"] is not None:
            self.scams.append(Scam(group, int(sent["chat_id"]), int(told["id"]), int(sent["message_id"])))

    @contextmanager
    def busy(self, talk: float, scams: float) -> Iterator[None]:
        """So many ordinary messages and scams a second at a pace of 1, from a thread of its own, until the block ends. The
        first scam comes at once.
        """
        over = threading.Event()

        def speak() -> None:
            words, blows = 0.0, 1.0
            last = time.monotonic()
            while not over.wait(0.1):
                now = time.monotonic()
                passed, last = now - last, now
                # A slow machine is not drowned: what would be due meanwhile is never said.
                if self._unheard() > _MOST_UNHEARD:
                    continue
                words += passed * talk * self.pace
                blows += passed * scams * self.pace
                if words >= 1:
                    self.talk(min(int(words), 200))
                    words -= int(words)
                if blows >= 1:
                    self.strike()
                    blows -= 1

        speaker = threading.Thread(target=speak, daemon=True)
        speaker.start()
        try:
            yield
        finally:
            over.set()
            speaker.join(30)

    def count(self, database: Path | URL) -> Count:
        public: Counter[int] = Counter()
        cards: dict[int, Counter[str]] = {}
        alerts: Counter[int] = Counter()
        # After a move a warning answers nothing: the message it is about stayed behind.
        answered = Counter(
            (one["chat_id"], one["reply_to"]) for one in self.said() if self.offers(one, "/paid")
        )
        for group in range(self.groups):
            owner = [one["text"] for one in self.said(f"t{group}") if self.offers(one, "/scam")]
            cards[group] = Counter(_BADGE.findall(card)[0] for card in owner)
            for scam in (one for one in self.scams if one.group == group):
                public[scam.thief] = answered[scam.chat, scam.message] or self._unreplied(answered, group)
            alerts[group] = sum(self.offers(one, "/paid") for one in self.said(f"s{group}"))
        due = Counter(scam.group for scam in self.scams)
        written = self.looks(database)
        return Count(
            scams=len(self.scams),
            unwarned=sum(not public[scam.thief] for scam in self.scams),
            public_doubles=sum(max(0, number - 1) for number in public.values()),
            cards_lost=sum(max(0, due[group] - len(cards[group])) for group in due),
            card_doubles=sum(number - 1 for those in cards.values() for number in those.values()),
            alerts_lost=sum(max(0, due[group] - alerts[group]) for group in due),
            alert_doubles=sum(max(0, alerts[group] - due[group]) for group in due),
            updates=len(self.updates),
            updates_lost=len(self.updates - self._stored),
            updates_open=written.unfinished,
            unsure=written.unsure,
        )

    def looks(self, database: Path | URL) -> books.Books:
        """Note which updates were stored: the bot forgets them after a quarter of an hour."""
        written = books.read(database)
        self._stored |= written.stored
        return written

    def _unheard(self) -> int:
        told = self.control.get("/idle", params={"quiet": 0.0, "timeout": 0.0}).json()
        return int(told.get("pending", 0))

    def settled(self, database: Path | URL, seconds: float = 60) -> None:
        """Wait until everything has been answered and sent; a while is enough, or it is counted as lost."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            told = self.control.get("/idle", params={"quiet": 1.0, "timeout": 5}).json()
            self.looks(database)
            if told["idle"] and told["polling"] and not books.waiting(database):
                return
            time.sleep(0.2)

    def _unreplied(self, answered: Counter[Any], group: int) -> int:
        """One warning of a moved group that answers no message, if there is one left."""
        if self.type == "supergroup":
            return 0
        chat = next(
            one["id"] for one in self.control.get("/chats").json()["chats"] if one["key"] == f"g{group}"
        )
        if not answered[chat, None]:
            return 0
        answered[chat, None] -= 1
        return 1

    def said(self, chat: str | None = None) -> list[dict[str, Any]]:
        """What the bot has said there, or anywhere, and not taken back."""
        wanted: dict[str, str | int] = {"count": 0} if chat is None else {"count": 0, "chat": chat}
        found: list[dict[str, Any]] = self.control.get("/said", params=wanted).json()["messages"]
        return [one for one in found if not one["deleted"]]

    def offers(self, said: dict[str, Any], command: str) -> bool:
        """Whether a button of the message is this command."""
        return any(
            str(button.get("data", "")).startswith(command) for row in said["buttons"] for button in row
        )

    def _heard(self, sent: dict[str, Any]) -> None:
        if sent.get("update_id") is not None:
            self.updates.add(str(sent["update_id"]))

    def _done(self, path: str, body: object) -> dict[str, Any]:
        answer = self.control.post(path, json=body)
        assert answer.is_success, answer.text[:500]
        done: dict[str, Any] = answer.json()
        return done


def _links(said: dict[str, Any]) -> list[str]:
    links = [str(button.get("url", "")) for row in said["buttons"] for button in row]
    return [link for link in links if _LINK in link]
