"""A new fee, asked for question by question in private; then every other admin is asked to agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.actions import Action, Button, Say
from bot.events import PicturesRead
from bot.store import dialogues, payees, schools
from bot.store import fees as store
from bot.store.fees import Fee, Register
from bot.store.payees import NAME, Payee
from bot.texts import Said, lines, plain, say, shown
from handlers import admins, fees, second_factor
from handlers.administered import Meant, meant
from handlers.choosing import rows
from handlers.commands import Buttons, Call
from handlers.figures import day_of, sum_of
from handlers.group import Group
from handlers.here import Here
from handlers.payees import pictured, written

KIND = "fee"
STEPS = ("what", "amount", "payee", "until", "channel")
_DAYS = (3, 7, 14, 30)
_CHANNELS = ("app", "bank", "office")
_SHOWN = 8
# What a code for collecting holds at most.
_PAYEE = 512
# What the review's buttons say: for this class, or for the whole school.
_CLASS, _SCHOOL = "done", "school"
_SAYS = {"done": _CLASS, "done_class": _CLASS, "done_school": _SCHOOL, "stop": "stop"}
_LIMITS = {"what": fees.WHAT, "payee": _PAYEE, "channel": fees.CHANNEL}

State = Mapping[str, Any]


async def opened(call: Call, here: Here, chat: int) -> list[Action]:
    """The first question of a fee for this group."""
    return await _ask(call, here, {"chat": chat, "facts": {}}, STEPS[0])


async def _ask(call: Call, here: Here, state: State, step: str, trouble: str = "") -> list[Action]:
    """The question of a step, said again with what was wrong with the answer."""
    state = {**state, "asking": step}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    wrong = say(call.language, trouble, most=_LIMITS.get(step, 0)) if trouble else None
    text = lines(wrong, say(call.language, f"fee.ask.{step}"))
    return [call.reply(here, text, await _choices(call, here, state, step)), *call.flash(here)]


async def _choices(call: Call, here: Here, state: State, step: str) -> Buttons:
    stop = Button(plain(call.language, "fee.button.stop"), "/fee set stop")
    offered: list[Button] = []
    if step == "payee":
        known = (await payees.load(here.tx, state["chat"]))[:_SHOWN]
        offered = [Button(shown(one.label, 24), f"/fee set payee {one.id}") for one in known]
    elif step == "until":
        offered = [
            Button(plain(call.language, "fee.button.days", n=days), f"/fee set until {days}")
            for days in _DAYS
        ]
    elif step == "channel":
        offered = [
            Button(plain(call.language, f"fee.channels.{one}"), f"/fee set channel {one}")
            for one in _CHANNELS
        ]
    return (*rows(offered, 2), (stop,))


async def _under_way(call: Call, here: Here) -> tuple[State, Meant] | list[Action]:
    """The dialogue, if its asker still administers the group it is about."""
    present = await dialogues.current(here.tx, here.chat.id, KIND)
    if present is None or present.user != call.sender.id:
        return call.tell(here, "fee.interrupted")
    found = await meant(replace(call, args=f"~{present.state['chat']}"), here, "fee")
    return found if isinstance(found, list) else (present.state, found)


async def pressed(call: Call, here: Here) -> list[Action]:
    """A button of the dialogue."""
    going = await _under_way(call, here)
    if isinstance(going, list):
        return going
    state, found = going
    _, step, value = (*call.words, "", "")[:3]
    if step == "stop":
        await dialogues.end(here.tx, here.chat.id, KIND)
        return call.tell(here, "fee.stopped")
    if step in (_CLASS, _SCHOOL) and not state["asking"]:
        return await _propose(call, here, found, state, whole_school=step == _SCHOOL)
    if step != state["asking"]:
        return call.tell(here, "command.stale_button")
    if step == "payee":
        known = await payees.load(here.tx, found.group.chat.id)
        chosen = next((one for one in known if str(one.id) == value), None)
        return await _payee(call, here, state, () if chosen is None else (chosen,))
    if step == "until" and value in map(str, _DAYS):
        day = _today(found, here) + timedelta(days=int(value))
        return await _next(call, here, found, state, day.isoformat())
    if step == "channel" and value in _CHANNELS:
        spoken = found.group.settings["language"]
        return await _next(call, here, found, state, plain(spoken, f"fee.channels.{value}"))
    return call.tell(here, "command.stale_button")


async def heard(call: Call, here: Here) -> list[Action]:
    """An answer in words."""
    going = await _under_way(call, here)
    if isinstance(going, list):
        return going
    state, found = going
    typed, step = call.args.strip(), state["asking"]
    if len(typed) > _LIMITS.get(step, _PAYEE):
        return await _ask(call, here, state, step, f"fee.wrong.{step}")
    if step == "payee":
        return await _payee(call, here, state, written(typed, here.mark, call.language))
    if step == "amount":
        value = sum_of(typed)
    elif step == "until":
        day = day_of(typed, _today(found, here))
        value = day.isoformat() if day else None
    else:
        named = shown(typed, _LIMITS[step])
        value = named if len(named) > 1 else None
    if value is None:
        return await _ask(call, here, state, step, f"fee.wrong.{step}")
    return await _next(call, here, found, state, value)


async def looked(event: PicturesRead, call: Call, here: Here) -> list[Action]:
    """The code to pay to, as a picture."""
    going = await _under_way(call, here)
    if isinstance(going, list):
        return going
    state, _ = going
    if state["asking"] != "payee":
        return await _ask(call, here, state, state["asking"]) if state["asking"] else []
    return await _payee(call, here, state, pictured(event.found, here.mark, call.language))


async def _payee(call: Call, here: Here, state: State, known: tuple[Payee, ...]) -> list[Action]:
    if len(known) != 1:
        return await _ask(call, here, state, "payee", "fee.wrong.payee")
    going = await _under_way(call, here)
    if isinstance(going, list):
        return going
    payee = {"kind": known[0].kind, "label": known[0].label, "mark": known[0].mark}
    return await _next(call, here, going[1], state, payee)


async def _next(call: Call, here: Here, found: Meant, state: State, value: Any) -> list[Action]:
    step = state["asking"]
    state = {**state, "facts": {**state["facts"], step: value}}
    position = STEPS.index(step) + 1
    if position < len(STEPS):
        return await _ask(call, here, state, STEPS[position])
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, {**state, "asking": ""}, here.now)
    fee = _fee(state)
    text = lines(
        say(call.language, "fee.review"),
        fees.described(call.language, fee),
        say(call.language, "fee.only_name") if fee.payee.kind == NAME else None,
    )
    whole = await _of_a_school(here, found.group)
    if whole:
        text = lines(text, say(call.language, "fee.for_whom"))
    words = ("done_class", "done_school", "stop") if whole else ("done", "stop")
    buttons = tuple(
        (Button(plain(call.language, f"fee.button.{one}"), f"/fee set {_SAYS[one]}"),) for one in words
    )
    return [call.reply(here, text, buttons), *call.flash(here)]


async def _of_a_school(here: Here, group: Group) -> bool:
    """Whether there are other classes that may have to pay it too."""
    school = await schools.of_group(here.tx, group.chat.id)
    return school is not None and len(await schools.groups(here.tx, school.id)) > 1


async def _propose(call: Call, here: Here, found: Meant, state: State, whole_school: bool) -> list[Action]:
    """Written down; whoever may agree is asked to, in private: the other admins, or those of the school's other classes."""
    group = found.group
    register = await _register(here, group, whole_school)
    if register is None:
        return call.tell(here, "command.stale_button")
    await dialogues.end(here.tx, here.chat.id, KIND)
    fee = await store.propose(here.tx, register, _fee(state), call.sender.id, group.chat.id, here.now)
    asked = await _asked(call, here, group, register, fee)
    own_code: Buttons = ()
    if whole_school:
        key = "fee.proposed_school" if asked else "fee.nobody_else_school"
    else:
        key = "fee.proposed" if asked else "fee.nobody_else"
        own_code = await _own_code(call, here, group, fee)
    said = say(call.language, key, number=fee.sign)
    return [*await call.show(here, said, own_code), *asked]


async def _register(here: Here, group: Group, whole_school: bool) -> Register | None:
    """Where it is written down; None where the class belongs to no school any more."""
    found = await store.registers(here.tx, group.chat.id)
    return next((one for one in found if one.whole_school == whole_school), None)


async def _asked(call: Call, here: Here, group: Group, register: Register, fee: Fee) -> list[Say]:
    """A word to everybody who may agree, once a person however many classes they run."""
    chats = await fees.classes(here, register)
    others = [chat for chat in chats if chat != group.chat.id] if fee.whole_school else [group.chat.id]
    said = dict[int, Say]()
    for chat in others:
        if (there := await here.group_of(chat)) is not None:
            for one in await _asked_in(call, here, there, group, register, fee):
                said.setdefault(one.chat, one)
    return list(said.values())


async def _asked_in(
    call: Call, here: Here, there: Group, group: Group, register: Register, fee: Fee
) -> list[Say]:
    def text(language: str) -> Said:
        return lines(
            say(
                language,
                "fee.please_confirm_school" if fee.whole_school else "fee.please_confirm",
                who=shown(call.sender.name, 32),
                title=shown(group.chat.place.title, 32),
            ),
            fees.described(language, fee),
            say(language, "fee.check_first"),
        )

    def buttons(language: str) -> Buttons:
        agree = Button(plain(language, "fee.button.agree"), f"/fee ~{there.chat.id} confirm {fee.sign}")
        return ((agree,),)

    said = await admins.told(here, there, f"fee:{register.key}:{fee.number}:ask", text, buttons)
    return [one for one in said if not one.key.endswith(f":{call.sender.id}")]


async def _own_code(call: Call, here: Here, group: Group, fee: Fee) -> Buttons:
    """Whoever has a second factor may speak with it as the second voice."""
    if not await second_factor.vouches(here, second_factor.account(here, call.sender.id)):
        return ()
    line = f"/fee ~{group.chat.id} vouch {fee.sign}"
    return ((Button(plain(call.language, "fee.button.own_code"), line),),)


def _fee(state: State) -> Fee:
    facts = state["facts"]
    return Fee(
        what=facts["what"],
        amount=facts["amount"],
        payee=Payee(**facts["payee"]),
        until=date.fromisoformat(facts["until"]),
        channel=facts["channel"],
    )


def _today(found: Meant, here: Here) -> date:
    return here.now.astimezone(found.group.settings.zone).date()
