"""/start: the first word with the bot in private, with a wish from the group's button if there was one."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Button
from bot.store import belonging
from bot.texts import lines, plain, say, shown
from handlers.choosing import offer
from handlers.commands import Call, Command, language_of, menus, obey
from handlers.commands.appeal import COMMAND as APPEAL
from handlers.commands.ask import COMMAND as ASK
from handlers.commands.fee import COMMAND as FEE
from handlers.commands.help import COMMAND as HELP
from handlers.commands.members import COMMAND as MEMBERS
from handlers.commands.paid import COMMAND as PAID
from handlers.commands.payee import COMMAND as PAYEE
from handlers.commands.subscribe import by_link
from handlers.commands.teacher import COMMAND as TEACHER
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    if here.group is not None:
        return await HELP.run(call, here)
    if call.args.startswith("sub_"):
        return [*await by_link(call, here), *await _menus(call, here)]
    if call.args == "ask":
        return await ASK.run(replace(call, args=""), here)
    if call.args == "paid":
        return await PAID.run(replace(call, args=""), here)
    if call.args == "payee":
        return await PAYEE.run(replace(call, args="add"), here)
    if call.args == "fee":
        return await FEE.run(replace(call, args="new"), here)
    if call.args == "appeal":
        return await APPEAL.run(replace(call, args=""), here)
    if call.args == "members":
        return await obey(MEMBERS, replace(call, args=""), here)
    if call.args == "teacher":
        return await obey(TEACHER, replace(call, args="add"), here)
    language = call.language
    groups = await belonging.of(here.tx, here.chat.place.platform, call.sender.id, here.mark(call.sender.id))
    runs = [shown(group.title, 24) for group in groups if group.admin]
    separator = say(language, "list.separator")
    text = lines(
        say(language, "start.hello"),
        "",
        say(language, "start.admin", groups=separator.join(runs[:5])) if runs else None,
        say(language, "start.ask"),
    )
    panel = ((Button(plain(language, "start.button.panel"), "/panel"),),) if runs else ()
    buttons = (
        *panel,
        (Button(plain(language, "start.button.ask"), "/ask"),),
        (Button(plain(language, "start.button.subscribe"), "/subscribe"),),
        *offer(language, "language", "language", language, width=3),
    )
    return [*await call.show(here, text, buttons), *await _menus(call, here)]


async def _menus(call: Call, here: Here) -> list[Action]:
    """None where the phone shows one in the chat's language anyway: a thousand parents may start at once."""
    language = await language_of(here)
    phone = call.message.language if call.message is not None else ""
    if phone == language and phone in here.me.abilities.menu_languages:
        return []
    return menus(here.chat, language)


COMMAND = Command("start", run, menu=None)
