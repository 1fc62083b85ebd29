"""/payee: where parents may pay: names, accounts and codes the school vouches for; add, list, remove."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.events import PicturesRead
from bot.store import dialogues
from bot.store import payees as store
from bot.store.payees import ACCOUNT, KINDS, NAME, Payee
from bot.texts import Said, lines, plain, say, shown
from handlers import challenges, weakening
from handlers.administered import Meant, about, meant
from handlers.choosing import called
from handlers.commands import Buttons, Call, Command, Where, door
from handlers.here import Here
from handlers.payees import pictured, written

KIND = "payee"
_LISTED = 30
_MARK = 32
_LABEL = 60


async def run(call: Call, here: Here) -> list[Action]:
    found = await meant(call, here, "payee")
    if isinstance(found, list):
        return found
    verb, _, rest = found.call.args.partition(" ")
    if verb.casefold() in called("add", "payee.word.add"):
        return await _add(found, here, rest.strip())
    if verb == "put":
        return await _put(found, here, rest.strip())
    if verb.casefold() in called("remove", "payee.word.remove"):
        return await _remove(found, here, rest.strip())
    return await _list(found, here)


async def _add(found: Meant, here: Here, typed: str) -> list[Action]:
    call = found.call
    if typed:
        return await _taken(found, here, written(typed, here.mark, call.language))
    if here.group is not None:
        return await call.show(here, say(call.language, "payee.how"), door(here, call.language, "payee"))
    state = {"asking": "payee", "chat": found.there.chat.id}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    return await call.show(here, say(call.language, "payee.show_me"))


async def heard(call: Call, here: Here) -> list[Action]:
    """The payee, in words, after the bot asked for it in private."""
    found = await _asked(call, here)
    if isinstance(found, list):
        return found
    return await _taken(found, here, written(call.args, here.mark, call.language))


async def looked(event: PicturesRead, call: Call, here: Here) -> list[Action]:
    """The payee's code, photographed, after the bot asked for it in private."""
    found = await _asked(call, here)
    if isinstance(found, list):
        return found
    return await _taken(found, here, pictured(event.found, here.mark, call.language), "payee.no_code")


async def _asked(call: Call, here: Here) -> Meant | list[Action]:
    """The group the question was about, if the asker still administers it."""
    under_way = await dialogues.current(here.tx, here.chat.id, KIND)
    if under_way is None:
        return call.tell(here, "command.stale_button")
    about_it = Call(call.sender, f"~{under_way.state['chat']}", call.language, call.message, call.press)
    return await meant(about_it, here, "payee")


async def _taken(
    found: Meant, here: Here, payees: tuple[Payee, ...], trouble: str = "payee.unread"
) -> list[Action]:
    call, there = found.call, found.there
    if not payees:
        return [call.reply(here, say(call.language, trouble)), *call.flash(here)]
    await dialogues.end(here.tx, here.chat.id, KIND)
    again = "\n".join(f"{one.kind} {one.mark or '-'} {one.label}" for one in payees)
    line = f"/payee {about(here, there)}put {again}"
    if (held := await challenges.held(call, here, found.group, line)) is not None:
        return held
    new = [one for one in payees if await store.add(here.tx, there.chat.id, one, call.sender.id, here.now)]
    if not new:
        return call.tell(here, "payee.known")
    names = plain(call.language, "list.separator").join(one.label for one in new)
    text = lines(
        say(call.language, "payee.added", names=names),
        say(call.language, "payee.only_name") if all(one.kind == NAME for one in new) else None,
    )
    told = await weakening.paying(call, here, found.group, names)
    return [call.reply(here, text, _to_list(found, here)), *call.flash(here), *told]


async def _put(found: Meant, here: Here, typed: str) -> list[Action]:
    """Payees by what is kept of them, a line each: how they are given again once their doer's code was right."""
    payees = tuple(one for line in typed.splitlines() if (one := _kept(line)) is not None)
    return await _taken(found, here, payees)


def _kept(line: str) -> Payee | None:
    kind, mark, label = (*line.split(" ", 2), "", "")[:3]
    mark = "" if mark == "-" else mark
    if kind not in KINDS or len(mark) > _MARK or bool(mark) != (kind == ACCOUNT) or not shown(label, _LABEL):
        return None
    return Payee(kind, shown(label, _LABEL), mark)


async def _list(found: Meant, here: Here) -> list[Action]:
    call = found.call
    payees = await store.load(here.tx, found.there.chat.id)
    buttons: Buttons = tuple((_remover(found, here, one),) for one in payees[:_LISTED])
    return await call.show(here, _page(call.language, payees), (*buttons, *_adder(found, here)))


def _page(language: str, payees: tuple[Payee, ...]) -> Said:
    if not payees:
        return say(language, "payee.none")
    listed = (
        say(language, "payee.line", number=number, name=_named(language, one))
        for number, one in enumerate(payees[:_LISTED], 1)
    )
    return lines(say(language, "payee.listed"), *listed)


def _named(language: str, payee: Payee) -> str:
    return plain(language, f"payee.kind.{payee.kind}", label=payee.label)


async def _remove(found: Meant, here: Here, typed: str) -> list[Action]:
    """By the button's #id or by the number in the list."""
    payees = await store.load(here.tx, found.there.chat.id)
    wanted = next(
        (one for number, one in enumerate(payees, 1) if typed in (f"#{one.id}", str(number), one.label)), None
    )
    if wanted is None:
        return [
            found.call.reply(here, say(found.call.language, "payee.remove_which")),
            *found.call.flash(here),
        ]
    await store.remove(here.tx, found.there.chat.id, wanted.id)
    return await _list(found, here)


def _adder(found: Meant, here: Here) -> Buttons:
    if here.group is not None:
        return door(here, found.call.language, "payee", "payee.button.add")
    return (
        (Button(plain(found.call.language, "payee.button.add"), f"/payee {about(here, found.there)}add"),),
    )


def _to_list(found: Meant, here: Here) -> Buttons:
    return (
        (Button(plain(found.call.language, "payee.button.list"), f"/payee {about(here, found.there)}list"),),
    )


def _remover(found: Meant, here: Here, payee: Payee) -> Button:
    label = plain(found.call.language, "payee.button.remove", name=shown(payee.label, 24))
    return Button(label, f"/payee {about(here, found.there)}remove #{payee.id}")


COMMAND = Command(
    "payee", run, admin=True, where=Where.BOTH, menu=Where.GROUP, hear=heard, look=looked, drops=True
)
