"""A school in chat: the operator's, and an admin's for one's own group; a file is shown before it is taken over."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.settings import LANGUAGES
from bot.store.tables import domains, payees, protected, school_groups, school_people, schools
from bot.texts import wordings
from handlers.commands import school as school_command
from handlers.schools import imports, listing
from tests.classroom import mark
from tests.guarded import PATIENCE, School, guarded, on_guard, unguarded
from tests.opened import for_each_test

ACCOUNT = "6222021234567890128"
HEADER = "类别,姓名,身份,班级,也叫,账号,收款方或网址\n"
GOOD = HEADER + (
    "老师,李梅,老师,三(2)班,小李老师,telegram:300 qq:555,\n"
    f"收款方,,,,,,{ACCOUNT}\n"
    "网址,,,,,,https://pay.school.example/fee\n"
)
BAD = HEADER + "老师,,老师,,,,\n校长,李梅,,,,,\n老师,王五,国王,,,,\n"


@dataclass(slots=True)
class Operated(School):
    """The teacher is also who runs the guard."""

    @property
    def config(self) -> Config:
        users = {one.key: one.id for one in self.playground.world.users.values()}
        telegram = {
            "token": self.playground.token,
            "base_url": self.playground.base_url,
            "base_file_url": self.playground.base_file_url,
            "operator": str(users["teacher"]),
        }
        return Config.model_validate({"telegram": telegram, "data": self.folder})


@asynccontextmanager
async def operated(folder: Path, *classes: str) -> AsyncIterator[Operated]:
    async with unguarded(folder, *classes) as bare:
        school = Operated(bare.playground, bare.folder, bare.log)
        async with on_guard(school):
            await school.settled()
            for one in classes or ("class",):
                await school.says("mum", "大家好", chat=one)
            await school.settled()
            yield school


school = for_each_test(operated)


async def answer(school: School, who: str, contains: str) -> dict[str, Any]:
    found = await school.playground.control.said(who, contains=contains, wait=PATIENCE)
    assert found, contains
    return found[-1]


async def presses(school: School, who: str, said: dict[str, Any], label: str) -> None:
    await school.playground.control.press(said["chat_id"], said["message_id"], who, label, wait=PATIENCE)
    await school.settled()


async def sends(school: School, who: str, text: str, name: str = "名单.csv") -> None:
    content = base64.b64encode(text.encode("utf-8-sig")).decode()
    await school.tells(who, document={"name": name, "base64": content})
    await school.settled()


async def test_the_operator_makes_a_school_joins_a_group_and_sends_its_list(school: Operated) -> None:
    await school.tells("teacher", "/school")
    await answer(school, "teacher", "还没有学校")
    await school.tells("teacher", "/school make 阳光小学")
    page = await answer(school, "teacher", "0个班")
    await presses(school, "teacher", page, "加一个群")
    await presses(school, "teacher", await answer(school, "teacher", "也是阳光小学的"), "三(2)班家长群")
    page = await answer(school, "teacher", "1个班")
    assert len(await school.rows(school_groups.c.chat_id)) == 1
    await presses(school, "teacher", page, "发名单")
    await sends(school, "teacher", BAD)
    wrong = await answer(school, "teacher", "还不能用")
    for line in ("第2行：没有名字", "第3行：类别是 校长", "第4行：身份是 国王"):
        assert line in wrong["text"]
    assert await school.rows(school_people.c.name) == []
    await sends(school, "teacher", GOOD)
    await presses(school, "teacher", await answer(school, "teacher", "读到了"), "就这样")
    await answer(school, "teacher", "已经生效")
    assert [row.name for row in await school.rows(school_people.c.name)] == ["李梅"]
    # It holds in the group at once.
    await school.playground.control.change_user("clone", first_name="小李老师")
    await school.says("clone", "各位家长，请扫码交资料费86元，交完发截图")
    (warning,) = await school.warnings()
    assert "冒充李梅" in warning["text"]
    await school.unharmed()


async def test_the_operator_reads_the_term_as_a_sheet_and_a_table(school: Operated) -> None:
    await school.tells("teacher", "/school make 阳光小学")
    await presses(school, "teacher", await answer(school, "teacher", "0个班"), "学期数字")
    table = await answer(school, "teacher", "用表格软件打开")
    data = await school.playground.control.file(table["document"]["file_id"])
    assert data.decode("utf-8-sig").startswith("class,letters")
    await school.unharmed()


async def test_an_admin_fills_ones_own_group_and_every_admin_hears_of_it(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        hello = await school.says("teacher", "大家好")
        await school.tells("deputy", "/start")
        await school.says("deputy", "/teacher add 王丽老师", reply_to=hello)
        await school.settled()
        await school.tells("deputy", "/school")
        page = await answer(school, "deputy", "还不属于哪个学校")
        await presses(school, "deputy", page, "给这个群发名单")
        await sends(school, "deputy", GOOD)
        found = await answer(school, "deputy", "读到了")
        assert await school.rows(payees.c.label) == []
        await presses(school, "deputy", found, "就这样")
        await answer(school, "deputy", "已经生效")
        await answer(school, "teacher", "从文件登记了")
        assert {row.name for row in await school.rows(protected.c.name)} == {"王丽老师", "李梅"}
        assert len(await school.rows(payees.c.label)) == 1
        assert [row.host for row in await school.rows(domains.c.host)] == ["pay.school.example"]
        # Once more changes nothing: the button is spent.
        await school.playground.control.press(
            found["chat_id"],
            found["message_id"],
            "deputy",
            data=found["buttons"][0][0]["data"],
            forged=True,
            wait=PATIENCE,
        )
        assert len(await school.rows(payees.c.label)) == 1
        await school.unharmed()


async def test_a_parent_an_admin_and_a_button_pressed_by_the_wrong_person_do_nothing(
    school: Operated,
) -> None:
    await school.tells("mum", "/school make 我的学校")
    await answer(school, "mum", "负责机器人的人")
    await school.tells("deputy", "/school make 我的学校")
    await school.settled()
    assert await school.rows(schools.c.name) == []
    await school.tells("teacher", "/school own import")
    await answer(school, "teacher", "请把")
    await sends(school, "teacher", GOOD)
    found = await answer(school, "teacher", "读到了")
    command = found["buttons"][0][0]["data"]
    await school.tells("deputy", command)
    await school.tells("mum", command)
    await school.settled()
    assert await school.rows(payees.c.label) == []
    await school.unharmed()


@pytest.mark.parametrize("name", ["名单.csv", "名单.xlsx"])
@pytest.mark.parametrize("content", ["", "PK\x03\x04", 'kind,name\n"person', "x" * 5_000])
async def test_what_is_no_table_is_answered_and_may_be_sent_again(
    school: Operated, name: str, content: str
) -> None:
    await school.tells("teacher", "/school own import")
    await answer(school, "teacher", "请把")
    await sends(school, "teacher", content or " ", name)
    assert await answer(school, "teacher", "再发一次" if name.endswith(".csv") else "我在等一个表格文件")
    await sends(school, "teacher", GOOD)
    await answer(school, "teacher", "读到了")
    await school.unharmed()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_table_is_one_that_can_be_read(language: str) -> None:
    text = str(imports.template(language).facts["text"])
    found = listing.read(text.encode("utf-8-sig"), mark, language)
    assert found.problems == ()
    assert (len(found.people), len(found.payees), len(found.hosts)) == (2, 1, 1)


async def test_somebody_of_the_school_gets_a_second_account_that_counts_in_every_class(
    tmp_path: Path,
) -> None:
    async with operated(tmp_path, "one", "two") as school:
        await school.tells("deputy", "/start")
        await school.tells("teacher", "/school make 阳光小学")
        for _ in ("one", "two"):
            page = await answer(school, "teacher", "个班")
            await presses(school, "teacher", page, "加一个群")
            await presses(
                school, "teacher", await answer(school, "teacher", "也是阳光小学的"), "三(2)班家长群"
            )
        await presses(school, "teacher", await answer(school, "teacher", "2个班"), "发名单")
        await sends(school, "teacher", GOOD)
        await presses(school, "teacher", await answer(school, "teacher", "读到了"), "就这样")
        await school.tells("teacher", "/school one 1")
        await presses(school, "teacher", await answer(school, "teacher", "2个班"), "连另一个账号")
        await presses(school, "teacher", await answer(school, "teacher", "谁多了一个账号"), "李梅")
        given = await answer(school, "teacher", "/link")
        word = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", given["text"])
        assert word is not None
        await school.tells("stranger", f"/link {word[0]}")
        await answer(school, "stranger", "也是“阳光小学”登记的李梅")
        told = await school.playground.control.said(
            "deputy", contains="多登记了一个账号", count=2, wait=PATIENCE
        )
        assert len(told) == 2
        await school.tells("mum", f"/link {word[0]}")
        await answer(school, "mum", "口令不对")
        for one in ("one", "two"):
            await school.says("stranger", "各位家长，请明天带彩笔", chat=one)
            await school.says("deputy", "/teacher list", chat=one)
            assert await school.playground.control.said(one, contains="李梅", wait=PATIENCE)
        (row,) = await school.rows(school_people.c.accounts)
        assert row.accounts[:2] == ["telegram:300", "qq:555"] and row.accounts[2].startswith("telegram:")
        await school.unharmed()


async def test_of_a_long_list_everybody_is_reached(school: Operated) -> None:
    await school.tells("teacher", "/school make 阳光小学")
    await presses(school, "teacher", await answer(school, "teacher", "0个班"), "发名单")
    await sends(
        school, "teacher", HEADER + "".join(f"老师,王{number}老师,老师,,,,\n" for number in range(45))
    )
    await presses(school, "teacher", await answer(school, "teacher", "读到了"), "就这样")
    await school.tells("teacher", "/school people 1")
    seen: set[str] = set()
    while True:
        page = await answer(school, "teacher", "谁多了一个账号")
        shown = [button["text"] for row in page["buttons"] for button in row]
        assert not seen & {one for one in shown if one.startswith("王")}
        seen |= {one for one in shown if one.startswith("王")}
        if "后面的" not in shown:
            break
        await presses(school, "teacher", page, "后面的")
    assert len(seen) == 45
    await school.unharmed()


async def test_a_word_for_somebody_no_longer_on_the_schools_list_is_void(tmp_path: Path) -> None:
    async with operated(tmp_path) as school:
        await school.tells("teacher", "/school make 阳光小学")
        await presses(school, "teacher", await answer(school, "teacher", "0个班"), "发名单")
        await sends(school, "teacher", GOOD)
        await presses(school, "teacher", await answer(school, "teacher", "读到了"), "就这样")
        await school.tells("teacher", "/school link 1 1")
        given = await answer(school, "teacher", "/link")
        word = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", given["text"])
        assert word is not None
        await school.tells("teacher", "/school import 1")
        await sends(school, "teacher", GOOD.replace("李梅", "赵倩"))
        await presses(school, "teacher", await answer(school, "teacher", "读到了"), "就这样")
        await school.tells("mum", f"/link {word[0]}")
        await answer(school, "mum", "口令不对")
        (row,) = await school.rows(school_people.c.name, school_people.c.accounts)
        assert (row.name, row.accounts) == ("赵倩", ["telegram:300", "qq:555"])
        for typed in ("link 1 1x", "link 9 1", "link", "people", "people 1 王", "people ²"):
            await school.tells("teacher", f"/school {typed}")
            await school.tells("mum", f"/school {typed}")
        await school.unharmed()


async def test_what_school_is_told_to_do_is_said_in_every_language(school: Operated) -> None:
    await school.tells("teacher", "/学校 新建 阳光小学")
    await answer(school, "teacher", "0个班")
    await school.tells("teacher", "/學校 加群組 阳光小学")
    await answer(school, "teacher", "也是阳光小学的")
    await school.tells("teacher", "/学校 数字")
    await answer(school, "teacher", "用表格软件打开")
    await school.tells("teacher", "/school FIGURES 不是这所")
    await school.settled()
    await school.tells("teacher", "/學校 空表")
    await answer(school, "teacher", "第一行别动")
    await school.tells("teacher", "/学校 我的群")
    await answer(school, "teacher", "还不属于哪个学校")
    await school.tells("teacher", "/学校 我的群 发名单")
    await answer(school, "teacher", "请把")
    assert [row.name for row in await school.rows(schools.c.name)] == ["阳光小学"]
    await school.unharmed()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_things_school_is_told_to_do_are_called_alike(language: str) -> None:
    words = [word for verb in school_command.VERBS for word in wordings(language, f"school.word.{verb}")]
    assert len(words) == len(set(words))
    assert not set(words) & {"one", "apply", "link"}
