"""An address taken apart, forgivingly: what strangers write follows no standard."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

_LONGEST = 2_000
_LONGEST_HOST = 253
_LONGEST_SCHEME = 30
WEB = frozenset({"", "http", "https", "ftp"})


@dataclass(frozen=True, slots=True)
class Address:
    """`scheme` is empty where none was written; `host` is lower case without www. and port; `path` is without its slash."""

    scheme: str
    user: str
    host: str
    path: str
    query: str

    @property
    def plain(self) -> str:
        """How the table of known beginnings writes it: no http(s)://, no www., no port."""
        start = "" if self.scheme in WEB else f"{self.scheme}://"
        query = f"?{self.query}" if self.query else ""
        return f"{start}{self.host}/{self.path}{query}"


def parse(address: str) -> Address:
    """Percent-decoded once; browsers read a backslash as a slash, so do we."""
    text = unquote(address.strip()[:_LONGEST]).strip()
    scheme, mark, rest = text.partition("://")
    if not mark or len(scheme) > _LONGEST_SCHEME or not scheme.replace("+", "").replace("-", "").isalnum():
        scheme, rest = "", text
    rest = rest.partition("#")[0] if not rest.startswith("#") else rest
    cut = min((at for at in map(rest.find, "/\\?") if at >= 0), default=len(rest))
    authority, tail = rest[:cut], rest[cut:]
    path, _, query = tail.partition("?")
    user, _, host = authority.rpartition("@")
    if not host.startswith("["):
        host = host.partition(":")[0]
    host = host.lower().strip(".").removeprefix("www.")[:_LONGEST_HOST]
    return Address(scheme.lower(), user, host, path.lstrip("/\\"), query)
