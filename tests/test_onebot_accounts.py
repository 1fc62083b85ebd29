"""Two QQ accounts in one guard, one called and one calling: each its own groups, and one warning where both are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import Config
from bot.config.loading import Misconfigured, load
from bot.playground.chats import Chat, Post
from bot.playground.membership import change
from bot.playground.onebot.implementation import Implementation
from bot.playground.people import Member
from bot.playground.posting import publish
from bot.playground.world import World
from tests.fakes import until
from tests.guarded import PATIENCE, SCAM, world
from tests.onebot_class import QQ, TOKEN, qq_class, without_pacing
from tests.opened import for_each_test
from tests.ports import free_port

STATUSES = {"teacher": "creator", "deputy": "administrator"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pacing(monkeypatch)
    monkeypatch.setattr("bot.platforms.DENIED", 0.1)


@dataclass(frozen=True, slots=True)
class Two:
    """`first` is called, `second` calls. Both are in “shared”; “own” is a group of each alone."""

    school: QQ
    first: Implementation
    second: Implementation
    port: int

    def config(self) -> Config:
        listening = self.school.account(name="second", listen=f"127.0.0.1:{self.port}")
        told = {"onebot": [self.school.account(), listening], "data": self.school.folder}
        return Config.model_validate(told)

    @asynccontextmanager
    async def guarded(self) -> AsyncIterator[None]:
        async with (
            self.second.calling(f"ws://127.0.0.1:{self.port}"),
            self.school.on_guard(self.config(), settled=False),
        ):
            await until(lambda: self.first.sockets and self.second.sockets, PATIENCE)
            for one in (self.first, self.second):
                says(one, "shared", "mum", "早上好")
                says(one, "own", "mum", "早上好")
            await self.school.settled()
            yield

    async def scam_in_both(self, who: str) -> None:
        """In the group both are in each account hears the same."""
        for one in (self.first, self.second):
            says(one, "shared", who, SCAM)
        await until(lambda: warnings(self.first, "shared") + warnings(self.second, "shared"), PATIENCE)
        await self.school.settled()


def says(account: Implementation, chat: str, who: str, text: str) -> None:
    there = account.world
    publish(there, there.chat(chat), {"from": there.user(who).shown()}, {"text": text})


def warnings(account: Implementation, chat: str) -> list[Post]:
    """Those of it that stand."""
    posts = account.world.chat(chat).posts.values()
    return [post for post in posts if post.by_bot and not post.deleted and "👉" in post.text]


async def is_warned(account: Implementation, chat: str) -> None:
    await until(lambda: warnings(account, chat), PATIENCE)


def peopled(there: World, own: int) -> None:
    """The class's people; the shared group is the first there is, the own one the one of this number."""
    there.reset({"first_name": "班级卫士"}, restart_ids=True)
    people = {one["key"]: there.add_user(one["first_name"], one["key"]) for one in world()["users"]}
    for number in range(own):
        key = {0: "shared", own - 1: "own"}.get(number)
        chat: Chat = there.add_chat("supergroup", f"三({number + 1})班家长群", key)
        if key is not None:
            for name, user in people.items():
                chat.members[user.id] = Member(user.id, STATUSES.get(name, "member"))
            chat.members[there.bot.id] = Member(there.bot.id, "administrator")


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[Two]:
    async with AsyncExitStack() as house:
        school = await house.enter_async_context(qq_class(folder))
        second = World(school.playground.clock, 7_000_000_002)
        peopled(school.playground.world, own=2)
        peopled(second, own=3)
        yield Two(school, school.implementation, Implementation(second, "", TOKEN), free_port())


both = for_each_test(two)


async def test_each_guards_its_own_groups_and_where_both_are_one_warns(both: Two) -> None:
    async with both.guarded():
        for one in (both.first, both.second):
            says(one, "own", "clone", SCAM)
            await is_warned(one, "own")
        await both.scam_in_both("clone")
        assert len(warnings(both.first, "shared") + warnings(both.second, "shared")) == 1
        assert not [post for post in both.second.world.chat("shared").posts.values() if post.by_bot]
    assert not [one for one in both.school.log.entries() if "exception" in one]


async def test_one_that_dies_costs_the_other_nothing_and_what_it_missed_is_judged_later(both: Two) -> None:
    async with both.guarded():
        both.first.token = "closed for today"
        await both.first.hang_up()
        says(both.second, "own", "clone", SCAM)
        await is_warned(both.second, "own")
        says(both.first, "own", "clone", SCAM)
        both.first.token = TOKEN
        await is_warned(both.first, "own")
        await both.school.settled()
        for one in (both.first, both.second):
            assert len(warnings(one, "own")) == 1


async def test_when_the_one_that_guards_a_group_is_put_out_of_it_the_other_takes_over(both: Two) -> None:
    async with both.guarded():
        await both.scam_in_both("clone")
        there = both.first.world
        change(there, there.chat("shared"), Member(there.bot.id, "kicked"), there.user("teacher"))
        await both.school.settled()
        both.second.world.user("stranger").first_name = "王丽老师"
        says(both.second, "shared", "stranger", SCAM)
        await is_warned(both.second, "shared")


async def test_one_that_was_put_out_while_nobody_listened_leaves_the_group_to_the_other(both: Two) -> None:
    async with both.guarded():
        assert not warnings(both.first, "shared")
    there = both.first.world
    there.chat("shared").members[there.bot.id] = Member(there.bot.id, "kicked")
    async with both.guarded():
        says(both.second, "shared", "clone", SCAM)
        await is_warned(both.second, "shared")


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("{listen: '127.0.0.1:8095', name: b}", "a port of its own"),
        ("{url: 'ws://127.0.0.1:99999', name: b}", "a port that can be"),
        ("{url: 'ws://:3001', name: b}", "a host"),
    ],
)
def test_accounts_that_could_not_be_told_apart_or_reached_are_refused_at_once(
    tmp_path: Path, second: str, told: str
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(f"onebot:\n  - {{listen: '127.0.0.1:8095', name: a}}\n  - {second}\n")
    with pytest.raises(Misconfigured, match=told):
        load(file)
