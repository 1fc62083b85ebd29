"""`uv run --group train python -m bench.tenor [TABLE …] [--write]`: learn the tables, say what they hear in files they have not read."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from bench.figures import show
from bench.tenor.gathering import Speaker, sayings
from bench.tenor.tables import TABLES, Table
from bench.tenor.unread import Heard, listened, said, talk, threshold, unread
from bench.tenor.writing import write
from bot.intervals import wilson
from patterns.loading import FRAUDS


def _demands(table: Table, heard: Sequence[Heard]) -> Iterator[dict[str, str]]:
    """What of the demands that no rule knows is heard, at thresholds set without them being any softer."""
    for speaker in table.hears:
        asks = _asked(table, heard, speaker)
        least = threshold(heard, table.signal, speaker)
        yield {
            "speaker": speaker.value,
            "threshold": str(least),
            "demands heard": _share([one > least for one in asks]),
            "harmless listened to": str(len(listened(heard, table.signal, speaker, collects=False))),
        }


def _asked(table: Table, heard: Sequence[Heard], speaker: Speaker) -> list[float]:
    """The demands no rule knows; every one where a table learns from the words of rules alone."""
    if table.of == FRAUDS:
        return said(heard, speaker, collects=True)
    return listened(heard, table.signal, speaker, collects=True)


def _talk(table: Table, heard: Sequence[Heard]) -> Iterator[dict[str, str]]:
    """How much harmless talk would be known for it."""
    for one in table.talks:
        below = talk(heard, one.demands, one.share)
        harmless = said(heard, one.told_by, collects=False)
        yield {
            "table": table.of,
            "whose": one.whose,
            "talk below": str(below),
            "harmless known for talk": _share([tenor < below for tenor in harmless]),
        }


def _share(hits: Sequence[bool]) -> str:
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits)} of {len(hits)} ({low:.0%} – {high:.0%})"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    names = [table.of for table in TABLES]
    asked.add_argument("tables", nargs="*", help=f"which; all of {', '.join(names)} if none is named")
    asked.add_argument("--write", action="store_true", help="write the tables tenor_of_*.yaml")
    given = asked.parse_args()
    if unknown := set(given.tables) - set(names):
        asked.error(f"no such table: {', '.join(sorted(unknown))}")
    everything = sayings({table.of: table.all_ears() for table in TABLES})
    demands: list[dict[str, str]] = []
    talks: list[dict[str, str]] = []
    for table in TABLES:
        if given.tables and table.of not in given.tables:
            continue
        read = [one for one in everything if table.learns_from(one)]
        heard = unread(read)
        demands += _demands(table, heard)
        talks += _talk(table, heard)
        if given.write:
            write(table.learnt(read, heard), table.of)
    if demands:
        show("Demands heard in what was not read", demands)
    if talks:
        show("Talk known for talk in what was not read", talks)


if __name__ == "__main__":
    main()
