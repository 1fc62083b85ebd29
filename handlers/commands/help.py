"""/help: what one can do here, as far as the person asking may do it."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.texts import Said, lines, plain, say
from handlers.administered import administered
from handlers.commands import Buttons, Call, Command, Where, administers, in_menu
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    group = here.group
    role = "private" if group is None else "admin" if administers(call.sender, group) else "parent"
    text = lines(
        say(call.language, f"help.{role}"),
        "",
        *(
            say(
                call.language,
                "help.line",
                command=Said(f"/{command.name}"),
                label=label(call.language, command),
            )
            for command in in_menu(private=group is None)
            if command.name != "help" and (role != "parent" or not command.admin)
        ),
    )
    return await call.show(here, text, await _doors(call, here))


async def _doors(call: Call, here: Here) -> Buttons:
    """To the settings, for whoever may change some."""
    runs = administers(call.sender, here.group) if here.group is not None else await administered(call, here)
    return ((Button(plain(call.language, "help.button.panel"), "/panel"),),) if runs else ()


def label(language: str, command: Command) -> Said:
    return say(language, f"menu.{command.name}")


COMMAND = Command("help", run, menu=Where.BOTH)
