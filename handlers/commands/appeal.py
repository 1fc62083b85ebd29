"""/appeal: whoever a warning is about says in private what it was, and an admin reads it."""

from __future__ import annotations

from handlers import appeals
from handlers.commands import Command, Where

COMMAND = Command("appeal", appeals.ask, where=Where.PRIVATE, menu=None, hear=appeals.hear, drops=True)
