"""The section of QQ accounts that an implementation of OneBot lends the bot."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator

from bot.config.section import Section


class OneBotConfig(Section):
    """One QQ account. Exactly one of `url` (we call the implementation) and `listen` (it calls us)."""

    name: str = ""
    url: str = ""
    listen: str = ""
    token: SecretStr | None = None
    account: str = ""
    groups: frozenset[int] = frozenset()
    befriends: bool = True
    portraits: str = "https://q1.qlogo.cn/g?b=qq&nk={number}&s=140"
    operator: str = ""

    @field_validator("name")
    @classmethod
    def _a_word(cls, name: str) -> str:
        if not (name.isascii() and (not name or name.isalnum()) and len(name) <= 20):
            raise ValueError("must be a short word of letters and digits, such as second")
        return name

    @field_validator("account", "operator", mode="before")
    @classmethod
    def _a_number(cls, number: object) -> str:
        written = str(number).strip()
        if written and not (written.isascii() and written.isdigit()):
            raise ValueError("must be a QQ number")
        return written

    @field_validator("url")
    @classmethod
    def _a_socket(cls, address: str) -> str:
        if address and not address.startswith(("ws://", "wss://")):
            raise ValueError("must begin with ws:// or wss://, the address of the WebSocket server")
        if address and not _has_a_host(address):
            raise ValueError("must have a host and a port that can be, such as ws://127.0.0.1:3001")
        return address

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.url) == bool(self.listen):
            raise ValueError("needs either url, to call the implementation, or listen, to be called by it")
        if self.listen and not 0 <= self.address[1] <= 65535:
            raise ValueError("has a listen that is no host:port, such as 127.0.0.1:8095")
        secret = self.token.get_secret_value() if self.token else ""
        if self.listen and not secret and self.address[0] not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(
                "listens to other machines without a token; set one, the same in the implementation"
            )
        return self

    @field_validator("portraits")
    @classmethod
    def _with_a_number(cls, address: str) -> str:
        if address and (address.count("{number}") != 1 or "{" in address.replace("{number}", "")):
            raise ValueError("must have {number} in it, once, or be empty")
        return address

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens; port -1 when it is no address."""
        host, _, port = self.listen.rpartition(":")
        number = int(port) if port.isascii() and port.isdigit() else -1
        return host.strip("[]") or "127.0.0.1", number

    @property
    def platform(self) -> str:
        return f"onebot-{self.name}" if self.name else "onebot"


def _has_a_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
