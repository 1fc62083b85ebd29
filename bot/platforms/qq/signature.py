"""The webhook's signature: Ed25519 with a key made of the bot's secret, repeated until it is long enough.

As QQ's documents have it and nonebot-adapter-qq 1.7.3 does it.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE, STAMP = "x-signature-ed25519", "x-signature-timestamp"
_SEED = 32


class Signer:
    """Signs the platform's question whether this address is ours, and looks at what the platform signed."""

    def __init__(self, secret: str) -> None:
        seed = secret.encode()
        while len(seed) < _SEED:
            seed *= 2
        self._key = Ed25519PrivateKey.from_private_bytes(seed[:_SEED])

    def sign(self, stamp: str, text: bytes) -> str:
        return self._key.sign(stamp.encode() + text).hex()

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """`headers` by their names in small letters."""
        try:
            given = bytes.fromhex(headers.get(SIGNATURE, ""))
            self._key.public_key().verify(given, headers.get(STAMP, "").encode() + body)
        except (ValueError, InvalidSignature):
            return False
        return True
