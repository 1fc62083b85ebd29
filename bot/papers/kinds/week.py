"""A group's week as a picture for a phone: messages a day, incidents a week, right answers a month."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.papers.fonts import chinese

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

_GROUND, _BAND, _INK, _PALE = "#f7f4ec", "#21525c", "#26282a", "#c9cfcf"
_LEVELS = ("#c9cfcf", "#d99a2b", "#aa1e1e")
# Inches at so many dots each: 1080 wide. A phone shows it a quarter as wide, and its letters are still to be read.
_WIDE, _HIGH, _DOTS = 4.8, 2.3, 225
# More names under an axis would run into each other.
_NAMES = 4


def draw(facts: Mapping[str, Any], _language: str) -> bytes:
    font = str(chinese())
    with tempfile.TemporaryDirectory() as folder:
        # It keeps a list of fonts there, and shall find none that somebody else has put for it.
        os.environ["MPLCONFIGDIR"] = folder
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontProperties
        from matplotlib.ticker import MaxNLocator

        panels = [_messages, _incidents, *([_quiz] if facts["quiz"]["months"] else [])]
        figure = Figure(
            figsize=(_WIDE, _HIGH * len(panels)), dpi=_DOTS, facecolor=_GROUND, layout="constrained"
        )
        for number, panel in enumerate(panels, 1):
            axes = figure.add_subplot(len(panels), 1, number, facecolor=_GROUND)
            panel(axes, facts, FontProperties(fname=font, size=12))
            axes.spines[["top", "right"]].set_visible(False)
            axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        out = io.BytesIO()
        figure.savefig(out, format="png")
    return out.getvalue()


def _messages(axes: Axes, facts: Mapping[str, Any], font: FontProperties) -> None:
    counts = facts["messages"]["counts"]
    axes.bar(range(len(counts)), counts, color=_BAND)
    axes.set_ylim(0, max(5, *counts) * 1.1)
    _named(axes, facts["messages"]["days"], font)
    _titled(axes, facts["messages"]["title"], font)


def _incidents(axes: Axes, facts: Mapping[str, Any], font: FontProperties) -> None:
    counts: list[list[int]] = facts["incidents"]["counts"]
    below = [0] * len(counts)
    for name, colour, heights in zip(
        facts["incidents"]["levels"], _LEVELS, zip(*counts, strict=True), strict=True
    ):
        axes.bar(range(len(counts)), heights, bottom=below, color=colour, label=name)
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axes.set_ylim(0, max(4, *below) + 1)
    axes.legend(prop=font, frameon=False, ncols=3, loc="upper left")
    _named(axes, facts["incidents"]["weeks"], font)
    _titled(axes, facts["incidents"]["title"], font)


def _quiz(axes: Axes, facts: Mapping[str, Any], font: FontProperties) -> None:
    months = facts["quiz"]["months"]
    shares, lows, highs = ([month[part] for month in months] for part in (1, 2, 3))
    around = [
        [share - low for share, low in zip(shares, lows, strict=True)],
        [high - share for share, high in zip(shares, highs, strict=True)],
    ]
    axes.axhline(facts["quiz"]["goal"], color=_PALE, linestyle="--")
    axes.errorbar(range(len(months)), shares, yerr=around, fmt="o", color=_BAND, capsize=5)
    axes.set_ylim(0, 105)
    axes.set_xlim(-0.5, len(months) - 0.5)
    _named(axes, [f"{month[0]}\n{month[4]}" for month in months], font)
    _titled(axes, facts["quiz"]["title"], font)


def _named(axes: Axes, names: Sequence[str], font: FontProperties) -> None:
    step = -(-len(names) // _NAMES)
    axes.set_xticks(range(0, len(names), step))
    axes.set_xticklabels(names[::step], fontproperties=font, color=_INK)


def _titled(axes: Axes, title: str, font: FontProperties) -> None:
    axes.set_title(title, fontproperties=font, fontsize=14, color=_INK, loc="left")
