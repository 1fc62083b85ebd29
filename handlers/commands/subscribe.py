"""/subscribe: be told in private when a scam is found in one's group, and of what else one wishes."""

from __future__ import annotations

import hmac

from bot.actions import Action, Button
from bot.places import Chat, ChatKind
from bot.store import belonging, chats, subscriptions
from bot.store import settings as settings_store
from bot.store.subscriptions import WISHES, Subscribed
from bot.texts import lines, plain, say, shown
from handlers.choosing import choose, chosen
from handlers.commands import Buttons, Call, Command, Where, door
from handlers.here import Here

_GROUPS_SHOWN = 20


def payload(here: Here, chat: int) -> str:
    """What the group's button carries into the private chat; signed, so that no number can be tried out."""
    return f"sub_{chat}_{_signature(here, chat)}"


async def run(call: Call, here: Here) -> list[Action]:
    if here.group is not None:
        opened = door(here, call.language, payload(here, here.chat.id), "subscribe.button.open")
        if not opened:
            await here.memory.note(here.tx, here.chat.id, call.sender.id, here.now)
        text = say(call.language, "subscribe.in_group" if opened else "subscribe.by_hand", bot=here.me.name)
        return await call.show(here, text, opened)
    if call.args:
        return await _chosen(call, here)
    return await _ask(call, here)


async def by_link(call: Call, here: Here) -> list[Action]:
    """Somebody came through the group's button."""
    _, _, rest = call.args.partition("_")
    number, _, signature = rest.partition("_")
    known = number.isascii() and number.isdigit() and len(number) < 16
    if not known or not hmac.compare_digest(
        signature.encode("utf-8", "replace"), _signature(here, int(number)).encode()
    ):
        return call.tell(here, "subscribe.bad_link")
    group = await chats.get(here.tx, int(number))
    if group is None or group.place.kind is not ChatKind.GROUP:
        return call.tell(here, "subscribe.bad_link")
    return await _subscribe(call, here, group)


async def _chosen(call: Call, here: Here) -> list[Action]:
    """A group picked from the list; the list is drawn up anew, for a button can be forged."""
    number, _, wish = call.args.partition(" ")
    subscribed = {str(one.chat): one for one in await subscriptions.of_user(here.tx, call.sender.id)}
    if number in subscribed and wish in WISHES:
        return await _wished(call, here, subscribed[number], wish)
    mine = {str(group.chat): group.chat for group in await _mine(call, here)}
    group = await chats.get(here.tx, mine[number]) if number in mine else None
    if group is None:
        return call.tell(here, "subscribe.not_yours")
    return await _subscribe(call, here, group)


async def _wished(call: Call, here: Here, known: Subscribed, wish: str) -> list[Action]:
    """One wish more, or one less."""
    wishes = known.wishes ^ {wish}
    await subscriptions.wish(here.tx, known.chat, call.sender.id, wishes)
    title = shown(known.title, 32) or say(call.language, "subscribe.untitled")
    text = lines(
        say(call.language, "subscribe.page", group=title),
        None if wishes else say(call.language, "subscribe.nothing"),
    )
    return await call.show(here, text, _wishes(call.language, known.chat, wishes))


def _wishes(language: str, chat: int, wishes: frozenset[str]) -> Buttons:
    """What one may be told of, ticked where one is."""
    each = [
        Button(
            ("✓ " if one in wishes else "") + plain(language, f"subscribe.wish.{one}"),
            f"/subscribe {chat} {one}",
        )
        for one in WISHES
    ]
    stop = Button(plain(language, "subscribe.button.stop"), f"/unsubscribe {chat}")
    return (*((one,) for one in each), (stop,))


async def _subscribe(call: Call, here: Here, group: Chat) -> list[Action]:
    # Who comes from a group speaks its language, until they choose their own.
    if "language" not in (await chosen(here)).chosen:
        spoken = (await settings_store.load(here.tx, group.id))["language"]
        await choose(call, here, "language", spoken)
    language = (await chosen(here))["language"]
    new = await subscriptions.subscribe(here.tx, group.id, call.sender.id, here.chat.id, here.now)
    title = shown(group.place.title, 32) or say(language, "subscribe.untitled")
    (wishes,) = (
        one.wishes for one in await subscriptions.of_user(here.tx, call.sender.id) if one.chat == group.id
    )
    guarded = await here.group_of(group.id)
    done = guarded.promised("subscribe.done") if guarded is not None else "subscribe.done"
    text = lines(
        say(language, done if new else "subscribe.already", group=title),
        say(language, "subscribe.more"),
    )
    return await call.show(here, text, _wishes(language, group.id, wishes))


async def _ask(call: Call, here: Here) -> list[Action]:
    groups = await _mine(call, here)
    if not groups:
        return await call.show(here, say(call.language, "subscribe.no_group"))
    buttons: Buttons = tuple(
        (Button(shown(group.title, 32) or str(group.chat), f"/subscribe {group.chat}"),)
        for group in groups[:_GROUPS_SHOWN]
    )
    return await call.show(here, say(call.language, "subscribe.which"), buttons)


async def _mine(call: Call, here: Here) -> tuple[belonging.Belonging, ...]:
    platform = here.chat.place.platform
    return await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id))


def _signature(here: Here, chat: int) -> str:
    return here.mark(f"subscribe:{chat}")[:16]


COMMAND = Command("subscribe", run, menu=Where.BOTH, waits=True)
