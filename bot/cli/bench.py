"""`classguard bench`: speed and memory, as ratios measured in one run, and wrong warnings on ordinary days."""

from __future__ import annotations

import json
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from bot.cli.reading import refused


class Benchmark(StrEnum):
    DETECTION = "detection"
    PIPELINE = "pipeline"
    WARNING = "warning"
    MEMORY = "memory"
    QUIET = "quiet"
    START = "start"
    CHAOS = "chaos"
    FLOOD = "flood"
    SOAK = "soak"
    NOTICES = "notices"
    DISGUISES = "disguises"
    PERTURBED = "perturbed"
    ABLATION = "ablation"
    GROWTH = "growth"
    PICTURES = "pictures"
    SUBSCRIBERS = "subscribers"


# Long ones run only when they are named.
_SHORT = (Benchmark.DETECTION, Benchmark.PIPELINE, Benchmark.WARNING, Benchmark.MEMORY, Benchmark.QUIET)

# What is measured on other platforms, too.
_ELSEWHERE = (Benchmark.PIPELINE, Benchmark.WARNING, Benchmark.CHAOS)
_PLATFORMS = ("telegram", "onebot")


def bench(
    which: Annotated[
        list[Benchmark] | None, typer.Argument(help="All but start, chaos, flood and soak unless named.")
    ] = None,
    platform: Annotated[
        str, typer.Option(help="Where: telegram or onebot. For pipeline, warning and chaos.")
    ] = "telegram",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Measure detection, the pipeline beside a bare bot, time to warning, memory, and wrong warnings, in some minutes.

    By name also what really happens to a bot: deaths, a bad line, a bad machine (`chaos`),
    floods (`flood`), a thousand parents to be told (`subscribers`), an hour of talk (`soak`), and how soon it guards (`start`);
    words drawn into pictures (`notices`), and codes made hard to read (`pictures`).
    """
    if find_spec("bench") is None:
        raise refused("The benchmarks are part of the source; run this in a clone of the project.")
    where = {} if platform == "telegram" else {"platform": platform}
    chosen = which or ([*_ELSEWHERE] if where else list(_SHORT))
    if where and (platform not in _PLATFORMS or not set(chosen) <= set(_ELSEWHERE)):
        raise refused(
            f"--platform {platform}: {', '.join(_PLATFORMS)}, for {', '.join(one.value for one in _ELSEWHERE)}."
        )
    modules = {one: import_module(f"bench.{one.value}") for one in chosen}
    if as_json:
        typer.echo(
            json.dumps(
                {one.value: module.run(**where) for one, module in modules.items()}, ensure_ascii=False
            )
        )
        return
    for module in modules.values():
        module.main(**where)
