"""What is still to be said: once, in the right order, and not what nobody needs any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from bot import outbox
from bot.actions import (
    Action,
    Answer,
    Ban,
    Button,
    Delete,
    Edit,
    Leave,
    Menu,
    MenuEntry,
    Mute,
    Priority,
    Recall,
    Say,
)
from bot.events import Picture
from bot.outbox import Parcel
from bot.packing import kind_of, pack, unpack
from bot.store import chats
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.tables import outbox as rows
from tests.fakes import GROUP, OTHER, START


@pytest.fixture
async def db(where: Path | URL) -> AsyncIterator[Database]:
    database = await Database.open(where)
    async with database.transaction() as tx:
        await chats.register(tx, GROUP, 0)
        await chats.register(tx, OTHER, 0)
    yield database
    await database.close()


async def put(db: Database, *actions: Action) -> int:
    async with db.transaction() as tx:
        return await outbox.put(tx, actions, START)


async def first(db: Database) -> list[Parcel]:
    async with db.read() as tx:
        return await outbox.first(tx, [], 10)


async def send(db: Database, parcel: Parcel, message_id: str) -> None:
    async with db.transaction() as tx:
        await outbox.claim(tx, [parcel.row], START)
        await outbox.sent(tx, parcel, message_id, START)


async def states(db: Database) -> dict[str, str]:
    async with db.read() as tx:
        return {row.key: row.state for row in await tx.execute(select(rows.c.key, rows.c.state))}


@pytest.mark.parametrize(
    "action",
    [
        Say(
            "a",
            1,
            "<b>别付钱</b>",
            Priority.ALARM,
            ((Button("我已经付了", "/paid 7"),),),
            reply_to="9",
            image=b"png",
        ),
        Say(
            "b",
            1,
            "x",
            picture=Picture("f", "u", 12, "q.png"),
            replaces="a",
            incident=None,
            may_be_refused=True,
        ),
        Edit("c", "a", "✓", buttons=((Button("官网", link="https://example.com"),),)),
        Recall("d", "a"),
        Delete("e", 1, "99"),
        Mute("f", 1, "50", on=False),
        Ban("j", 1, "50"),
        Answer("g", 1, "press", "好", alert=True),
        Menu("h", 1, (MenuEntry("status", "状态"),), admins=True),
        Leave("i", 1),
    ],
    ids=kind_of,
)
def test_every_action_survives_being_stored(action: Action) -> None:
    image = action.image if isinstance(action, Say) else None
    assert unpack(kind_of(action), pack(action), image) == action


async def test_a_key_is_never_queued_twice(db: Database) -> None:
    assert await put(db, Say("k", 1, "one")) == 1
    assert await put(db, Say("k", 1, "two")) == 0
    parcels = await first(db)
    assert [parcel.action for parcel in parcels] == [Say("k", 1, "one")]
    await send(db, parcels[0], "5")
    assert await put(db, Say("k", 1, "three")) == 0


async def test_a_thousand_private_alerts_are_queued_at_once_and_none_twice(db: Database) -> None:
    alerts = [Say(f"parent:{number}", 1 + number % 2, "!", Priority.PARENT) for number in range(1_000)]
    assert await put(db, Say("public", 1, "!", Priority.ALARM), *alerts[:600]) == 601
    assert await put(db, *alerts, alerts[0]) == 400
    async with db.read() as tx:
        kept = (await tx.execute(select(rows.c.key).order_by(rows.c.id))).scalars().all()
    assert kept == ["public", *(one.key for one in alerts)]


async def test_an_alarm_overtakes_tips_and_every_chat_gets_its_turn(db: Database) -> None:
    await put(
        db,
        Say("tip", 1, "tip", Priority.TIP),
        Say("other", 2, "tip", Priority.TIP),
        Say("alarm", 1, "alarm", Priority.ALARM),
    )
    assert [parcel.key for parcel in await first(db)] == ["alarm", "other"]


async def test_a_busy_chat_is_passed_over(db: Database) -> None:
    await put(db, Say("one", 1, ""), Say("two", 2, ""))
    async with db.read() as tx:
        assert [parcel.key for parcel in await outbox.first(tx, {1}, 10)] == ["two"]


async def test_an_edit_waits_until_its_message_stands(db: Database) -> None:
    await put(db, Say("warning", 1, "!", Priority.PARENT), Edit("edit", "warning", "✓", Priority.ALARM))
    (parcel,) = await first(db)
    assert parcel.key == "warning"
    await send(db, parcel, "77")
    (parcel,) = await first(db)
    assert (parcel.key, parcel.target_id) == ("edit", "77")


async def test_an_edit_of_a_message_nobody_knows_is_not_queued(db: Database) -> None:
    assert await put(db, Edit("edit", "unknown", "✓")) == 0


async def test_only_the_latest_edit_is_sent(db: Database) -> None:
    await put(db, Say("w", 1, "!"))
    await put(db, Edit("e1", "w", "one"))
    await put(db, Edit("e2", "w", "two"))
    assert await states(db) == {"w": "waiting", "e1": "dropped", "e2": "waiting"}


async def test_an_old_edit_delivered_again_does_not_undo_a_newer_one(db: Database) -> None:
    await put(db, Say("w", 1, "!"), Edit("e1", "w", "one"), Edit("e2", "w", "two"))
    assert await put(db, Edit("e1", "w", "one")) == 0
    assert (await states(db))["e2"] == "waiting"


async def test_taking_back_what_was_not_said_yet_means_not_saying_it(db: Database) -> None:
    await put(db, Say("w", 1, "!"), Edit("e", "w", "?"))
    assert await put(db, Recall("r", "w")) == 0
    assert (await states(db))["w"] == "dropped"


async def test_taking_back_what_stands_is_queued(db: Database) -> None:
    await put(db, Say("w", 1, "!"))
    await send(db, (await first(db))[0], "77")
    await put(db, Recall("r", "w"))
    (parcel,) = await first(db)
    assert (parcel.action, parcel.target_id) == (Recall("r", "w"), "77")


async def test_a_replacement_takes_the_old_message_away_once_it_stands(db: Database) -> None:
    await put(db, Say("old", 1, "caution"))
    await send(db, (await first(db))[0], "1")
    await put(db, Say("new", 1, "alarm", replaces="old"))
    (parcel,) = await first(db)
    assert parcel.key == "new"
    await send(db, parcel, "2")
    (parcel,) = await first(db)
    assert isinstance(parcel.action, Recall)
    assert parcel.target_id == "1"


async def test_what_is_taken_back_after_it_was_chosen_is_not_sent(db: Database) -> None:
    await put(db, Say("w", 1, "!"), Say("other", 2, "!"))
    chosen = [parcel.row for parcel in await first(db)]
    await put(db, Recall("r", "w"))
    async with db.transaction() as tx:
        claimed = await outbox.claim(tx, chosen, START)
    assert claimed == {chosen[1]}
    assert await states(db) == {"w": "dropped", "other": "sending"}


async def test_what_was_being_sent_at_a_crash_is_sent_again_and_counted(db: Database) -> None:
    await put(db, Say("w", 1, "!"), Say("waiting", 2, "!"))
    async with db.transaction() as tx:
        await outbox.claim(tx, [(await first(db))[0].row], START)
    assert [parcel.key for parcel in await first(db)] == ["waiting"]
    async with db.transaction() as tx:
        assert await outbox.recover(tx) == 1
    again = (await first(db))[0]
    assert (again.key, again.doubled, again.attempts) == ("w", 1, 1)
    assert (await first(db))[1].doubled == 0
    async with db.transaction() as tx:
        await outbox.claim(tx, [again.row], START + timedelta(minutes=1))
        await outbox.recover(tx)
    assert (await first(db))[0].tried_at == milliseconds(START)


async def test_what_was_said_long_ago_is_forgotten_and_what_is_not_said_yet_is_not(db: Database) -> None:
    await put(db, Say("said", 1, "!"), Say("unsaid", 2, "!"))
    await send(db, (await first(db))[0], "1")
    kept = timedelta(days=30)
    async with db.transaction() as tx:
        await outbox.purge(tx, START + timedelta(days=29), kept)
    assert len(await states(db)) == 2
    async with db.transaction() as tx:
        assert await outbox.purge(tx, START + timedelta(days=31), kept) is False
    assert await states(db) == {"unsaid": "waiting"}


async def test_what_was_said_lately_or_may_have_been_is_told_the_oldest_first(db: Database) -> None:
    await put(db, Say("waits", 1, "later", Priority.TIP), Say("said", 1, "said"), Say("elsewhere", 2, "!"))
    await send(db, (await first(db))[0], "1")
    await put(db, Mute("mute", 1, "66"))
    await send(db, (await first(db))[0], "")
    await put(db, Edit("edit", "said", "edited"))
    async with db.transaction() as tx:
        (edit,) = await outbox.first(tx, [2], 1)
        await outbox.claim(tx, [edit.row], START + timedelta(minutes=1))
        assert await outbox.tried(tx, [1], START) == [
            (1, Say("said", 1, "said")),
            (1, Edit("edit", "said", "edited")),
        ]
        assert [one.key for _, one in await outbox.tried(tx, [1], START + timedelta(seconds=1))] == ["edit"]
