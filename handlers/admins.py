"""A word to all admins of a group, each in private and in their own language."""

from __future__ import annotations

from collections.abc import Callable

from bot.actions import Priority, Say
from bot.store import chats
from bot.store import settings as settings_store
from bot.texts import Said
from handlers.group import Group
from handlers.here import Here
from handlers.warning import Buttons


async def told(
    here: Here,
    group: Group,
    key: str,
    text: Callable[[str], Said],
    buttons: Callable[[str], Buttons] | None = None,
) -> list[Say]:
    """`text` and `buttons` are given the language; `key` must be unique for what is said."""
    found = []
    for admin in group.admins:
        if admin.user == here.me.id:
            continue
        private = await chats.private(here.tx, group.chat.place.platform, admin.user, here.now)
        language = await spoken(here, private.id, group)
        found.append(
            Say(
                key=f"{key}:{admin.user}",
                chat=private.id,
                text=text(language),
                priority=Priority.ADMIN,
                buttons=buttons(language) if buttons else (),
                whisper=group.chat.id,
            )
        )
    return found


async def spoken(here: Here, private: int, group: Group) -> str:
    """The language of a private chat: the one chosen there, else the group's."""
    own = await settings_store.load(here.tx, private)
    return own.chosen.get("language", group.settings["language"])
