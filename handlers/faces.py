"""One member of one group as remembered: since when, how much said, under which name and with which picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.store.members import Known
from handlers.sealing import sealed
from patterns.model import Standing
from patterns.portraits import alike

DAY = 86_400_000
MINUTE = 60_000
RENAME_MATTERS = 7 * DAY
# How long a member's picture counts as known, and how long a change of it is news.
PORTRAIT_LIVES = DAY
REPICTURED_MATTERS = 7 * DAY
# Somebody heard here for a month is at least that long a member, though nobody saw them join.
LONG_HEARD = 30 * DAY


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody seen in a group; moments are milliseconds, `joined` is None when nobody saw them come in."""

    user: str
    name: str
    joined: int | None
    first: int
    messages: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """A profile picture's fingerprint, empty when there is none; how long ago it was looked at, and how long
    ago it was seen to have changed. `outdated`: the account has taken another name since.
    """

    fingerprint: str
    minutes: float
    changed_minutes: float | None = None
    outdated: bool = False


@dataclass(slots=True)
class Face:
    """One member of one group. `name` is the name last worn, "" when only its mark is known.

    Moments are milliseconds; `fresh` is how many of the messages are not written down yet. `portrait` is what
    the profile picture looked like when it was last looked at, None before that; `repictured` is when it was
    seen to be another than before. Neither is ever written down.
    """

    joined: int | None
    first: int
    last: int
    messages: int
    fresh: int = 0
    name: str = ""
    name_mark: str = ""
    renamed: int | None = None
    former: str = ""
    portrait: str | None = None
    portrayed: int = 0
    repictured: int | None = None

    @classmethod
    def new(cls, moment: int) -> Face:
        return cls(joined=None, first=moment, last=moment, messages=0)

    @classmethod
    def known(cls, before: Known) -> Face:
        """Somebody of whom the database knows."""
        return cls(
            joined=before.joined_at,
            first=before.first_seen_at,
            last=before.last_seen_at,
            messages=before.messages,
            name_mark=before.name_mark,
            renamed=before.renamed_at,
        )

    def standing(self, now: int) -> Standing:
        recent = self.renamed is not None and now - self.renamed <= RENAME_MATTERS
        return Standing(
            joined_days=self._days(now),
            renamed_from=self.former if recent else None,
            renamed_minutes=(now - self.renamed) / MINUTE if recent and self.renamed is not None else None,
            messages=self.messages,
        )

    def recall(self, before: Known) -> None:
        """Join what the database knows to somebody heard since."""
        self.joined = before.joined_at if self.joined is None else self.joined
        self.first = min(self.first, before.first_seen_at)
        self.messages += before.messages
        self.renamed = before.renamed_at if self.renamed is None else self.renamed

    def called(self, name: str, moment: int, mark: Callable[[str], str]) -> bool:
        """Note the name worn now; whether it is another than before."""
        if self.name == name:
            return False
        # After a restart the former name is only a mark: a rename shows, from what it does not.
        known_by_mark = not self.name and self.name_mark
        renamed = bool(self.name or (known_by_mark and mark(name) != self.name_mark))
        if renamed:
            self.former, self.renamed = self.name, moment
        self.name = name
        return renamed

    def spoke(self, moment: int) -> None:
        self.messages += 1
        self.fresh += 1
        self.last = max(self.last, moment)

    def portrayed_as(self, portrait: str, moment: int) -> None:
        """Note what the profile picture looks like, empty when there is none."""
        if self.portrait is not None and not alike(self.portrait, portrait) and self.portrait != portrait:
            self.repictured = moment
        self.portrait, self.portrayed = portrait, moment

    def picture(self, moment: int) -> Portrait | None:
        """What the profile picture looked like when it was last seen, if that was not long ago."""
        age = moment - self.portrayed
        if self.portrait is None or age > PORTRAIT_LIVES:
            return None
        changed = self.repictured is not None and moment - self.repictured <= REPICTURED_MATTERS
        since = (moment - self.repictured) / MINUTE if changed and self.repictured is not None else None
        renamed = self.renamed is not None and self.renamed >= self.portrayed
        return Portrait(self.portrait, age / MINUTE, since, renamed)

    def row(self, chat: int, user: str, mark: Callable[[str], str]) -> Known:
        """What the database is told."""
        return Known(
            chat_id=chat,
            member_mark=mark(user),
            joined_at=self.joined,
            first_seen_at=self.first,
            last_seen_at=self.last,
            messages=self.fresh,
            name_mark=mark(self.name) if self.name else "",
            renamed_at=self.renamed,
            account=sealed(user, mark),
        )

    def _days(self, now: int) -> float | None:
        if self.joined is not None:
            return max(0.0, (now - self.joined) / DAY)
        return (now - self.first) / DAY if now - self.first >= LONG_HEARD else None
