"""The section of Telegram: the token, and how updates arrive."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator

from bot.config.section import Section


class TelegramConfig(Section):
    token: SecretStr | None = None
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = ""
    operator: str = ""
    updates: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""

    @field_validator("token")
    @classmethod
    def _like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value().strip():
            return None
        number, colon, secret = token.get_secret_value().strip().partition(":")
        fits = number.isascii() and number.isdigit() and secret.isascii() and len(secret) >= 20
        if not (colon and fits and all(char.isalnum() or char in "_-" for char in secret)):
            raise ValueError(
                "is not a bot token; copy it whole from @BotFather, it looks like 123456789:AAF..."
            )
        return SecretStr(token.get_secret_value().strip())

    @field_validator("base_url", "base_file_url", "webhook_url")
    @classmethod
    def _an_address(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return address

    @field_validator("operator", mode="before")
    @classmethod
    def _an_account(cls, number: object) -> object:
        written = str(number).strip()
        if written and not (written.isascii() and written.isdigit()):
            raise ValueError(
                "must be the number of your own account; send the bot /id in private and it tells you"
            )
        return written

    @field_validator("webhook_url")
    @classmethod
    def _a_public_address(cls, address: str) -> str:
        if address and not urlsplit(address).path.strip("/"):
            raise ValueError(
                "must have a path that others do not guess, such as https://guard.school.example/tg-7f3a"
            )
        return address

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Self:
        if self.updates == "webhook" and not self.webhook_url:
            raise ValueError(
                "says updates: webhook, which needs webhook_url, the address Telegram brings them to"
            )
        if (
            self.webhook_url.startswith("http://")
            and self.base_url == TelegramConfig.model_fields["base_url"].default
        ):
            raise ValueError("has a webhook_url without https://; Telegram brings nothing to such an address")
        return self

    @property
    def files_url(self) -> str:
        """Where files are fetched from: beside the server's own address unless said otherwise."""
        if self.base_file_url:
            return self.base_file_url
        server, _, end = self.base_url.rpartition("/bot")
        return f"{server}/file/bot{end}"
