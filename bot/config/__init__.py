"""The operator's one file as values; a file for each section that takes some explaining."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from sqlalchemy.engine import URL

from bot.config.database import DatabaseConfig
from bot.config.dingtalk import DingTalkConfig
from bot.config.onebot import OneBotConfig
from bot.config.qq import QQConfig
from bot.config.section import Section
from bot.config.telegram import TelegramConfig
from bot.places import MARKS, ChatKind, Place
from bot.settings import LANGUAGES
from bot.store import engines
from bot.texts.rescue import Misfit, places


class PlaygroundConfig(Section):
    port: Annotated[int, Field(ge=0, le=65535)] = 8400
    clock_url: str = ""


class LogConfig(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: Annotated[bool | None, Field(alias="json")] = None


class RetentionConfig(Section):
    incidents_days: Annotated[int, Field(ge=1, le=3650)] = 180
    sent_days: Annotated[int, Field(ge=7, le=365)] = 30


class MediaConfig(Section):
    workers: Annotated[int, Field(ge=1, le=16)] = 1
    seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    ocr: Literal["auto", "off"] = "auto"


class WebConfig(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0


class Config(Section):
    telegram: TelegramConfig = TelegramConfig()
    onebot: tuple[OneBotConfig, ...] = ()
    dingtalk: DingTalkConfig = DingTalkConfig()
    qq: QQConfig = QQConfig()
    database: DatabaseConfig = DatabaseConfig()
    playground: PlaygroundConfig = PlaygroundConfig()
    log: LogConfig = LogConfig()
    retention: RetentionConfig = RetentionConfig()
    media: MediaConfig = MediaConfig()
    web: WebConfig = WebConfig()
    data: Path = Path("classguard-data")
    language: Literal["zh-Hans", "zh-Hant", "en"] = "zh-Hans"
    help_lines: Path | None = None
    secret: SecretStr | None = None

    @field_validator("help_lines")
    @classmethod
    def _readable(cls, file: Path | None) -> Path | None:
        try:
            places(file)
        except Misfit as wrong:
            raise ValueError(f"cannot be used: {wrong}") from None
        except (OSError, UnicodeDecodeError):
            raise ValueError("names a file that cannot be read") from None
        return file

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < 32:
            raise ValueError("must be at least 32 characters; leave it out and one is made for you")
        return secret

    @model_validator(mode="after")
    def _webhook_is_listened_for(self) -> Self:
        if self.brought and not self.web.port:
            raise ValueError(
                "web.port is missing; updates: webhook needs a port that your web server passes them on to"
            )
        return self

    @model_validator(mode="after")
    def _accounts_are_told_apart(self) -> Self:
        if len({one.platform for one in self.onebot}) != len(self.onebot):
            raise ValueError("onebot has two accounts of one name; give each a name of its own")
        heard_at = [one.address for one in self.onebot if one.listen]
        if len(set(heard_at)) != len(heard_at):
            raise ValueError("onebot has two accounts with one listen; give each a port of its own")
        return self

    @property
    def database_path(self) -> Path:
        """The file the guard works with, unless a server is configured."""
        return self.database.path or self.data / "classguard.db"

    @property
    def database_url(self) -> URL:
        """What the guard works with. To be shown only by `engines.shown`: it may have a password in it."""
        if self.database.url is not None:
            return engines.postgresql(self.database.url.get_secret_value())
        return engines.sqlite(self.database_path)

    @property
    def operators(self) -> tuple[Place, ...]:
        """Where the operator reads, on every platform on which one is named."""
        named = {"telegram": self.telegram.operator}
        named |= {one.platform: f"{MARKS['onebot']}{one.operator}" for one in self.onebot if one.operator}
        named["dingtalk"] = self.dingtalk.operator
        named["qq"] = f"{MARKS['qq']}{self.qq.operator}" if self.qq.operator else ""
        return tuple(Place(name, address, ChatKind.PRIVATE) for name, address in named.items() if address)

    @property
    def brought(self) -> Mapping[str, str]:
        """The platforms that bring their updates to us, and where to: a whole address, or a path on `web.port`."""
        telegram = {"telegram": self.telegram.webhook_url} if self.telegram.updates == "webhook" else {}
        qq = {"qq": self.qq.webhook_path} if self.qq.updates == "webhook" else {}
        return telegram | qq

    @property
    def guards(self) -> bool:
        """Whether any platform is configured."""
        return bool(self.token or self.onebot or self.dingtalk.client_id or self.qq.app_id)

    @property
    def token(self) -> str | None:
        return self.telegram.token.get_secret_value() if self.telegram.token else None


assert set(LANGUAGES) == set(Config.model_fields["language"].annotation.__args__)  # type: ignore[union-attr]
