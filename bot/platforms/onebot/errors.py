"""What an implementation answers when it will not do something, in our words: later, never, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platforms import Denied, Later, Refused

# NapCat's words when QQ took a message and never confirmed it: what risk control looks like from here.
_HELD_BACK = ("timeout: ntevent", "风控", "risk")
_MUTED = ("禁言", '"result": 120', '"result":120', "result: 120")
_PICTURE = ("rich media", "upload", "图片")
_UNKNOWN_CALL = 1404
# Seconds until what QQ did not confirm is tried again.
AGAIN = 10.0


class HeldBack(Later):
    """QQ took it and did not show it: it may have been sent, and likely was not."""


class NoSuchCall(Refused):
    """This implementation cannot do it."""


class BadPicture(Refused):
    """The message would do without its picture."""


def translate(action: str, answer: Mapping[str, Any]) -> Exception:
    code = answer.get("retcode")
    words = str(answer.get("message") or answer.get("wording") or answer.get("msg") or "")
    lowered = words.lower()
    if code in (1403, 1401):
        return Denied("the implementation does not accept the token")
    if code == _UNKNOWN_CALL or "不支持的api" in lowered or "不支持的 api" in lowered:
        return NoSuchCall(f"the implementation has no {action}")
    reason = f"{action}: {code}"
    if action.startswith(("send_", "upload_")):
        if any(sign in lowered for sign in _MUTED):
            return Refused(f"{reason}, the account is muted there")
        if any(sign in lowered for sign in _PICTURE):
            return BadPicture(f"{reason}, the picture was not taken")
        if any(sign in lowered for sign in _HELD_BACK):
            return HeldBack(AGAIN, reason=f"{reason}, QQ did not confirm it")
    return Refused(reason, unreachable=action == "send_private_msg")
