"""Listens to the guard while a scenario plays: what it said and changed, how alarmed it was, written down."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from bot.playground.client import Control
from bot.playground.scenarios import Step
from bot.playground.stage import Stage
from bot.playground.transcript import Transcript
from handlers.badges import LETTERS
from patterns.model import Level

Json = dict[str, Any]

# As handlers/badges.py makes them.
_BADGE = re.compile(rf"\b[{LETTERS}]{{3}}-[{LETTERS}]{{3}}\b")


class Hearing:
    """`level` is the highest verdict so far; `public` and `private` count the guard's messages."""

    def __init__(self, control: Control, stage: Stage, transcript: Transcript) -> None:
        self._control = control
        self._stage = stage
        self._transcript = transcript
        self._known: dict[tuple[int, int], tuple[int, bool]] = {}
        self._events = 0
        self._guard = 0
        self._traces = 0
        self.level = Level.CLEAR
        self.public = 0
        self.private = 0

    async def begin(self) -> None:
        """Whatever was said while the class was set up is no part of the play."""
        for message in await self._said():
            self._known[_key(message)] = _state(message)
        state = await self._control.state(messages=0)
        self._events, self._guard = state["event"], state["bot"]["id"]
        await self._new_traces()

    async def _said(self) -> list[Json]:
        messages = await self._control.said(count=0)
        order = {number: place for place, number in enumerate([self._stage.chat, *self._stage.ids.values()])}
        return sorted(messages, key=lambda said: (order.get(said["chat_id"], 0), said["message_id"]))

    async def _new_events(self) -> list[Json]:
        found = await self._control.events(self._events)
        self._events = found["next"]
        return list(found["events"])

    async def _new_traces(self) -> list[Json]:
        traces = await self._control.seen(after=self._traces)
        self._traces = traces[-1]["n"] if traces else self._traces
        return traces

    def write_step(self, step: Step, when: datetime, who: str, answer: Json) -> None:
        person = self._stage.school_class.people[step.who]
        shown = self._transcript.word("outsider", name=who) if person.outside else who
        self._transcript.did(when, shown, self._deed(step, answer))

    def _deed(self, step: Step, answer: Json) -> str:
        word, names = self._transcript.word, self._stage.names
        match step.act:
            case "rename":
                return word("renames", name=step.rename)
            case "avatar_of":
                return word("wears", name=names[step.avatar_of])
            case "edit":
                return word("edits", text=step.text)
            case "press":
                return self._press(answer)
            case "join" | "leave" | "adds_guard" as act:
                return word({"join": "joins", "leave": "leaves"}.get(act, act))
        return self._post(step)

    def _press(self, answer: Json) -> str:
        if not answer:
            return self._transcript.word("presses_nothing")
        key = "chooses" if "number" in answer else "presses"
        return self._transcript.word(key, label=answer["label"], number=answer.get("number", ""))

    def _post(self, step: Step) -> str:
        word = self._transcript.word
        parts = [step.text]
        if step.picture:
            key = "code" if step.picture.code else "picture"
            parts.append(word(key, words=step.picture.words.replace("\n", " / ")))
        if step.file:
            parts.append(word("file", name=step.file.name))
        text = word("privately" if step.private else "posts", text=" ".join(filter(None, parts)))
        return (word("forward", name=step.forwarded_from) if step.forwarded_from else "") + text

    async def write_answers(self, answer: Json) -> None:
        """Everything the guard did since the last time."""
        if pressed := (answer.get("answer") or {}).get("text"):
            self._transcript.guard(self._transcript.word("answers"), pressed)
        for message in await self._said():
            self._write_message(message)
        await self._write_deeds()
        for trace in await self._new_traces():
            self.level = max(self.level, Level[trace["level"].upper()])
            for note in trace["notes"]:
                self._transcript.guard(self._transcript.word(note))

    def _write_message(self, message: Json) -> None:
        before = self._known.get(_key(message))
        now = self._known[_key(message)] = _state(message)
        in_group = message["chat_id"] == self._stage.chat
        if before is None and message["deleted"]:
            # Said and taken back within one step, because it was said anew: how often depends on the machine.
            return
        if before is None:
            self.public += in_group
            self.private += not in_group
            self._write_said(message, "in_group" if in_group else "in_private")
        elif now[0] > before[0]:
            self._write_said(message, "in_group_again" if in_group else "in_private_again")
        if message["deleted"] and not (before and before[1]):
            name = self._stage.name_of(message["chat_id"])
            self._transcript.guard(
                self._transcript.word("in_group_gone" if in_group else "in_private_gone", name=name)
            )

    def _write_said(self, message: Json, heading: str) -> None:
        word = self._transcript.word
        picture = word("with_picture") if message.get("photo") else ""
        name = self._stage.name_of(message["chat_id"])
        self._transcript.guard(
            word(heading, name=name) + picture, self._lasting(message["text"]), message["buttons"]
        )

    def _lasting(self, text: str) -> str:
        """The guard's words for accounts differ from one data folder to the next."""
        return _BADGE.sub("…", text)

    async def _write_deeds(self) -> None:
        """What it did to members and to their messages."""
        for event in await self._new_events():
            if event.get("by") != self._guard or event["chat_id"] != self._stage.chat:
                continue
            if event["kind"] == "member" and (heading := _measure(event)):
                name = self._stage.name_of(event["member"]["user"])
                self._transcript.guard(self._transcript.word(heading, name=name))
            elif event["kind"] == "deleted":
                for number in event["message_ids"]:
                    if (event["chat_id"], number) not in self._known:
                        self._transcript.guard(self._transcript.word("removes"))


def _measure(event: Json) -> str:
    before, after = event["before"]["status"], event["member"]["status"]
    if after == "restricted":
        return "mutes"
    return "unmutes" if before == "restricted" and after == "member" else ""


def _key(message: Json) -> tuple[int, int]:
    return int(message["chat_id"]), int(message["message_id"])


def _state(message: Json) -> tuple[int, bool]:
    return len(message["history"]), bool(message["deleted"])
