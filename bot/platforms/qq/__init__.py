"""QQ through the official bot platform: its gateway or its webhook, and its HTTP interface."""

from bot.platforms.qq.platform import ABILITIES, NAME, QQ

__all__ = ["ABILITIES", "NAME", "QQ"]
