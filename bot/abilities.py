"""What the bot may do: in a group, and on a platform at all; and who it is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.places import Place


class Right(StrEnum):
    """What the bot needs to be allowed in a group."""

    READ_ALL = "read_all"
    SEE_MEMBERS = "see_members"
    POST = "post"
    DELETE = "delete"
    RESTRICT = "restrict"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Tempo:
    """How many messages may leave: in a second over all chats, in a second to one, in a minute to one group.

    `apart`: a picture or a file is a message of its own, beside its words.
    """

    overall: float = 30.0
    second: float = 1.0
    minute: int = 20
    apart: bool = False


class Hearing(StrEnum):
    """How it comes about that the bot hears a group: what to do where it does not."""

    ADMIN = "admin"  # by being made an admin
    OWNER = "owner"  # by a switch only the group's owner can turn
    MENTION = "mention"  # not at all: it hears what names it, unless an admin lends it their own ears


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform lets the bot do. What follows from a missing one is said in words, in one place:
    bot/substitutes.py. docs/platforms.md is made of these.

    `cards`: where there are no buttons, choices in private stand on a card, too, as far as the operator has set one up.
    `recalls`: takes back its own messages; `deletes`: takes away other people's. `sees_recalls`: is told
    when somebody takes back a message. `readmits`: lets in again whom it has put out. `menus`: shows commands to choose from; who has a phone in one of `menu_languages` finds them
    in it without being given any. `whispers`: shows a message in a group to one member alone.
    `notices`: puts up an announcement for a group. `picker`: opens its list of
    people to choose one from. `quotes`: tells which of the bot's messages somebody answers. `text_limit` in characters.
    `posts_only`: groups whose address begins so hear the bot, and it hears nobody there, named or not.
    """

    sees_everything: bool = True
    sees_members: bool = True
    sees_recalls: bool = False
    edits: bool = True
    recalls: bool = True
    deletes: bool = True
    mutes: bool = True
    bans: bool = True
    readmits: bool = True
    buttons: bool = True
    cards: bool = False
    polls: bool = True
    menus: bool = True
    menu_languages: frozenset[str] = frozenset()
    picker: bool = True
    pictures: bool = True
    files: bool = True
    direct_messages: bool = True
    whispers: bool = True
    notices: bool = False
    quotes: bool = True
    hearing: Hearing = Hearing.ADMIN
    text_limit: int = 4096
    tempo: Tempo = Tempo()
    posts_only: str = ""

    def one_way(self, place: Place) -> bool:
        """Whether nobody can answer the bot there."""
        return bool(self.posts_only) and place.address.startswith(self.posts_only)


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is on a platform; all empty until the platform has told.

    `private_link` is the address that opens a private talk with the bot, `{payload}` in it standing for
    what the bot is told on arrival (at most 64 of A-Z a-z 0-9 _ -); empty where there is no such address.
    `admin_link` opens the platform's own page on which a group's owner gives the bot just the rights it
    needs; empty where there is none.
    """

    id: str
    name: str
    username: str
    reads_all: bool = True
    abilities: Abilities = field(default_factory=Abilities)
    private_link: str = ""
    admin_link: str = ""
