"""Which of many waiting updates press: read before their turn, and only once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.inbox import Letter
from bot.jobs import Job
from tests.fakes import FakePlatform


def waiting(platform: FakePlatform, **content: Any) -> Job:
    raw = platform.deliver(**content)
    return Job(platform.name, Letter(1, platform.name, raw.update_id, raw.lane, raw.body, 0))


@pytest.mark.parametrize("text", ["各位家长，资料费380元，扫码转给我", "手机收到的验证码发我一下"])
def test_what_might_be_a_demand_presses_and_is_read_once(text: str) -> None:
    platform = FakePlatform()
    job = waiting(platform, text=text)

    assert job.presses(platform)
    assert job.events is not None and len(job.events) == 1


@pytest.mark.parametrize("content", [{"text": "今天孩子们在操场玩得很开心"}, {"broken": True}])
def test_talk_and_what_cannot_be_read_waits_for_its_turn(content: dict[str, Any]) -> None:
    platform = FakePlatform()
    job = waiting(platform, **content)

    assert not job.presses(platform)
    assert job.events is None
