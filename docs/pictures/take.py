"""The pictures of the guides: every flow clicked through on the playground's page, as a phone shows it.

`uv run python -m docs.pictures.take [zh-CN zh-TW en] [clone lessons …]` takes them anew. It needs a Chromium and
fonts for Chinese and for emoji (Debian: chromium, fonts-wqy-microhei, fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import FloatRect, Page, async_playwright, expect

from bot.playground.assembly import assembled
from bot.playground.client import Control

FOLDER = Path(__file__).parent
# The guide's language: that of the class.
LANGUAGES = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant", "en": "en"}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars"]
WIDTH, HEIGHT = 390, 3000
PATIENCE = 30_000.0  # milliseconds; a loaded machine is slow, not wrong
COLOURS = 64
CODE = "https://qr.alipay.com/fkx2222pict3sn0treal"

SCAM = {
    "zh-Hans": "各位家长，资料费和保险费一共298元，今天12点前扫码交齐，付完截图发群里。我在上课，不方便接电话。",
    "zh-Hant": "各位家長，教材費和保險費共1,280元，今天中午12點前掃碼繳清，繳完截圖貼在群組。我在上課，不方便接電話。",
    "en": "Dear parents, the workbook and insurance fee is $48. Please scan and pay before noon and post the screenshot here. I'm teaching, so I can't take calls.",
}

FEE = {
    "zh-Hans": ("秋游车费", "阳光小学"),
    "zh-Hant": ("校外教學車資", "陽光國小"),
    "en": ("Coach to the farm", "Maple Primary"),
}


@dataclass(slots=True)
class Visit:
    """Somebody with the page open, who may be everybody in turn."""

    page: Page
    control: Control
    settled: Callable[[], Awaitable[None]]
    people: Mapping[str, int]
    names: Mapping[str, str]
    language: str
    folder: Path

    async def be(self, who: str, private: bool = False) -> None:
        """Act as this person of the class, in the group or in the private chat with the guard."""
        await self.page.locator(f".person input[value='{self.people[who]}']").check()
        await self.page.click("#open-private" if private else "#open-group")

    async def write(self, text: str) -> None:
        """Say something, and see what the guard answers."""
        async with self._something_new():
            await self.page.fill("#draft", text)
            await self.page.click("#send")

    async def press(self, command: str) -> None:
        """Press the newest button with this command behind it, and see what becomes of the chat."""
        async with self._something_new():
            button = f"[data-command^='{command}']"
            await (
                self.page.locator("#messages > li", has=self.page.locator(button))
                .last.locator(button)
                .first.click()
            )

    async def vote(self, option: int = 0) -> None:
        """Answer the newest question."""
        async with self._something_new():
            await self.page.locator(f"#messages [data-option='{option}']").last.click()

    async def take(self, name: str, showing: str = "", before: int = 0) -> None:
        """A picture of the newest message with this selector in it, and of so many messages before it."""
        await self._still()
        rows = self.page.locator("#messages > li.message")
        shown = self.page.locator(
            "#messages > li.message.guard", has=self.page.locator(showing or ".bubble")
        ).last
        await expect(shown).to_be_visible()
        last = await rows.evaluate_all("(rows, shown) => rows.indexOf(shown)", await shown.element_handle())
        boxes = [await rows.nth(last - back).bounding_box() for back in range(before + 1)]
        top = min(box["y"] for box in boxes if box)
        bottom = max(box["y"] + box["height"] for box in boxes if box)
        clip: FloatRect = {"x": 0, "y": top - 8, "width": WIDTH, "height": bottom - top + 16}
        with Image.open(io.BytesIO(await self.page.screenshot(clip=clip))) as shot:
            drawn = shot.convert("RGB").quantize(COLOURS)
        drawn.save(self.folder / f"{name}.png", optimize=True)

    @asynccontextmanager
    async def _something_new(self) -> AsyncIterator[None]:
        said = self.page.locator("#messages")
        before = await said.inner_text()
        yield
        await expect(said).not_to_have_text(before, use_inner_text=True)
        await self._still()

    async def _still(self) -> None:
        """The guard has said all it had to say, and the page shows it."""
        await self.settled()
        await asyncio.sleep(0.3)


Flow = Callable[[Visit], Awaitable[None]]


async def clone(visit: Visit) -> None:
    """A clone is warned of; parents, admins and whoever has paid each see their part."""
    control, language = visit.control, visit.language
    await control.member("class", "stranger")
    await control.change_user("stranger", first_name=visit.names["wang"], picture={"copy_of": "wang"})
    await control.say("class", "stranger", SCAM[language], photo={"qr": CODE})
    await visit.be("lele")
    await visit.take("warning", showing="[data-command^='/paid']", before=1)
    await visit.be("yinuo", private=True)
    await visit.take("alert", showing="[data-command^='/paid']")
    await visit.be("zihan", private=True)
    await visit.take("card", showing="[data-command^='/scam']")
    await visit.press("/scam")
    await visit.take("decided", showing="[data-command^='/undo']")
    await visit.be("lele", private=True)
    await visit.write("/start")
    await visit.write("/paid")
    await visit.press("/paid did")
    await visit.take("paid")


async def two_minutes(visit: Visit) -> None:
    """An admin sets the guard up, sees what it may do, and reads this week's tip with the class."""
    await visit.be("zihan")
    await visit.write("/setup")
    await visit.take("setup", showing="[data-command^='/setup']")
    await visit.write("/status")
    await visit.take("status")
    await visit.be("lele")
    await visit.write("/subscribe")
    await visit.take("subscribe")
    await visit.be("zihan", private=True)
    await visit.write("/panel")
    await visit.take("panel", showing="[data-command^='/panel']")


async def lessons(visit: Visit) -> None:
    """What the class learns from: a tip, a question, the school's letter."""
    await visit.be("zihan")
    await visit.write("/tips now")
    await visit.take("tip", showing=".bubble b")
    await visit.write("/quiz now")
    await visit.be("lele")
    await visit.vote()
    await visit.take("quiz", showing="[data-option]")
    await visit.be("zihan")
    await visit.write("/letter send")
    await visit.take("letter", showing="[data-command^='/read']")


async def is_this_real(visit: Visit) -> None:
    """A parent asks in private before paying."""
    await visit.be("duoduo", private=True)
    await visit.write("/start")
    await visit.take("start")
    await visit.write(SCAM[visit.language])
    await visit.take("check")
    await visit.write("/ask")
    await visit.take("ask", showing="[data-command^='/ask']")


async def genuine_fee(visit: Visit) -> None:
    """A genuine fee is written down by one admin, agreed to by another, and told to the class."""
    what, payee = FEE[visit.language]
    await visit.be("zihan", private=True)
    await visit.write("/fee new")
    await visit.take("fee-question")
    await visit.write(what)
    await visit.write("35")
    await visit.write(payee)
    await visit.press("/fee set until")
    await visit.press("/fee set channel")
    await visit.take("fee-written")
    await visit.press("/fee set done")
    await visit.be("wang", private=True)
    await visit.take("fee-agree", showing="[data-command*='/fee']")
    await visit.press("/fee")
    await visit.be("lele")
    await visit.take("fee")


async def second_factor(visit: Visit) -> None:
    """A teacher sets up the code that only she has."""
    await visit.be("wang", private=True)
    await visit.write("/verify setup")
    await visit.take("verify", showing="img")


FLOWS: tuple[Flow, ...] = (clone, two_minutes, lessons, is_this_real, genuine_fee, second_factor)


@asynccontextmanager
async def visit(language: str, folder: Path) -> AsyncIterator[Visit]:
    """A fresh class of that language, with the page open on a phone. The screen is as tall as all that is said."""
    async with assembled(port=0, language=language) as house, async_playwright() as playwright:
        stage = await house.player.open_class(language)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, reduced_motion="reduce"
        )
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        await page.goto(house.page.replace("/#", f"/?lang={language}#"))
        await page.wait_for_selector("body[data-ready]")
        try:
            yield Visit(
                page, house.playground.control, house.player.settled, stage.ids, stage.names, language, folder
            )
        finally:
            await browser.close()


async def main(wanted: list[str]) -> None:
    """`wanted` names languages and flows; without any of a kind, all of them."""
    flows = [flow for flow in FLOWS if flow.__name__ in wanted] or FLOWS
    for name in [one for one in LANGUAGES if one in wanted] or LANGUAGES:
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        for flow in flows:
            async with visit(LANGUAGES[name], folder) as visitor:
                await flow(visitor)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
