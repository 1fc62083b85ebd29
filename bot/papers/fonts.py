"""The font papers are written in: Chinese, from the system, or the one the operator names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# Debian: fonts-wqy-microhei, fonts-wqy-zenhei, fonts-noto-cjk, fonts-droid-fallback; then macOS and Windows.
# CFF outlines (most .otf) cannot be embedded by every reader, so TrueType comes first.
_KNOWN = (
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "NotoSansSC-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Medium.ttc",
    "msyh.ttc",
    "simhei.ttf",
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)


class NoFont(Exception):
    """This machine has no font with Chinese characters."""


def chinese() -> Path:
    """The file of a font with Chinese characters; `CLASSGUARD_FONT` names another. Raises `NoFont`."""
    named = os.environ.get("CLASSGUARD_FONT")
    if named:
        if Path(named).is_file():
            return Path(named)
        raise NoFont(named)
    present = {file.name: file for folder in _FOLDERS for file in _files(Path(folder).expanduser())}
    for name in _KNOWN:
        if name in present:
            return present[name]
    raise NoFont("install fonts-wqy-microhei")


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in folder.rglob("*") if file.suffix.lower() in (".ttc", ".ttf", ".otf"))
