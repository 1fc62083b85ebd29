"""The pictures of the guides: every flow clicked through on the playground's page, as a phone shows it.

`uv run python -m docs.pictures.take [zh-CN zh-TW en] [clone lessons …]` takes them anew. It needs a Chromium and
fonts for Chinese and for emoji (Debian: chromium, fonts-wqy-microhei, fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from docs.pictures.flows import FLOWS
from docs.pictures.visit import visit

FOLDER = Path(__file__).parent
# The guide's language: that of the class.
LANGUAGES = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant", "en": "en"}


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
