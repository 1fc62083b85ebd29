"""The secret everything sensitive is keyed with."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable

from bot.config import Config
from bot.config.loading import Misconfigured


def secret_of(config: Config) -> bytes:
    """The key of all fingerprints: configured, or made once and kept beside the database."""
    if config.secret is not None:
        return config.secret.get_secret_value().encode()
    file = config.data / "secret"
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = file.read_text(encoding="ascii").strip()
        if len(kept) < 32:
            raise Misconfigured(
                f"{file}: the secret is damaged. Restore it from a backup; without it known payees are not recognised."
            ) from None
        return kept.encode()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        made = secrets.token_hex(32)
        out.write(made + "\n")
        out.flush()
        os.fsync(out.fileno())
    return made.encode()


def marker(secret: bytes) -> Callable[[str], str]:
    """What keys a text with the secret, the same for ever."""

    def mark(text: str) -> str:
        return hmac.new(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    return mark
