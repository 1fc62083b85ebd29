"""The platforms the playground plays. A further one is one line here."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.botapi.side import TelegramSide
from bot.playground.dingtalk.side import DingTalkSide
from bot.playground.onebot.side import OneBotSide
from bot.playground.qq.side import QQSide
from bot.playground.side import Side

SIDES: Mapping[str, type[Side]] = {
    side.name: side for side in (TelegramSide, OneBotSide, QQSide, DingTalkSide)
}
