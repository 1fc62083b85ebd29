"""Reads what a control call asks for: required fields, their types, pictures and moments."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from bot.playground import pictures
from bot.playground.files import NotAPicture, StoredFile
from bot.playground.world import Mistake, World

Json = dict[str, Any]

BODY_LIMIT = 256 * 1024 * 1024
LONGEST_WAIT = 60.0


async def body(request: Request) -> Any:
    """The JSON of a request; an empty body is an empty object."""
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        raise Mistake("the body is too large", 413)
    raw = await request.body()
    try:
        return json.loads(raw) if raw else {}
    except (ValueError, RecursionError) as error:
        raise Mistake("the body is not JSON") from error


async def wish(request: Request) -> Json:
    found = await body(request)
    if not isinstance(found, dict):
        raise Mistake("the body must be an object")
    return found


def only(wanted: Json, *known: str) -> Json:
    """A misspelt field is refused instead of being passed over."""
    if not isinstance(wanted, dict):
        raise Mistake("an object is expected")
    for name in wanted:
        if name not in known:
            raise Mistake(f"unknown field {name!r}; known are {', '.join(known)}")
    return wanted


def need(wanted: Json, name: str) -> Any:
    if wanted.get(name) in (None, ""):
        raise Mistake(f"{name!r} is required")
    return wanted[name]


def text(wanted: Json, name: str, default: str = "") -> str:
    value = wanted.get(name, default)
    if not isinstance(value, str):
        raise Mistake(f"{name!r} must be a text")
    return value


def whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Mistake(f"{name!r} must be a whole number")
    return value


def flags(wanted: Json, name: str) -> dict[str, bool]:
    value = wanted.get(name) or {}
    if not isinstance(value, dict) or not all(isinstance(flag, bool) for flag in value.values()):
        raise Mistake(f"{name!r} must be an object of true and false")
    return dict(value)


def moment(value: Any) -> datetime:
    """Seconds since 1970, or ISO 8601; without a zone it is UTC."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Mistake(f"{value!r} is no moment: give seconds since 1970 or ISO 8601") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def seconds(request: Request, name: str, default: float = 0.0) -> float:
    """A span of time from the query, never longer than a minute."""
    try:
        return min(max(float(request.query_params.get(name, default)), 0.0), LONGEST_WAIT)
    except ValueError as error:
        raise Mistake(f"{name} must be a number of seconds") from error


def number(request: Request, name: str, default: int = 0) -> int:
    try:
        return int(request.query_params.get(name, default))
    except ValueError as error:
        raise Mistake(f"{name} must be a whole number") from error


def raw_bytes(wanted: Json) -> bytes:
    try:
        return base64.b64decode(str(wanted["base64"]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Mistake("base64 cannot be decoded") from error


def drawing(wanted: Json) -> bytes | None:
    """The bytes of a picture that is given or to be drawn; None when it describes none."""
    if "base64" in wanted:
        return raw_bytes(wanted)
    try:
        if "qr" in wanted:
            return pictures.code(text(wanted, "qr"), text(wanted, "caption"))
    except ValueError as error:
        raise Mistake(f"this does not fit into a code: {error}") from error
    if "text" in wanted:
        return pictures.notice(text(wanted, "text"))
    return None


def photo(world: World, wanted: Any) -> StoredFile:
    """A picture for a message. With `raw` its bytes are passed on as they are, however broken."""
    if not isinstance(wanted, dict):
        raise Mistake("a picture is an object with base64, qr, text or file_id")
    if "file_id" in wanted:
        stored = world.files.by_id(str(wanted["file_id"]))
        if stored is None:
            raise Mistake(f"there is no file {wanted['file_id']!r}", 404)
        return stored
    data = drawing(wanted)
    if data is None:
        raise Mistake("a picture is an object with base64, qr, text or file_id")
    if wanted.get("raw"):
        return world.files.raw_photo(
            data, whole(wanted.get("width", 800), "width"), whole(wanted.get("height", 600), "height")
        )
    try:
        return world.files.photo(data)
    except NotAPicture as error:
        raise Mistake(f"this is no picture Telegram would take: {error}") from error
