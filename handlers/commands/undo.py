"""/undo: take a decision back; the incident is open again."""

from __future__ import annotations

from handlers import undoing
from handlers.commands import Command

COMMAND = Command("undo", undoing.undo, admin=True)
