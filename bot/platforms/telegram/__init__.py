"""Telegram, through python-telegram-bot: the only place that knows it."""

from bot.platforms.telegram.platform import Telegram

__all__ = ["Telegram"]
