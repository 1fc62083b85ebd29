"""Lets in only callers from this machine, and to the control API only those with the token."""

from __future__ import annotations

import hmac
import json
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Doorkeeper:
    """A page elsewhere may make a browser call loopback under a name of its own (DNS rebinding); such names end here."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        if not _is_loopback(f"//{headers.get('host', '')}") or not _is_own(headers):
            await _refused(403, "only callers on this machine are let in")(scope, receive, send)
        elif scope["path"].startswith("/control") and not self._knows_token(scope, headers):
            await _refused(401, "the control token is missing or wrong")(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _knows_token(self, scope: Scope, headers: Headers) -> bool:
        given = headers.get("x-playground-token")
        if given is None:
            query = scope["query_string"].decode("ascii", "replace")
            given = parse_qs(query).get("token", [""])[0]
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)


def _is_loopback(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:
        return False


def _is_own(headers: Headers) -> bool:
    """A browser names the page a request comes from; other programs name none."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _refused(status: int, sentence: str) -> Response:
    return Response(json.dumps({"error": sentence}), status, media_type="application/json")


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return wrapped
