"""Telegram, through python-telegram-bot: the only place that knows it."""

import os

# The library is moving its spans of time to timedelta, and warns at each one until told to do so now.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.platforms.telegram.people import NAME
from bot.platforms.telegram.platform import ABILITIES, Telegram

__all__ = ["ABILITIES", "NAME", "Telegram"]
