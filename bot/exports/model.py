"""What every export reader yields: messages, and places that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Exported:
    """One exported message. `when` is the wall clock of the exporting device, marked UTC for want of a zone.

    `sender_id` falls back to the name where an export carries no ids. `media` is a path as the
    export spells it (hostile, relative to the export's folder); `file_name` what the file was called.
    `joined` marks a service line: this account entered the group here.
    """

    place: str
    chat: str
    id: str
    sender_id: str
    sender: str
    text: str = ""
    when: datetime | None = None
    media: str = ""
    is_picture: bool = False
    file_name: str = ""
    forwarded: bool = False
    reply_to: str | None = None
    links: tuple[str, ...] = ()
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A place in the export that could not be read; reading goes on after it."""

    place: str
    reason: str
