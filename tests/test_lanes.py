"""A chat's updates are answered in order, and no chat waits for another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.lanes import BREATH, Lanes
from tests.fakes import until


def noting(done: list[str]) -> Callable[[str], Awaitable[None]]:
    """Work that lets others go first once, and then says what it did."""

    async def work(job: str) -> None:
        await asyncio.sleep(0)
        done.append(job)

    return work


async def test_a_lane_keeps_its_order_while_lanes_run_side_by_side() -> None:
    done: list[tuple[str, int]] = []

    async def work(job: tuple[str, int]) -> None:
        await asyncio.sleep(0.001 * (job[1] % 3))
        done.append(job)

    lanes = Lanes(work, workers=8)
    lanes.start()
    for number in range(30):
        for lane in "abc":
            lanes.put(lane, (lane, number))
    await lanes.idle()
    for lane in "abc":
        assert [number for name, number in done if name == lane] == list(range(30))
    assert done != sorted(done)
    await lanes.stop(1)


async def test_two_hundred_waiting_updates_of_one_chat_do_not_delay_another() -> None:
    done: list[str] = []
    lanes = Lanes(noting(done), workers=1, turn=8)
    for _ in range(200):
        lanes.put("busy", "busy")
    lanes.put("quiet", "quiet")
    lanes.start()
    await lanes.idle()
    assert done.index("quiet") == 8
    await lanes.stop(1)


async def test_a_stuck_chat_does_not_delay_another() -> None:
    done: list[str] = []
    stuck = asyncio.Event()

    async def work(job: str) -> None:
        if job == "stuck":
            await stuck.wait()
        done.append(job)

    lanes = Lanes(work, workers=2)
    lanes.start()
    lanes.put("a", "stuck")
    lanes.put("a", "behind it")
    lanes.put("b", "free")
    await until(lambda: done)
    assert done == ["free"]
    stuck.set()
    await lanes.idle()
    assert done == ["free", "stuck", "behind it"]
    await lanes.stop(1)


async def test_a_resting_lane_holds_no_worker_and_keeps_its_order() -> None:
    done: list[str] = []
    tries = 0

    async def work(job: str) -> float | None:
        nonlocal tries
        if job == "hard" and (tries := tries + 1) < 3:
            return 0.01
        done.append(job)
        return None

    lanes = Lanes(work, workers=1)
    lanes.put("a", "hard")
    lanes.put("a", "next")
    lanes.put("b", "other")
    lanes.start()
    await lanes.idle()
    assert done == ["other", "hard", "next"]
    assert tries == 3
    await lanes.stop(1)


async def test_a_job_that_fails_unforeseen_does_not_stop_its_lane() -> None:
    done: list[str] = []

    async def work(job: str) -> None:
        if job == "bad":
            raise RuntimeError("unforeseen")
        done.append(job)

    lanes = Lanes(work, workers=1)
    lanes.put("a", "bad")
    lanes.put("a", "good")
    lanes.start()
    await lanes.idle()
    assert done == ["good"]
    await lanes.stop(1)


async def test_nothing_more_is_fetched_while_too_much_waits() -> None:
    going = asyncio.Event()

    async def work(_job: int) -> None:
        await going.wait()

    lanes = Lanes(work, workers=1, limit=10)
    for number in range(10):
        lanes.put("a", number)
    room = asyncio.create_task(lanes.room())
    await asyncio.sleep(0)
    assert not room.done()
    lanes.start()
    going.set()
    await asyncio.wait_for(room, 5)
    await lanes.stop(1)


async def test_stopping_finishes_what_is_in_hand_and_leaves_the_rest() -> None:
    done: list[int] = []
    begun = asyncio.Event()

    async def work(job: int) -> None:
        begun.set()
        await asyncio.sleep(0.02)
        done.append(job)

    lanes = Lanes(work, workers=1)
    for number in range(5):
        lanes.put("a", number)
    lanes.start()
    await begun.wait()
    await lanes.stop(grace=5)
    assert done == [0]
    assert lanes.waiting == 4


async def test_lanes_that_go_ahead_are_taken_first_and_the_others_are_not_forgotten() -> None:
    done: list[str] = []
    lanes = Lanes(noting(done), ahead=lambda lane: str(lane).startswith("group"), workers=1)
    for number in range(40):
        lanes.put(f"private {number}", "private")
        lanes.put(f"group {number}", "group")
    lanes.start()
    await lanes.idle()
    while_both_wait = done[:52]
    assert while_both_wait.count("group") == 39
    assert while_both_wait.count("private") == 13
    assert len(done) == 80
    await lanes.stop(1)


async def test_a_lane_with_a_pressing_job_is_taken_before_those_that_waited_longer_and_keeps_its_order() -> (
    None
):
    done: list[str] = []
    lanes = Lanes(noting(done), ahead=lambda lane: lane != "private", workers=1)
    for number in range(100):
        lanes.put(f"group {number}", "talk")
    lanes.put("group 90", "demand", pressing=True)
    lanes.put("group 95", "said before", pressing=True)
    lanes.put("group 95", "said after")
    lanes.start()
    await lanes.idle()
    assert done.index("demand") <= 4
    assert done.index("said before") < done.index("said after") <= 8
    assert len(done) == 103
    await lanes.stop(1)


async def test_whoever_presses_without_end_does_not_silence_the_others() -> None:
    done: list[str] = []
    lanes = Lanes(noting(done), ahead=lambda lane: str(lane).startswith("group"), workers=1)
    for number in range(100):
        lanes.put(f"pressing {number}", "pressing", pressing=True)
        lanes.put(f"group {number}", "group")
        lanes.put(f"private {number}", "private")
    lanes.start()
    await lanes.idle()
    assert done[:80].count("pressing") == 40
    assert done[:80].count("group") == done[:80].count("private") == 20
    assert len(done) == 300
    await lanes.stop(1)


async def test_a_lane_that_pressed_waits_in_line_again_once_it_is_empty() -> None:
    done: list[str] = []
    lanes = Lanes(noting(done), workers=1)
    lanes.put("a", "demand", pressing=True)
    lanes.start()
    await lanes.idle()
    lanes.put("b", "first")
    lanes.put("a", "second")
    await lanes.idle()
    assert done == ["demand", "first", "second"]
    await lanes.stop(1)


async def test_slow_jobs_of_one_lane_let_others_breathe_between_them() -> None:
    log: list[str] = []

    async def work(job: str) -> None:
        time.sleep(BREATH * 2)  # noqa: ASYNC251  (it is about a job that never waits)
        log.append(job)

    lanes = Lanes(work, workers=1)
    for number in range(4):
        lanes.put("a", f"a{number}")
    asyncio.get_running_loop().call_later(BREATH / 2, log.append, "another")
    lanes.start()
    await asyncio.wait_for(lanes.idle(), 60)
    await lanes.stop(1)
    assert "another" in log[:-1]


async def test_where_everybody_waits_the_first_to_come_back_goes_on() -> None:
    gates = {"a": asyncio.Event(), "b": asyncio.Event()}
    done: list[str] = []

    async def work(job: str) -> None:
        if job in gates:
            await gates[job].wait()
        done.append(job)

    lanes = Lanes(work, workers=2)
    for job in ("a", "b", "c"):
        lanes.put(job, job)
    lanes.start()
    await asyncio.sleep(0.05)
    gates["a"].set()
    await until(lambda: "c" in done)
    assert "b" not in done
    gates["b"].set()
    await asyncio.wait_for(lanes.idle(), 10)
    await lanes.stop(1)
