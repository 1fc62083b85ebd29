"""What is said and done instead where a platform lacks an ability: the one place that knows.

Buttons become numbers to reply with, polls become questions with such numbers, an answer over the chat
becomes a reply, an edit a message said anew. Commands are called by their Chinese names where there is no
menu to press them in.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from bot.abilities import Abilities, Hearing
from bot.actions import (
    Action,
    Answer,
    Ban,
    Button,
    Delete,
    Edit,
    Menu,
    Mute,
    Notice,
    Quiz,
    Recall,
    Say,
    Whisper,
)
from bot.choices import offered
from bot.places import Chat, ChatKind
from bot.texts import Said, lines, plain, say, texts, wordings

_HELLO = (("hello", "command.door"),)

# A command, and what follows it in one word.
_COMMAND = re.compile(r"(?<![\w/.:<＠@-])/([a-z]+)(?![\w/])(?: ([a-z]+)(?![\w/]))?")
_BOXES = "☐☑ "
# Some are told what to do in the words of another.
_VERBS = {"domain": "payee"}


def instead(
    action: Action, abilities: Abilities, language: str, chat: Chat, before: Say | None = None
) -> Action | None:
    """The action as this platform can do it; None when there is nothing left to do.

    `before` is what an edit is about: said anew, it keeps its picture and what it answers.
    """
    if isinstance(action, Quiz) and not abilities.polls:
        action = _asked_in_words(action, language)
    elif isinstance(action, Answer) and not abilities.buttons:
        action = _said_aloud(action)
    elif isinstance(action, Edit) and not abilities.edits:
        action = _said_anew(action, chat, before)
    if not _possible(action, abilities):
        return None
    if isinstance(action, Say):
        action = _without_drawings(_without_picker(action, abilities, language), abilities)
    if isinstance(action, Notice):
        return _read_anywhere(action, abilities, language)
    return _in_words(action, abilities, language, chat) if isinstance(action, Say | Edit) else action


def whispered(
    said: Say, person: str, abilities: Abilities, language: str, private_link: str = ""
) -> Whisper | None:
    """What could not be written in private, shown in the group to that person alone where the platform can.

    Its own buttons belong to the private chat; in their place stand doors to it, by `private_link`: whoever
    goes through one is written to from then on. Where the group cannot do it either, nothing is lost.
    """
    if said.whisper is None or not abilities.whispers or not said.text:
        return None
    text = lines(say(language, "instead.whisper"), "", said.text)
    doors = _doors(said, language, private_link) if private_link else ()
    return Whisper(f"{said.key}:whisper"[:160], said.whisper, person, text, said.priority, doors, said.lives)


def _doors(said: Say, language: str, private_link: str) -> tuple[tuple[Button, ...], ...]:
    """To what a parent who is warned may need; for everybody else to the private chat."""
    warned = any(button.command == "/paid" for button in offered(said))
    leads = (("paid", "warning.paid_button"), ("ask", "start.button.ask")) if warned else _HELLO
    return tuple(
        (Button(plain(language, label), link=private_link.format(payload=payload)),)
        for payload, label in leads
    )


def _possible(action: Action, abilities: Abilities) -> bool:
    match action:
        case Menu():
            return abilities.menus
        case Mute():
            return abilities.mutes
        case Ban():
            return abilities.bans if action.on else abilities.readmits
        case Delete():
            return abilities.recalls if action.own else abilities.deletes
        case Recall():
            return abilities.recalls
        case Say():
            return bool(action.text or action.image or action.picture or action.paper)
        case Answer():
            return abilities.buttons
        case Whisper():
            return abilities.whispers
        case Notice():
            return abilities.notices
    return True


def _asked_in_words(quiz: Quiz, language: str) -> Say:
    return Say(
        key=quiz.key,
        chat=quiz.chat,
        text=say(language, "instead.quiz", question=quiz.question),
        priority=quiz.priority,
        buttons=(offered(quiz),),
        thread=quiz.thread,
        lives=quiz.lives,
    )


def _said_anew(edit: Edit, chat: Chat, before: Say | None) -> Say:
    said = Say(edit.key, chat.id, edit.text, edit.priority, edit.buttons)
    if before is None:
        return said
    return replace(said, picture=before.picture, reply_to=before.reply_to, thread=before.thread)


def _said_aloud(answer: Answer) -> Say:
    message, _, _ = answer.press.rpartition("@")
    text = lines(Said(_escaped(answer.text)))
    return Say(answer.key, answer.chat, text, answer.priority, reply_to=message or None, lives=answer.lives)


def _without_picker(action: Say, abilities: Abilities, language: str) -> Say:
    if action.picker is None or abilities.picker:
        return action
    how = say(language, "instead.picker") if action.picker.label else None
    return replace(action, picker=None, text=lines(action.text, how))


def _read_anywhere(action: Notice, abilities: Abilities, language: str) -> Notice:
    """Nothing is pressed or answered under an announcement."""
    text = _unpressed(action.text, language)
    return replace(action, text=text if abilities.menus else _called(text, language))


def _without_drawings(action: Say, abilities: Abilities) -> Say:
    paper = action.paper
    if paper is not None and not (abilities.files if paper.name else abilities.pictures):
        text = lines(action.text, paper.otherwise or None)
        action = replace(action, paper=None, text=text)
    if not abilities.pictures and (action.image or action.picture):
        action = replace(action, image=b"", picture=None)
    return action


def _in_words(action: Say | Edit, abilities: Abilities, language: str, chat: Chat) -> Say | Edit:
    text = action.text if abilities.buttons else _unpressed(action.text, language)
    unheard = abilities.hearing is Hearing.MENTION and chat.place.kind is ChatKind.GROUP
    named = unheard and _COMMAND.search(text) is not None
    text = text if abilities.menus else _called(text, language)
    if abilities.one_way(chat.place):
        asks = named or bool(action.buttons)
        text = lines(text, say(language, "instead.one_way") if asks else None)
        return replace(action, text=text, buttons=())
    text = lines(text, say(language, "instead.named")) if named else text
    if abilities.buttons or not action.buttons:
        return replace(action, text=text)
    choices = "　".join(
        _choice(number, button.label, language) for number, button in enumerate(offered(action), 1)
    )
    links = [
        say(language, "instead.link", label=button.label, link=Said(_escaped(button.link)))
        for row in action.buttons
        for button in row
        if button.link
    ]
    how = say(language, _how(chat, abilities), choices=Said(choices)) if choices else None
    text = lines(text, "" if how or links else None, *links, how)
    return replace(action, text=text, buttons=_on_card(action, abilities, chat))


def _choice(number: int, label: str, language: str) -> str:
    """A box to tick is named by its number already."""
    named = label.lstrip(_BOXES) == str(number)
    return _escaped(label) if named else say(language, "instead.choice", number=number, label=label)


def _on_card(action: Say | Edit, abilities: Abilities, chat: Chat) -> tuple[tuple[Button, ...], ...]:
    """The choices of a private message, which a card may show beside its words: pressed, they mean their number."""
    carded = abilities.cards and chat.place.kind is ChatKind.PRIVATE
    return tuple((button,) for button in offered(action)) if carded else ()


def _how(chat: Chat, abilities: Abilities) -> str:
    named = chat.place.kind is ChatKind.GROUP and not abilities.quotes
    return "instead.mention" if named else f"instead.{chat.place.kind.value}"


def _unpressed(text: str, language: str) -> str:
    """The text as it is said where there is nothing to press."""
    for pressed, replied in _pressing(language):
        text = text.replace(pressed, replied)
    return text


@cache
def _pressing(language: str) -> tuple[tuple[str, str], ...]:
    found = (one.partition(" → ") for one in wordings(language, "instead.pressing"))
    return tuple((pressed, replied) for pressed, _, replied in found)


def _called(text: str, language: str) -> str:
    """The text with every command called as people here call it, and what it is told to do."""
    return _COMMAND.sub(lambda found: _spoken(found[1], found[2] or "", language), text)


def _spoken(command: str, verb: str, language: str) -> str:
    name = _names(language).get(command, command)
    if not verb or name == command:
        return f"/{name} {verb}".rstrip()
    key = f"{_VERBS.get(command, command)}.word.{verb}"
    return f"/{name} {plain(language, key) if key in texts(language) else verb}"


@cache
def _names(language: str) -> dict[str, str]:
    return {
        key.removeprefix("spoken."): plain(language, key)
        for key in texts(language)
        if key.startswith("spoken.")
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
