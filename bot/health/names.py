"""What people call a platform."""

from __future__ import annotations

from bot.texts import plain, texts


def platform_name(language: str, name: str) -> str:
    """An account of its own is told apart by what follows the hyphen."""
    kind, _, account = name.partition("-")
    key = f"operator.platform.{kind}"
    known = plain(language, key) if key in texts(language) else kind
    return f"{known} ({account})" if account else known
