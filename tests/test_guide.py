"""The guides: their pictures can be taken, all of them, and what they tell people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from docs.pictures import flows
from docs.pictures.visit import CHROMIUM, WIDTH, visit
from handlers.commands import commands

DOCS = Path(__file__).parent.parent / "docs"
GUIDES = {"zh-CN": "guide.zh-CN.md", "zh-TW": "guide.zh-TW.md", "en": "guide.md"}


def _guide(language: str) -> str:
    return (DOCS / GUIDES[language]).read_text(encoding="utf-8")


def _shown(language: str) -> list[str]:
    return re.findall(
        rf'<img src="pictures/{language}/([\w-]+)\.png" width="300" alt="[^"]+">', _guide(language)
    )


@pytest.mark.parametrize("language", GUIDES)
def test_a_guide_shows_every_picture_there_is_and_no_other(language: str) -> None:
    assert sorted(_shown(language)) == sorted(file.stem for file in (DOCS / "pictures" / language).iterdir())
    assert _shown(language) == _shown("en")
    assert _guide(language).count("<img") == len(_shown(language))


@pytest.mark.parametrize("language", GUIDES)
def test_a_guide_tells_of_commands_that_exist(language: str) -> None:
    told = set(re.findall(r"`/([a-z]+)", _guide(language)))
    assert told <= commands().keys()
    assert told == set(re.findall(r"`/([a-z]+)", _guide("en")))


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)")
@pytest.mark.parametrize("flow", flows.FLOWS, ids=lambda flow: flow.__name__)
async def test_what_the_guide_shows_can_be_clicked_through(flow: flows.Flow, tmp_path: Path) -> None:
    async with visit("zh-Hans", tmp_path) as visitor:
        await flow(visitor)
    sizes = _sizes(tmp_path)
    assert sizes and sizes.keys() <= set(_shown("zh-CN"))
    assert all(width == 2 * WIDTH and height > 100 for width, height in sizes.values())


def _sizes(folder: Path) -> dict[str, tuple[int, int]]:
    sizes = {}
    for file in folder.iterdir():
        with Image.open(file) as picture:
            sizes[file.stem] = picture.size
    return sizes
