"""/paid: what to do, in which order, when the money has gone; ticked off, written up, told to the admins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.actions import Action, Button, Paper, Priority, Say
from bot.places import ChatKind
from bot.store import belonging, chats, dialogues
from bot.store import settings as settings_store
from bot.texts import Said, lines, plain, say, shown
from bot.texts.rescue import ELSEWHERE, Place
from handlers import admins
from handlers.choosing import rows
from handlers.commands import Buttons, Call, Command, Where, door
from handlers.here import Here
from handlers.whereabouts import home, lived_in

KIND = "paid"
# What police and bank ask first.
QUESTIONS = ("when", "amount", "payee", "through")
_AT_MOST = 200

State = Mapping[str, Any]


async def run(call: Call, here: Here) -> list[Action]:
    """Minutes count: a press in the group is answered over the chat at once, the list follows in private if it can."""
    if here.group is not None:
        return await _in_group(call, here)
    verb, _, rest = call.args.partition(" ")
    state = await _state(call, here)
    match verb:
        case "did":
            state = _ticked(state, rest)
        case "place" if not rest:
            return await call.show(here, say(call.language, "paid.where"), _places(call, here))
        case "place":
            at = rest if rest in here.places else state["place"]
            state = {**state, "place": at, "asked": True, "done": []}
        case "report":
            return await _ask(call, here, state, 0)
        case "skip":
            return await heard(call, here)
        case "admins":
            return await _tell_admins(call, here, state)
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    place = here.places[state["place"]]
    return await call.show(here, _page(call, place, state), _buttons(call, place, state))


async def _in_group(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    place = here.places[lived_in(here, here.group.settings)]
    if call.press is None:
        return [
            call.reply(
                here, steps(call.language, place), door(here, call.language, "paid", "paid.button.open")
            )
        ]
    flash = call.flash(here, place.first[call.language], alert=True)
    private = await chats.find(here.tx, here.chat.place.platform, call.sender.id)
    if private is None or private.place.kind is not ChatKind.PRIVATE:
        return flash
    own = await settings_store.load(here.tx, private.id)
    call = replace(call, language=own.chosen.get("language", call.language))
    state = {**_fresh(place.id), "group": here.chat.id}
    await dialogues.begin(here.tx, private.id, call.sender.id, KIND, state, here.now)
    listed = Say(
        key=f"paid:{private.id}:{call.key}",
        chat=private.id,
        text=_page(call, place, state),
        priority=Priority.CAUTION,
        buttons=_buttons(call, place, state),
        may_be_refused=True,
    )
    return [*flash, listed]


def steps(language: str, place: Place) -> Said:
    """The whole list, as it stands in a group."""
    numbered = (f"{number}. {step}" for number, step in enumerate(place.steps[language], 1))
    return lines(say(language, "paid.title"), *numbered)


# --- the list, ticked off ---------------------------------------------------------------------


async def _state(call: Call, here: Here) -> State:
    present = await dialogues.current(here.tx, here.chat.id, KIND)
    if present is not None and call.args:
        return present.state
    return _fresh(await home(here, call.sender.id, call.language))


def _fresh(place: str) -> State:
    """`asked`: they said themselves where they are; `group`: whose warning they came from."""
    return {"place": place, "asked": False, "group": 0, "done": [], "asking": -1, "facts": {}}


def _ticked(state: State, number: str) -> State:
    step = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0
    done = set(state["done"]) ^ {step}
    return {**state, "done": sorted(done)}


def _page(call: Call, place: Place, state: State) -> Said:
    done = set(state["done"])
    listed = (
        f"{'☑' if number in done else '☐'} {number}. {step}"
        for number, step in enumerate(place.steps[call.language], 1)
    )
    return lines(say(call.language, "paid.title_in", place=place.name[call.language]), *listed)


def _buttons(call: Call, place: Place, state: State) -> Buttons:
    done = set(state["done"])
    numbers = range(1, len(place.steps[call.language]) + 1)
    ticks = [
        Button(f"{'☑' if number in done else '☐'} {number}", f"/paid did {number}") for number in numbers
    ]
    others = tuple(
        (Button(plain(call.language, f"paid.button.{name}"), f"/paid {name}"),)
        for name in ("report", "admins", "place")
    )
    if place.id == ELSEWHERE and not state["asked"]:
        # The numbers to call are what helps: they come with the place.
        asked = Button(plain(call.language, "paid.button.place_first"), "/paid place")
        return ((asked,), *rows(ticks, 5), *others[:-1])
    return (*rows(ticks, 5), *others)


def _places(call: Call, here: Here) -> Buttons:
    found = [Button(one.name[call.language], f"/paid place {one.id}") for one in here.places.values()]
    return rows(found, 2)


# --- what to tell police and bank ---------------------------------------------------------------


async def _ask(call: Call, here: Here, state: State, number: int) -> list[Action]:
    state = {**state, "asking": number}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    skip = ((Button(plain(call.language, "paid.button.skip"), "/paid skip"),),)
    return [
        call.reply(here, say(call.language, f"paid.ask.{QUESTIONS[number]}"), skip, part="paid"),
        *call.flash(here),
    ]


async def heard(call: Call, here: Here) -> list[Action]:
    """The answer to the question that was asked last, or nothing for the button that passes over it."""
    present = await dialogues.current(here.tx, here.chat.id, KIND)
    if present is None or not 0 <= present.state["asking"] < len(QUESTIONS):
        return call.tell(here, "command.stale_button")
    number = present.state["asking"]
    answer = "" if call.press is not None else call.args.strip()
    if len(answer) > _AT_MOST:
        return [call.reply(here, say(call.language, "paid.too_long", most=_AT_MOST), part="paid")]
    state = {**present.state, "facts": {**present.state["facts"], QUESTIONS[number]: answer}}
    if number + 1 < len(QUESTIONS):
        return await _ask(call, here, state, number + 1)
    await dialogues.begin(
        here.tx, here.chat.id, call.sender.id, KIND, {**state, "asking": -1, "facts": {}}, here.now
    )
    return [_report(call, here, state["facts"]), *call.flash(here)]


def _report(call: Call, here: Here, facts: Mapping[str, str]) -> Say:
    """The asker's own words, put in order; kept nowhere once they have arrived."""
    known = [(name, facts[name]) for name in QUESTIONS if facts.get(name)]
    told = (
        say(call.language, "paid.report.line", label=_label(call, name), value=value) for name, value in known
    )
    head = say(call.language, "paid.report.head" if known else "paid.report.nothing")
    text = lines(head, *told, "", say(call.language, "paid.report.tail"))
    paper = Paper(
        "statement",
        call.language,
        {
            "title": plain(call.language, "paid.paper.title"),
            # What was passed over is filled in by hand.
            "rows": [[_label(call, name), facts.get(name) or " "] for name in QUESTIONS],
            "blanks": [
                plain(call.language, f"paid.paper.{name}") for name in ("person", "account", "signed")
            ],
            "advice": plain(call.language, "paid.paper.advice"),
        },
        name=f"{plain(call.language, 'paid.paper.title')}.pdf",
        otherwise=say(call.language, "paid.paper.none"),
    )
    return replace(call.reply(here, text, part="report"), paper=paper, fleeting=True, reply_to=None)


def _label(call: Call, name: str) -> str:
    return plain(call.language, f"paid.label.{name}")


# --- a quiet word to the admins ------------------------------------------------------------------


async def _tell_admins(call: Call, here: Here, state: State) -> list[Action]:
    """Once a person, group and hour: they asked for it, and their name goes along so that they can be helped."""
    mine = await belonging.of(here.tx, here.chat.place.platform, call.sender.id, here.mark(call.sender.id))
    # Who comes from a group's warning may never have said a word there.
    numbers = [state["group"]] if state["group"] else [one.chat for one in mine[:3]]
    said: list[Action] = []
    for number in numbers:
        group = await here.group_of(number)
        if group is None:
            continue
        key = f"paid-word:{number}:{call.sender.id}:{here.now:%Y%m%d%H}"
        word = partial(_word, call.sender.name, group.chat.place.title)
        said += await admins.told(here, group, key, word)
    return [*said, *call.tell(here, "paid.told" if said else "paid.nobody")]


def _word(name: str, title: str, language: str) -> Said:
    return say(language, "paid.word", name=shown(name, 40), group=shown(title, 32))


COMMAND = Command("paid", run, menu=Where.BOTH, hear=heard)
