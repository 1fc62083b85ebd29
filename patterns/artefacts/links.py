"""Addresses on the web: where they really lead, and what is hidden about it. Never visits one."""

from __future__ import annotations

from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.payloads import plain_address, read_address


def read_link(address: str) -> Artefact:
    """What an address leads to. `scheme` says what is odd about a plain link, empty when nothing is."""
    known = read_address(address)
    if known is not None:
        return known
    return Artefact(
        Kind.LINK, mark=f"link:{plain_address(address).partition('?')[0].rstrip('/')}", found=address
    )


def host_of(address: str) -> str:
    """The host an address leads to, without www., user name and port."""
    authority = plain_address(address).partition("://")[2] or plain_address(address)
    for divider in "/?#":
        authority = authority.partition(divider)[0]
    return authority.rpartition("@")[2].partition(":")[0]


def resembles(host: str, registered: str) -> bool:
    return False
