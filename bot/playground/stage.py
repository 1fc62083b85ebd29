"""A class group on the playground's server, and the people of a scenario doing things in it."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from bot.playground.client import Control
from bot.playground.scenarios import DAYS, File, Picture, Step, school_class
from bot.texts import plain

ZONE = ZoneInfo("Asia/Shanghai")
CLASS = "class"
_OPENING_DAY = "mon"
_OPENING_TIME = time(19, 5)  # after Monday's tip, so that a scenario later in the week meets none
_FILE_SIZE = 2048
_PRESS_PATIENCE = 10.0  # seconds until the guard has answered a press
# Where there are no buttons, people look for these words among the choices and reply with their number.
_CHOICES = {"paid": "warning.paid_button", "scam": "incident.button.scam", "safe": "incident.button.safe"}
_STATUS = {"owner": "creator", "admin": "administrator", "member": "member"}

Json = dict[str, Any]
Settled = Callable[[], Awaitable[None]]


class Stage:
    """One class on one side of the playground. `names` are the names the people wear now; without `buttons`
    people reply to the bot's messages with the number of what they choose, once it is done talking: `settled`.
    Where it has to be `named`, they name it in place of replying.
    """

    def __init__(
        self, control: Control, language: str, settled: Settled, *, buttons: bool = True, named: bool = False
    ) -> None:
        self._control = control
        self._language = language
        self._settled = settled
        self._buttons = buttons
        self._named = named
        self.school_class = school_class(language)
        self.names = {key: person.name for key, person in self.school_class.people.items()}
        self.ids: dict[str, int] = {}
        self.chat = 0
        self._posted: dict[str, int] = {}
        self._week = datetime.min.replace(tzinfo=ZONE)

    async def open(self) -> None:
        """A new class on the Monday evening after whatever the clock shows; nobody has said anything yet."""
        self._week = _monday_after(await self.now())
        people = self.school_class.people
        world = await self._control.reset(
            now=self.moment(_OPENING_DAY, _OPENING_TIME).timestamp(),
            bot={"first_name": self.school_class.guard},
            users=[
                {"key": key, "first_name": person.name, "language_code": self._language}
                for key, person in people.items()
            ],
            chats=[
                {
                    "key": CLASS,
                    "title": self.school_class.group,
                    "members": [
                        {"user": key, "status": _STATUS[person.role]}
                        for key, person in people.items()
                        if not person.outside
                    ],
                }
            ],
        )
        self.ids = {key: int(number) for key, number in world["users"].items()}
        self.chat = int(world["chats"][CLASS])

    def moment(self, day: str, at: time) -> datetime:
        return datetime.combine(self._week.date() + timedelta(days=DAYS.index(day)), at, ZONE)

    def name_of(self, user: int) -> str:
        key = next((key for key, number in self.ids.items() if number == user), "")
        return self.names.get(key, "?")

    def message(self, label: str) -> int:
        return self._posted[label]

    async def now(self) -> datetime:
        return datetime.fromtimestamp((await self._control.clock())["now"], ZONE)

    async def turn_to(self, moment: datetime) -> bool:
        """The clock is only ever moved forward: a bot that runs on must not meet yesterday again."""
        ahead = moment > await self.now()
        if ahead:
            await self._control.set_clock(moment.timestamp())
        return ahead

    async def perform(self, step: Step) -> Json:
        """Does what `step` says; returns what the server answered."""
        control, who = self._control, step.who
        match step.act:
            case "rename":
                self.names[who] = step.rename
                return await control.change_user(who, first_name=step.rename)
            case "avatar_of":
                return await control.change_user(who, picture={"copy_of": step.avatar_of})
            case "join":
                return await control.member(CLASS, who)
            case "leave":
                return await control.member(CLASS, who, "left")
            case "adds_guard":
                return await control.member(CLASS, "bot", "administrator", by=who)
            case "edit":
                self._label(step, self._posted[step.edit])
                return await control.edit(CLASS, self._posted[step.edit], step.text)
            case "press":
                return await (self._press(step) if self._buttons else self._choose(step))
        return await self._post(step)

    async def _post(self, step: Step) -> Json:
        content: Json = {}
        if step.picture:
            content["photo"] = _drawn(step.picture)
        elif step.file:
            content["document"] = _document(step.file)
        if step.text:
            content["caption" if content else "text"] = step.text
        if step.reply:
            content["reply_to"] = self._posted[step.reply]
        if step.forwarded_from:
            content["forward"] = {"hidden_user": step.forwarded_from}
        if step.private:
            sent = await self._control.tell_bot(step.who, **content)
        else:
            sent = await self._control.say(CLASS, step.who, **content)
        self._label(step, int(sent["message_id"]))
        return sent

    def _label(self, step: Step, message_id: int) -> None:
        if step.id:
            self._posted[step.id] = message_id

    async def _press(self, step: Step) -> Json:
        """The newest button of that command the guard has standing in the chat. {} when there is none."""
        chat = self.ids[step.who] if step.private else self.chat
        for message in reversed(await self._control.said(chat, count=0)):
            for y, row in enumerate(message["buttons"]):
                for x, button in enumerate(row):
                    if not message["deleted"] and _command_of(button) == step.press:
                        pressed = await self._control.press(
                            chat, message["message_id"], step.who, (y, x), wait=_PRESS_PATIENCE
                        )
                        await self._follow(step, pressed.get("url"))
                        return pressed | {"label": button["text"]}
        return {}

    async def _choose(self, step: Step) -> Json:
        """The same in words: the number that the guard's newest message gives this choice, unless a card shows it to
        press. {} when there is none.
        """
        if step.press == "start":
            return await self._seek(step)
        chat, label = self.ids[step.who] if step.private else self.chat, self._wording(step.press)
        for message in reversed(await self._control.said(chat, count=0)):
            number = _number_of(label, message["text"])
            if number and not message["deleted"]:
                if any(button["text"] == label for row in message["buttons"] for button in row):
                    return await self._control.press(chat, message["message_id"], step.who, label) | {
                        "label": label
                    }
                await self._answer(step, number, message["message_id"])
                return {"label": label, "number": number}
        return {}

    async def _answer(self, step: Step, number: str, message: int) -> None:
        if step.private:
            await self._control.tell_bot(step.who, number)
        elif self._named:
            await self._control.say(CLASS, step.who, f"@{self.school_class.guard} {number}")
        else:
            await self._control.say(CLASS, step.who, number, reply_to=message)

    def _wording(self, command: str) -> str:
        return plain(self._language, _CHOICES[command])

    async def _seek(self, step: Step) -> Json:
        """No link leads to the guard here: people write to it by themselves, and pick their group."""
        await self._control.tell_bot(step.who, "/subscribe")
        await self._settled()
        await self._control.tell_bot(step.who, "1")
        return {"label": "/subscribe", "number": "1"}

    async def _follow(self, step: Step, address: str | None) -> None:
        """A link to the bot opens the private chat and presses its start button."""
        if address and (start := _start_of(address)):
            await self._control.tell_bot(step.who, f"/start {start}")


def _number_of(label: str, text: str) -> str:
    """The number that stands before these words."""
    found = re.search(rf"(\d+) {re.escape(label)}(?:\s|$)", text)
    return found[1] if found else ""


def _start_of(address: str) -> str:
    return "".join(parse_qs(urlsplit(address).query).get("start", []))


def _command_of(button: Json) -> str:
    if _start_of(button.get("url", "")):
        return "start"
    return "".join(str(button.get("data", "")).lstrip("/").split()[:1])


def _monday_after(moment: datetime) -> datetime:
    opening = moment.replace(hour=_OPENING_TIME.hour, minute=_OPENING_TIME.minute, second=0, microsecond=0)
    opening += timedelta(days=-moment.weekday() % 7)
    return opening if opening > moment else opening + timedelta(days=7)


def _drawn(picture: Picture) -> Json:
    if picture.code:
        return {"qr": picture.code, "caption": picture.words}
    return {"text": picture.words}


def _document(file: File) -> Json:
    content = file.starts.encode("latin-1").ljust(_FILE_SIZE, b"\0")
    return {"name": file.name, "base64": base64.b64encode(content).decode("ascii")}
