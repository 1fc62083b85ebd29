"""What works where, as the table in docs/platforms.md: `python -m bot.platforms.table` prints it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields

from bot.abilities import Abilities, Hearing
from bot.platforms.dingtalk import ABILITIES as DINGTALK
from bot.platforms.onebot import ABILITIES as ONEBOT
from bot.platforms.qq import ABILITIES as QQ
from bot.platforms.telegram import ABILITIES as TELEGRAM

# In the order of the table; a new platform is one line here.
DECLARED: Mapping[str, Abilities] = {
    "Telegram": TELEGRAM,
    "QQ (OneBot v11)": ONEBOT,
    "QQ (official bot)": QQ,
    "DingTalk": DINGTALK,
}

_WORDS = {
    "sees_everything": "sees every message",
    "sees_members": "sees who comes and goes",
    "sees_recalls": "sees what is taken back",
    "edits": "edits its messages",
    "recalls": "takes back its messages",
    "deletes": "deletes other people's messages",
    "mutes": "mutes a member",
    "bans": "puts a member out",
    "readmits": "lets in again whom it has put out",
    "buttons": "buttons",
    "cards": "cards with choices, in private, instead of buttons",
    "polls": "polls",
    "menus": "a menu of commands",
    "menu_languages": "one for all private chats, by the language of the phone",
    "picker": "its own list of people to choose from",
    "pictures": "sends pictures",
    "files": "sends files",
    "direct_messages": "writes to people in private",
    "whispers": "shows a message in a group to one member alone",
    "notices": "puts up an announcement for the group, when an admin asks for it",
    "quotes": "knows which of its messages is answered",
}
_HEARING = {
    Hearing.ADMIN: "as an admin",
    Hearing.OWNER: "when the owner switches it on",
    Hearing.MENTION: "only what names it; all of it through an admin's own `dws`",
}


def lines(declared: Mapping[str, Abilities] = DECLARED) -> Sequence[str]:
    """The table in Markdown, an ability a line."""
    named = [field.name for field in fields(Abilities) if field.name in _WORDS]
    return [
        _row("", declared),
        _row("---", ["---"] * len(declared)),
        *(
            _row(_WORDS[name], ["yes" if getattr(one, name) else "no" for one in declared.values()])
            for name in named
        ),
        _row("hears a group", [_HEARING[one.hearing] for one in declared.values()]),
        _row(
            "groups in which it only posts",
            ["custom robots'" if one.posts_only else "none" for one in declared.values()],
        ),
        _row("longest message", [f"{one.text_limit} characters" for one in declared.values()]),
        _row("messages a minute and group", [f"{one.tempo.minute:g}" for one in declared.values()]),
    ]


def _row(first: str, rest: Sequence[str] | Mapping[str, object]) -> str:
    return f"| {' | '.join((first, *rest))} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
