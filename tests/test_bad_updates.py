"""Updates nobody can read, or nobody asked for: set aside, and what comes behind them is answered."""

from __future__ import annotations

import json
from typing import Any

from bot.store.tables import inbox
from tests.guarded import CODE, SCAM, School, guarded
from tests.opened import for_each_test

school = for_each_test(guarded)


def _group(school: School) -> dict[str, Any]:
    chat = next(chat for chat in school.playground.world.groups_and_channels() if chat.key == "class")
    return {"id": chat.id, "type": "supergroup", "title": chat.title}


UNREADABLE: tuple[object, ...] = (
    {"garbage": True},
    {},
    [],
    "text",
    {"message_id": 5, "date": "yesterday", "chat": {"id": 1, "type": "private"}, "text": "x"},
    {"message_id": 5, "date": 10**18, "chat": {"id": 1, "type": "private"}, "text": "x"},
)


async def test_updates_that_cannot_be_read_are_set_aside_and_hold_up_nothing(school: School) -> None:
    queue = school.playground.world.queue
    for body in UNREADABLE:
        queue.put("message", body)  # type: ignore[arg-type]
    await school.says("clone", SCAM, photo={"qr": CODE})
    assert len(await school.warnings()) == 1
    reasons = await school.rows(inbox.c.state, inbox.c.reason)
    assert all(row.reason for row in reasons if row.state == "aside")
    await school.unharmed(aside=len(UNREADABLE))


async def test_updates_of_kinds_nobody_asked_for_pass_by(school: School) -> None:
    queue = school.playground.world.queue
    kinds = ("telepathy", "message_dreamt")
    wanted = queue.allowed_updates
    queue.allow(kinds)
    for kind in kinds:
        assert queue.put(kind, {"chat": _group(school), "text": SCAM})
    queue.allow(wanted)
    await school.says("clone", SCAM, photo={"qr": CODE})
    assert len(await school.warnings()) == 1
    await school.unharmed()


def _raw(school: School, **fields: Any) -> dict[str, Any]:
    """A message as the server might send it, not as the playground would."""
    person = {"id": 4242, "is_bot": False, "first_name": "王丽老师"}
    moment = int(school.playground.clock.seconds())
    return {"message_id": 900, "date": moment, "chat": _group(school), "from": person, "text": SCAM} | fields


def _arrives(school: School, body: dict[str, Any]) -> None:
    """Put into the queue with half characters as escapes, which the playground would not let through."""
    queue = school.playground.world.queue
    number = queue.put("message", body)
    assert number is not None
    queue._waiting.pop()
    queue._waiting.append((number, json.dumps({"update_id": number, "message": body}).encode()))


async def test_half_characters_do_not_keep_a_scam_from_being_warned_of(school: School) -> None:
    _arrives(school, _raw(school, text=f"{SCAM}\ud83d"))
    _arrives(
        school,
        _raw(
            school,
            message_id=901,
            text="好的",
            **{"from": {"id": 7, "is_bot": False, "first_name": "\udc00妈妈"}},
        ),
    )
    assert len(await school.warnings()) == 1
    await school.unharmed()


async def test_a_message_nested_beyond_reason_does_not_end_the_polling(school: School) -> None:
    queue = school.playground.world.queue
    number = queue.put("message", {})
    assert number is not None
    queue._waiting.pop()
    queue._waiting.append((number, b'{"update_id":%d,"message":%s%s}' % (number, b"[" * 5000, b"]" * 5000)))
    await school.says("clone", SCAM, photo={"qr": CODE})
    assert len(await school.warnings()) == 1
    await school.unharmed(aside=1)


async def test_accounts_without_a_name_are_people_like_others(school: School) -> None:
    """Deleted accounts have an empty name."""
    control = school.playground.control
    await control.change_user("stranger", first_name="")
    await control.change_user("deputy", first_name="")
    await control.member("class", "dad", "administrator")
    asked = await school.says("stranger", SCAM, photo={"qr": CODE})
    await school.says("teacher", "/teacher add", reply_to=asked)
    await school.says("teacher", "/status")
    assert len(await school.warnings()) == 1
    await control.member("class", "stranger", "left")
    await school.tells("mum", forward={"user": "stranger"}, text=SCAM)
    await school.unharmed()
