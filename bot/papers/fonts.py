"""The fonts papers are written in: a Chinese one, from the system or as the operator names it, and those that help it out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

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
# What Chinese fonts have not: picture signs, other scripts. Debian: fonts-noto-color-emoji, fonts-dejavu-core.
_FURTHER = ("NotoColorEmoji.ttf", "DejaVuSans.ttf", "Apple Color Emoji.ttc", "seguiemj.ttf", "arial.ttf")
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
    present = _present()
    for name in _KNOWN:
        if name in present:
            return present[name]
    raise NoFont("install fonts-wqy-microhei")


def further() -> tuple[Path, ...]:
    """The fonts this machine has for what the Chinese one has not."""
    present = _present()
    return tuple(present[name] for name in _FURTHER if name in present)


def signs(font: Path) -> frozenset[int]:
    """The numbers of the characters it has."""
    with TTFont(font, fontNumber=0, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def _present() -> dict[str, Path]:
    return {file.name: file for folder in _FOLDERS for file in _files(Path(folder).expanduser())}


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in folder.rglob("*") if file.suffix.lower() in (".ttc", ".ttf", ".otf"))
