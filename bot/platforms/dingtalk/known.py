"""What is known for a while: the addresses DingTalk gives out to answer at, groups' names, our own last words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

_KEPT = 5_000
_WORDS = 50


@dataclass(slots=True)
class Known:
    """`lent` are the groups an admin's stream is to tell of, `heard` those it is telling of just now, `met` those in which
    somebody has named the robot.
    """

    sessions: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict)
    titles: dict[str, str] = field(default_factory=dict)
    lent: frozenset[str] = frozenset()
    heard: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    _words: dict[str, OrderedDict[str, None]] = field(default_factory=dict)
    _writers: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)

    def note(self, address: str, url: str, until: float) -> None:
        """Where a conversation can be answered, until then (Unix seconds)."""
        self.sessions[address] = url, until
        self.sessions.move_to_end(address)
        if len(self.sessions) > _KEPT:
            self.sessions.popitem(last=False)

    def session(self, address: str, now: float) -> str:
        """The address to answer at, "" when there is none or it has ended."""
        url, until = self.sessions.get(address, ("", 0.0))
        return url if until > now else ""

    def says(self, conversation: str, wordings: Collection[str]) -> None:
        """An admin's stream tells us our own words, too; under which account cannot be known."""
        words = self._words.setdefault(conversation, OrderedDict())
        for wording in wordings:
            words[_bare(wording)] = None
            words.move_to_end(_bare(wording))
        while len(words) > _WORDS:
            words.popitem(last=False)

    def wrote(self, conversation: str, message: str, number: str) -> str:
        """The number under which the other stream told of this message's writer, or this one."""
        before = self._writers.pop((conversation, message), number)
        self._writers[conversation, message] = number if before == number else before
        if len(self._writers) > _KEPT:
            self._writers.popitem(last=False)
        return before

    def ours(self, conversation: str, text: str) -> bool:
        return _bare(text) in self._words.get(conversation, ())


def _bare(text: str) -> str:
    return "".join(text.split())
