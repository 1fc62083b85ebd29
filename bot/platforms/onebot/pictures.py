"""Pictures and files: fetched where QQ keeps them, or asked of the implementation; everybody's portrait."""

from __future__ import annotations

import base64
import time
from urllib.parse import urlsplit

from bot.events import Picture
from bot.platforms import Refused, calling
from bot.platforms.onebot.people import number_of
from bot.platforms.onebot.performing import Call

PORTRAITS = "https://q1.qlogo.cn/g?b=qq&nk={number}&s=140"
_FROM = ("qq.com", "qq.com.cn", "qpic.cn", "gtimg.cn", "gtimg.com", "qlogo.cn")


class Pictures:
    """`url` is the implementation's address, if we call it; `portraits` is where profile pictures are, with {number}
    in it.
    """

    def __init__(self, call: Call, url: str, portraits: str) -> None:
        self._call = call
        self._url = url
        self._portraits = portraits
        self._http = calling.client()

    async def close(self) -> None:
        await self._http.aclose()

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        source = picture.file_id
        if source.startswith(("http://", "https://")) and self._trusted(source):
            return await calling.downloaded(self._http, source, limit)
        if source.startswith("base64://"):
            return _sized(base64.b64decode(source.removeprefix("base64://")), limit)
        return await self._asked_for(picture, limit)

    def _trusted(self, address: str) -> bool:
        """QQ's own servers, and the machine the implementation runs on: a message must not send us anywhere else."""
        host = urlsplit(address).hostname or ""
        own = urlsplit(self._url).hostname
        return host == own or any(host == one or host.endswith(f".{one}") for one in _FROM)

    async def _asked_for(self, picture: Picture, limit: int) -> bytes:
        action = "get_file" if picture.is_file else "get_image"
        named = {"file": picture.unique_id, "file_id": picture.file_id}
        told = await self._call(action, named)
        data = told.get("base64") if isinstance(told, dict) else None
        if isinstance(data, str) and data:
            return _sized(base64.b64decode(data), limit)
        address = str(told.get("url") or "") if isinstance(told, dict) else ""
        if address.startswith(("http://", "https://")) and self._trusted(address):
            return await calling.downloaded(self._http, address, limit)
        raise Refused("the file is not handed out")

    def portrait(self, user: str) -> Picture | None:
        """QQ shows everybody's to everybody, by number. The address stays the same when the picture changes, so
        that only a new look tells.
        """
        if not self._portraits:
            return None
        address = self._portraits.format(number=number_of(user))
        return Picture(address, f"{address}#{time.time_ns()}")


def _sized(data: bytes | bytearray, limit: int) -> bytes:
    if len(data) > limit:
        raise Refused("the file is too big")
    return bytes(data)
