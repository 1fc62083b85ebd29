"""The menu of a private chat speaks the chat's language, and costs no call where the phone's own does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.texts import plain
from tests.guarded import PATIENCE, School, guarded, on_guard, unguarded


async def known(school: School) -> dict[tuple[str, str], list[Any]]:
    """The menus that were set: by place and phones' language."""
    state = await school.playground.control.state()
    return {(one["scope"], one["language_code"]): one["commands"] for one in state["commands"]}


async def shown(school: School, who: str) -> str:
    """The first line of the menu in somebody's private chat, as Telegram chooses among those that were set."""
    (user,) = [one for one in await school.playground.control.users() if one["key"] == who]
    phone = (user["language_code"] or "").partition("-")[0]
    there = await known(school)
    places = ((f"chat:{user['id']}", ""), ("all_private_chats", phone), ("all_private_chats", ""))
    menu = next(there[place] for place in places if place in there)
    return str(menu[0]["description"])


async def given(school: School) -> int:
    """How many private chats were given a menu of their own."""
    users = await school.playground.control.users()
    there = await known(school)
    return sum((f"chat:{one['id']}", "") in there for one in users)


def first(language: str) -> str:
    return plain(language, "menu.language")


async def test_who_starts_with_a_phone_in_a_language_of_ours_finds_its_menu_and_costs_no_call(
    tmp_path: Path,
) -> None:
    phones = {"mum": "zh-hans", "dad": "en-GB", "outsider": "zh-CN"}
    async with guarded(tmp_path) as school:
        for who, code in phones.items():
            await school.playground.control.change_user(who, language_code=code)
            await school.tells(who, "/start")
        await school.settled()
        assert await given(school) == 0
        assert [await shown(school, who) for who in phones] == [
            first("zh-Hans"),
            first("en"),
            first("zh-Hans"),
        ]
        await school.unharmed()


async def test_who_has_another_phone_or_chooses_another_language_is_given_a_menu_of_their_own(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        for who, code in {"mum": "zh-hant", "dad": "en", "stranger": "fr"}.items():
            await control.change_user(who, language_code=code)
            await school.tells(who, "/start")
        await school.settled()
        assert await shown(school, "mum") == first("zh-Hant")
        assert await shown(school, "stranger") == first("zh-Hans")
        await school.tells("dad", "/language zh-Hant")
        await school.settled()
        assert await shown(school, "dad") == first("zh-Hant")
        await school.tells("dad", "/language en")
        await school.settled()
        assert await shown(school, "dad") == first("en")
        await school.unharmed()


async def test_who_comes_from_an_english_group_finds_its_language_in_the_menu_too(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.says("mum", "/subscribe")
        control = school.playground.control
        (offer,) = await control.said("class", contains="想在手机上马上知道", wait=PATIENCE)
        await school.says("teacher", "/language en")
        await school.tells("mum", f"/start {offer['buttons'][0][0]['url'].partition('start=')[2]}")
        assert await control.said("mum", contains="I'll tell you here at once", wait=PATIENCE)
        await school.settled()
        assert await shown(school, "mum") == first("en")


async def test_a_menu_that_could_not_be_set_at_the_start_is_set_later(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        control = school.playground.control
        await control.fault(method="setMyCommands", status=500, times=1)
        async with on_guard(school):
            assert await control.calls("setMyCommands", count=4, wait=PATIENCE)
            await school.settled()
            common = {code for scope, code in await known(school) if scope == "all_private_chats"}
            assert common == {"", "en", "zh"}
