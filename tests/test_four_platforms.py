"""One process guards Telegram, QQ with an account, QQ with the official bot, and DingTalk at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.platforms.dingtalk import Admin, DingTalk
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.playground.botapi.side import TelegramSide
from bot.playground.dingtalk import dws
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.naming import conversation, open_id
from bot.playground.onebot.side import OneBotSide
from bot.playground.people import Member
from bot.playground.posting import publish
from bot.playground.qq.side import QQSide
from bot.playground.side import Side
from bot.playground.world import World
from tests.fakes import until
from tests.guarded import CODE, MORNING, PATIENCE, SCAM, at_work, logged, world

OTHERS: list[type[Side]] = [TelegramSide, OneBotSide, QQSide]


async def test_a_scam_in_a_class_on_each_of_four_platforms_is_caught_by_one_process(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    with logged() as log:
        async with Playground.serve(sides=OTHERS, now=MORNING) as playground:
            ding = World(playground.clock)
            await told_of(playground, ding)
            gateway = Gateway(ding, "", client_id="ding", secret="ding-secret", feed=feed)
            async with gateway.listening():
                platforms = [side.platform() for side in playground.sides.values()]
                platforms.append(robot(gateway, ding, feed))
                guard = Guard(Config(data=tmp_path / "data"), platforms=platforms, clock=playground.clock)
                async with at_work(guard):
                    await everybody_is_met(guard, playground)
                    await scams(playground, ding)
                    for control in playground.controls.values():
                        (said,) = await control.said("class", contains="👉", wait=PATIENCE)
                        assert "冒充王丽老师" in said["text"]
                    await until(lambda: warned(ding), PATIENCE)
                    assert sorted(guard.router.platforms) == ["dingtalk", "onebot", "qq", "telegram"]
            assert not [one for one in log.entries() if "exception" in one]


async def told_of(playground: Playground, ding: World) -> None:
    """The same class everywhere."""
    for control in playground.controls.values():
        await control.reset(**world("class"))
    ding.reset({"first_name": "班级卫士"})
    people = {key: ding.add_user(name, key) for key, name in (("teacher", "王丽老师"), ("clone", "王丽老师"))}
    group = ding.add_chat("supergroup", "三(2)班家长群", "class")
    for user in (*people.values(), ding.bot):
        group.members[user.id] = Member(user.id)


def robot(gateway: Gateway, ding: World, feed: Path) -> DingTalk:
    teacher = Admin("王丽老师", (f"ding:open:{open_id(ding.user('teacher'))}",))
    groups = {conversation(ding.chat("class")): "三(2)班家长群"}
    command = (sys.executable, "-m", dws.__name__, str(feed))
    return DingTalk(
        "ding",
        "ding-secret",
        called="班级卫士",
        admins=[teacher],
        feeds=groups,
        command=command,
        api=gateway.url,
        old_api=gateway.url,
    )


async def everybody_is_met(guard: Guard, playground: Playground) -> None:
    """Every platform's line stands, and what there was to say at first is said."""
    ding, qq = guard.router.platforms["dingtalk"], playground.sides["qq"]
    assert isinstance(ding, DingTalk) and isinstance(qq, QQSide)
    await until(lambda: ding.heard and qq.gateway.connections, PATIENCE)
    for control in playground.controls.values():
        await control.idle(quiet=0.1, within=PATIENCE)


async def scams(playground: Playground, ding: World) -> None:
    for control in playground.controls.values():
        await control.say("class", "clone", photo={"qr": CODE}, caption=SCAM)
    publish(ding, ding.chat("class"), {"from": ding.user("clone").shown()}, {"text": SCAM})


def warned(ding: World) -> list[Any]:
    return [post for post in ding.chat("class").posts.values() if post.by_bot and "冒充王丽老师" in post.text]
