"""/delete: delete the messages of an incident."""

from __future__ import annotations

from handlers import decisions
from handlers.commands import Command

COMMAND = Command("delete", decisions.remove, admin=True)
