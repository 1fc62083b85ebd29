"""Which methods of the Bot API the playground answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.playground.botapi import editing, looking, moderating, sending, settings
from bot.playground.botapi.call import Call

ANSWERED: Mapping[str, Callable[[Call], Any]] = {
    name.lower(): function
    for module in (sending, editing, moderating, looking, settings)
    for name, function in module.METHODS.items()
}
