"""The section of DingTalk: the robot, who steers it, and where else it posts and hears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.config.section import Section
from bot.places import MARKS

_DING_KINDS = ("staff:", "id:", "open:")


def _ding_account(number: object) -> str:
    written = str(number).strip()
    if not written.startswith(_DING_KINDS) or not written.partition(":")[2]:
        raise ValueError(
            f"has {written!r}, which is no account: send the robot /id in private, it answers such as staff:0123"
        )
    return f"{MARKS['dingtalk']}{written}"


class DingTalkAdminConfig(Section):
    """Somebody who steers the bot; the first of `ids` is the one it uses, the others are the same person."""

    name: str
    ids: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("ids")
    @classmethod
    def _accounts(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_ding_account, ids))


class CustomRobotConfig(Section):
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


class FeedConfig(Section):
    """An admin's own message stream: `groups` are conversations' numbers with their names."""

    command: Annotated[tuple[str, ...], Field(min_length=1)] = ("dws",)
    groups: Mapping[str, str]


class DingTalkConfig(Section):
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
