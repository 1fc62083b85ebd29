"""An admin's own message stream: `dws event consume`, a child process whose lines are events.

`dws` is DingTalk's own command-line program (DingTalk-Real-AI/dingtalk-workspace-cli), logged in by an admin of the
group with their own consent. It prints one JSON object a line, tells on its error output when it is ready, and cancels
its subscription when its input ends or it is asked to terminate.
"""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson
import structlog

log = structlog.get_logger(__name__)

MESSAGES, RECALLS = "user_im_message_receive_group", "user_im_message_recall_group"
# A line longer than this is left out; a pipe that is not read stops the other side.
LONGEST_LINE = 1_000_000
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# A child that lived so long was a good one.
HELD = 60.0
ENDING = 5.0
# Seconds in which a program that says nothing any more is gone of itself.
LEAVING = 1.0
_READY = (b"ready event_key=", b"connected bus")
_LOGGED_OUT = (b"auth login", "未登录".encode(), b"unauthorized", b"token expired")
# Of our own environment it is given what a program needs to find itself and its login.
_GIVEN = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "XDG_CONFIG_HOME", "XDG_DATA_HOME")

Line = Callable[[dict[str, Any]], Awaitable[None]]
Clock = Callable[[], float]


def pause_after(failures: int) -> float:
    """Seconds before it is started again once it has ended so often in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 10))


class Feed:
    """One event of one group, for ever: a child that ends is started again, each time after a longer pause.

    `heard` is told when it begins to tell of the group, and when it has ended.
    """

    def __init__(self, command: Sequence[str], event: str, group: str, heard: Callable[[bool], None]) -> None:
        self._command = (*command, "event", "consume", event, "--group", group, "--flatten", "-f", "ndjson")
        self._group = group
        self._event = event
        self._heard = heard
        self._failures = 0
        self._ready = False
        # Of what one child prints that is nothing: said once, and at its end how much it was.
        self._babble = 0

    async def run(self, line: Line) -> None:
        """Until cancelled; the child is then ended, too."""
        while True:
            began = asyncio.get_running_loop().time()
            await self._once(line)
            if asyncio.get_running_loop().time() - began > HELD:
                self._failures = 0
            self._failures += 1
            await asyncio.sleep(pause_after(self._failures))

    async def _once(self, line: Line) -> None:
        try:
            child = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                limit=LONGEST_LINE,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as trouble:
            remedy = "install dws, or correct dingtalk.feed.command"
            log.error("dingtalk_feed_not_started", reason=trouble.strerror, remedy=remedy)
            return
        watching = asyncio.create_task(self._watch(child))
        try:
            await self._read(child, line)
            # A process asked to end while it is ending loses its exit code.
            with suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), LEAVING)
        finally:
            await _end(child)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            self._set(ready=False)
        log.warning(
            "dingtalk_feed_ended",
            group=self._group,
            told=self._event,
            code=child.returncode,
            unreadable=self._babble,
        )
        self._babble = 0

    def _set(self, *, ready: bool) -> None:
        if ready != self._ready:
            self._ready = ready
            self._heard(ready)

    async def _read(self, child: Process, line: Line) -> None:
        assert child.stdout is not None
        while True:
            try:
                text = await child.stdout.readuntil(b"\n")
            except asyncio.IncompleteReadError as ended:
                self._unreadable(ended.partial)
                return
            except asyncio.LimitOverrunError as over:
                await _skip(child.stdout, over.consumed)
                log.warning("dingtalk_line_too_long", group=self._group)
                continue
            told = _read(text)
            if told is not None:
                self._set(ready=True)
                await line(told)
            else:
                self._unreadable(text)

    def _unreadable(self, text: bytes) -> None:
        if not text.strip():
            return
        if not self._babble:
            log.warning("dingtalk_line_unreadable", group=self._group, size=len(text))
        self._babble += 1

    async def _watch(self, child: Process) -> None:
        """What it says besides is about itself; it may hold people's words and is not logged."""
        assert child.stderr is not None
        while True:
            try:
                said = await child.stderr.readuntil(b"\n")
            except asyncio.LimitOverrunError as over:
                await child.stderr.readexactly(over.consumed)
                continue
            except asyncio.IncompleteReadError as ended:
                self._hear(ended.partial)
                return
            self._hear(said)

    def _hear(self, said: bytes) -> None:
        if any(sign in said for sign in _READY):
            self._set(ready=True)
        elif any(sign in said.lower() for sign in _LOGGED_OUT):
            log.error("dingtalk_feed_logged_out", group=self._group, remedy="run dws auth login again")


async def _skip(stream: asyncio.StreamReader, seen: int) -> None:
    """Leave out the rest of a line."""
    await stream.readexactly(seen)
    while True:
        try:
            await stream.readuntil(b"\n")
            return
        except asyncio.LimitOverrunError as over:
            await stream.readexactly(over.consumed)
        except asyncio.IncompleteReadError:
            return


async def _end(child: Process) -> None:
    """Its input ends, then it is asked to; it has to cancel its subscription before it goes."""
    if child.stdin is not None:
        child.stdin.close()
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), ENDING)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _read(text: bytes) -> dict[str, Any] | None:
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    wanted = isinstance(told, dict) and isinstance(told.get("type"), str) and told.get("conversation_id")
    return told if wanted else None


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    return kept | {name: value for name, value in os.environ.items() if name.startswith("DWS_")}
