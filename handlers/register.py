"""The register of incidents: listed a page at a time, searched by number, date, name or badge, and opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions import Action, Button, Edit
from bot.store import posted
from bot.store.incidents import OPEN, Entry, Incident
from bot.texts import Said, lines, plain, say, shown
from handlers import cards
from handlers.badges import wearer
from handlers.choosing import called, rows
from handlers.commands import Buttons, Call
from handlers.dossier import Dossier
from handlers.group import Group
from handlers.here import Here
from patterns.model import Level
from patterns.normalize import normalize

PAGE = 6
# Of more than these nobody searches the oldest.
AT_MOST = 500
NAME, TITLE = 12, 10
# What is looked for goes along on the buttons, which hold 64 bytes.
_CARRIED = 44
_NUMBER = re.compile(r"(?:#|＃|no\.?|第)?\s*(\d{1,9})\s*(?:号|號|件)?", re.IGNORECASE)
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Register:
    """What an admin may leaf through: the incidents of these groups; `names` only where no parent reads along."""

    entries: Sequence[Entry]
    groups: Mapping[int, Group]
    mark: Callable[[str], str]
    names: bool

    def worn(self, wanted: str) -> list[Entry]:
        """Those in which the account of this badge had a part."""
        users = dict.fromkeys(user for one in self.entries for user in sorted(one.users))
        user = wearer(wanted, users, self.mark)
        return [one for one in self.entries if user in one.users]

    def found(self, wanted: str) -> list[Entry]:
        """Those with this number, of this day (by the group's clock), of this badge, or of an account of this name."""
        wanted = wanted.strip()
        if not wanted:
            return list(self.entries)
        if wanted.casefold() in called("open", "incidents.word.open"):
            return [one for one in self.entries if one.state == OPEN]
        if number := _NUMBER.fullmatch(wanted):
            return [one for one in self.entries if one.number == int(number[1])]
        if day := _DATE.fullmatch(wanted):
            return [one for one in self.entries if _of_day(self._local(one), day)]
        if worn := self.worn(wanted):
            return worn
        name = normalize(wanted).text.casefold()
        return [one for one in self.entries if name and name in normalize(one.name).text.casefold()]

    def page(self, language: str, wanted: str, number: int) -> tuple[Said, Buttons]:
        """One page as text and buttons; a page that does not exist is the nearest that does."""
        found = self.found(wanted)
        if not found:
            key = "incidents.not_found" if wanted else "incidents.none"
            return say(language, key), ()
        last = (len(found) - 1) // PAGE
        number = max(0, min(number, last))
        part = found[number * PAGE : (number + 1) * PAGE]
        waiting = sum(one.state == OPEN for one in found)
        text = lines(
            say(language, "incidents.title", count=len(found), open=waiting),
            *(self._line(language, one) for one in part),
            say(language, "incidents.how"),
        )
        opening = [Button(self._label(one), f"/incidents #{one.id}") for one in part]
        return text, (*rows(opening, 3 if len(self.groups) == 1 else 2), *_turning(wanted, number, last))

    def _line(self, language: str, one: Entry) -> Said:
        values: dict[str, object] = {
            "icon": _ICONS[Level(one.level)],
            "where": f"{self._title(one)} " if len(self.groups) > 1 else "",
            "number": one.number,
            "day": self._local(one).strftime("%m-%d"),
            "state": plain(language, f"incidents.state.{one.state}"),
        }
        if self.names and one.name:
            return say(language, "incidents.line", 0, **values, who=shown(one.name, NAME))
        return say(language, "incidents.line_unnamed", 0, **values)

    def _label(self, one: Entry) -> str:
        return str(one.number) if len(self.groups) == 1 else f"{self._title(one)} {one.number}"

    def _title(self, one: Entry) -> str:
        return shown(self.groups[one.chat].chat.place.title, TITLE)

    def _local(self, one: Entry) -> datetime:
        return one.opened_at.astimezone(self.groups[one.chat].settings.zone)


async def refreshed(call: Call, here: Here, incident: Incident, dossier: Dossier) -> list[Action]:
    """In the group, where an incident was opened to be dealt with, it changes where it stands."""
    press = call.press
    if here.group is None or press is None:
        return []
    target = await posted.bearing(here.tx, here.chat.id, press.message_id, press.data)
    if target is None or target == incident.public_key:
        return []
    text = cards.in_class(call.language, incident, dossier)
    buttons = in_class_buttons(call.language, incident, dossier, here)
    return [Edit(f"register:{here.chat.id}:{call.key}", target, text, buttons=buttons)]


async def reworded(here: Here, incident: Incident, dossier: Dossier) -> list[Action]:
    """The same wherever in the group it was opened lately, when it changes without anybody's pressing."""
    if here.group is None:
        return []
    language = here.group.settings["language"]
    text = cards.in_class(language, incident, dossier)
    buttons = in_class_buttons(language, incident, dossier, here)
    shown = await posted.showing(here.tx, here.chat.id, f"#{incident.id}")
    return [
        Edit(f"{key}:reworded:{dossier.edits}"[-160:], key, text, buttons=buttons)
        for key in shown
        if key != incident.public_key
    ]


def in_class_buttons(language: str, incident: Incident, dossier: Dossier, here: Here) -> Buttons:
    """Pressing is for admins, whoever sees them; what quotes anybody is for private."""
    offered = cards.buttons(language, incident, dossier, "", here.me.abilities)
    public = (button for row in offered for button in row)
    kept = [button for button in public if button.command.split()[0] not in _PRIVATE]
    back = Button(plain(language, "incidents.button.back"), "/incidents")
    return (*rows(kept, 2), (back,))


_PRIVATE = frozenset({"/why", "/evidence", "/bulletin"})
_ICONS = {Level.CLEAR: "·", Level.NOTICE: "👀", Level.CAUTION: "🔎", Level.ALARM: "⚠️"}


def _of_day(local: datetime, day: re.Match[str]) -> bool:
    year, month, date = day.groups()
    return (local.month, local.day) == (int(month), int(date)) and (not year or local.year == int(year))


def _turning(wanted: str, number: int, last: int) -> Buttons:
    """Back and on."""
    carried = wanted.encode()[:_CARRIED].decode("utf-8", "ignore")
    turns = []
    if number > 0:
        turns.append(Button("‹", f"/incidents @{number - 1} {carried}".rstrip()))
    if number < last:
        turns.append(Button("›", f"/incidents @{number + 1} {carried}".rstrip()))
    return (tuple(turns),) if turns else ()
