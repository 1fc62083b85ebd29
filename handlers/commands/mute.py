"""/mute: silence whom an incident is about until it is cleared up; with "off" let them speak again."""

from __future__ import annotations

from handlers import measures
from handlers.commands import Command

COMMAND = Command("mute", measures.silence, admin=True)
