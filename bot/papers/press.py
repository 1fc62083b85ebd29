"""Has a paper drawn by a process that ends with it: the guard itself never waits for ink, nor keeps its memory."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import structlog

from bot.actions import Paper

log = structlog.get_logger(__name__)

PATIENCE = 60.0
LARGEST = 40_000_000
_ROOT = Path(__file__).parents[2]
_PASSED_ON = frozenset({"PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "CLASSGUARD_FONT", "HOME"})
# One at a time: a wave of reports may take its time, the machine has other things to do.
_at_work = asyncio.Semaphore(1)
# A picture for several readers in a row is drawn once; it is the class's, with nobody's name in it.
_lately: dict[bytes, bytes] = {}
_REMEMBERED, _SMALL = 4, 1_000_000


async def draw(paper: Paper) -> bytes:
    """The paper's bytes; none when it could not be drawn, which the log explains."""
    enclosed = [b64encode(data).decode() for data in paper.enclosed]
    facts = {**paper.facts, "enclosed": enclosed} if enclosed else paper.facts
    order = json.dumps({"kind": paper.kind, "language": paper.language, "facts": facts}).encode()
    # Nothing of our own environment goes along: it holds secrets.
    environment = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    async with _at_work:
        if order in _lately:
            return _lately[order]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.papers.worker",
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
            env=environment | {"PYTHONPATH": str(_ROOT)}, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(PATIENCE):
                drawn, _ = await process.communicate(order)
        except TimeoutError:
            log.error("paper_not_drawn", kind=paper.kind, reason="it took too long")
            return b""
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode or not drawn or len(drawn) > LARGEST:
        log.error("paper_not_drawn", kind=paper.kind, reason=f"exit code {process.returncode}")
        return b""
    if not paper.name and len(drawn) <= _SMALL:
        _lately[order] = drawn
        for oldest in list(_lately)[:-_REMEMBERED]:
            del _lately[oldest]
    return drawn
