"""/letter: the school's letter to parents, sent to the group, printed, reworded, its promise on the board; and how many have
read it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.actions import Action, Button, Paper, Priority, Say
from bot.store import letters
from bot.store.letters import Letter
from bot.store.subscriptions import LETTER
from bot.texts import Said, lines, plain, quoted, say
from handlers import notices, subscribers
from handlers.choosing import called
from handlers.commands import Buttons, Call, Command
from handlers.here import Here
from patterns.judge import asks_nothing

PROMISE_LIMIT = 300
# Who reminds more often is no longer read.
REST = timedelta(days=1)


async def run(call: Call, here: Here) -> list[Action]:
    verb, _, rest = call.args.partition(" ")
    if verb.casefold() in called("send", "letter.word.send"):
        return await _send(call, here)
    if verb.casefold() in called("remind", "letter.word.remind"):
        return await _remind(call, here)
    if verb.casefold() in called("print", "letter.word.print"):
        return await _print(call, here)
    if verb.casefold() in called("own", "letter.word.own"):
        return await _own(call, here, rest)
    if notices.asked(verb):
        return await _announce(call, here)
    return await _status(call, here)


async def _status(call: Call, here: Here) -> list[Action]:
    """What the letter promises, whether it went out, and how many have read it."""
    language, letter = call.language, await letters.of(here.tx, here.chat.id)
    if letter.sent_at is None:
        state = say(language, "letter.unsent")
    else:
        state = say(language, "letter.read_by", count=await letters.readers(here.tx, here.chat.id))
    promise = lines(say(language, "letter.promises"), _promise(letter, language))
    return await call.show(here, lines(state, "", promise), _buttons(call, here, letter))


def _buttons(call: Call, here: Here, letter: Letter) -> Buttons:
    assert here.group is not None
    language = call.language
    send = "letter.button.send" if letter.sent_at is None else "letter.button.again"
    first = [Button(plain(language, send), "/letter send")]
    if letter.sent_at is not None:
        first.append(Button(plain(language, "letter.button.remind"), "/letter remind"))
    second = [
        Button(plain(language, "letter.button.print"), "/letter print"),
        Button(plain(language, "letter.button.own"), "/letter own"),
    ]
    if notices.possible(here, here.group):
        second.append(Button(plain(language, "notice.button"), f"/letter {notices.WORD}"))
    return tuple(first), tuple(second)


async def _announce(call: Call, here: Here) -> list[Action]:
    """Its promise alone: what is to stay on the board is short."""
    assert here.group is not None
    letter, language = await letters.of(here.tx, here.chat.id), here.group.settings["language"]
    text = lines(say(language, "notice.promise"), _promise(letter, language))
    return await notices.put_up(call, here, here.group, "letter", text)


async def _send(call: Call, here: Here) -> list[Action]:
    """To the whole group, with the button; those who read an earlier edition are asked anew."""
    assert here.group is not None
    letter, language = await letters.of(here.tx, here.chat.id), here.group.settings["language"]
    if letter.sent_at is not None and here.now - letter.sent_at < REST:
        return call.tell(here, "letter.just_sent")
    edition = await letters.send(here.tx, here.chat.id, here.now)
    key = f"letter:{here.chat.id}:{edition}"
    said = _to_all(call, here, key, _worded(letter, language), edition)

    def copy(language: str) -> Say:
        read = Button(plain(language, "letter.button.read"), f"/read {edition} {here.chat.id}")
        return replace(said, text=_worded(letter, language), buttons=((read,),))

    copies = await subscribers.copied(here, here.group, LETTER, copy)
    return [said, *copies, *call.posted(here)]


def _worded(letter: Letter, language: str) -> Said:
    return lines(
        say(language, "letter.headline"),
        "",
        say(language, "letter.why"),
        _promise(letter, language),
        say(language, "letter.ask"),
    )


async def _remind(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    letter, language = await letters.of(here.tx, here.chat.id), here.group.settings["language"]
    if letter.sent_at is None:
        return call.tell(here, "letter.unsent")
    if here.now - (letter.reminded_at or letter.sent_at) < REST:
        return call.tell(here, "letter.just_reminded")
    await letters.remind(here.tx, here.chat.id, here.now)
    count = await letters.readers(here.tx, here.chat.id)
    key = f"letter:{here.chat.id}:{letter.edition}:{int(here.now.timestamp())}"
    text = lines(say(language, "letter.reminder", count=count), _promise(letter, language))
    return [_to_all(call, here, key, text, letter.edition), *call.posted(here)]


def _to_all(call: Call, here: Here, key: str, text: Said, edition: int) -> Say:
    assert here.group is not None
    label = plain(here.group.settings["language"], "letter.button.read")
    return replace(
        call.publicly().reply(here, text, ((Button(label, f"/read {edition}"),),)),
        key=key,
        priority=Priority.TIP,
        reply_to=None,
    )


async def _print(call: Call, here: Here) -> list[Action]:
    """A sheet to sign: for families that are not in the group."""
    assert here.group is not None
    letter, language = await letters.of(here.tx, here.chat.id), here.group.settings["language"]
    title = plain(language, "letter.title")
    facts = {
        "title": title,
        "paragraphs": [
            plain(language, "letter.why"),
            letter.promise or plain(language, "letter.promise"),
            plain(language, "letter.home"),
        ],
        "from": [plain(language, "letter.paper.school"), plain(language, "letter.paper.teacher")],
        "slip": plain(language, "letter.paper.slip"),
        "blanks": [
            plain(language, "letter.paper.child"),
            plain(language, "letter.paper.parent"),
            plain(language, "letter.paper.day"),
        ],
    }
    none = say(language, "paid.paper.none")
    paper = Paper("letter", language, facts, name=f"{title}.pdf", otherwise=none)
    return [replace(call.reply(here, say(language, "letter.to_print")), paper=paper), *call.flash(here)]


async def _own(call: Call, here: Here, text: str) -> list[Action]:
    """The school's own promise, unless it asks for something: even an admin's account may be stolen."""
    written = text.strip()
    if written == "-":
        await letters.word(here.tx, here.chat.id, "")
        return await _status(call, here)
    if not written or len(written) > PROMISE_LIMIT:
        return [
            call.reply(here, say(call.language, "letter.own_how", limit=PROMISE_LIMIT)),
            *call.flash(here),
        ]
    if not asks_nothing(written):
        return call.tell(here, "letter.own_refused")
    await letters.word(here.tx, here.chat.id, written)
    return await _status(call, here)


def _promise(letter: Letter, language: str) -> Said:
    return quoted(letter.promise, PROMISE_LIMIT) if letter.promise else say(language, "letter.promise")


COMMAND = Command("letter", run, admin=True, afar=True)
