"""DingTalk: an organisation's robot in Stream mode, custom robots that only post, and an admin's own message stream."""

from bot.platforms.dingtalk.people import Admin
from bot.platforms.dingtalk.platform import ABILITIES, NAME, DingTalk
from bot.platforms.dingtalk.posting import CustomRobot

__all__ = ["ABILITIES", "NAME", "Admin", "CustomRobot", "DingTalk"]
