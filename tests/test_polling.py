"""Polling never stops: not for a broken line, a refused token, a full database or a week of silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.emergency import Emergency
from bot.health.pulse import Pulse
from bot.inbox import Inbox, Letter
from bot.intake import Intake
from bot.lanes import Lanes
from bot.platforms import Denied, Later, Unsure
from bot.platforms.arrivals import Batch, Raw
from bot.polling import Poller
from bot.routing import Router
from bot.store.db import Database
from tests.fakes import FakePlatform, StillClock, until


class Reception:
    """Where stored updates go; stands in for the router."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.abreast: set[str] = set()
        self.lanes: Lanes[str] = Lanes(self._nothing, limit=3)

    async def _nothing(self, _job: str) -> None:
        return None

    async def receive(self, letter: Letter) -> None:
        self.received.append(letter.update_id)

    def is_abreast(self, platform: str) -> None:
        self.abreast.add(platform)


class Lookout:
    """Where updates go that cannot be stored; stands in for the emergency."""

    def __init__(self) -> None:
        self.looked_at: list[str] = []

    async def look(self, _platform: str, raws: Sequence[Raw]) -> None:
        self.looked_at.extend(raw.update_id for raw in raws)


class Post:
    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = StillClock()
        self.platform = FakePlatform()
        self.reception = Reception()
        self.lookout = Lookout()
        self.inbox = Inbox(db, self.clock)

    @asynccontextmanager
    async def polled(self) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        intake = Intake(self.inbox, cast(Router, self.reception), cast(Emergency, self.lookout))
        poller = Poller(self.platform, intake, self.clock, Pulse())
        task = asyncio.create_task(poller.run(stopping))
        yield
        stopping.set()
        await asyncio.wait_for(task, 5)

    async def gets(self, *numbers: str) -> None:
        await until(lambda: self.reception.received == list(numbers))


@pytest.fixture
async def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    monkeypatch.setattr("bot.polling.FIRST_PAUSE", 0.001)
    db = await Database.open(tmp_path / "guard.db")
    yield Post(db)
    await db.close()


async def test_what_is_held_for_two_platforms_is_stored_once_and_none_of_it_is_lost(post: Post) -> None:
    intake = Intake(post.inbox, cast(Router, post.reception), cast(Emergency, post.lookout))
    for number in range(1, 9):
        assert intake.hold("fake", Batch((Raw(str(number), "-100", b"{}"),), ""))
    last = [Batch((Raw(number, "-100", b"{}"),), "") for number in ("9", "10")]
    await asyncio.gather(*(intake.take("fake", batch) for batch in last))
    assert sorted(post.reception.received, key=int) == [str(number) for number in range(1, 11)]


async def test_what_is_held_is_stored_as_soon_as_it_can_be_though_nothing_more_is_said(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.FIRST_PAUSE", 0.01)
    intake = Intake(post.inbox, cast(Router, post.reception), cast(Emergency, post.lookout))
    assert intake.hold("fake", Batch((Raw("1", "-100", b"{}"),), ""))
    await post.gets("1")
    await intake.finish()


async def test_updates_are_stored_before_the_poll_that_confirms_them(post: Post) -> None:
    post.platform.deliver(text="一")
    async with post.polled():
        await post.gets("1")
        await until(lambda: post.platform.cursors[:2] == [None, "2"])
        assert [letter.update_id async for letter in post.inbox.waiting()] == ["1"]
        post.platform.deliver(text="二")
        await post.gets("1", "2")


async def test_polling_goes_on_where_it_ended(post: Post) -> None:
    post.platform.deliver(text="一")
    async with post.polled():
        await post.gets("1")
    async with post.polled():
        post.platform.deliver(text="二")
        await post.gets("1", "2")
    assert None not in post.platform.cursors[1:]


class Piled(FakePlatform):
    """Never shows all that waits."""

    async def poll(self, cursor: str | None) -> Batch:
        return replace(await super().poll(cursor), full=True)


@pytest.mark.parametrize(("platform", "abreast"), [(FakePlatform, {"fake"}), (Piled, set())])
async def test_it_is_abreast_once_a_poll_has_brought_all_that_waited(
    post: Post, platform: type[FakePlatform], abreast: set[str]
) -> None:
    post.platform = platform()
    post.platform.deliver(text="一")
    async with post.polled():
        await post.gets("1")
        await until(lambda: len(post.platform.cursors) > 2)
    assert post.reception.abreast == abreast


@pytest.mark.parametrize(
    "trouble", [Unsure("502"), Later(0.01, everywhere=True), RuntimeError("nobody foresaw this")]
)
async def test_trouble_is_survived(post: Post, trouble: Exception) -> None:
    post.platform.poll_failures.extend([trouble, trouble])
    post.platform.deliver(text="一")
    async with post.polled():
        await post.gets("1")


async def test_a_refused_token_is_told_clearly_and_tried_again(post: Post) -> None:
    denied = Denied("Telegram does not accept the bot's token")
    denied.seconds = 0.01
    post.platform.poll_failures.append(denied)
    post.platform.deliver(text="一")
    with capture_logs() as lines:
        async with post.polled():
            await post.gets("1")
    (told,) = [line for line in lines if line["event"] == "platform_refuses"]
    assert told["log_level"] == "error" and "@BotFather" in told["remedy"]


async def test_updates_that_could_not_be_stored_are_fetched_again(post: Post) -> None:
    async with post.db.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
    post.platform.deliver(text="一")
    async with post.polled():
        await until(lambda: len(post.platform.cursors) >= 2)
        assert set(post.platform.cursors) == {None}
        async with post.db.transaction() as tx:
            await tx.exec_driver_sql("ALTER TABLE gone RENAME TO inbox")
        await post.gets("1")


async def test_nothing_is_fetched_while_too_much_waits(post: Post) -> None:
    for number in range(3):
        post.reception.lanes.put("a", str(number))
    post.platform.deliver(text="一")
    async with post.polled():
        await asyncio.sleep(0.02)
        assert post.platform.cursors == []
        post.reception.lanes.start()
        await post.gets("1")
    await post.reception.lanes.stop(1)


async def test_after_a_silent_week_the_platform_counts_afresh(post: Post) -> None:
    post.platform.deliver(text="一")
    async with post.polled():
        await post.gets("1")
        await until(lambda: post.platform.cursors[-1] == "2")
        post.clock.advance(days=7)
        await until(lambda: post.platform.cursors[-1] is None)
        post.platform.deliver(text="二")
        await post.gets("1", "2")
        await until(lambda: post.platform.cursors[-1] == "3")
