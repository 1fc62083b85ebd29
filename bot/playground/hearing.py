"""Listens to the guard while a scenario plays: what it said and changed, how alarmed it was, written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.playground.client import Control
from bot.playground.scenarios import Step
from bot.playground.stage import Stage
from bot.playground.transcript import Transcript
from patterns.model import Level

Json = dict[str, Any]


class Hearing:
    """`level` is the highest verdict so far; `public` and `private` count the guard's messages."""

    def __init__(self, control: Control, stage: Stage, transcript: Transcript) -> None:
        self._control = control
        self._stage = stage
        self._transcript = transcript
        self._known: dict[tuple[int, int], tuple[int, bool]] = {}
        self._calls = 0
        self._traces = 0
        self.level = Level.CLEAR
        self.public = 0
        self.private = 0

    async def begin(self) -> None:
        """Whatever was said while the class was set up is no part of the play."""
        for message in await self._said():
            self._known[_key(message)] = _state(message)
        await self._new_calls()
        await self._new_traces()

    async def _said(self) -> list[Json]:
        messages = await self._control.said(count=0)
        order = {number: place for place, number in enumerate([self._stage.chat, *self._stage.ids.values()])}
        return sorted(messages, key=lambda said: (order.get(said["chat_id"], 0), said["message_id"]))

    async def _new_calls(self) -> list[Json]:
        calls = await self._control.calls(after=self._calls, count=0)
        self._calls = calls[-1]["n"] if calls else self._calls
        return calls

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
                return word("presses", label=answer["label"]) if answer else word("presses_nothing")
            case "join" | "leave" | "adds_guard" as act:
                return word({"join": "joins", "leave": "leaves"}.get(act, act))
        return self._post(step)

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
        await self._write_calls()
        for trace in await self._new_traces():
            self.level = max(self.level, Level[trace["level"].upper()])
            for note in trace["notes"]:
                self._transcript.guard(self._transcript.word(note))

    def _write_message(self, message: Json) -> None:
        before = self._known.get(_key(message))
        now = self._known[_key(message)] = _state(message)
        in_group = message["chat_id"] == self._stage.chat
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
        """Account numbers differ from one class to the next."""
        for number in self._stage.ids.values():
            text = text.replace(str(number), "…")
        return text

    async def _write_calls(self) -> None:
        """What it did to members and to their messages."""
        for call in await self._new_calls():
            asked = call["parameters"]
            if call["status"] != 200:
                continue
            if call["method"] == "restrictChatMember":
                heading = "unmutes" if (asked["permissions"] or {}).get("can_send_messages") else "mutes"
                self._transcript.guard(
                    self._transcript.word(heading, name=self._stage.name_of(int(asked["user_id"])))
                )
            elif call["method"] == "deleteMessage" and _key(asked) not in self._known:
                self._transcript.guard(self._transcript.word("removes"))


def _key(message: Json) -> tuple[int, int]:
    return int(message["chat_id"]), int(message["message_id"])


def _state(message: Json) -> tuple[int, bool]:
    return len(message["history"]), bool(message["deleted"])
