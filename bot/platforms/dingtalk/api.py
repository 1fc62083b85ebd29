"""DingTalk's HTTP interface: tokens renewed in time, refusals in our words."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import httpx
import structlog

from bot.platforms import Denied, Later, Refused, calling

log = structlog.get_logger(__name__)

API = "https://api.dingtalk.com"
# Media are still taken by the older interface only.
OLD_API = "https://oapi.dingtalk.com"

# Seconds of silence after which the minute in which too much was said is over.
FEWER = 60.0
# Seconds before its end at which a token is renewed.
EARLY = 300.0
_DENIED = ("invalidclient", "authfail", "invalid.client", "invalidappkey", "invalidparameter.clientid")
_SLOWER = ("throttling", "qps", "flowcontrol", "toomany")
_NO_PERMISSION = ("accesstokenpermissiondenied", "forbidden.accessdenied", "nopermission")
_CALL = "x-acs-dingtalk-access-token"
# What an older answer's number means.
_TOO_FAST = frozenset({130101, 130102, 410100, 90018})
_UNSIGNED = 310000


class Api:
    """One application. Every call raises Denied, Later, Refused or Unsure, and nothing else."""

    def __init__(self, client_id: str, secret: str, api: str = API, old_api: str = OLD_API) -> None:
        self.client_id = client_id
        self._secret = secret
        self._api = api.rstrip("/")
        self._old_api = old_api.rstrip("/")
        self._token = ""
        self._until = 0.0
        self._http = calling.client()

    async def close(self) -> None:
        await self._http.aclose()

    async def open_stream(self, topics: Sequence[Mapping[str, str]], agent: str) -> tuple[str, str]:
        """Where to connect to, and the ticket that lets us in once."""
        wanted = {
            "clientId": self.client_id,
            "clientSecret": self._secret,
            "subscriptions": list(topics),
            "ua": agent,
            "localIp": "",
        }
        told = await self._posted(f"{self._api}/v1.0/gateway/connections/open", wanted)
        endpoint, ticket = str(told.get("endpoint") or ""), str(told.get("ticket") or "")
        if not endpoint.startswith(("ws://", "wss://")):
            raise Later(5.0, everywhere=True, reason="DingTalk names no address to connect to")
        return endpoint, ticket

    async def token(self) -> str:
        """Good for two hours; fetched anew in time. Raises Denied when the secret is not accepted."""
        if time.monotonic() >= self._until:
            asked = {"appKey": self.client_id, "appSecret": self._secret}
            told = await self._posted(f"{self._api}/v1.0/oauth2/accessToken", asked)
            self._token = str(told.get("accessToken") or "")
            lives = float(told.get("expireIn") or 0.0)
            self._until = time.monotonic() + max(1.0, lives - min(EARLY, lives / 2))
        return self._token

    async def call(self, path: str, asked: Mapping[str, Any], method: str = "POST") -> dict[str, Any]:
        """Post as the application; a token that ended early is renewed once."""
        with suppress(_TokenEnded):
            return await self._called(path, asked, method)
        self._until = 0.0
        try:
            return await self._called(path, asked, method)
        except _TokenEnded:
            raise Denied("DingTalk does not accept its own token") from None

    async def _called(self, path: str, asked: Mapping[str, Any], method: str) -> dict[str, Any]:
        return await self._posted(f"{self._api}{path}", asked, {_CALL: await self.token()}, method)

    async def upload(self, data: bytes, name: str, kind: str) -> str:
        """The number under which DingTalk keeps a picture (`image`) or a file (`file`)."""
        answer = await self._answered(
            f"{self._old_api}/media/upload",
            params={"access_token": await self.token()},
            data={"type": kind},
            files={"media": (name, data)},
        )
        return str(_older(answer).get("media_id") or "")

    async def say_at(
        self, url: str, message: Mapping[str, Any], params: Mapping[str, str] | None = None
    ) -> None:
        """Post to an address DingTalk gave out for one conversation."""
        # What stands in the address already has to stay.
        try:
            whole = httpx.URL(url).copy_merge_params(dict(params or {}))
        except httpx.InvalidURL:
            raise Refused("this is no address to answer at") from None
        _older(await self._answered(str(whole), json=dict(message)))

    async def download(self, url: str, limit: int) -> bytes:
        return await calling.downloaded(self._http, url, limit)

    async def _posted(
        self,
        url: str,
        asked: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> dict[str, Any]:
        answer = await self._answered(url, method, json=dict(asked), headers=dict(headers or {}))
        told = calling.told(answer)
        if answer.is_success:
            return told
        raise _refusal(answer.status_code, told, url.rpartition("/")[2])

    async def _answered(self, url: str, method: str = "POST", **more: Any) -> httpx.Response:
        return await calling.answered(self._http, "DingTalk", method, url, **more)


class _TokenEnded(Exception):
    pass


def _refusal(status: int, told: Mapping[str, Any], call: str) -> Exception:
    """DingTalk's codes are words; they are told in logs, its sentences are not."""
    code = str(told.get("code") or status)
    lowered = code.lower()
    if any(sign in lowered for sign in _NO_PERMISSION):
        log.error(
            "dingtalk_permission_missing", call=call, remedy="grant it to the application, publish anew"
        )
        return Refused(f"{call}: the application lacks the permission ({code})")
    if lowered == "invalidauthentication":
        return _TokenEnded()
    if any(sign in lowered for sign in _DENIED) or (status in (401, 403) and call in ("open", "accessToken")):
        return Denied(f"{call}: DingTalk does not accept the client's secret ({code})")
    if status == httpx.codes.TOO_MANY_REQUESTS or any(sign in lowered for sign in _SLOWER):
        return Later(10.0, reason=f"{call}: too fast")
    if status >= 500:
        return Later(5.0, reason=f"{call}: {status}")
    return Refused(f"{call}: {code}")


def _older(answer: httpx.Response) -> dict[str, Any]:
    """The older interface always answers 200 and says with a number how it went."""
    told = calling.told(answer)
    code = told.get("errcode")
    if answer.is_success and code in (0, "0"):
        return told
    if code in _TOO_FAST or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Later(FEWER, reason="DingTalk asks for fewer messages")
    if code == _UNSIGNED:
        remedy = "copy the secret of the custom robot again; its clock may also be off"
        log.error("dingtalk_signature_refused", remedy=remedy)
    if answer.status_code >= 500:
        raise Later(5.0, reason=f"DingTalk answers {answer.status_code}")
    raise Refused(f"DingTalk answers {code if code is not None else answer.status_code}")
