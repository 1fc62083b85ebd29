"""/unsure: an admin has looked and cannot tell."""

from __future__ import annotations

from handlers import decisions
from handlers.commands import Command

COMMAND = Command("unsure", decisions.doubt, admin=True)
