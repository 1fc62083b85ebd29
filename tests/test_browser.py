"""The playground's page in a real browser: a scenario at a click, the warning, the panel, a phone's width."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.playground.assembly import Assembled, assembled
from bot.playground.scenarios import FIRST
from bot.playground.sides import SIDES
from docs.pictures.visit import CHROMIUM, PATIENCE

# Milliseconds for a whole play on a machine that has much else to do.
PLAYED = 6 * PATIENCE
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"
)


@dataclass
class Visit:
    house: Assembled
    page: Page
    complaints: list[str] = field(default_factory=list)


@asynccontextmanager
async def visit(
    language: str = "zh-Hans", width: int = 1280, height: int = 800, platforms: Sequence[str] = (FIRST,)
) -> AsyncIterator[Visit]:
    async with (
        assembled(port=0, language="zh-Hans", platforms=platforms) as house,
        async_playwright() as playwright,
    ):
        await house.director.open_class("zh-Hans")
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        guest = Visit(house, page)
        # Anything the browser complains of: a script error, something the content policy blocked.
        page.on("pageerror", lambda error: guest.complaints.append(str(error)))
        page.on("console", lambda line: guest.complaints.append(line.text) if line.type == "error" else None)
        await page.goto(house.page.replace("/#", f"/?lang={language}#"))
        await page.wait_for_selector("body[data-ready]")
        try:
            yield guest
        finally:
            await browser.close()
    assert guest.complaints == []


async def test_the_clone_is_played_at_a_click_and_the_group_is_warned() -> None:
    async with visit() as guest:
        page = guest.page
        await page.check("#fast")
        await page.click("[data-scenario=clone]")
        # The two messages of the play that only come after the warning has done its work.
        await expect(page.locator("#messages")).to_contain_text("差点就扫了")
        warning = page.locator(".message.guard", has=page.locator(".quote", has_text="王丽老师")).first
        await expect(warning).to_be_visible()
        await expect(page.locator("#seen .entry.level-alarm").first).to_contain_text("读作")
        await expect(page.locator("#toast")).to_contain_text("与预期一致")


async def test_a_scam_played_by_hand_is_warned_of_and_the_victim_helped() -> None:
    async with visit() as guest:
        page = guest.page
        await _act_as(page, "小宇家长")
        await _do(page, "membership")
        await expect(page.locator(".service", has_text="小宇家长")).to_be_visible()
        await _do(page, "rename")
        await page.fill("#ask input[name=name]", "王丽老师")
        await page.click("#ask .main")
        await expect(page.locator(".people .name", has_text="王丽老师")).to_have_count(2)
        await _do(page, "avatar")
        await page.select_option("#ask select", "wang")
        await page.click("#ask .main")
        await _do(page, "code")
        await page.fill("#ask input[name=text]", "各位家长，资料费88元今天上午扫码交齐，付完截图发群里")
        await page.click("#ask .main")
        await expect(page.locator("#seen .level-alarm").first).to_be_visible()
        await _act_as(page, "乐乐爸爸")
        await page.locator(".message.guard .keyboard button").last.click()
        await expect(page.locator("#toast")).to_be_visible()


async def test_an_admin_finds_the_case_in_the_private_chat_and_decides() -> None:
    async with visit() as guest:
        page = guest.page
        scam = "我是公安局的，你的账户涉嫌洗钱，请马上把钱转到安全账户 6222020200012345678"
        await guest.house.playground.control.say("class", "lele", scam)
        await _act_as(page, "子涵妈妈")
        await expect(page.locator("#private-dot")).to_be_visible()
        await page.click("#open-private")
        card = page.locator(".message.guard", has=page.locator(".keyboard")).last
        await expect(card).to_be_visible()
        before = await card.inner_text()
        await card.locator(".keyboard button").first.click()
        await expect(card).not_to_have_text(before)


async def test_the_page_speaks_both_languages() -> None:
    async with visit() as guest:
        page = guest.page
        await expect(page.locator("#send")).to_have_text("发送")
        await page.click(".languages [data-language=en]")
        await expect(page.locator("#send")).to_have_text("Send")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        assert "undefined" not in await page.locator("body").inner_text()


async def test_the_page_as_the_first_command_opens_it_has_a_class_on_every_platform() -> None:
    async with visit(width=360, height=740, platforms=list(SIDES)) as guest:
        page = guest.page
        await expect(page.locator("#sides [data-side]")).to_have_count(len(SIDES))
        await page.click("#sides [data-side=dingtalk]")
        await expect(page.locator("#sides [data-side=dingtalk]")).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#open-group")).to_have_text("三(2)班家长群")
        await expect(page.locator("#side-hint")).to_contain_text("在群里要@它")
        await expect(page.locator("#scenarios-hint")).to_contain_text("看它在群里上演")
        await expect(page.locator("[data-scenario=named]")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.click("#sides [data-side=telegram]")
        await expect(page.locator("[data-scenario=named]")).to_have_count(0)
        await expect(page.locator("[data-scenario=picture]")).to_have_count(1)


async def test_dingtalk_plays_what_is_shown_to_the_robot_and_what_an_admins_stream_tells_it() -> None:
    async with visit(platforms=[FIRST, "dingtalk"]) as guest:
        page = guest.page
        await page.click("#sides [data-side=dingtalk]")
        await expect(page.locator("#side-hint")).to_contain_text("只听得到@它的话")
        await page.check("#fast")
        await page.click("[data-scenario=named]")
        await expect(page.locator("#toast")).to_contain_text("与预期一致", timeout=PLAYED)
        answer = page.locator(".message.guard", has_text="它要您付钱或做事")
        await expect(answer.first).to_be_visible()
        await _warned_and_decided_by_number(page, "把自己的消息流借给卫士")


@pytest.mark.parametrize("side", ["onebot", "qq"])
async def test_a_scenario_on_qq_leads_to_the_warning_and_an_admin_decides_by_number(side: str) -> None:
    async with visit(platforms=[FIRST, side]) as guest:
        await guest.page.click(f"#sides [data-side={side}]")
        await guest.page.check("#fast")
        await _warned_and_decided_by_number(guest.page, "这里没有按钮")


async def _warned_and_decided_by_number(page: Page, hint: str) -> None:
    """The shortest play with a warning; nobody in it decides."""
    await page.click("[data-scenario=trojan]")
    await expect(page.locator("#side-hint")).to_contain_text(hint)
    await expect(page.locator("#toast")).to_contain_text("《木马文件》", timeout=PLAYED)
    await expect(page.locator("#toast")).to_contain_text("与预期一致")
    warning = page.locator(".message.guard", has_text="这不是学校或有关部门的账号").last
    await expect(warning).to_contain_text("1 我已经付了，怎么办")
    await _act_as(page, "子涵妈妈")
    await page.click("#open-private")
    await expect(page.locator(".message.guard").last).to_contain_text("1 是诈骗")
    await page.fill("#draft", "1")
    await page.click("#send")
    await expect(page.locator(".message.guard").last).to_contain_text("子涵妈妈已确认：是诈骗")
    await page.click("#open-group")
    await expect(warning).to_contain_text("管理员已确认是诈骗")


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_nothing_scrolls_sideways_on_a_small_phone(language: str) -> None:
    async with visit(language, width=360, height=740) as guest:
        page = guest.page
        for tab in ("scenarios", "guard", "chat"):
            await page.click(f".tabs [data-tab={tab}]")
            await expect(page.locator(f"#{tab}")).to_be_visible()
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, f"{tab} is {wide} pixels wide"


async def test_hostile_names_and_texts_stay_text() -> None:
    hostile = '<img src=x onerror="document.title=1"><b>王丽</b>'
    async with visit() as guest:
        page = guest.page
        await _act_as(page, "朵朵妈妈")
        await _do(page, "rename")
        await page.fill("#ask input[name=name]", hostile)
        await page.keyboard.press("Enter")
        await expect(page.locator(".person .name", has_text="<img src=x")).to_be_visible()
        await page.fill("#draft", hostile)
        await page.keyboard.press("Enter")
        await expect(page.locator(".bubble", has_text="<img src=x")).to_be_visible()
        assert await page.locator("img[src=x], .bubble b b").count() == 0
        assert await page.title() != "1"


async def test_the_clock_is_moved_to_monday_evening() -> None:
    async with visit() as guest:
        page = guest.page
        await page.click("[data-clock=monday]")
        await expect(page.locator("#now")).to_contain_text("周一 18:3")


async def _act_as(page: Page, name: str) -> None:
    await page.locator(".person", has=page.locator(".name", has_text=name)).locator("input").check()


async def _do(page: Page, deed: str) -> None:
    if await page.locator("#tray").is_hidden():
        await page.click("#more")
    await page.click(f"[data-do={deed}]")
