"""Where bots are born quickly: one process loads everything once, and forks a real bot each time it is asked for one.

A start is two seconds of processor time, nearly all of it imports; forked, the same program is guarding in a fraction
of a second, so that hundreds of deaths fit into minutes. What is forked runs `classguard run` from its first line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """Reads one line of JSON a bot, `{"config": ..., "log": ...}`, and answers with its process id."""
    from bot.cli import run
    from bot.settings import LANGUAGES
    from bot.texts import texts
    from patterns.loading import warm_up

    warm_up()
    for language in LANGUAGES:
        texts(language)
    # The dead are buried by the system; nobody asks how they ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        wish = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(run.run, wish)
        print(child, flush=True)


def _live(guard: object, wish: dict[str, str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(wish["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, handle in ((0, nothing), (1, nothing), (2, log)):
        os.dup2(handle, number)
    code = 1
    try:
        guard(Path(wish["config"]))  # type: ignore[operator]
        code = 0
    except BaseException as end:
        code = int(getattr(end, "exit_code", 1))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
