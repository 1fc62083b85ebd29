"""What is asked at the same moment is looked up together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.together import MOST, Together


@dataclass
class Library:
    """Knows every number but the thirteenth; each look-up waits until it may go on."""

    asked: list[list[int]] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def look_up(self, numbers: Sequence[int]) -> Mapping[int, str]:
        self.asked.append(list(numbers))
        await self.go_on.wait()
        if 666 in numbers:
            raise LookupError("damaged")
        return {number: str(number) for number in numbers if number != 13}


@pytest.fixture
def library() -> Library:
    return Library()


async def ask(reading: Together[int, str], numbers: Sequence[int]) -> list[asyncio.Task[str | None]]:
    asking = [asyncio.create_task(reading.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    return asking


async def test_a_thousand_questions_are_few_look_ups_and_each_has_its_own_answer(library: Library) -> None:
    library.go_on.set()
    asking = await ask(Together(library.look_up), range(1_000, 2_000))
    assert await asyncio.gather(*asking) == [str(number) for number in range(1_000, 2_000)]
    assert [len(asked) for asked in library.asked] == [MOST] * (1_000 // MOST) + [1_000 % MOST]


async def test_what_is_not_known_is_answered_by_none(library: Library) -> None:
    library.go_on.set()
    assert await asyncio.gather(*await ask(Together(library.look_up), [12, 13])) == ["12", None]


async def test_the_same_question_is_looked_up_once(library: Library) -> None:
    library.go_on.set()
    assert await asyncio.gather(*await ask(Together(library.look_up), [7, 7, 7])) == ["7"] * 3
    assert library.asked == [[7]]


async def test_who_asks_during_a_look_up_is_answered_by_the_next(library: Library) -> None:
    reading = Together(library.look_up)
    first = await ask(reading, [7])
    await asyncio.sleep(0)
    second = await ask(reading, [7, 8])
    library.go_on.set()
    assert await asyncio.gather(*first, *second) == ["7", "7", "8"]
    assert library.asked == [[7], [7, 8]]


async def test_a_failure_is_told_to_those_who_asked_then_and_to_nobody_after(library: Library) -> None:
    reading = Together(library.look_up)
    failing = await ask(reading, [666, 1])
    await asyncio.sleep(0)
    later = await ask(reading, [2])
    library.go_on.set()
    told = await asyncio.gather(*failing, return_exceptions=True)
    assert [str(one) for one in told] == ["damaged", "damaged"]
    assert await asyncio.gather(*later) == ["2"]


async def test_one_who_gives_up_takes_nobody_along(library: Library) -> None:
    given_up, patient = await ask(Together(library.look_up), [7, 7])
    await asyncio.sleep(0)
    given_up.cancel()
    library.go_on.set()
    assert await patient == "7"
