"""Whose certificates are believed: read once for all connections, since each reading takes as long as a request."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def context(trust_env: bool) -> ssl.SSLContext:
    """For every client of a kind; one that trusts the environment takes the certificates named there."""
    return httpx.create_ssl_context(trust_env=trust_env)
