"""Every update is answered: once, in order, whatever the handlers, the database or the pictures do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.abilities import Self
from bot.actions import Action, Say
from bot.config import RetentionConfig
from bot.delivery import Delivery
from bot.directory import Directory
from bot.emergency import Emergency
from bot.events import ChatMoved, Event, Membership, MessageSeen, PicturesRead, TimerDue
from bot.gallery import Gallery
from bot.groups import Groups
from bot.inbox import Inbox
from bot.keepers import Keepers
from bot.media.reading import Reading, Task
from bot.outbox import put
from bot.places import Chat, Place
from bot.platforms import Batch, Keeper, Later, Raw, Refused
from bot.portraits.looking import Looking
from bot.portraits.posters import Posters
from bot.portraits.sitters import Sitters
from bot.routing import Job, Router
from bot.store import admins, chats, incidents, settings, timers
from bot.store.db import Database
from bot.store.tables import chats as known_chats
from bot.store.tables import inbox, outbox
from bot.timekeeping import Timekeeper
from bot.upkeep import Upkeep
from handlers import group
from handlers.here import Here
from handlers.memory import Memory
from handlers.seen import Seen
from patterns.model import AttachmentKind
from tests.fakes import GROUP, START, FakePlatform, StillClock, raw_update, until

ME = Self("1", "守护", "guard_bot")


class Answers:
    """Handlers that say what they were asked to answer, and fail as told."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.failures: list[Exception] = []
        self.hook: Callable[[Any, Here], Awaitable[None]] | None = None

    async def __call__(self, event: Any, here: Here) -> Sequence[Action]:
        if self.failures:
            raise self.failures.pop(0)
        self.events.append(event)
        if self.hook is not None:
            await self.hook(event, here)
        said = event.event if isinstance(event, Seen) else event
        reply_to = said.message.id if isinstance(said, MessageSeen) else None
        return [Say(f"{type(event).__name__}:{len(self.events)}", here.chat.id, "答", reply_to=reply_to)]


class SlowDecoder:
    """Reads a code out of every picture once it is let."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def read(self, unique_id: str, data: bytes, task: Task = Task.CODES) -> Reading:
        await self.free.wait()
        return Reading(payloads=(data.decode(),))


class House:
    """Everything between a stored update and the outbox."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = StillClock()
        self.platform = FakePlatform()
        self.answers = Answers()
        self.decoder = SlowDecoder()
        self.observed: list[tuple[Event, Seen | None]] = []
        self.router = self.new_router()
        self.timekeeper = Timekeeper(db, self.clock, self.router.directory, self.router, {"fake"})

    def new_router(self) -> Router:
        async def load(tx: Any, chat: Chat) -> group.Group:
            return await group.load(tx, chat, ME, str)

        directory, groups = Directory(self.db, self.clock), Groups(self.db, load)
        platforms = {"fake": self.platform}
        memory, gallery = Memory(str), Gallery(self.decoder, platforms)
        emergency = Emergency(self.db, self.clock, platforms, directory, groups, memory, gallery)
        looking = Looking(self.decoder, platforms)
        kinds = (Seen, MessageSeen, PicturesRead, ChatMoved, TimerDue)
        return Router(
            db=self.db,
            clock=self.clock,
            platforms=platforms,
            selves={"fake": ME},
            inbox=Inbox(self.db, self.clock),
            directory=directory,
            groups=groups,
            memory=memory,
            gallery=gallery,
            posters=Posters(looking),
            sitters=Sitters(self.db, self.clock, groups, looking),
            keepers=Keepers(self.db, self.clock, groups, platforms),
            delivery=Delivery(self.db, self.clock, directory, platforms),
            emergency=emergency,
            routes=dict.fromkeys(kinds, self.answers),
            mark=str,
            observer=lambda event, seen, _actions, _spent: self.observed.append((event, seen)),
        )

    async def receive(self, *raws: Raw) -> None:
        batch = Batch(raws, str(int(raws[-1].update_id) + 1))
        for letter in await self.router.inbox.store("fake", batch):
            self.router.receive(letter)

    async def answered(self) -> None:
        await asyncio.wait_for(self.router.lanes.idle(), 10)
        await self.router.inbox.flush()

    async def states(self) -> dict[str, str]:
        async with self.db.read() as tx:
            rows = await tx.execute(select(inbox.c.update_id, inbox.c.state))
            return {row.update_id: row.state for row in rows}

    async def queued(self) -> list[str]:
        async with self.db.read() as tx:
            return list(await tx.scalars(select(outbox.c.key).order_by(outbox.c.id)))


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr("bot.routing.FIRST_REST", 0.001)
    db = await Database.open(tmp_path / "guard.db")
    made = House(db)
    made.router.lanes.start()
    yield made
    await made.router.gallery.stop()
    await made.router.lanes.stop(grace=1)
    await db.close()


async def test_an_ordinary_message_leaves_nothing_but_a_done_mark(house: House) -> None:
    await house.receive(raw_update(1, text="明天几点放学？"))
    await house.answered()
    assert await house.states() == {"1": "done"}
    assert house.answers.events == []
    assert await house.queued() == []
    assert [(type(event), seen) for event, seen in house.observed] == [(MessageSeen, None)]


async def test_a_command_is_answered_and_done_in_one_transaction(house: House) -> None:
    await house.receive(raw_update(1, text="/help"))
    await house.answered()
    assert await house.states() == {"1": "done"}
    assert await house.queued() == ["MessageSeen:1"]


async def test_a_private_message_is_answered(house: House) -> None:
    await house.receive(raw_update(1, chat="7", text="这是骗子吗"))
    await house.answered()
    assert await house.queued() == ["MessageSeen:1"]


async def test_a_handler_that_fails_once_is_asked_again(house: House) -> None:
    house.answers.failures.append(RuntimeError("once"))
    await house.receive(raw_update(1, text="/help"), raw_update(2, text="/status"))
    await house.answered()
    assert [event.message.text for event in house.answers.events] == ["/help", "/status"]
    assert await house.states() == {"1": "done", "2": "done"}


async def test_an_update_nobody_can_answer_is_set_aside_and_the_next_one_answered(house: House) -> None:
    house.answers.failures.extend(RuntimeError("always") for _ in range(3))
    await house.receive(raw_update(1, text="/help"), raw_update(2, text="/status"))
    await house.answered()
    assert await house.states() == {"1": "aside", "2": "done"}
    assert [event.message.text for event in house.answers.events] == ["/status"]


async def test_what_a_failing_handler_wrote_is_undone(house: House) -> None:
    async def write_and_fail(_event: Any, here: Here) -> None:
        await settings.choose(here.tx, here.chat.id, "mode", "guard")
        raise RuntimeError("after writing")

    house.answers.hook = write_and_fail
    await house.receive(raw_update(1, text="/mode guard"))
    await house.answered()
    async with house.db.read() as tx:
        assert (await settings.load(tx, 1))["mode"] == "warn"
    assert await house.queued() == []


async def test_an_unreadable_update_is_set_aside_and_stops_nobody(house: House) -> None:
    await house.receive(raw_update(1, broken=True), raw_update(2, text="/help"), raw_update(3, foreign=True))
    await house.answered()
    assert await house.states() == {"1": "aside", "2": "done", "3": "done"}


async def test_the_update_is_done_only_when_its_picture_is_judged(house: House) -> None:
    house.platform.files["code.png"] = b"wxp://f2f0example"
    await house.receive(raw_update(1, chat="7", text="看看", pictures=["code.png"]))
    await house.answered()
    assert await house.states() == {"1": "waiting"}
    assert [type(event) for event in house.answers.events] == [MessageSeen]
    house.decoder.free.set()
    await until(lambda: len(house.answers.events) == 2)
    await house.answered()
    read = house.answers.events[1]
    assert isinstance(read, PicturesRead)
    assert [(one.kind, one.value) for one in read.found] == [(AttachmentKind.QR, "wxp://f2f0example")]
    assert await house.states() == {"1": "done"}


async def test_a_picture_that_cannot_be_fetched_does_not_hold_its_update(house: House) -> None:
    await house.receive(raw_update(1, chat="7", text="看看", pictures=["code.png"]))
    await until(lambda: len(house.answers.events) == 2)
    await house.answered()
    assert house.answers.events[1].reason == "the file is gone"
    assert await house.states() == {"1": "done"}


async def test_a_changed_setting_is_seen_by_the_next_message(house: House) -> None:
    async def choose(_event: Any, here: Here) -> None:
        await settings.choose(here.tx, here.chat.id, "mode", "guard")

    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    place = (await house.router.directory.at(GROUP))[0]
    assert (await house.router.groups.of(place)).settings["mode"] == "warn"
    house.answers.hook = choose
    await house.receive(raw_update(2, text="/mode guard"))
    await house.answered()
    assert (await house.router.groups.of(place)).settings["mode"] == "guard"


async def test_a_setting_changed_from_a_private_chat_is_seen_in_the_group(house: House) -> None:
    async def choose(_event: Any, here: Here) -> None:
        other = await here.group_of(1)
        assert other is not None
        await settings.choose(here.tx, other.chat.id, "mode", "observe")

    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    place = (await house.router.directory.at(GROUP))[0]
    await house.router.groups.of(place)
    house.answers.hook = choose
    await house.receive(raw_update(2, chat="7", text="/mode observe"))
    await house.answered()
    assert (await house.router.groups.of(place)).settings["mode"] == "observe"


async def test_a_group_met_for_the_first_time_is_asked_for_its_admins(house: House) -> None:
    house.platform.keepers = (Keeper("50", "王丽老师", owner=True, can_restrict=True),)
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    async with house.db.read() as tx:
        assert [admin.name for admin in await admins.load(tx, 1)] == ["王丽老师"]
        access = await chats.access(tx, 1)
    assert access is not None and access.rights


async def test_a_group_met_while_the_platform_is_silent_is_asked_about_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.keepers.PAUSE", 0)
    house.platform.keepers = (Keeper("50", "王丽老师", owner=True, can_restrict=True),)
    house.platform.keeper_failures = [Later(1), Later(1)]
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    async with house.db.read() as tx:
        access = await chats.access(tx, 1)
    assert access is not None and access.membership is Membership.MEMBER
    for expected in ([], ["王丽老师"]):
        await house.router.keepers.ask_again(asyncio.Event())
        async with house.db.read() as tx:
            assert [admin.name for admin in await admins.load(tx, 1)] == expected
    async with house.db.read() as tx:
        access = await chats.access(tx, 1)
    assert access is not None and access.rights


async def test_a_group_met_while_the_platform_is_silent_is_asked_about_after_a_restart(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.PAUSE", 0)
    house.platform.keepers = (Keeper("50", "王丽老师", owner=True, can_restrict=True),)
    house.platform.keeper_failures = [Refused("not now")]
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    router = house.router
    fresh = Keepers(house.db, house.clock, router.groups, router.platforms)
    upkeep = Upkeep(house.db, house.clock, router.inbox, router.memory, fresh, RetentionConfig())
    await upkeep.ask_admins(asyncio.Event())
    async with house.db.read() as tx:
        assert [admin.name for admin in await admins.load(tx, 1)] == ["王丽老师"]
        access = await chats.access(tx, 1)
    assert access is not None and access.rights


async def test_a_group_that_moved_keeps_its_settings_however_often_it_says_so(house: House) -> None:
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    async with house.db.transaction() as tx:
        await settings.choose(tx, 1, "mode", "guard")
    new = type(GROUP)("fake", "-1001", GROUP.kind, GROUP.title)
    # The new group has been heard of before the move is told, and the move is told twice.
    await house.receive(raw_update(2, chat="-1001", text="你好"))
    await house.answered()
    for _ in range(2):
        house.router.lanes.put("move", _job(ChatMoved(GROUP, new, START)))
    await house.answered()
    chat, was_new = await house.router.directory.at(new)
    assert (chat.id, was_new) == (1, False)
    async with house.db.read() as tx:
        assert (await settings.load(tx, 1))["mode"] == "guard"


async def test_what_was_said_before_a_move_is_answered_in_the_group_it_was_said_in(house: House) -> None:
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    new = Place("fake", "-1001", GROUP.kind, GROUP.title)
    # The new group's lane tells of the move while messages of the old one still wait in theirs.
    house.router.lanes.put("move", _job(ChatMoved(GROUP, new, START)))
    await house.answered()
    await house.receive(raw_update(2, text="/status"))
    await house.answered()
    async with house.db.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(known_chats)) == 1
        assert await tx.scalar(select(outbox.c.chat_id).order_by(outbox.c.id.desc()).limit(1)) == 1
        (payload,) = await tx.scalars(select(outbox.c.payload).order_by(outbox.c.id.desc()).limit(1))
    assert "reply_to" not in payload
    # The old group's own word of it comes last and changes nothing; nor does it after a restart.
    house.router = house.new_router()
    house.router.lanes.start()
    house.router.lanes.put("old", _job(ChatMoved(GROUP, new, START)))
    await house.answered()
    assert (await house.router.directory.at(new))[0].id == 1
    assert (await house.router.directory.at(GROUP))[0].place.address == "-1001"


async def test_an_incident_under_the_new_address_outlives_the_shell_it_was_found_in(house: House) -> None:
    await house.receive(raw_update(1, text="你好"))
    new = Place("fake", "-1001", GROUP.kind, GROUP.title)
    await house.receive(raw_update(2, chat="-1001", text="你好"))
    await house.answered()
    async with house.db.transaction() as tx:
        for chat in (1, 2):
            await incidents.open_(tx, chat, f"user:{chat}", str(chat), "王丽老师", "5", START)
        say = Say("warning", 1, "!", reply_to="5")
        await put(tx, [say, replace(say, key="card", chat=2, incident=2)], START)
    house.router.lanes.put("move", _job(ChatMoved(GROUP, new, START)))
    await house.answered()
    async with house.db.read() as tx:
        assert [one.number for one in await incidents.ongoing(tx, 1)] == [2, 1]
        rows = (await tx.execute(select(outbox).where(outbox.c.key.in_(["warning", "card"])))).all()
    assert {row.key: (row.chat_id, row.incident_id, row.payload.get("reply_to")) for row in rows} == {
        "warning": (1, None, None),
        "card": (1, 2, "5"),
    }


def _job(event: Event) -> Job:
    return Job("fake", event=event)


async def plan(house: House, **due_in: float) -> None:
    async with house.db.transaction() as tx:
        await chats.register(tx, GROUP, 0)
        at = StillClock()
        at.advance(**due_in)
        await timers.plan(tx, "tip:1", "tip", at.now(), 1, "payload")


async def test_a_timer_is_served_once_and_in_time(house: House) -> None:
    await plan(house, hours=1)
    await house.timekeeper.look()
    await house.answered()
    assert house.answers.events == []
    house.clock.advance(hours=1)
    for _ in range(3):
        await house.timekeeper.look()
    await house.answered()
    await house.timekeeper.look()
    await house.answered()
    (served,) = house.answers.events
    assert (served.kind, served.chat, served.payload) == ("tip", 1, "payload")


async def test_what_is_due_where_nobody_can_be_answered_holds_up_nothing_elsewhere(house: House) -> None:
    await plan(house)
    async with house.db.transaction() as tx:
        elsewhere, _ = await chats.register(tx, Place("gone", "-1", GROUP.kind, "三(3)班"), 0)
        at = StillClock()
        at.advance(days=-1)
        for number in range(300):
            await timers.plan(tx, f"tip:{number}:gone", "tip", at.now(), elsewhere.id)
    await house.timekeeper.look()
    await house.answered()
    assert [one.chat for one in house.answers.events] == [1]


async def test_a_timer_missed_while_away_is_served_after_the_return(house: House) -> None:
    await plan(house, days=-3)
    await house.timekeeper.look()
    await house.answered()
    (served,) = house.answers.events
    assert (served.at - served.due).days == 3


async def test_a_timer_moved_meanwhile_is_not_served_early(house: House) -> None:
    await plan(house, hours=-1)
    house.router.lanes.put(("fake", GROUP.address), _job(TimerDue(1, "tip", 1, "", START, START)))
    await house.answered()
    assert house.answers.events == []
    async with house.db.read() as tx:
        assert await timers.planned(tx, "tip:1") is not None


async def test_a_timer_may_plan_itself_again(house: House) -> None:
    async def next_week(event: Any, here: Here) -> None:
        at = StillClock()
        at.advance(days=7)
        await timers.plan(here.tx, "tip:1", "tip", at.now(), here.chat.id)

    house.answers.hook = next_week
    await plan(house, hours=-1)
    await house.timekeeper.look()
    await house.answered()
    await house.timekeeper.look()
    await house.answered()
    assert len(house.answers.events) == 1
    house.clock.advance(days=8)
    await house.timekeeper.look()
    await house.answered()
    assert len(house.answers.events) == 2


async def test_a_timer_nobody_can_serve_is_put_off_not_lost(house: House) -> None:
    house.answers.failures.extend(RuntimeError("always") for _ in range(3))
    await plan(house, hours=-1)
    await house.timekeeper.look()
    await house.answered()
    assert house.answers.events == []
    house.clock.advance(hours=2)
    await house.timekeeper.look()
    await house.answered()
    assert len(house.answers.events) == 1


async def test_what_only_looks_like_a_command_is_judged_as_talk_is(house: House) -> None:
    await house.receive(raw_update(1, text="/通知 明天春游"), raw_update(2, text="/status"))
    await house.answered()
    assert [event.message.text for event in house.answers.events] == ["/status"]
    assert await house.states() == {"1": "done", "2": "done"}
