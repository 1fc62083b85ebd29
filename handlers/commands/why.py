"""/why: what was seen in a message, what spoke for a warning and what against, and what came of it."""

from __future__ import annotations

from bot.actions import Action
from bot.events import MessageSeen
from bot.store import incidents as store
from bot.store.incidents import SAFE, SCAM, Incident
from bot.texts import Said, lines, say
from handlers import docket as dockets
from handlers import messages, warning
from handlers.commands import Call, Command
from handlers.dossier import Dossier
from handlers.filing import reason_of
from handlers.here import Here
from handlers.pardoning import pardoned
from patterns.model import Level, Message, Verdict


async def run(call: Call, here: Here) -> list[Action]:
    """Anyone in the group may ask; what could be paid to or followed is shown to nobody there."""
    if here.group is None or call.args:
        return await _numbered(call, here)
    asked = call.message
    if asked is None or asked.cited is None:
        return call.tell(here, "why.ask")
    incident = await store.about(here.tx, here.chat.id, asked.cited.id)
    if incident is not None:
        return [call.reply(here, told(call.language, incident, hide=True))]
    return [call.reply(here, _judged(call, here, asked, asked.cited))]


async def _numbered(call: Call, here: Here) -> list[Action]:
    if here.group is not None and call.args.isascii() and call.args.isdecimal() and len(call.args) < 10:
        incident = await store.numbered(here.tx, here.chat.id, int(call.args))
        if incident is None:
            return call.tell(here, "incident.answer.nothing")
        return [call.reply(here, told(call.language, incident, hide=True))]
    docket = await dockets.found(call, here)
    if isinstance(docket, str):
        return call.tell(here, "why.ask" if docket == "incident.answer.which" else docket)
    return [call.reply(here, told(call.language, docket.incident, hide=here.group is not None))]


def told(language: str, incident: Incident, hide: bool) -> Said:
    """An incident's own account of itself."""
    dossier = Dossier.from_json(incident.facts)
    level = say(language, f"why.level.{Level(incident.level).word}")
    decided = incident.state if incident.state in (SCAM, SAFE) else ""
    return lines(
        say(language, "why.title", number=incident.number, level=level),
        *warning.reasons(language, dossier.reasons, "why.for_", "why.against", hide),
        *([say(language, f"why.{decided}")] if decided else []),
    )


def _judged(call: Call, here: Here, asked: MessageSeen, cited: Message) -> Said:
    """No incident: look at the message again, as it stands there."""
    assert here.group is not None
    verdict = messages.look(asked, cited, here, here.group)
    if pardoned(cited, verdict, here.group):
        return lines(_heading(call, verdict), say(call.language, "why.pardoned"))
    found = tuple(reason_of(one) for one in verdict.evidence if one.why)
    seen = warning.reasons(call.language, found, "why.for_", "why.against", hide=True)
    return lines(
        _heading(call, verdict),
        *(seen or [say(call.language, "why.nothing")]),
        *([say(call.language, "why.clear_note")] if verdict.level is Level.CLEAR else []),
    )


def _heading(call: Call, verdict: Verdict) -> Said:
    return say(call.language, "why.judged", level=say(call.language, f"why.level.{verdict.level.word}"))


COMMAND = Command("why", run, quotes=True)
