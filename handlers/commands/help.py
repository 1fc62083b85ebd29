"""/help: what one can do here, as far as the person asking may do it."""

from __future__ import annotations

from bot.events import Action
from bot.texts import Said, lines, say
from handlers.commands import Call, Command, Where, administers, commands
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    language = call.language
    if here.group is None:
        text = lines(say(language, "help.private"), "", _listed(language, Where.PRIVATE, admin=False))
    elif administers(call.sender, here.group):
        text = lines(say(language, "help.admin"), "", _listed(language, Where.GROUP, admin=True))
    else:
        text = lines(say(language, "help.parent"), "", _listed(language, Where.GROUP, admin=False))
    return await call.show(here, text)


def _listed(language: str, where: Where, admin: bool) -> Said:
    """The commands of the menu, one a line; in a group everyone's own to parents, the admins' to admins."""
    return lines(
        *(
            say(
                language,
                "help.line",
                command=Said(f"/{command.name}"),
                label=say(language, f"menu.{command.name}"),
            )
            for command in commands().values()
            if command.menu
            and command.where in (where, Where.BOTH)
            and (where is Where.PRIVATE or command.admin is admin)
            and command.name != "help"
        )
    )


COMMAND = Command("help", run)
