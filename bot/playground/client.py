"""Plays the people of a playground from Python: every call of the control API, over HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

Json = dict[str, Any]
Ref = int | str


class Refused(Exception):
    """The playground would not do it; the message says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Control:
    """`wait` is how long a call may take until there is something to tell, in seconds."""

    def __init__(self, url: str, token: str) -> None:
        # Loopback speaks plain HTTP; a context without certificates spares reading the system's.
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"X-Playground-Token": token},
            timeout=90.0,
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def call(self, verb: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """Any control call; `body` is sent as JSON, a query parameter that is None is left out."""
        given = {name: value for name, value in query.items() if value is not None}
        answer = await self._http.request(verb, path, json=body, params=given)
        if answer.is_error:
            raise Refused(answer.status_code, answer.json().get("error", answer.text))
        return answer.json() if answer.headers["content-type"] == "application/json" else answer.content

    async def get(self, path: str, /, **query: Any) -> Json:
        return await self._json("GET", path, **query)

    async def post(self, path: str, body: Any) -> Json:
        return await self._json("POST", path, body)

    async def patch(self, path: str, body: Any) -> Json:
        return await self._json("PATCH", path, body)

    # --- making a world --------------------------------------------------------------------

    async def reset(self, **world: Any) -> Json:
        return await self.post("reset", world)

    async def user(self, first_name: str, **known: Any) -> Json:
        return await self.post("users", {"first_name": first_name, **known})

    async def change_user(self, user: Ref, **changes: Any) -> Json:
        return await self.patch(f"users/{user}", changes)

    async def users(self) -> list[Json]:
        return list((await self.get("users"))["users"])

    async def chat(self, title: str, **known: Any) -> Json:
        return await self.post("chats", {"title": title, **known})

    async def change_chat(self, chat: Ref, **changes: Any) -> Json:
        return await self.patch(f"chats/{chat}", changes)

    async def chats(self) -> list[Json]:
        return list((await self.get("chats"))["chats"])

    async def migrate(self, chat: Ref) -> Json:
        return await self.post(f"chats/{chat}/migrate", {})

    async def member(self, chat: Ref, user: Ref, status: str = "member", **known: Any) -> Json:
        return await self.post("members", {"chat": chat, "user": user, "status": status, **known})

    async def members(self, chat: Ref) -> list[Json]:
        return list((await self.get("members", chat=chat))["members"])

    # --- what people do --------------------------------------------------------------------

    async def say(self, chat: Ref, who: Ref, text: str | None = None, **content: Any) -> Json:
        """A message in a chat; `content` takes every field of the control API."""
        words = {} if text is None else {"text": text}
        return await self.post("messages", {"chat": chat, "from": who, **words, **content})

    async def tell_bot(self, who: Ref, text: str | None = None, **content: Any) -> Json:
        """A message in that person's private chat with the bot."""
        words = {} if text is None else {"text": text}
        return await self.post("messages", {"from": who, "to_bot": True, **words, **content})

    async def say_all(self, messages: Sequence[Json], *, quiet: bool = False) -> list[Json]:
        return list((await self.post("messages", {"messages": list(messages), "quiet": quiet}))["sent"])

    async def edit(self, chat: Ref, message_id: int, text: str | None = None, **content: Any) -> Json:
        words = {} if text is None else {"text": text}
        return await self.post("edits", {"chat": chat, "message_id": message_id, **words, **content})

    async def take_back(self, chat: Ref, *message_ids: int) -> Json:
        return await self.post("deletes", {"chat": chat, "message_ids": list(message_ids)})

    async def press(
        self, chat: Ref, message_id: int, who: Ref, button: str | Sequence[int] | None = None, **details: Any
    ) -> Json:
        place = {} if button is None else {"button": button}
        return await self.post(
            "press", {"chat": chat, "message_id": message_id, "from": who, **place, **details}
        )

    async def vote(self, chat: Ref, message_id: int, who: Ref, *options: int) -> Json:
        return await self.post(
            "votes", {"chat": chat, "message_id": message_id, "from": who, "options": list(options)}
        )

    async def picture(self, **drawn: Any) -> bytes:
        return bytes(await self.call("POST", "pictures", drawn))

    async def file(self, file_id: str) -> bytes:
        return bytes(await self.call("GET", f"files/{file_id}"))

    async def user_picture(self, user: Ref) -> bytes:
        return bytes(await self.call("GET", f"users/{user}/picture"))

    # --- time and trouble ------------------------------------------------------------------

    async def clock(self) -> Json:
        return await self.get("clock")

    async def set_clock(self, moment: float | str) -> Json:
        return await self.post("clock", {"set": moment})

    async def advance(self, seconds: float) -> Json:
        return await self.post("clock", {"advance": seconds})

    async def run_clock(self, running: bool) -> Json:
        return await self.post("clock", {"running": running})

    async def fault(self, **fault: Any) -> Json:
        return await self.post("faults", fault)

    async def faults(self) -> list[Json]:
        return list((await self.get("faults"))["faults"])

    async def end_faults(self, number: int | None = None) -> None:
        await self.call("DELETE", "faults" if number is None else f"faults/{number}")

    # --- watching --------------------------------------------------------------------------

    async def said(
        self,
        chat: Ref | None = None,
        *,
        contains: str | None = None,
        reply_to: int | None = None,
        count: int = 1,
        since: int | None = None,
        wait: float = 0.0,
        whispered_to: Ref | None = None,
    ) -> list[Json]:
        """What the bot said; `since` is a revision, see `revision`. `whispered_to`: what it showed this user alone."""
        found = await self._json(
            "GET", "said", chat=chat, contains=contains, reply_to=reply_to, count=count, since=since,
            wait=wait, whispered_to=whispered_to,
        )  # fmt: skip
        return list(found["messages"])

    async def revision(self) -> int:
        return int((await self.get("said", count=0))["revision"])

    async def calls(
        self, method: str | None = None, *, after: int = 0, count: int = 1, wait: float = 0.0
    ) -> list[Json]:
        found = await self.get("calls", method=method, after=after, count=count, wait=wait)
        return list(found["calls"])

    async def totals(self) -> dict[str, int]:
        return dict((await self.get("calls"))["totals"])

    async def idle(self, quiet: float = 0.3, within: float = 10.0) -> bool:
        return bool((await self.get("idle", quiet=quiet, timeout=within))["idle"])

    async def saw(self, **details: Any) -> int:
        return int((await self.post("seen", details))["n"])

    async def seen(self, *, after: int = 0, wait: float = 0.0) -> list[Json]:
        return list((await self.get("seen", after=after, wait=wait))["seen"])

    async def state(self, messages: int = 200) -> Json:
        return await self.get("state", messages=messages)

    async def events(self, after: int, wait: float = 0.0) -> Json:
        return await self.get("events", after=after, wait=wait)

    async def _json(self, verb: str, path: str, body: Any = None, /, **query: Any) -> Json:
        found: Json = await self.call(verb, path, body, **query)
        return found
