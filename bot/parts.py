"""The parts the configuration chooses: which platforms, which clock, whether words in pictures are read."""

from __future__ import annotations

from bot.clock import Clock, FollowedClock, MachineClock
from bot.config import Config
from bot.config.dingtalk import DingTalkConfig
from bot.media.decoder import Decoder
from bot.media.reading import words_are_read
from bot.platforms import Platform
from bot.platforms.dingtalk import Admin, CustomRobot, DingTalk
from bot.platforms.onebot import OneBot
from bot.platforms.qq import QQ
from bot.platforms.telegram import Telegram

# The models alone take a few to load on a busy machine.
READING_SECONDS = 30.0


def platforms_of(config: Config) -> list[Platform]:
    """The platforms that are configured. A new platform is one line here."""
    platforms: list[Platform] = []
    if config.token:
        platforms.append(Telegram(config.token, config.telegram.base_url, config.telegram.files_url))
    platforms += [
        OneBot(
            name=one.platform,
            url=one.url,
            listen=one.address if one.listen else None,
            token=one.token.get_secret_value() if one.token else "",
            account=one.account,
            groups=one.groups,
            befriends=one.befriends,
            portraits=one.portraits,
        )
        for one in config.onebot
    ]
    if config.dingtalk.client_id:
        platforms.append(_dingtalk(config.dingtalk))
    if config.qq.secret is not None:
        secret = config.qq.secret.get_secret_value()
        platforms.append(QQ(config.qq.app_id, secret, api=config.qq.api_url, auth=config.qq.auth_url))
    return platforms


def _dingtalk(told: DingTalkConfig) -> DingTalk:
    robots = (
        CustomRobot(one.title, one.url.get_secret_value(), one.secret.get_secret_value(), one.group)
        for one in told.custom_robots
    )
    return DingTalk(
        told.client_id,
        told.client_secret.get_secret_value() if told.client_secret else "",
        robot=told.robot_code,
        called=told.called,
        admins=[Admin(one.name, one.ids) for one in told.admins],
        hooks=tuple(robots),
        feeds=told.feed.groups if told.feed else {},
        command=told.feed.command if told.feed else (),
        card=told.card_template,
        api=told.api_url,
        old_api=told.old_api_url,
    )


def reader_of(config: Config) -> Decoder | None:
    """What reads words in pictures, where that is wanted and installed."""
    wanted = config.media.ocr == "auto" and words_are_read()
    return Decoder(workers=1, seconds=READING_SECONDS) if wanted else None


def clock_of(config: Config) -> Clock:
    return FollowedClock(config.playground.clock_url) if config.playground.clock_url else MachineClock()
