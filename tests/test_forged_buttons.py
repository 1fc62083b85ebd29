"""Buttons nobody offered: forged, garbled, or of long ago."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store.tables import incidents, settings
from tests.guarded import CODE, SCAM, School, guarded
from tests.opened import for_each_test

FORGED = (
    "/mode guard",
    "／mode observe",
    "/mode@otherbot guard",
    "/safe #1",
    "/scam #1 0",
    "/delete #1",
    "/mute #1",
    "/setup x mode guard",
    "/teacher remove #1",
    "/language en",
    "/tips off",
    "",
    "\x00",
    "/" * 64,
    "字" * 3000,
    "garbage",
)

school = for_each_test(guarded)


@pytest.mark.parametrize("who", ["outsider", "stranger"])
async def test_forged_presses_are_answered_and_change_nothing(school: School, who: str) -> None:
    await school.says("clone", SCAM, photo={"qr": CODE})
    (warning,) = await school.warnings()
    before = await school.rows(incidents.c.state, incidents.c.decided_by, incidents.c.revision)
    for data in FORGED:
        pressed = await school.playground.control.press(
            "class", warning["message_id"], who, data=data, forged=True, wait=10
        )
        assert pressed["answer"]["text"], data
    await school.settled()
    assert await school.rows(settings.c.name) == []
    assert await school.rows(incidents.c.state, incidents.c.decided_by, incidents.c.revision) == before
    assert not await school.playground.control.calls("restrictChatMember", count=0)
    await school.unharmed()


async def test_garbled_buttons_of_an_admin_are_answered_too(school: School) -> None:
    hello = (await school.said())[0]
    for data in (
        "",
        "\x00",
        "字" * 3000,
        "/setup x mode guard",
        "/mode@otherbot guard",
        "/unknown",
        "/safe #0",
    ):
        pressed = await school.playground.control.press(
            "class", hello["message_id"], "teacher", data=data, forged=True, wait=10
        )
        assert pressed["answer"]["text"], data
    assert await school.rows(settings.c.name) == []
    await school.unharmed()


async def test_a_button_of_long_ago_does_not_undo_what_was_decided_since(school: School) -> None:
    control = school.playground.control
    await school.says("clone", SCAM, photo={"qr": CODE})
    await school.settled()
    (card,) = [one for one in await school.said("teacher") if "/safe" in commands_of(one)]
    safe = next(
        data for row in card["buttons"] for button in row if (data := button["data"]).startswith("/safe")
    )
    await control.press(
        "teacher", card["message_id"], "teacher", data=safe.replace("/safe", "/scam"), forged=True
    )
    await school.settled()
    pressed = await control.press("teacher", card["message_id"], "teacher", data=safe, forged=True, wait=10)
    assert pressed["answer"]["text"]
    await school.settled()
    assert [row.state for row in await school.rows(incidents.c.state)] == ["scam"]
    await school.unharmed()


def commands_of(said: dict[str, Any]) -> str:
    return " ".join(button.get("data", "") for row in said["buttons"] for button in row)
