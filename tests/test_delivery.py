"""Messages leave in time, in order and once; refusals, delays and lost answers are dealt with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import outbox
from bot.abilities import Tempo
from bot.actions import Action, Edit, Mute, Paper, Priority, Recall, Say
from bot.delivery import Delivery
from bot.directory import Directory
from bot.places import ChatKind, Place
from bot.platforms import Denied, Later, Moved, Posted, Refused, Sent, Unsure
from bot.store import chats
from bot.store.db import Database
from bot.store.tables import outbox as rows
from tests.fakes import GROUP, OTHER, PRIVATE, FakePlatform, StillClock, until

CLASS, CLASS_3, PARENT = 1, 2, 3


class House:
    """A database with three chats, a platform, and a delivery between them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = StillClock()
        self.platform = FakePlatform()
        self.delivery = self.new_delivery()

    def new_delivery(self) -> Delivery:
        directory = Directory(self.db, self.clock)
        return Delivery(self.db, self.clock, directory, {"fake": self.platform})

    async def put(self, *actions: Action) -> None:
        async with self.db.transaction() as tx:
            await outbox.put(tx, actions, self.clock.now())
        self.delivery.wake()

    async def row(self, key: str) -> Any:
        async with self.db.read() as tx:
            return (await tx.execute(select(rows).where(rows.c.key == key))).one()

    async def settled(self, key: str, state: str) -> Any:
        async with asyncio.timeout(5):
            while (row := await self.row(key)).state != state:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return row

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.delivery.run())
        yield
        await self.delivery.stop(grace=1)
        await task

    def done(self) -> list[str]:
        return [one.action.key for one in self.platform.performed]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    db = await Database.open(tmp_path / "guard.db")
    async with db.transaction() as tx:
        for place in (GROUP, OTHER, PRIVATE):
            await chats.register(tx, place, 0)
    yield House(db)
    await db.close()


async def test_what_is_queued_is_sent_at_once_to_the_right_place(house: House) -> None:
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM))
        row = await house.settled("w", "sent")
    assert row.message_id == "m1"
    assert row.attempts == 1
    assert house.platform.performed[0].place.address == GROUP.address


async def test_nothing_is_lost_between_the_commit_and_the_send(house: House) -> None:
    await house.put(Say("w", CLASS, "!", Priority.ALARM))
    async with house.running():
        await house.settled("w", "sent")
    assert house.done() == ["w"]


async def test_a_crash_while_sending_repeats_the_message_and_counts_it(house: House) -> None:
    arrived, never = asyncio.Event(), asyncio.Event()

    async def hang(_action: Action) -> None:
        arrived.set()
        await never.wait()

    house.platform.before_perform = hang
    await house.put(Say("w", CLASS, "!", Priority.ALARM))
    task = asyncio.create_task(house.delivery.run())
    await arrived.wait()
    assert (await house.row("w")).state == "sending"
    await house.delivery.stop(grace=0)
    await task
    house.platform.before_perform = None
    house.delivery = house.new_delivery()
    async with house.running():
        row = await house.settled("w", "sent")
    assert (row.doubled, row.attempts) == (1, 2)


async def test_an_alarm_overtakes_tips(house: House) -> None:
    await house.put(
        *(Say(f"tip{n}", n, "tip", Priority.TIP) for n in (CLASS, CLASS_3, PARENT)),
        Say("alarm", CLASS_3, "!", Priority.ALARM),
    )
    async with house.running():
        await until(lambda: len(house.done()) >= 3)
    assert house.done()[0] == "alarm"


async def test_a_warning_is_not_held_up_by_a_tip_that_waits_for_its_minute(house: House) -> None:
    house.platform.abilities = replace(house.platform.abilities, tempo=Tempo(1_000.0, 1_000.0, 4))
    house.delivery = house.new_delivery()
    tips = [Say(f"tip{number}", CLASS, "tip", Priority.TIP) for number in range(4)]
    async with house.running():
        await house.put(*tips)
        await until(lambda: len(house.done()) == 3)
        await house.put(Say("alarm", CLASS, "!", Priority.ALARM))
        await house.settled("alarm", "sent")
    assert house.done() == ["tip0", "tip1", "tip2", "alarm"]


async def test_a_slow_chat_does_not_hold_up_the_others(house: House) -> None:
    never = asyncio.Event()

    async def slow(action: Action) -> None:
        if action.key == "slow":
            await never.wait()

    house.platform.before_perform = slow
    await house.put(Say("slow", CLASS, "", Priority.ALARM), Say("behind", CLASS, "", Priority.ALARM))
    async with house.running():
        await house.put(Say("other", CLASS_3, "", Priority.ALARM))
        await until(lambda: "other" in house.done())
        assert house.done() == ["other"]
        never.set()
        await house.settled("behind", "sent")
    assert house.done() == ["other", "slow", "behind"]


async def test_a_chat_that_asks_for_patience_gets_it_and_loses_nothing(house: House) -> None:
    house.platform.failures.append(Later(0.05))
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM))
        row = await house.settled("w", "sent")
    assert (row.attempts, row.doubled) == (2, 0)


async def test_a_platform_that_asks_for_patience_silences_every_chat(house: House) -> None:
    house.platform.failures.append(Later(30.0, everywhere=True))
    async with house.running():
        await house.put(Say("one", CLASS, "!", Priority.ALARM))
        await until(lambda: not house.platform.failures)
        await house.settled("one", "waiting")
        await house.put(Say("two", CLASS_3, "!", Priority.ALARM))
        await asyncio.sleep(0.05)
    assert house.done() == []
    assert (await house.row("two")).state == "waiting"


async def test_nothing_is_lost_while_the_token_is_refused(house: House) -> None:
    house.platform.failures.append(Denied("revoked"))
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM))
        await until(lambda: not house.platform.failures)
        row = await house.settled("w", "waiting")
    assert row.doubled == 0


async def test_a_lost_answer_is_answered_by_sending_again_and_counted(house: House) -> None:
    house.platform.failures.append(Unsure("the connection broke"))
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM), Mute("m", CLASS_3, "50"))
        row = await house.settled("w", "sent")
    assert row.doubled == 1
    assert house.platform.said() == ["!"]


class Recounting(FakePlatform):
    """Finds what it is asked for, and notes when it was asked."""

    numbered_together: frozenset[ChatKind] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[float, datetime]] = []

    def number(self, _body: bytes) -> str:
        return ""

    async def standing(
        self, _say: Say, _place: Place, since: datetime, _others: Mapping[str, datetime]
    ) -> Sent | None:
        self.asked.append((time.monotonic(), since))
        return Sent("77")


async def test_after_a_crash_what_may_stand_is_looked_for_once_the_guard_has_caught_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.CAUGHT_UP", 0.3)
    await house.put(Say("w", CLASS, "!", Priority.ALARM), Say("new", CLASS_3, "?"))
    tried = house.clock.now()
    async with house.db.transaction() as tx:
        await outbox.claim(tx, [(await outbox.first(tx, (), 1))[0].row], tried)
    house.platform = platform = Recounting()
    house.delivery, began = house.new_delivery(), time.monotonic()
    house.delivery.is_abreast("fake")
    house.clock.advance(seconds=5)
    async with house.running():
        assert (await house.settled("w", "sent")).message_id == "77"
        await house.settled("new", "sent")
    ((asked, since),) = platform.asked
    assert asked - began >= 0.3 and since == tried
    assert platform.said() == ["?"]


async def test_what_may_stand_is_not_looked_for_while_updates_wait_that_nobody_has_fetched(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.CAUGHT_UP", 0.0)
    await house.put(Say("w", CLASS, "!", Priority.ALARM), Say("new", CLASS_3, "?"))
    async with house.db.transaction() as tx:
        await outbox.claim(tx, [(await outbox.first(tx, (), 1))[0].row], house.clock.now())
    house.platform = platform = Recounting()
    house.delivery = house.new_delivery()
    async with house.running():
        await house.settled("new", "sent")
        assert platform.asked == []
        house.delivery.is_abreast("fake")
        await house.settled("w", "sent")
    assert platform.said() == ["?"]


async def test_repeating_an_edit_is_no_double(house: House) -> None:
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM))
        await house.settled("w", "sent")
        house.platform.failures.append(Unsure("the connection broke"))
        await house.put(Edit("e", "w", "✓", Priority.ALARM))
        row = await house.settled("e", "sent")
    assert (row.attempts, row.doubled) == (2, 0)


async def test_a_parent_who_closed_the_chat_is_noted_as_unreachable(house: House) -> None:
    house.platform.failures.append(Refused("bot was blocked by the user", unreachable=True))
    async with house.running():
        await house.put(Say("p", PARENT, "!", Priority.PARENT, may_be_refused=True))
        row = await house.settled("p", "failed")
    assert row.error == "bot was blocked by the user"
    async with house.db.read() as tx:
        access = await chats.access(tx, PARENT)
    assert access is not None and not access.reachable


async def test_a_refused_message_does_not_stop_the_next_one(house: House) -> None:
    house.platform.failures.append(Refused("not enough rights"))
    async with house.running():
        await house.put(Mute("m", CLASS, "50"), Say("w", CLASS, "!", Priority.ALARM))
        await house.settled("m", "failed")
        await house.settled("w", "sent")


async def test_a_group_that_moved_is_followed(house: House) -> None:
    house.platform.failures.append(Moved("-100200"))
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM))
        row = await house.settled("w", "sent")
    assert row.doubled == 0
    assert house.platform.performed[0].place.address == "-100200"


async def test_a_message_too_late_to_be_of_use_is_not_sent(house: House) -> None:
    await house.put(Say("late", CLASS, "!", Priority.TIP, lives=60), Say("tip", CLASS, "", Priority.TIP))
    house.clock.advance(seconds=61)
    async with house.running():
        row = await house.settled("late", "expired")
        await house.settled("tip", "sent")
    assert "too late" in row.error
    assert house.done() == ["tip"]


async def test_an_edit_is_told_which_message_and_whether_it_is_a_picture(house: House) -> None:
    async with house.running():
        await house.put(
            Say("w", CLASS, "!", Priority.ALARM, image=b"png"), Edit("e", "w", "✓", Priority.ALARM)
        )
        await house.settled("e", "sent")
        await house.put(Recall("r", "w"))
        await house.settled("r", "sent")
    assert [one.target for one in house.platform.performed] == [None, Posted("m1", True), Posted("m1", True)]


async def test_an_edit_of_a_message_that_was_refused_is_dropped(house: House) -> None:
    house.platform.failures.append(Refused("bot was kicked"))
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM), Edit("e", "w", "✓"))
        await house.settled("e", "dropped")
    assert house.done() == []


async def test_a_failure_nobody_foresaw_is_tried_again_but_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sending.backoff", lambda *_: 0.0)
    house.platform.failures.extend(RuntimeError("bug") for _ in range(3))
    async with house.running():
        await house.put(Say("w", CLASS, "!", Priority.ALARM))
        row = await house.settled("w", "failed")
    assert (row.attempts, row.error) == (3, "RuntimeError")


async def test_a_warning_does_not_wait_for_the_drawing_of_a_picture(house: House) -> None:
    inked = asyncio.Event()

    async def slowly(_: Paper) -> bytes:
        await inked.wait()
        return b"picture"

    directory = Directory(house.db, house.clock)
    house.delivery = Delivery(house.db, house.clock, directory, {"fake": house.platform}, draw=slowly)
    tip = Say("tip", CLASS, "a tip", Priority.TIP, paper=Paper("card", "en"))
    async with house.running():
        await house.put(tip, Say("after", CLASS, "later", Priority.TIP))
        await house.put(Say("alarm", CLASS, "watch out", Priority.ALARM))
        await house.settled("alarm", "sent")
        assert house.done() == ["alarm"]
        inked.set()
        await house.settled("after", "sent")
    assert house.done() == ["alarm", "tip", "after"]
    (sent,) = (one.action for one in house.platform.performed if one.action.key == "tip")
    assert isinstance(sent, Say) and sent.image == b"picture"


async def test_what_cannot_be_drawn_leaves_in_words(house: House) -> None:
    async def never(_: Paper) -> bytes:
        raise RuntimeError("no ink")

    directory = Directory(house.db, house.clock)
    house.delivery = Delivery(house.db, house.clock, directory, {"fake": house.platform}, draw=never)
    async with house.running():
        await house.put(Say("tip", CLASS, "a tip", paper=Paper("card", "en", otherwise="no picture")))
        await house.settled("tip", "sent")
    (sent,) = (one.action for one in house.platform.performed)
    assert isinstance(sent, Say) and sent.text == "a tip\nno picture" and sent.paper is None
