"""The operator's one file, and the secrets from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy.engine import URL

from bot.places import ChatKind, Place
from bot.settings import LANGUAGES
from bot.store import engines
from bot.texts.rescue import Misfit, places

DEFAULT_FILE = Path("config.yaml")

# Environment variable → where its value goes.
ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "CLASSGUARD_TELEGRAM_TOKEN": ("telegram", "token"),
    "CLASSGUARD_ONEBOT_TOKEN": ("onebot", "*", "token"),
    "CLASSGUARD_DINGTALK_SECRET": ("dingtalk", "client_secret"),
    "CLASSGUARD_QQ_SECRET": ("qq", "secret"),
    "CLASSGUARD_DATABASE_URL": ("database", "url"),
    "CLASSGUARD_SECRET": ("secret",),
    "CLASSGUARD_DATA": ("data",),
    "CLASSGUARD_WEB_HOST": ("web", "host"),
    "CLASSGUARD_WEB_PORT": ("web", "port"),
}


class Misconfigured(Exception):
    """One plain sentence naming the file, the key and the remedy."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class TelegramConfig(_Section):
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


class OneBotConfig(_Section):
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


_DING_KINDS = ("staff:", "id:", "open:")


def _ding_account(number: object) -> str:
    written = str(number).strip()
    if not written.startswith(_DING_KINDS) or not written.partition(":")[2]:
        raise ValueError(
            f"has {written!r}, which is no account: send the robot /id in private, it answers such as staff:0123"
        )
    return f"ding:{written}"


class DingTalkAdminConfig(_Section):
    """Somebody who steers the bot; the first of `ids` is the one it uses, the others are the same person."""

    name: str
    ids: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("ids")
    @classmethod
    def _accounts(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_ding_account, ids))


class CustomRobotConfig(_Section):
    """A robot that only posts, with the signing secret (“加签”). `group` is the conversation's number, if known."""

    title: str
    url: SecretStr
    secret: SecretStr
    group: str = ""

    @field_validator("url")
    @classmethod
    def _an_address(cls, url: SecretStr) -> SecretStr:
        if not url.get_secret_value().startswith(("https://", "http://127.0.0.1")):
            raise ValueError("must be the robot's Webhook address, beginning with https://")
        return url


class FeedConfig(_Section):
    """An admin's own message stream: `groups` are conversations' numbers with their names."""

    command: Annotated[tuple[str, ...], Field(min_length=1)] = ("dws",)
    groups: Mapping[str, str]


class DingTalkConfig(_Section):
    client_id: str = ""
    client_secret: SecretStr | None = None
    robot_code: str = ""
    called: str = "班级卫士"
    admins: tuple[DingTalkAdminConfig, ...] = ()
    custom_robots: tuple[CustomRobotConfig, ...] = ()
    feed: FeedConfig | None = None
    card_template: str = ""
    operator: str = ""
    api_url: str = "https://api.dingtalk.com"
    old_api_url: str = "https://oapi.dingtalk.com"

    @field_validator("operator")
    @classmethod
    def _an_account(cls, number: str) -> str:
        return _ding_account(number) if number else ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.client_id and self.client_secret is None:
            raise ValueError(
                "has a client_id and no client_secret; both are in the application's credentials"
            )
        if not self.client_id and (self.client_secret or self.custom_robots or self.feed or self.admins):
            raise ValueError(
                "has no client_id; create an application with a robot first, see docs/platforms.md"
            )
        return self


class QQConfig(_Section):
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


class DatabaseConfig(_Section):
    """A file of SQLite's at `path`, or a PostgreSQL server at `url`, which may have a password in it."""

    path: Path | None = None
    url: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _of_a_server(cls, address: SecretStr | None) -> SecretStr | None:
        if address is None or not address.get_secret_value().strip():
            return None
        engines.postgresql(address.get_secret_value().strip())
        return SecretStr(address.get_secret_value().strip())

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.path and self.url:
            raise ValueError("has both path and url; keep the one the guard is to use")
        return self


class PlaygroundConfig(_Section):
    port: Annotated[int, Field(ge=0, le=65535)] = 8400
    clock_url: str = ""


class LogConfig(_Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: Annotated[bool | None, Field(alias="json")] = None


class RetentionConfig(_Section):
    incidents_days: Annotated[int, Field(ge=1, le=3650)] = 180
    sent_days: Annotated[int, Field(ge=7, le=365)] = 30


class MediaConfig(_Section):
    workers: Annotated[int, Field(ge=1, le=16)] = 1
    seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    ocr: Literal["auto", "off"] = "auto"


class WebConfig(_Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0


class Config(_Section):
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
        if "webhook" in (self.telegram.updates, self.qq.updates) and not self.web.port:
            raise ValueError(
                "web.port is missing; updates: webhook needs a port that your web server passes them on to"
            )
        return self

    @model_validator(mode="after")
    def _accounts_are_told_apart(self) -> Self:
        if len({one.platform for one in self.onebot}) != len(self.onebot):
            raise ValueError("onebot has two accounts of one name; give each a name of its own")
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
        named |= {one.platform: f"qq:{one.operator}" for one in self.onebot if one.operator}
        named["dingtalk"] = self.dingtalk.operator
        named["qq"] = f"qqbot:{self.qq.operator}" if self.qq.operator else ""
        return tuple(Place(name, address, ChatKind.PRIVATE) for name, address in named.items() if address)

    @property
    def guards(self) -> bool:
        """Whether any platform is configured."""
        return bool(self.token or self.onebot or self.dingtalk.client_id or self.qq.app_id)

    @property
    def token(self) -> str | None:
        return self.telegram.token.get_secret_value() if self.telegram.token else None


assert set(LANGUAGES) == set(Config.model_fields["language"].annotation.__args__)  # type: ignore[union-attr]


def load(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the file named, or config.yaml where there is one. Raises `Misconfigured`."""
    chosen = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    given = _read(chosen) if chosen else {}
    source = {"": str(chosen)} if chosen else {}
    for variable, keys in ENVIRONMENT.items():
        if environment.get(variable):
            _place(given, keys, environment[variable])
            source[".".join(keys)] = f"environment variable {variable}"
    try:
        return Config.model_validate(given)
    except ValidationError as wrong:
        raise Misconfigured(_sentence(wrong, source)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misconfigured(
            f"{file}: there is no such file. Copy config.example.yaml to {file}, or name another one with --config."
        ) from None
    except OSError as trouble:
        raise Misconfigured(f"{file}: cannot be read ({trouble.strerror}). Check its permissions.") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{file}: is not UTF-8 text. Save it as UTF-8.") from None
    except yaml.YAMLError as trouble:
        raise Misconfigured(
            f"{file}: is not valid YAML{_place_of(trouble)}. Compare it with config.example.yaml."
        ) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise Misconfigured(f"{file}: must be a list of keys with values, like config.example.yaml.")
    # A section whose keys are all commented out reads as nothing at all.
    return {
        key: value for key, value in content.items() if value is not None or key not in Config.model_fields
    }


def _place_of(trouble: yaml.YAMLError) -> str:
    mark = getattr(trouble, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def _place(given: dict[str, Any], keys: tuple[str, ...], value: str) -> None:
    if "*" in keys:
        # Each account of a list that has no token of its own.
        head, _, last = keys
        for one in given.get(head) or ():
            if isinstance(one, dict):
                one.setdefault(last, value)
        return
    *parents, last = keys
    for key in parents:
        inner = given.get(key)
        # A section of the wrong kind is left alone: its own error will name it.
        if inner is None:
            inner = given[key] = {}
        if not isinstance(inner, dict):
            return
        given = inner
    given[last] = value


def _sentence(wrong: ValidationError, source: Mapping[str, str]) -> str:
    first = wrong.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    where = source.get(key) or source.get("") or "the configuration"
    if first["type"] == "extra_forbidden":
        problem = "is not a key that exists; remove it, or see config.example.yaml for the right name"
    elif first["type"] == "value_error":
        problem = first["msg"].removeprefix("Value error, ")
    else:
        said = "input should be a path" if first["type"] == "path_type" else first["msg"]
        problem = f"is wrong: {said[0].lower()}{said[1:]}; see config.example.yaml"
    return f"{where}: {key} {problem}.".replace(":  ", ": ")


def secret_of(config: Config) -> bytes:
    """The key of all fingerprints: configured, or made once and kept beside the database."""
    if config.secret is not None:
        return config.secret.get_secret_value().encode()
    file = config.data / "secret"
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = file.read_text(encoding="ascii").strip()
        if len(kept) < 32:
            raise Misconfigured(
                f"{file}: the secret is damaged. Restore it from a backup; without it known payees are not recognised."
            ) from None
        return kept.encode()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        made = secrets.token_hex(32)
        out.write(made + "\n")
        out.flush()
        os.fsync(out.fileno())
    return made.encode()
