"""/poster: the present tip for the notice board, as a sheet to print and as one line for a screen; or as a picture in the group."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Button, Paper, Priority
from bot.store import tips as read
from bot.texts import Said, lines, plain, say
from bot.texts.tips import Tip, tips
from handlers.choosing import called
from handlers.commands import Call, Command
from handlers.here import Here
from handlers.tips import card, next_tip


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    language = here.group.settings["language"]
    tip = await _present(here)
    if call.args.casefold() in called("send", "poster.word.send"):
        return _posted(call, here, tip, language)
    text = lines(say(language, "poster.how"), "", say(language, "poster.line", tip=Said(tip.text[language])))
    send = Button(plain(call.language, "poster.button.send"), "/poster send")
    sheet = replace(call.reply(here, text, ((send,),)), paper=_sheet(tip, language, here))
    return [sheet, *call.flash(here)]


def _posted(call: Call, here: Here, tip: Tip, language: str) -> list[Action]:
    """To the whole group, each at most once a day."""
    text = lines(say(language, "poster.headline"), Said(tip.text[language]))
    said = replace(
        call.publicly().reply(here, text),
        key=f"poster:{here.chat.id}:{tip.id}:{here.now:%Y-%m-%d}",
        paper=card(tip, language),
        priority=Priority.TIP,
        reply_to=None,
    )
    return [said, *call.posted(here)]


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
