"""Reads a call as it comes over HTTP: query, JSON, urlencoded or multipart."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from bot.playground.botapi.checking import Upload
from bot.playground.botapi.errors import Refusal, bad
from bot.playground.files import UPLOAD_LIMIT

_BODY_LIMIT = UPLOAD_LIMIT + 1024 * 1024


async def parameters(request: Request) -> dict[str, Any]:
    if int(request.headers.get("content-length") or 0) > _BODY_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    given: dict[str, Any] = dict(request.query_params)
    if request.method == "GET":
        return given
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return given | _object(await request.body())
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return given | await _form(request)
    return given


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise bad("can't parse request JSON") from error
    if not isinstance(found, dict):
        raise bad("request JSON must be an Object")
    return found


async def _form(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        async with request.form(max_part_size=_BODY_LIMIT) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    found[name] = Upload(value.filename or "", await value.read(), value.content_type or "")
                else:
                    found[name] = value
    except MultiPartException as error:
        raise bad("can't parse multipart form") from error
    return found
