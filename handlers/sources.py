"""Where a message that was brought to be checked comes from: asked, because its words alone do not tell."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import belonging, dialogues
from bot.texts import Said, lines, plain, say, shown
from handlers.calls import Buttons, Call
from handlers.here import Here
from patterns.judge import asks_nothing
from patterns.names import Likeness

VERB = "from"
KIND = "check"
# Who sent it, as far as the asker can tell; and where it was seen.
SENDERS = ("group", "teacher", "private", "stranger")
_NAME = _LONGEST = 40


def choices(language: str) -> Buttons:
    """Who sent it?"""
    each = [Button(plain(language, f"check.from.{one}"), f"/check {VERB} {one}") for one in SENDERS]
    return tuple((one,) for one in each)


async def asked(call: Call, here: Here) -> list[Action]:
    """The answer to who sent it; what a name could settle is asked for next."""
    given = call.args.removeprefix(VERB).strip()
    if given not in SENDERS:
        return call.tell(here, "command.stale_button")
    if given in ("group", "teacher"):
        state = {"asking": "name", "from": given}
        await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
        return [
            call.reply(here, say(call.language, f"check.from.name_{given}"), part="from"),
            *call.flash(here),
        ]
    return [
        call.reply(here, _advised(call.language, given), _ask(call.language), part="from"),
        *call.flash(here),
    ]


def is_name(text: str) -> bool:
    """Whether it may be somebody's name and nothing that asks for anything."""
    if len(text) > _LONGEST or "\n" in text.strip():
        return False
    return asks_nothing(text)


async def named(call: Call, here: Here) -> list[Action]:
    """The name it bears, held against the asker's own groups. That it fits proves nothing: a copy bears it too."""
    await dialogues.end(here.tx, here.chat.id, KIND)
    name, language = call.args.strip(), call.language
    known = await _known(call, here, name)
    if known:
        title, whose = known
        found = say(language, "check.from.known", name=shown(whose, _NAME), title=shown(title, _NAME))
    else:
        found = say(language, "check.from.unknown", name=shown(name, _NAME))
    return [call.reply(here, lines(found, say(language, "check.from.call")), _ask(language), part="from")]


async def _known(call: Call, here: Here, name: str) -> tuple[str, str] | None:
    """Title of one of the asker's groups and who there bears such a name, or is the group itself called so."""
    platform = here.chat.place.platform
    for one in await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id)):
        group = await here.group_of(one.chat)
        like = None if group is None else group.context.roster.resemblance(name)
        if like is not None and like.likeness >= Likeness.NEIGHBOUR:
            return one.title, like.protected.name
    return None


def _advised(language: str, given: str) -> Said:
    return lines(say(language, f"check.from.about_{given}"), say(language, "check.from.call"))


def _ask(language: str) -> Buttons:
    """On to the three questions before paying."""
    return ((Button(plain(language, "start.button.ask"), "/ask"),),)
