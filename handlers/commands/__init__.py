"""One chat command a file, the folder is the registry; here is what they share: who may, where, and how it is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bot.actions import Action, Button, Menu, MenuEntry
from bot.events import MessageSeen, PicturesRead
from bot.places import Chat, ChatKind
from bot.settings import LANGUAGES
from bot.store import dialogues
from bot.store import settings as settings_store
from bot.texts import FALLBACK, every_wording, plain, say, texts
from handlers import administered
from handlers.calls import Buttons, Call
from handlers.group import administers
from handlers.here import Here
from patterns.model import AttachmentKind, Station

__all__ = ["Buttons", "Call", "Command", "Where", "administers"]

# A question nobody answered for so long is forgotten: what is written then is to be checked.
PATIENCE = timedelta(minutes=30)


class Where(Enum):
    GROUP = "group"
    PRIVATE = "private"
    BOTH = "both"


Run = Callable[[Call, Here], Awaitable[list[Action]]]
Look = Callable[[PicturesRead, Call, Here], Awaitable[list[Action]]]


@dataclass(frozen=True, slots=True)
class Command:
    """`admin`: only for admins of the group it is given in. In a private chat there is no such group:
    a command that acts on one from there finds it and asks `administers` itself.
    `afar`: in private it acts on a group of the sender's, as if given there; the answer stays private.
    `hear`: takes what is written in private next, while a dialogue of the command's name waits for an answer.
    `look`: takes a picture sent in private in answer, once it has been read.
    `drops`: the dialogue ends when somebody says in answer that they would rather not.
    `waits`: in a group, what is said after it need not wait for it, nor heed it.
    `quotes`: it is about the message replied to, which is looked at with its pictures.
    `menu`: in which chats' menus it is shown, if in any (its label is `menu.<name>` in the texts).
    """

    name: str
    run: Run
    admin: bool = False
    where: Where = Where.BOTH
    menu: Where | None = Where.GROUP
    afar: bool = False
    hear: Run | None = None
    look: Look | None = None
    drops: bool = False
    waits: bool = False
    quotes: bool = False


@cache
def commands() -> Mapping[str, Command]:
    """All commands by name; a file in this folder is a command."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.COMMAND.name: module.COMMAND for module in modules}


def parse(text: str, username: str) -> tuple[Command, str] | None:
    """The command a text gives to this bot, with the rest of the text; None when it gives none.

    Blanks of every width and the full-width slash and @ of Chinese keyboards are taken; a command
    addressed to another bot, or one that is not ours, is left alone.
    """
    parts = text.split(maxsplit=1)
    if not parts or len(parts[0]) > 64 or parts[0][0] not in "/／":
        return None
    head = unicodedata.normalize("NFKC", parts[0])
    name, at, bot = head[1:].partition("@")
    if at and bot.casefold() != username.casefold():
        return None
    command = commands().get(spoken().get(name.casefold(), name.casefold()))
    return (command, parts[1].strip() if len(parts) > 1 else "") if command else None


def asks(text: str, username: str) -> bool:
    """Whether a text addressed to the bot only shows it something: it is no command, or the one to check."""
    given = parse(text, username)
    return given is None or given[0].name == "check"


def can_wait(event: MessageSeen, username: str) -> bool:
    """Whether this is a command given in a group that nothing said there depends on."""
    if event.place.kind is not ChatKind.GROUP or event.message.edit_of is not None:
        return False
    given = parse(event.message.text, username)
    return given is not None and given[0].waits


@cache
def spoken() -> Mapping[str, str]:
    """What commands are called in our languages → their names. The first call reads every text there is."""
    return {
        word.casefold(): name
        for name in commands()
        for language in LANGUAGES
        for word in texts(language).get(f"spoken.{name}", ())
    }


async def language_of(here: Here) -> str:
    """The language spoken in this chat."""
    if here.group is not None:
        return here.group.settings["language"]
    return (await settings_store.load(here.tx, here.chat.id))["language"]


async def heard(event: MessageSeen, here: Here) -> list[Action]:
    """A message that may be a command: in a group anything else is silence, unless the bot is named; then, and in
    private, it is to be checked.
    """
    if event.message.edit_of is not None or event.message.sender.station is Station.BOT:
        return []
    given = parse(event.message.text, here.me.username)
    if event.shared and here.group is None:
        given = commands()["enlist"], ""
    if given is None:
        if here.group is not None and not event.addressed:
            return []
        given = await _answering(event, here) or (commands()["check"], event.message.text)
    command, args = given
    if event.addressed and command.name == "check":
        # Who names the bot in a group that it cannot hear asks it there.
        command = replace(command, where=Where.BOTH)
    language = await _met(event, here) or await language_of(here)
    return await obey(command, Call(event.message.sender, args, language, message=event), here)


async def pictured(event: PicturesRead, here: Here) -> list[Action] | None:
    """The answer to a question, given as a picture; None when no picture was asked for."""
    command = await _waiting(event.seen, here)
    if command is None or command.look is None or event.seen.message.forwarded:
        return None
    message = event.seen.message
    call = Call(message.sender, message.text.strip(), await language_of(here), message=event.seen)
    return await command.look(event, call, here)


async def _answering(event: MessageSeen, here: Here) -> tuple[Command, str] | None:
    """The command that asked something and waits for this; words alone are an answer, or a picture where one
    was asked for; a forward is to be checked.
    """
    message = event.message
    command = None if message.forwarded else await _waiting(event, here)
    if command is not None and command.look is not None and event.pictures:
        return replace(command, run=_nothing_yet), ""
    if command is None or command.hear is None:
        return None
    if command.look is not None and any(one.kind is AttachmentKind.FILE for one in message.attachments):
        # A file too large to be fetched.
        return replace(command, run=command.hear), message.text
    if message.attachments or event.pictures or not message.text.strip():
        return None
    if command.drops and message.text.strip(" 。.!！").casefold() in every_wording("command.word.drop"):
        return replace(command, run=_dropped), command.name
    return replace(command, run=command.hear), message.text


async def _waiting(event: MessageSeen, here: Here) -> Command | None:
    sender = event.message.sender.id
    kind = await dialogues.awaiting(here.tx, here.chat.id, sender, here.now - PATIENCE)
    return commands().get(kind) if kind else None


async def _dropped(call: Call, here: Here) -> list[Action]:
    await dialogues.end(here.tx, here.chat.id, call.args)
    return [call.reply(here, say(call.language, "command.dropped"))]


async def _nothing_yet(call: Call, here: Here) -> list[Action]:
    """The picture is being looked at; the answer follows when it was."""
    return []


async def _met(event: MessageSeen, here: Here) -> str:
    """The first word in private settles the language by the sender's phone, unless one was chosen before."""
    if here.group is not None or not event.language:
        return ""
    if "language" in (await settings_store.load(here.tx, here.chat.id)).chosen:
        return ""
    await settings_store.choose(here.tx, here.chat.id, "language", event.language)
    return event.language


async def obey(command: Command, call: Call, here: Here) -> list[Action]:
    """Run a command if this person may give it in this chat; otherwise say why not."""
    member = here.group is not None and not administers(call.sender, here.group)
    call = in_turn(command, call, here)
    if command.afar and here.group is None:
        return await _from_afar(command, call, here)
    if command.where is Where.GROUP and here.group is None:
        return call.tell(here, "command.only_in_group")
    if command.where is Where.PRIVATE and here.group is not None:
        named = say(call.language, "command.say_in_private", command=f"/{command.name}")
        text = say(call.language, "command.only_in_private") if call.press is None else named
        return [call.reply(here, text, door(here, call.language)), *call.flash(here)]
    if member and command.admin:
        return refusal(call, here)
    return await command.run(call, here)


async def _from_afar(command: Command, call: Call, here: Here) -> list[Action]:
    found = await administered.meant(call, here, command.name)
    if isinstance(found, list):
        return found
    return await command.run(replace(found.call, at=here.chat), found.there)


def in_turn(command: Command, call: Call, here: Here) -> Call:
    """One answer a member, command, message asked about and minute, so that nobody can make the bot talk."""
    if here.group is None or administers(call.sender, here.group):
        return call
    at = call.message.at if call.message is not None else here.now
    about = call.message.cited.id if call.message is not None and call.message.cited is not None else ""
    return replace(call, turn=f"{call.sender.id}:{command.name}:{about}:{int(at.timestamp()) // 60}")


def door(here: Here, language: str, payload: str = "hello", label: str = "command.door") -> Buttons:
    """A button that opens a private talk with the bot, where the platform has such a thing."""
    if not here.me.private_link:
        return ()
    return ((Button(plain(language, label), link=here.me.private_link.format(payload=payload)),),)


def refusal(call: Call, here: Here) -> list[Action]:
    """At most one a person, chat and minute, so that nobody can make the bot talk."""
    if call.press is not None:
        return call.flash(here, plain(call.language, "command.only_admins"), alert=True)
    minute = int(here.now.timestamp()) // 60
    said = call.reply(here, say(call.language, "command.only_admins"))
    return [replace(said, key=f"refusal:{here.chat.id}:{call.sender.id}:{minute}", lives=120.0)]


def in_menu(private: bool) -> list[Command]:
    """What the menu of a private chat or a group offers, in the order in which the texts name it."""
    here = {Where.BOTH, Where.PRIVATE if private else Where.GROUP}
    order = [key.removeprefix("menu.") for key in texts(FALLBACK) if key.startswith("menu.")]
    found = [command for command in commands().values() if command.menu in here]
    return sorted(found, key=lambda command: order.index(command.name))


def menus(chat: Chat, language: str, stamp: str = "") -> list[Action]:
    """What the chat's menu shows, by role. `stamp` tells one setting of the menu from the next."""
    private = chat.place.kind is ChatKind.PRIVATE
    roles = (False,) if private else (False, True)
    return [
        Menu(
            key=f"menu:{chat.id}:{language}:{'admins' if admins else 'all'}:{stamp}",
            chat=chat.id,
            entries=_entries(language, private, admins),
            admins=admins,
        )
        for admins in roles
    ]


def common_menu(language: str, phones: str) -> Menu:
    """What every private chat shows that has no menu of its own, on phones that speak this."""
    return Menu(f"menu:common:{phones}:{language}", 0, _entries(language, private=True), phones=phones)


def _entries(language: str, private: bool, admins: bool = False) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(command.name, plain(language, f"menu.{command.name}"))
        for command in in_menu(private)
        if private or admins or not command.admin
    )
