"""Choosing a setting: what somebody typed or pressed becomes a value, the rest of the bot hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from bot.actions import Action, Button
from bot.settings import BY_NAME, LANGUAGES, Settings
from bot.store import settings as settings_store
from bot.texts import every_wording, plain, wordings
from bot.texts.zones import common_zones, zone_label, zone_named
from handlers import challenges, teaching, weakening
from handlers.commands import Buttons, Call, menus
from handlers.here import Here


def understood(name: str, typed: str) -> str | None:
    """The value meant: the setting's own word, or its label in any of our languages; None when there is none."""
    typed = typed.strip()
    if name == "timezone":
        return zone_named(typed)
    return BY_NAME[name].accepts(typed) or _labels(name).get(typed.casefold())


def label(language: str, name: str, value: str) -> str:
    """The value as people call it."""
    if name == "timezone":
        return zone_label(language, value)
    return plain(language, f"choice.{name}.{value}") if BY_NAME[name].choices else value


def values(name: str) -> tuple[str, ...]:
    """Every value there is, or the usual ones where there is no end of them."""
    if name == "timezone":
        return common_zones()
    return BY_NAME[name].choices or BY_NAME[name].usual


def offer(language: str, name: str, command: str, current: str = "", width: int = 1) -> Buttons:
    """A button for every value that is offered, the present one ticked."""
    found = [
        Button(("✓ " if value == current else "") + label(language, name, value), f"/{command} {value}")
        for value in values(name)
    ]
    return rows(found, width)


def rows(buttons: Sequence[Button], width: int) -> Buttons:
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def setting_named(word: str) -> str | None:
    """The setting a word stands for: its own name, or what it is called in any of our languages."""
    return next((name for name in BY_NAME if word.casefold() in called(name, f"setting.{name}")), None)


def called(verb: str, key: str) -> frozenset[str]:
    """A command's verb and what it is called in our languages."""
    return every_wording(key) | {verb}


def verb_of(typed: str, verbs: Mapping[str, str]) -> str:
    """Which verb somebody typed, in any of our languages; as it stands where it is none of them. `verbs` are the
    command's own, each with the key of what else it is called.
    """
    word = typed.casefold()
    return next((verb for verb, key in verbs.items() if word in called(verb, key)), typed)


async def chosen(here: Here) -> Settings:
    """The settings of this chat, group or private, as they are at this point of the transaction."""
    return await settings_store.load(here.tx, here.chat.id)


async def choose(call: Call, here: Here, name: str, value: str) -> tuple[Settings, list[Action]]:
    """Keep the value, and do what follows from it: other menus, another hour for the tip, a word to all admins.

    What would lessen protection may have to wait for its doer's code; then nothing is changed yet.
    """
    before = await chosen(here)
    if here.group is not None and weakening.lessens(name, before[name], value):
        held = await challenges.held(call, here, here.group, f"/panel {name} {value}")
        if held is not None:
            return before, held
    await settings_store.choose(here.tx, here.chat.id, name, value)
    after = Settings({**before.chosen, name: value})
    follows: list[Action] = []
    if name == "language" and value != before["language"]:
        follows = menus(here.chat, value, stamp=call.key)
    if here.group is not None and name in teaching.SETTINGS:
        await teaching.plan(here.tx, here.chat.id, after, here.now)
    if here.group is not None:
        follows += await weakening.chosen(call, here, here.group, name, before, after)
    return after, follows


@cache
def _labels(name: str) -> dict[str, str]:
    return {
        wording.casefold(): value
        for value in BY_NAME[name].choices
        for language in LANGUAGES
        for wording in wordings(language, f"choice.{name}.{value}")
    }
