"""The DingTalk side of the bot: one robot, its stream, the groups an admin lends it their ears in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import structlog

from bot.abilities import Abilities, Hearing, Right, Self, Tempo
from bot.actions import Action, Delete, Recall, Say
from bot.events import AccountsJoined, Event, MessageSeen, Picture
from bot.places import Place
from bot.platforms import Keeper, Member, Posted, Refused, Sent, Unreadable, calling
from bot.platforms.arrivals import Batch, Raw, Take
from bot.platforms.dingtalk import reading, stream
from bot.platforms.dingtalk.api import API, OLD_API, Api
from bot.platforms.dingtalk.cards import Cards
from bot.platforms.dingtalk.content import for_the_robot
from bot.platforms.dingtalk.ears import Ears
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import HOOK, Admin, People, conversation
from bot.platforms.dingtalk.posting import CustomRobot, Posting
from bot.platforms.dingtalk.raws import note_of, raw
from bot.platforms.dingtalk.reading import CALLBACK, PRESS, SAME, Reader

log = structlog.get_logger(__name__)

NAME = "dingtalk"
# DingTalk takes twenty messages a minute from a robot in one group.
TEMPO = Tempo(overall=10.0, second=1.0, minute=20, apart=True)
ABILITIES = Abilities(
    sees_everything=False,
    sees_members=False,
    sees_recalls=False,
    edits=False,
    deletes=False,
    mutes=False,
    bans=False,
    readmits=False,
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
    posts_only=HOOK,
)
_TOGETHER = 200
# Lines that wait to be stored; then no more are read, and the child has to wait.
_MOST_WAITING = 2_000


class DingTalk:
    """`robot` is the robot's code, mostly the client id; `called` the name it goes by in groups. `feeds` are the groups
    an admin's stream tells of, with their names; `command` starts it. `card` is the template of the cards that show
    choices in private; without one they are numbers alone. `tempo` is how fast it may talk, where not as on DingTalk.
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
        tempo: Tempo | None = None,
    ) -> None:
        self._abilities = replace(ABILITIES, tempo=tempo) if tempo else ABILITIES
        self._called = called
        self._api = Api(client_id, secret, api, old_api)
        self._people = People(admins)
        self._known = Known(titles=dict(feeds or {}))
        self._robot = robot or client_id
        self._hooks = hooks
        self._reader = Reader(NAME, called, self._people, self._known)
        self._topics = stream.topics(cards=bool(card))
        cards = Cards(self._api, card)
        self._posting = Posting(self._api, self._robot, self._people, self._known, hooks, cards)
        self._waiting: asyncio.Queue[Raw] = asyncio.Queue(_MOST_WAITING)
        self._ears = Ears(NAME, feeds or {}, command, self._known, self._waiting)
        self._taking = 0

    @property
    def name(self) -> str:
        return NAME

    def go_by(self, name: str) -> None:
        """It is called otherwise from now on."""
        self._called = name
        self._reader.go_by(name)

    @property
    def remedy(self) -> str:
        return "copy client id and secret of the DingTalk application again, and see that it is published"

    @property
    def abilities(self) -> Abilities:
        return self._abilities

    @property
    def busy(self) -> bool:
        """Whether something has come that is not stored yet."""
        return bool(self._taking) or not self._waiting.empty()

    @property
    def heard(self) -> frozenset[str]:
        """The groups an admin's stream tells of just now."""
        return frozenset(self._known.heard)

    @property
    def unheard(self) -> frozenset[str]:
        return frozenset(self._known.titles.get(group, group) for group in self._ears.deaf)

    def overheard(self, group: str) -> int:
        """How many messages of a group were told by an admin's stream so far."""
        return self._ears.told[group]

    async def hear(self, groups: Mapping[str, str]) -> None:
        """From now on an admin's stream tells of these groups, and of no others. Returns once it does."""
        self._known.titles |= groups
        self._ears.lent(groups)
        await self._ears.complete()

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        await self._ears.stop()
        await self._api.close()

    async def me(self) -> Self:
        await self._api.token()
        return Self(f"ding:robot:{self._robot}", self._called, self._robot, False, self._abilities)

    async def listen(self, cursor: str | None, take: Take, beat: Callable[[], None]) -> None:
        """The robot's stream until it ends. The admins' streams run on beside it, whatever becomes of this one."""
        self._ears.open()
        for hook in self._hooks:
            if not hook.group:
                await self._waiting.put(note_of(hook.address, hook.title, heard=False))
        storing = asyncio.create_task(self._store(take))
        looking = asyncio.create_task(self._ears.look())
        try:
            taken = partial(self._called_back, take)
            await stream.follow(self._api, self._topics, taken, beat)
        finally:
            for task in (storing, looking):
                task.cancel()
            await asyncio.gather(storing, looking, return_exceptions=True)

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
        but perhaps where a picture is fetched, or whose number is whose.
        """
        kind = PRESS if topic == stream.PRESSES else CALLBACK
        # A card may be pressed twice, and mean it.
        number = str(told.get("msgId") or "") if kind == CALLBACK else f"press:{time.time_ns()}"
        body, now, lane = orjson.dumps({kind: told}), datetime.now(UTC), "unread"
        notes: tuple[Raw, ...] = ()
        with suppress(Unreadable, StopIteration):
            # Read now, too: where it can be answered is wanted before its turn comes.
            events = self._reader.events(body, now)
            said = next(one for one in events if isinstance(one, MessageSeen))
            lane = said.place.address
            if conversation(said.place) in self._known.heard:
                pictured = bool(said.pictures or said.cited_pictures)
                if not for_the_robot(said.message.text, pictured=pictured):
                    return self._joins(lane, events)
                number = f"asked:{number}"
            notes = self._first_met(said.place)
        self._taking += 1
        try:
            await take(Batch((*notes, raw(kind, told, lane, number)), ""))
        finally:
            self._taking -= 1

    def _first_met(self, place: Place) -> tuple[Raw, ...]:
        """Nobody tells a robot that it was let into a group: it learns that from whoever names it there. Of a group that
        is to be heard its stream tells.
        """
        group = conversation(place)
        if not group or group in self._known.lent or group in self._known.met:
            return ()
        self._known.met.add(group)
        return (note_of(place.address, place.title, heard=False),)

    def _joins(self, lane: str, events: Sequence[Event]) -> None:
        same = [(one.user, one.other) for one in events if isinstance(one, AccountsJoined)]
        if same:
            with suppress(asyncio.QueueFull):
                self._waiting.put_nowait(
                    Raw(f"same:{time.time_ns()}", lane[:128], orjson.dumps({SAME: same}))
                )

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        return self._reader.events(body, at)

    def joined(self, accounts: Mapping[str, str]) -> None:
        self._people.learn(accounts)

    def spoke(self, say: Say, place: Place) -> None:
        self._posting.spoke(say, place)

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
