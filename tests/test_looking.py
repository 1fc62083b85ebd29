"""Profile pictures are looked at politely: once, one after the other, by nobody who hides."""

from __future__ import annotations

import asyncio

from bot.events import PortraitSeen
from bot.platforms import Later, Refused
from bot.portraits.looking import Look
from bot.portraits.posters import Posters, Sought
from tests.faces import WANG, Painter, looking
from tests.fakes import FakePlatform, message_event, until

FEE = "各位家长，请扫码交资料费86元，交完发截图"


async def test_a_picture_is_fetched_once_however_often_it_is_looked_at() -> None:
    platform, painter = FakePlatform(portraits={"7": "face"}, files={"face": WANG.encode()}), Painter()
    eyes = looking(platform, painter)
    for _ in range(3):
        assert await eyes.at("fake", "7") == Look("face", WANG)
    assert painter.asked == ["face"]


async def test_who_has_no_picture_is_known_to_have_none_and_who_hides_it_is_unknown() -> None:
    platform = FakePlatform(portrait_failures=[Refused("hidden")])
    eyes = looking(platform, Painter())
    assert await eyes.at("fake", "7") is None
    assert await eyes.at("fake", "7") == Look()


async def test_a_platform_that_asks_for_patience_gets_it() -> None:
    platform = FakePlatform(portraits={"7": "face"}, files={"face": b"x"}, portrait_failures=[Later(0.05)])
    began = asyncio.get_running_loop().time()
    assert await looking(platform, Painter()).at("fake", "7") == Look("face", "x")
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_looks_keep_their_distance() -> None:
    eyes = looking(FakePlatform(), Painter(), pace=0.03)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(eyes.at("fake", str(number)) for number in range(4)))
    assert asyncio.get_running_loop().time() - began >= 0.09


async def test_who_is_waited_for_is_judged_by_the_latest_that_matters() -> None:
    platform = FakePlatform(portraits={"50": "face"}, files={"face": b"x"})
    posters, seen = Posters(looking(platform, Painter())), list[PortraitSeen]()
    said = [message_event(number=number, text=text) for number, text in enumerate(("早", FEE, "在吗"))]
    for event, urgent in zip(said, (False, True, False), strict=True):
        posters.seek(Sought(event.place, event.message.sender, event.at, event, seen.append), urgent=urgent)
    await until(lambda: seen and not posters.waiting)
    assert [(one.portrait, one.said) for one in seen] == [("x", said[1])]
    await posters.stop()


async def test_who_could_not_be_looked_at_is_left_in_peace() -> None:
    platform = FakePlatform(portrait_failures=[Refused("hidden")])
    posters, seen = Posters(looking(platform, Painter())), list[PortraitSeen]()
    event = message_event(text=FEE)
    for _ in range(2):
        posters.seek(Sought(event.place, event.message.sender, event.at, event, seen.append), urgent=True)
        await until(lambda: not posters.waiting)
    assert seen == [] and platform.portrait_failures == []
    await posters.stop()
