"""A person's plain text: read the short way, past the library, it tells the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.events import Event, MessageSeen
from bot.platforms.telegram.plain import plain
from bot.platforms.telegram.reading import events_of
from tests.telegram_class import NOW

PLAIN: dict[str, Any] = {
    "message_id": 7,
    "date": 1_795_451_914,
    "chat": {"id": -1002000000000, "type": "supergroup", "title": "三(2)班家长群", "is_forum": False},
    "from": {"id": 50, "is_bot": False, "first_name": "小雨", "last_name": "妈妈", "username": "xy"},
    "text": "@所有人 明天几点放学？",
}


def by_the_library(message: dict[str, Any]) -> list[Event]:
    """The long way: a key the short way does not know, and that means nothing."""
    return events_of(json.dumps({"update_id": 1, "message": message, "x": 1}).encode(), NOW, reads_all=False)


def the_short_way(message: dict[str, Any]) -> list[Event]:
    return events_of(json.dumps({"update_id": 1, "message": message}).encode(), NOW, reads_all=False)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"text": "好"},
        {"from": {"id": 50, "is_bot": False, "first_name": "王丽老师"}},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"from": {"id": 9, "is_bot": True, "first_name": "别的机器人"}},
        {"chat": {"id": 50, "type": "private", "first_name": "小雨"}},
        {"sender_chat": {"id": -5, "type": "channel", "title": "王丽老师"}},
        {"sender_tag": "班主任"},
        {"text": ""},
    ],
)
def test_a_plain_message_read_the_short_way_is_the_same_as_the_long_way(change: dict[str, Any]) -> None:
    message = PLAIN | change
    assert the_short_way(message) == by_the_library(message)


def test_only_a_person_s_plain_text_goes_the_short_way() -> None:
    assert plain({"update_id": 1, "message": PLAIN}) is not None
    for key, value in {
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_tag": "班主任",
        "text": 5,
        "date": "never",
        "chat": None,
    }.items():
        assert plain({"update_id": 1, "message": PLAIN | {key: value}}) is None


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-hant-tw", "zh-Hant"),
        ("fr", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_private_message_tells_what_the_phone_speaks(code: str | None, language: str) -> None:
    person = {"id": 50, "is_bot": False, "first_name": "小雨"} | (
        {} if code is None else {"language_code": code}
    )
    chat = {"id": 50, "type": "private", "first_name": "小雨"}
    (seen,) = by_the_library(PLAIN | {"from": person, "chat": chat})
    assert isinstance(seen, MessageSeen)
    assert seen.language == language


def test_what_a_members_phone_speaks_is_nobodys_business_in_a_group() -> None:
    person = {"id": 50, "is_bot": False, "first_name": "小雨", "language_code": "en"}
    (seen,) = by_the_library(PLAIN | {"from": person})
    assert isinstance(seen, MessageSeen)
    assert seen.language == ""
