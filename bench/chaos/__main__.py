"""`python -m bench.chaos`."""

from __future__ import annotations

from typing import Annotated

import typer

from bench import chaos
from bench.processes import TELEGRAM


def main(
    kills: Annotated[int, typer.Option(help="How often the bot is killed.")] = chaos.KILLS,
    seconds: Annotated[float, typer.Option(help="How long each trouble of the line lasts.")] = chaos.SECONDS,
    only: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(chaos.PARTS)}; may be repeated.")
    ] = None,
    platform: Annotated[str, typer.Option(help="telegram or onebot.")] = TELEGRAM,
    database: Annotated[
        str, typer.Option(help="The address of an empty PostgreSQL database, for kills; a file otherwise.")
    ] = "",
) -> None:
    """Kill it, cut it off, fill its disk; count what was lost and what was said twice."""
    chaos.main(kills, seconds, tuple(only or chaos.PARTS), platform, database)


typer.run(main)
