"""A member's account number as it is kept: readable only with the data folder's key, as the fingerprints are.

Each number has a pad of its own, worked out from the member's keyed fingerprint: the database alone tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable

# The pad is as long as a fingerprint: sixteen bytes. No platform's account number is longer.
_LONGEST = 16


def sealed(user: str, mark: Callable[[str], str]) -> str:
    """The account's number sealed; empty for what is too long to be one."""
    plain = user.encode("utf-8", "surrogatepass")
    if not plain or len(plain) > _LONGEST:
        return ""
    return bytes(a ^ b for a, b in zip(plain, _pad(mark(user), mark), strict=False)).hex()


def opened(account: str, member_mark: str, mark: Callable[[str], str]) -> str | None:
    """The number again; None when it was sealed with another key."""
    try:
        hidden = bytes.fromhex(account)
        user = bytes(a ^ b for a, b in zip(hidden, _pad(member_mark, mark), strict=False)).decode()
    except ValueError:
        return None
    return user if user and mark(user) == member_mark else None


def _pad(member_mark: str, mark: Callable[[str], str]) -> bytes:
    """No name or payee begins with the character that sets these marks apart."""
    return bytes.fromhex(mark(f"\0account:{member_mark}"))
