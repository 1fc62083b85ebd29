"""Somebody with the playground's page open on a phone, who clicks, types, and takes pictures of what it shows."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import FloatRect, Page, async_playwright, expect

from bot.playground.assembly import assembled
from bot.playground.client import Control

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars"]
WIDTH, HEIGHT = 390, 3000
PATIENCE = 30_000.0  # milliseconds; a loaded machine is slow, not wrong
COLOURS = 96


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
        """Press the newest button with this in the command behind it, and see what becomes of the chat."""
        async with self._something_new():
            button = f"[data-command*='{command}']"
            await (
                self.page.locator("#messages > li", has=self.page.locator(button))
                .last.locator(button)
                .first.click()
            )

    async def answer(self, who: str, command: str) -> None:
        """Press the newest button with this command behind it, as somebody else of the class in the group."""
        await self.be(who)
        await self.page.locator(f"#messages [data-command^='{command}']").last.click()
        await self._still()

    async def vote(self, option: int = 0) -> None:
        """Answer the newest question."""
        async with self._something_new():
            await self.page.locator(f"#messages [data-option='{option}']").last.click()

    async def passes(self, seconds: float) -> None:
        """Time goes by, and something is said or changed because of it."""
        async with self._something_new():
            await self.control.advance(seconds)

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
