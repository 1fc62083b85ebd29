"""Codes, accounts, cards, links, files and amounts: what they are, and their canonical mark."""

from __future__ import annotations

from dataclasses import replace

from patterns.artefacts.codes import read_code
from patterns.artefacts.files import judge_file
from patterns.artefacts.finding import find_in_text
from patterns.artefacts.hosts import host_of, resembles
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.links import read_link
from patterns.model import Attachment, AttachmentKind
from patterns.normalize import Normalized, normalize

__all__ = [
    "Artefact",
    "Kind",
    "find",
    "find_ways",
    "host_of",
    "judge_file",
    "load",
    "read_attachment",
    "read_code",
    "read_link",
    "resembles",
]


def load() -> None:
    """Read the tables now rather than at the first message."""
    read_code("https://nowhere.example/")
    judge_file("nothing.txt")
    find(normalize("0"))


def read_attachment(a: Attachment) -> tuple[Artefact, ...]:
    """What came with a message. A picture in which nothing was read is nothing yet."""
    value = a.value.encode(
        "utf-8", "replace"
    ).decode()  # halves of characters, legal in JSON, are read by nobody
    match a.kind:
        case AttachmentKind.QR:
            return (read_code(value),)
        case AttachmentKind.FILE:
            return (judge_file(value, a.head),)
        case AttachmentKind.LINK:
            return (read_link(value),)
        case AttachmentKind.RED_PACKET:
            return (Artefact(Kind.RED_PACKET, found=a.value),)
        case AttachmentKind.GROUP_COLLECT:
            return (Artefact(Kind.GROUP_COLLECT, found=a.value, amount=a.value),)
        case AttachmentKind.CONTACT:
            return (_contact(value),)
        case AttachmentKind.IMAGE:
            return tuple(replace(one, start=-1, end=-1) for one in find(normalize(a.value)))
        case _:
            return ()


def find(text: Normalized) -> tuple[Artefact, ...]:
    """Everything in a message's text, in the order it stands there."""
    return find_in_text(text)


def find_ways(text: Normalized) -> tuple[Artefact, ...]:
    """The same without the sums of money: accounts, links, contacts, whatever leads somewhere."""
    return find_in_text(text, amounts=False)


def _contact(card: str) -> Artefact:
    """A shared contact: a name and, after the last blank, a telephone number."""
    number = "".join(char for char in card.rpartition(" ")[2] if char.isdecimal())
    return Artefact(Kind.CONTACT, f"phone:{number}" if number else "", card, "phone")
