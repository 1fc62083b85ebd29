"""/ban: put whom an incident is about out of the group; with "off" let them come back."""

from __future__ import annotations

from handlers import measures
from handlers.commands import Command

COMMAND = Command("ban", measures.banish, admin=True)
