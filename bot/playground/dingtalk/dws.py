"""`dws event consume` as far as the playground needs it: prints what is written to a file, a line an event.

`python -m bot.playground.dingtalk.dws FOLDER event consume EVENT --group GROUP ...`. A line `!exit N` ends it with that
status, `!stderr WORDS` is said on its error output; everything else is printed as it stands, whatever it is.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

_BREATH = 0.01


def main(arguments: list[str]) -> int:
    folder, event = Path(arguments[0]), arguments[3]
    group = arguments[arguments.index("--group") + 1].strip("=")
    file = folder / f"{group}.{event}.ndjson"
    file.touch()
    threading.Thread(target=_until_input_ends, daemon=True).start()
    with file.open("rb") as lines:
        lines.seek(0, os.SEEK_END)
        sys.stderr.write(f"[event] ready event_key={event} bus_pid=1 subscribe_id=playground\n")
        sys.stderr.flush()
        while True:
            line = lines.readline()
            if line.startswith(b"!exit "):
                return int(line.split()[1])
            if line.startswith(b"!stderr "):
                sys.stderr.write(line.decode().removeprefix("!stderr "))
                sys.stderr.flush()
            elif line:
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
            else:
                time.sleep(_BREATH)


def _until_input_ends() -> None:
    """As there: whoever started it has gone once its input ends."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
