"""Actions as OneBot calls."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from typing import Any

from bot.actions import Action, Ban, Delete, Leave, Mute, Recall, Say
from bot.places import ChatKind, Place
from bot.platforms import Posted, Refused, Sent
from bot.platforms.onebot.errors import BadPicture, NoSuchCall
from bot.platforms.onebot.people import group_number, number_of

Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

# QQ mutes for thirty days at most.
MUTED = 30 * 24 * 3600 - 60
_TAG = re.compile(r"</?(?:b|i|code)>")
# Our mark before a number means nothing to people.
_MARKED = re.compile(r"<code>qq:(?=\d)")


async def perform(
    call: Call, action: Action, place: Place, target: Posted | None, through: int | None
) -> Sent:
    """`through` is a group shared with somebody who is written to in private and may be no friend."""
    match action:
        case Say():
            return Sent(await _say(call, action, place, through))
        case Recall():
            assert target is not None, "a recall comes with the message it is about"
            await _take_away(call, target.message_id)
        case Delete():
            await _take_away(call, action.message_id)
        case Mute():
            person, seconds = number_of(action.person), MUTED if action.on else 0
            params = {"group_id": group_number(place), "user_id": person, "duration": seconds}
            await call("set_group_ban", params)
        case Ban():
            await _ban(call, action, place)
        case Leave():
            await call("set_group_leave", {"group_id": group_number(place)})
        case _:
            raise Refused("QQ has no such thing")
    return Sent()


async def _say(call: Call, say: Say, place: Place, through: int | None) -> str:
    text = plain(say.text)
    if say.paper is not None and say.paper.name and say.image:
        number = await _post(call, [_text(text)], say, place, through) if text else ""
        return await _hand_over(call, say.image, say.paper.name, place, through) or number
    picture = _picture(say)
    if picture is not None:
        try:
            return await _post(call, [picture, _text(text)], say, place, through)
        except BadPicture:
            # Silence is worse than a bare warning.
            pass
    return await _post(call, [_text(text)], say, place, through)


async def _post(
    call: Call, segments: list[dict[str, Any]], say: Say, place: Place, through: int | None
) -> str:
    if say.reply_to is not None and _is_number(say.reply_to):
        segments = [{"type": "reply", "data": {"id": say.reply_to}}, *segments]
    return _number_in(await _send(call, segments, place, through))


async def _send(call: Call, segments: list[dict[str, Any]], place: Place, through: int | None) -> Any:
    if place.kind is ChatKind.GROUP:
        return await call("send_group_msg", {"group_id": group_number(place), "message": segments})
    params: dict[str, Any] = {"user_id": number_of(place.address), "message": segments}
    return await call("send_private_msg", params | ({"group_id": through} if through else {}))


async def _hand_over(call: Call, data: bytes, name: str, place: Place, through: int | None) -> str:
    file = f"base64://{base64.b64encode(data).decode()}"
    segment = {"type": "file", "data": {"file": file, "name": name}}
    try:
        return _number_in(await _send(call, [segment], place, through))
    except NoSuchCall:
        raise
    except Refused:
        # Older implementations know files only as uploads.
        group = place.kind is ChatKind.GROUP
        whose = {"group_id": group_number(place)} if group else {"user_id": number_of(place.address)}
        upload = "upload_group_file" if group else "upload_private_file"
        await call(upload, {**whose, "file": file, "name": name})
        return ""


def _picture(say: Say) -> dict[str, Any] | None:
    if say.image:
        return {"type": "image", "data": {"file": f"base64://{base64.b64encode(say.image).decode()}"}}
    if say.picture is not None:
        return {"type": "image", "data": {"file": say.picture.file_id}}
    return None


async def _take_away(call: Call, message_id: str) -> None:
    if not _is_number(message_id):
        raise Refused("this is no message that could be taken away")
    await call("delete_msg", {"message_id": int(message_id)})


async def _ban(call: Call, ban: Ban, place: Place) -> None:
    if not ban.on:
        raise Refused("QQ's own black list is lifted in the group's settings")
    params = {"group_id": group_number(place), "user_id": number_of(ban.person), "reject_add_request": True}
    await call("set_group_kick", params)


def plain(text: str) -> str:
    """HTML as QQ shows it: no marks, every character itself."""
    return unescape(_TAG.sub("", _MARKED.sub("<code>", text)))


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "data": {"text": text}}


def _number_in(data: Any) -> str:
    number = data.get("message_id") if isinstance(data, dict) else None
    return "" if number is None else str(number)


def _is_number(text: str) -> bool:
    """Numbers of messages may be below zero."""
    bare = text.removeprefix("-")
    return bare.isascii() and bare.isdigit() and len(bare) < 20
