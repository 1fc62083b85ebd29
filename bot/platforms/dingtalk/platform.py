"""The DingTalk side of the bot: one robot, its stream, the groups an admin lends it their ears in."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import structlog

from bot.abilities import Abilities, Hearing, Right, Self, Tempo
from bot.actions import Action, Delete, Recall, Say
from bot.events import AccountsJoined, Event, MessageSeen, Picture
from bot.places import Place
from bot.platforms import Batch, Keeper, Member, Posted, Raw, Refused, Sent, Take, Unreadable, calling
from bot.platforms.dingtalk import feed, reading, stream
from bot.platforms.dingtalk.api import API, OLD_API, Api
from bot.platforms.dingtalk.cards import Cards
from bot.platforms.dingtalk.feed import Feed
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import Admin, People, conversation, group_place
from bot.platforms.dingtalk.posting import CustomRobot, Posting
from bot.platforms.dingtalk.reading import CALLBACK, LINE, NOTE, PRESS, SAME, Reader

log = structlog.get_logger(__name__)

NAME = "dingtalk"
# DingTalk takes twenty messages a minute from a robot in one group.
TEMPO = Tempo(overall=10.0, second=1.0, minute=20.0)
ABILITIES = Abilities(
    sees_everything=False,
    sees_members=False,
    sees_recalls=False,
    edits=False,
    deletes=False,
    mutes=False,
    bans=False,
    buttons=False,
    cards=True,
    polls=False,
    menus=False,
    picker=False,
    whispers=False,
    quotes=False,
    hearing=Hearing.MENTION,
    text_limit=3_000,
    tempo=TEMPO,
)
# A stream that was away shorter than this is nobody's concern.
DEAF_AFTER = 120.0
_TOGETHER = 200
# Lines that wait to be stored; then no more are read, and the child has to wait.
_MOST_WAITING = 2_000
# A message's body, as it is stored, at most.
_LONGEST = 500_000


class DingTalk:
    """`robot` is the robot's code, mostly the client id; `called` the name it goes by in groups. `feeds` are the groups
    an admin's stream tells of, with their names; `command` starts it. `card` is the template of the cards that show
    choices in private; without one they are numbers alone.
    """

    def __init__(
        self,
        client_id: str,
        secret: str,
        *,
        robot: str = "",
        called: str = "",
        admins: Sequence[Admin] = (),
        hooks: Sequence[CustomRobot] = (),
        feeds: Mapping[str, str] | None = None,
        command: Sequence[str] = ("dws",),
        card: str = "",
        api: str = API,
        old_api: str = OLD_API,
    ) -> None:
        self._called = called
        self._api = Api(client_id, secret, api, old_api)
        self._people = People(admins)
        self._known = Known(titles=dict(feeds or {}))
        self._robot = robot or client_id
        self._hooks = hooks
        self._feeds = dict(feeds or {})
        self._command = command
        self._reader = Reader(NAME, called, self._people, self._known)
        self._topics = stream.topics(cards=bool(card))
        cards = Cards(self._api, card)
        self._posting = Posting(self._api, self._robot, self._people, self._known, hooks, cards)
        self._waiting: asyncio.Queue[Raw] = asyncio.Queue(_MOST_WAITING)
        self._deaf: dict[str, float] = {}
        self._taking = 0
        self._running: list[asyncio.Task[None]] = []

    @property
    def name(self) -> str:
        return NAME

    @property
    def remedy(self) -> str:
        return "copy client id and secret of the DingTalk application again, and see that it is published"

    @property
    def abilities(self) -> Abilities:
        return ABILITIES

    @property
    def busy(self) -> bool:
        """Whether something has come that is not stored yet."""
        return bool(self._taking) or not self._waiting.empty()

    @property
    def heard(self) -> frozenset[str]:
        """The groups an admin's stream tells of just now."""
        return frozenset(self._known.heard)

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._api.close()

    async def me(self) -> Self:
        await self._api.token()
        return Self(f"ding:robot:{self._robot}", self._called, self._robot, False, ABILITIES)

    async def listen(self, cursor: str | None, take: Take, beat: Callable[[], None]) -> None:
        """The robot's stream until it ends. The admins' streams run on beside it, whatever becomes of this one."""
        if not self._running:
            self._running = [asyncio.create_task(self._follow(one)) for one in self._children()]
        for hook in self._hooks:
            if not hook.group:
                await self._note(hook.address, hook.title, heard=False)
        storing = asyncio.create_task(self._store(take))
        looking = asyncio.create_task(self._look())
        try:
            taken = partial(self._called_back, take)
            await stream.follow(self._api, self._topics, taken, self._alive(beat))
        finally:
            for task in (storing, looking):
                task.cancel()
            await asyncio.gather(storing, looking, return_exceptions=True)

    def _children(self) -> list[Feed]:
        children = []
        for group in self._feeds:
            heard = partial(self._heard, group)
            children.append(Feed(self._command, feed.MESSAGES, group, heard))
            children.append(Feed(self._command, feed.RECALLS, group, lambda _ready: None))
            self._deaf[group] = time.monotonic()
        return children

    async def _follow(self, child: Feed) -> None:
        while True:
            try:
                await child.run(self._told)
            except Exception:
                log.exception("dingtalk_feed_failed")
                await asyncio.sleep(feed.LONGEST_PAUSE)

    def _heard(self, group: str, ready: bool) -> None:
        if ready:
            self._known.heard.add(group)
            self._deaf.pop(group, None)
            self._put(
                _note_of(group_place(NAME, group).address, self._known.titles.get(group, ""), heard=True)
            )
        else:
            self._known.heard.discard(group)
            self._deaf[group] = time.monotonic()

    def _put(self, raw: Raw) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(raw)

    async def _told(self, line: dict[str, Any]) -> None:
        group = str(line["conversation_id"])
        if group in self._feeds:
            number = str(line.get("message_id") or line.get("event_id") or "")
            await self._waiting.put(_raw(LINE, line, group_place(NAME, group).address, number))

    async def _look(self) -> None:
        """Say that a group is no longer heard, once its stream has been away for long."""
        said: set[str] = set()
        while True:
            now = time.monotonic()
            gone = {group for group, since in self._deaf.items() if now - since > DEAF_AFTER}
            for group in gone - said:
                log.error(
                    "dingtalk_group_unheard", group=group, remedy="see whether dws is logged in and runs"
                )
                await self._note(
                    group_place(NAME, group).address, self._known.titles.get(group, ""), heard=False
                )
            said = gone
            await asyncio.sleep(min(5.0, DEAF_AFTER))

    def _alive(self, beat: Callable[[], None]) -> Callable[[], None]:
        """As long as a group that should be heard is not, the operator hears that something is wrong."""

        def beats() -> None:
            if not any(time.monotonic() - since > DEAF_AFTER for since in self._deaf.values()):
                beat()

        return beats

    async def _note(self, address: str, title: str, *, heard: bool) -> None:
        await self._waiting.put(_note_of(address, title, heard=heard))

    async def _store(self, take: Take) -> None:
        while True:
            together = [await self._waiting.get()]
            self._taking += 1
            try:
                while len(together) < _TOGETHER and not self._waiting.empty():
                    together.append(self._waiting.get_nowait())
                await take(Batch(tuple(together), ""))
            finally:
                self._taking -= 1

    async def _called_back(self, take: Take, topic: str, told: dict[str, Any]) -> None:
        """One callback, stored before it is acknowledged. In a group that is heard anyway it tells nothing new,
        but perhaps whose number is whose.
        """
        kind = PRESS if topic == stream.PRESSES else CALLBACK
        body, now = orjson.dumps({kind: told}), datetime.now(UTC)
        try:
            # Read now, too: where it can be answered is wanted before its turn comes.
            events = self._reader.events(body, now)
            lane = next(one.place.address for one in events if isinstance(one, MessageSeen))
        except (Unreadable, StopIteration):
            events, lane = (), "unread"
        if lane in {group_place(NAME, group).address for group in self._known.heard}:
            same = [(one.user, one.other) for one in events if isinstance(one, AccountsJoined)]
            if same:
                self._put(Raw(f"same:{time.time_ns()}", lane[:128], orjson.dumps({SAME: same})))
            return
        self._taking += 1
        try:
            # A card may be pressed twice, and mean it.
            number = str(told.get("msgId") or "") if kind == CALLBACK else f"press:{time.time_ns()}"
            await take(Batch((_raw(kind, told, lane, number),), ""))
        finally:
            self._taking -= 1

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        return self._reader.events(body, at)

    def joined(self, accounts: Mapping[str, str]) -> None:
        self._people.learn(accounts)

    async def perform(self, action: Action, place: Place, target: Posted | None = None) -> Sent:
        match action:
            case Say():
                return Sent(await self._posting.say(await calling.pictured(action, self.fetch), place))
            case Recall():
                assert target is not None, "a recall comes with the message it is about"
                await self._posting.recall(place, target.message_id)
                return Sent()
            case Delete() if action.own:
                await self._posting.recall(place, action.message_id)
                return Sent()
        raise Refused("DingTalk lets no robot do this")

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        asked = {"robotCode": self._robot, "downloadCode": picture.file_id}
        told = await self._api.call("/v1.0/robot/messageFiles/download", asked)
        return await self._api.download(str(told.get("downloadUrl") or ""), limit)

    async def portrait(self, user: str) -> Picture | None:
        """DingTalk shows robots nobody's picture."""
        return None

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        """Those the operator named: DingTalk tells no robot who runs a group."""
        return tuple(Keeper(admin.ids[0], admin.name, False, False) for admin in self._people.admins)

    async def rights(self, place: Place) -> frozenset[Right]:
        return reading.HEARD if conversation(place) in self._known.heard else reading.MENTIONED

    async def member(self, place: Place, user: str) -> Member | None:
        """DingTalk tells no robot who is in a group: nobody is known to have left."""
        raise Refused("this platform tells of no members")


def _raw(kind: str, told: Mapping[str, Any], lane: str, number: str) -> Raw:
    body = orjson.dumps({kind: told})
    if len(body) > _LONGEST:
        body = orjson.dumps({kind: {name: _short(value) for name, value in told.items()}})
    named = number or hashlib.sha256(body).hexdigest()
    recalled = "recalled:" if "recall" in str(told.get("type")) else ""
    return Raw(f"{recalled}{lane}:{named}"[-128:], lane[:128], body)


def _short(value: object) -> object:
    return value[:50_000] if isinstance(value, str) else value if isinstance(value, int | float) else None


def _note_of(address: str, title: str, *, heard: bool) -> Raw:
    told = {"address": address, "title": title, "heard": heard}
    return Raw(f"note:{address}:{time.time_ns()}"[:128], address[:128], orjson.dumps({NOTE: told}))
