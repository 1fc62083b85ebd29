"""The section of QQ's official bot platform."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import SecretStr, field_validator, model_validator

from bot.config.section import Section


class QQConfig(Section):
    """The official bot platform. `webhook_path` is where QQ's webhook is passed on to, on `web.port`."""

    app_id: str = ""
    secret: SecretStr | None = None
    updates: Literal["gateway", "webhook"] = "gateway"
    webhook_path: str = "/qq"
    operator: str = ""
    api_url: str = "https://api.bot.qq.com"
    auth_url: str = "https://api.bot.qq.com/app/getAppAccessToken"

    @field_validator("app_id", mode="before")
    @classmethod
    def _a_number(cls, number: object) -> str:
        written = str(number).strip()
        if written and not (written.isascii() and written.isdigit()):
            raise ValueError("must be the bot's number (AppID) from q.qq.com")
        return written

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        given = self.secret is not None and bool(self.secret.get_secret_value().strip())
        if bool(self.app_id) != given:
            raise ValueError("needs app_id and secret together; both are in the bot's development settings")
        if not self.webhook_path.startswith("/") or self.webhook_path == "/":
            raise ValueError("has a webhook_path that is no path, such as /qq-7f3a")
        return self
