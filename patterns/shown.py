"""What a message shows besides its words: codes, accounts, links, files, each looked for once and only when asked for."""

from __future__ import annotations

from dataclasses import dataclass

from patterns.artefacts import Artefact, Kind, find, find_ways, read_attachment
from patterns.model import Attachment, AttachmentKind
from patterns.normalize import Normalized
from patterns.once import once

_NO_MARKS = frozenset({Kind.MONEY, Kind.FILE_DOCUMENT})


@dataclass(frozen=True)
class Shown:
    """The finds of one message. They stay the same, whoever its sender turns out to be."""

    attachments: tuple[Attachment, ...]
    text: Normalized

    @once
    def attached(self) -> tuple[Artefact, ...]:
        """What came along, but for the words in pictures, which stand in the text."""
        return tuple(
            one
            for item in self.attachments
            if item.kind is not AttachmentKind.IMAGE
            for one in read_attachment(item)
        )

    @once
    def written(self) -> tuple[Artefact, ...]:
        """What stands in the text, sums of money left out."""
        return find_ways(self.text)

    @once
    def amounts(self) -> tuple[Artefact, ...]:
        """The sums of money in the text."""
        return tuple(one for one in find(self.text) if one.kind is Kind.MONEY)

    @once
    def every(self) -> tuple[Artefact, ...]:
        return (*self.attached, *self.written)

    @once
    def pays(self) -> bool:
        """Does the message itself say or show where the money should go?"""
        return any(one.pays for one in self.every)

    @once
    def marks(self) -> tuple[str, ...]:
        """What the finds are recognised by elsewhere, each once."""
        return tuple(dict.fromkeys(one.mark for one in self.every if one.mark and one.kind not in _NO_MARKS))
