"""A class group on the playground's server, and the people of a scenario doing things in it."""

from __future__ import annotations

import base64
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.client import Control
from bot.playground.scenarios import DAYS, File, Picture, Step, school_class

ZONE = ZoneInfo("Asia/Shanghai")
CLASS = "class"
_OPENING_DAY = "mon"
_OPENING_TIME = time(19, 5)  # after Monday's tip, so that a scenario later in the week meets none
_FILE_SIZE = 2048
_STATUS = {"owner": "creator", "admin": "administrator", "member": "member"}

Json = dict[str, Any]


class Stage:
    """One class on one server. `names` are the names the people wear now."""

    def __init__(self, control: Control, language: str) -> None:
        self._control = control
        self._language = language
        self.school_class = school_class(language)
        self.names = {key: person.name for key, person in self.school_class.people.items()}
        self.ids: dict[str, int] = {}
        self.chat = 0
        self._posted: dict[str, int] = {}
        self._week = datetime.min.replace(tzinfo=ZONE)

    async def open(self) -> None:
        """A new class on the Monday evening after whatever the clock shows; nobody has said anything yet."""
        clock = await self._control.get("clock")
        self._week = _monday_after(datetime.fromtimestamp(clock["now"], ZONE))
        people = self.school_class.people
        world = await self._control.post(
            "reset",
            {
                "now": self.moment(_OPENING_DAY, _OPENING_TIME).timestamp(),
                "users": [
                    {"key": key, "first_name": person.name, "language_code": self._language}
                    for key, person in people.items()
                ],
                "chats": [
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
            },
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
        return datetime.fromtimestamp((await self._control.get("clock"))["now"], ZONE)

    async def turn_to(self, moment: datetime) -> None:
        """The clock is only ever moved forward: a bot that runs on must not meet yesterday again."""
        if moment > await self.now():
            await self._control.post("clock", {"set": moment.timestamp()})

    async def perform(self, step: Step) -> Json:
        """Does what `step` says; returns what the server answered."""
        doing = {
            "post": self._post,
            "edit": self._edit,
            "rename": self._rename,
            "avatar_of": self._wear,
            "join": self._come_or_go,
            "leave": self._come_or_go,
            "press": self._press,
            "adds_guard": self._add_guard,
        }
        return await doing[step.act](step)

    async def _post(self, step: Step) -> Json:
        message: Json = {"from": step.who} | ({"to_bot": True} if step.private else {"chat": CLASS})
        if step.picture:
            message["photo"] = _drawn(step.picture)
        elif step.file:
            message["document"] = _document(step.file)
        if step.text:
            message["caption" if step.picture or step.file else "text"] = step.text
        if step.reply:
            message["reply_to"] = self._posted[step.reply]
        if step.forwarded_from:
            message["forward"] = {"hidden_user": step.forwarded_from}
        sent = await self._control.post("messages", message)
        if step.id:
            self._posted[step.id] = int(sent["message_id"])
        return sent

    async def _edit(self, step: Step) -> Json:
        if step.id:
            self._posted[step.id] = self._posted[step.edit]
        return await self._control.post(
            "edits", {"chat": CLASS, "message_id": self._posted[step.edit], "text": step.text}
        )

    async def _rename(self, step: Step) -> Json:
        self.names[step.who] = step.rename
        return await self._control.patch(f"users/{step.who}", {"first_name": step.rename})

    async def _wear(self, step: Step) -> Json:
        return await self._control.patch(f"users/{step.who}", {"picture": {"copy_of": step.avatar_of}})

    async def _come_or_go(self, step: Step) -> Json:
        status = "member" if step.join else "left"
        return await self._control.post("members", {"chat": CLASS, "user": step.who, "status": status})

    async def _add_guard(self, step: Step) -> Json:
        return await self._control.post(
            "members", {"chat": CLASS, "user": "bot", "status": "administrator", "by": step.who}
        )

    async def _press(self, step: Step) -> Json:
        """The newest button of that command the guard has standing in the chat. {} when there is none."""
        chat = self.ids[step.who] if step.private else self.chat
        said = await self._control.get("said", chat=chat, count=0)
        for message in reversed(said["messages"]):
            for button in (button for row in message["buttons"] for button in row):
                if not message["deleted"] and step.press in _command_of(button):
                    pressed = await self._control.post(
                        "press",
                        {
                            "chat": chat,
                            "message_id": message["message_id"],
                            "from": step.who,
                            "data": button["data"],
                            "wait": 10,
                        },
                    )
                    return pressed | {"label": button["text"]}
        return {}


def _command_of(button: Json) -> list[str]:
    return str(button.get("data", "")).lstrip("/").split()[:1]


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
