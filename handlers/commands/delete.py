"""/delete: delete the messages of an incident."""

from __future__ import annotations

from handlers import measures
from handlers.commands import Command

COMMAND = Command("delete", measures.remove, admin=True)
