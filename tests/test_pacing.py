"""How fast messages leave: what is urgent may burst, the rest keeps its distance."""

from __future__ import annotations

from bot.actions import Priority, Say
from bot.pacing import Pacing
from bot.places import ChatKind


def leave_at(pacing: Pacing, kind: ChatKind, priority: Priority, messages: int) -> list[float]:
    """When each of so many messages to one chat leaves."""
    now, times = 0.0, []
    for number in range(messages):
        while wait := pacing.take(1, kind, Say(str(number), 1, "", priority), now):
            now += wait
        times.append(round(now, 3))
    return times


def test_ordinary_messages_to_a_chat_are_a_second_apart() -> None:
    assert leave_at(Pacing(0.0), ChatKind.PRIVATE, Priority.PARENT, 4) == [0, 1, 2, 3]


def test_warnings_may_burst() -> None:
    assert leave_at(Pacing(0.0), ChatKind.GROUP, Priority.ALARM, 4) == [0, 0, 0, 0]


def test_a_group_is_sent_no_more_than_twenty_messages_in_any_minute() -> None:
    times = leave_at(Pacing(0.0), ChatKind.GROUP, Priority.ALARM, 50)
    assert times[:20] == [0] * 20
    assert all(later - earlier >= 60 for earlier, later in zip(times, times[20:], strict=False))


def test_tips_leave_room_in_the_minute_for_a_warning() -> None:
    pacing = Pacing(0.0)
    now = leave_at(pacing, ChatKind.GROUP, Priority.TIP, 25)[-1]
    warning = Say("w", 1, "!", Priority.ALARM)
    assert pacing.take(1, ChatKind.GROUP, warning, now) == 0.0


def test_no_more_than_thirty_messages_leave_in_a_second() -> None:
    pacing, now = Pacing(0.0), 0.0
    waits = [pacing.take(chat, ChatKind.PRIVATE, Say(str(chat), chat, ""), now) for chat in range(40)]
    assert waits.count(0.0) == 30
    assert pacing.take(99, ChatKind.PRIVATE, Say("x", 99, ""), 1.0) == 0.0
