"""The platform's HTTP interface: tokens renewed in time, refusals in our words.

Addresses and fields are those of nonebot-adapter-qq 1.7.3 (2026-09); what its numbers mean is known from hearsay.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from bot.platforms import Denied, Later, Refused, Unsure, calling

log = structlog.get_logger(__name__)

API = "https://api.bot.qq.com"
AUTH = "https://api.bot.qq.com/app/getAppAccessToken"
# Seconds before its end at which a token is renewed: from a minute before on the platform hands out a new one.
EARLY = 50.0
_UNAUTHORISED = 401
# The group has had its share of messages for now; the answer came too late or too often; the same again.
_SPENT = frozenset({22009, 304045, 304046, 304049, 304050})
_LATE = frozenset({40034005, 40034025, 304027, 304028})
_AGAIN = frozenset({40034024, 40054005})


class Enough(Refused):
    """No more may be said of one's own accord for now."""


class TooLate(Refused):
    """This message cannot be answered any more."""


class Said(Refused):
    """The platform has had this very answer already."""


class Api:
    """One bot. Every call raises Denied, Later, Refused or Unsure, and nothing else."""

    def __init__(self, app_id: str, secret: str, api: str = API, auth: str = AUTH) -> None:
        self._app_id = app_id
        self._secret = secret
        self._api = api.rstrip("/")
        self._auth = auth
        self._token = ""
        self._until = 0.0
        self._http = calling.client()

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization(self) -> str:
        """Raises Denied when the secret is not accepted."""
        if time.monotonic() >= self._until:
            answer = await self._answered(
                "POST", self._auth, json={"appId": self._app_id, "clientSecret": self._secret}
            )
            told = calling.told(answer)
            if answer.status_code >= 500:
                raise Later(5.0, everywhere=True, reason=f"token: {answer.status_code}")
            if not told.get("access_token"):
                raise Denied(f"QQ does not accept the bot's secret ({told.get('code', answer.status_code)})")
            self._token = str(told["access_token"])
            # The number comes as a string at times.
            lives = float(str(told.get("expires_in") or 0))
            self._until = time.monotonic() + max(1.0, lives - min(EARLY, lives / 2))
        return f"QQBot {self._token}"

    async def call(self, method: str, path: str, asked: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """What was answered; a token that ended early is renewed once."""
        for last in (False, True):
            headers = {"Authorization": await self.authorization(), "X-Union-Appid": self._app_id}
            body = {"json": dict(asked)} if asked is not None else {}
            given = {name: value for name, value in query.items() if value is not None}
            params = {"params": given} if given else {}
            answer = await self._answered(method, f"{self._api}{path}", headers=headers, **body, **params)
            if answer.status_code != _UNAUTHORISED:
                break
            self._until = 0.0
            if last:
                raise Denied("QQ does not accept the bot's token")
        told = calling.told(answer)
        if answer.is_success and answer.status_code not in (201, 202):
            return told
        raise _refusal(answer.status_code, told, path.rpartition("/")[2])

    async def download(self, url: str, limit: int) -> bytes:
        return await calling.downloaded(self._http, url, limit)

    async def _answered(self, method: str, url: str, **more: Any) -> httpx.Response:
        return await calling.answered(self._http, "QQ", method, url, **more)


def _refusal(status: int, told: Mapping[str, Any], call: str) -> Exception:
    code = told.get("err_code") or told.get("code")
    reason = f"{call}: {code if code is not None else status}"
    if code in _SPENT:
        return Enough(reason)
    if code in _LATE:
        return TooLate(reason)
    if code in _AGAIN:
        return Said(reason)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Later(5.0, reason=reason)
    if status >= 500:
        return Later(3.0, reason=reason)
    if status in (201, 202):
        # It is looked at by the platform before it is shown; nobody tells whether it was.
        log.warning("qq_under_review", call=call)
        return Unsure(reason)
    return Refused(reason)
