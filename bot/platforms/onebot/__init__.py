"""QQ through OneBot v11: a personal account kept by NapCat or another implementation, spoken to over WebSocket."""

from bot.platforms.onebot.platform import ABILITIES, NAME, OneBot

__all__ = ["ABILITIES", "NAME", "OneBot"]
