"""/poster: the present tip for the notice board, as a sheet to print and as one line for a screen."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Paper
from bot.store import tips as read
from bot.texts import Said, lines, plain, say
from bot.texts.tips import Tip, tips
from handlers.commands import Call, Command
from handlers.here import Here
from handlers.tips import next_tip


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    language = here.group.settings["language"]
    tip = await _present(here)
    text = lines(say(language, "poster.how"), "", say(language, "poster.line", tip=Said(tip.text[language])))
    return [replace(call.reply(here, text), paper=_sheet(tip, language, here)), *call.flash(here)]


async def _present(here: Here) -> Tip:
    """The tip the group read last; before the first, the one that comes."""
    assert here.group is not None
    known = {tip.id: tip for tip in tips()}
    history = await read.history(here.tx, here.chat.id)
    for item in history:
        if item in known:
            return known[item]
    return await next_tip(here.tx, here.chat.id, here.group.settings, here.now)


def _sheet(tip: Tip, language: str, here: Here) -> Paper:
    title = plain(language, "poster.title")
    facts = {
        "title": title,
        "text": tip.text[language],
        "foot": plain(language, "tips.card.foot"),
        "link": here.me.private_link.format(payload="hello"),
        "scan": plain(language, "poster.scan"),
    }
    return Paper("poster", language, facts, name=f"{title}.pdf", otherwise=say(language, "paid.paper.none"))


COMMAND = Command("poster", run, admin=True, afar=True)
