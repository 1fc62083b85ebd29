"""What strangers may send, by the hundred thousand, through the whole bot: nothing fails, nothing stalls, nothing of theirs comes alive.

`python -m bench.hostile [COUNT] [SEED]`
"""

from __future__ import annotations

import base64
import random
import string
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any

import httpx

from bench import traffic
from bench.figures import show
from bench.hostile_bot import __name__ as BOT
from bench.processes import bot, playground
from bot.playground.entities import words
from handlers.commands import commands

COUNT = 100_000
GROUPS = 400
PEOPLE = 400
# Seconds until a bot has met them all, and for each message on the slowest machine.
_START, _EACH = 600, 0.3
# Who says nothing for so long has worked everything off: a busy machine says nothing for a second or two meanwhile.
_QUIET = 10.0
# All the mark-up the bot's own texts have.
MARKUP = frozenset({"bold", "italic", "code"})
_CATEGORIES = (
    "Lu",
    "Ll",
    "Lt",
    "Lm",
    "Lo",
    "Mn",
    "Mc",
    "Me",
    "Nd",
    "Nl",
    "No",
    "Pc",
    "Pd",
    "Ps",
    "Pe",
    "Pi",
    "Pf",
    "Po",
    "Sm",
    "Sc",
    "Sk",
    "So",
    "Zs",
    "Zl",
    "Zp",
    "Cc",
    "Cf",
    "Co",
)
_SCAM = "各位家长，请今天中午前扫码交资料费380元，交完在群里发截图，谢谢配合。"
_MARKS = (
    "<b>",
    "</b>",
    "<a href='https://evil.example'>",
    "&lt;",
    "&#60;",
    "[x](tg://user?id=1)",
    "*_~`||",
    "{0}%s{name}",
)
_LIVE = (
    "@evil_account",
    "/setup",
    "#加群",
    "https://evil.example/x",
    "t.me/evil",
    "tg://user?id=777000",
    "$EVIL",
)
_TURNS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"

Json = dict[str, Any]
Writer = Callable[[random.Random], str]


def live(said: Json) -> Iterator[str]:
    """What could be pressed on in a message of the bot's, or was marked up by somebody else."""
    ours = {f"/{name}" for name in commands()}
    for entity in said["entities"]:
        (word,) = words(said["text"], [entity], entity["type"])
        if entity["type"] not in MARKUP and not (entity["type"] == "bot_command" and word in ours):
            yield f"{entity['type']}: {word}"
    yield from (past["html"] for past in said["history"] if "<a " in past["html"])


@cache
def _characters(category: str) -> tuple[str, ...]:
    every = map(chr, range(1, 0x20000))
    return tuple(char for char in every if unicodedata.category(char) == category) or ("?",)


def _of_one_category(dice: random.Random) -> str:
    characters = _characters(dice.choice(_CATEGORIES))
    return "".join(dice.choices(characters, k=dice.choice((1, 3, 40, 400, 4096))))


def _anything(dice: random.Random) -> str:
    return "".join(dice.choice(_characters(dice.choice(_CATEGORIES))) for _ in range(dice.randrange(1, 200)))


def _marked_up(dice: random.Random) -> str:
    return "".join(dice.choice((*_MARKS, *_LIVE, _anything(dice)[:9])) for _ in range(dice.randrange(1, 60)))


def _disguised(dice: random.Random) -> str:
    """The scam, with something between its characters."""
    between = dice.choice((_TURNS, "\u200b\u2060\ufeff", "\u0301", " .-", "".join(_MARKS)))
    return "".join(char + dice.choice(between) * dice.randrange(3) for char in _SCAM * dice.randrange(1, 4))


def _repeated(dice: random.Random) -> str:
    unit = dice.choice(
        (_SCAM, "转账", "“", "(", "?", "{", "0", "http://", "，", "请扫码", "a" + "\u0301" * 40, *_LIVE)
    )
    return unit * dice.randrange(1, 4096 // len(unit) + 1)


def _commanding(dice: random.Random) -> str:
    name = dice.choice((*commands(), "nothing", "状态", "老师"))
    slash = dice.choice("/／")
    rest = dice.choice(
        (_anything, _marked_up, lambda _: "add", lambda _: "#1 0", lambda _: "9" * 30, lambda _: "")
    )
    return f"{slash}{name}{dice.choice(('', '@otherbot', '@class_guard_bot'))} {rest(dice)}"


WRITERS: tuple[Writer, ...] = (_of_one_category, _anything, _marked_up, _disguised, _repeated, _commanding)


def _cut(text: str) -> str:
    """As long as the platform lets a message be, counted as it counts."""
    return text.encode("utf-16-le")[:8192].decode("utf-16-le", "ignore") or "?"


def people(dice: random.Random) -> list[Json]:
    """Accounts whose names are as bad as what they write."""
    names = [(dice.choice(WRITERS)(dice)[: dice.choice((8, 64))] or "?") for _ in range(PEOPLE)]
    return [
        {"key": f"p{number}", "first_name": name, "started": number % 4 == 0}
        for number, name in enumerate(names)
    ]


def messages(count: int, dice: random.Random) -> Iterator[Json]:
    """Texts, files, links and forwards; most in groups, some to the bot."""
    for number in range(count):
        who = dice.randrange(PEOPLE)
        message: Json = {"from": f"p{who}", "text": _cut(dice.choice(WRITERS)(dice))}
        if who % 4 == 0 and dice.random() < 0.2:
            message["to_bot"] = True
        else:
            message["chat"] = f"g{number % GROUPS}"
        if dice.random() < 0.1:
            message["forward"] = {"hidden_user": _cut(_marked_up(dice))[:64]}
        if dice.random() < 0.02:
            message.pop("text")
            message["document"] = {"name": _file_name(dice), "base64": _bytes(dice)}
        yield message


def _file_name(dice: random.Random) -> str:
    stem = "".join(char for char in _marked_up(dice) if char not in "/\\\0\r\n")[:40] or "x"
    return stem + dice.choice((".exe", ".pdf.exe", "\u202efdp.exe", ".zip", ".jpg", ".svg", "", "." * 30))


def _bytes(dice: random.Random) -> str:
    head = dice.choice(
        (b"MZ", b"PK\3\4", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg onload=alert(1)>", b"")
    )
    return base64.b64encode(head + dice.randbytes(dice.randrange(300))).decode()


def _presses(control: httpx.Client, dice: random.Random, count: int) -> None:
    """Buttons pressed by whoever is about, with data of their own."""
    standing = [one for one in control.get("/said", params={"count": 0}).json()["messages"] if one["buttons"]]
    letters = string.ascii_letters + string.digits + "/ #:_-"
    for _ in range(count if standing else 0):
        at = dice.choice(standing)
        forged = dice.choice((_commanding(dice), "".join(dice.choices(letters, k=dice.randrange(1, 64)))))
        data = forged.encode()[:64].decode("utf-8", "ignore") or "?"
        press = {"chat": at["chat_id"], "message_id": at["message_id"], "from": f"p{dice.randrange(PEOPLE)}"}
        # In a private chat only its owner can press: that refusal is the server's.
        control.post("/press", json={**press, "data": data, "forged": True})


def run(count: int = COUNT, seed: int = 1) -> list[dict[str, Any]]:
    dice = random.Random(seed)
    with playground() as server, server.control() as control:
        traffic.open_groups(control, GROUPS, members=0)
        for one in people(dice):
            control.post("/users", json=one).raise_for_status()
        for number in range(GROUPS):
            joining = [{"chat": f"g{number}", "user": f"p{who}", "quiet": True} for who in range(PEOPLE)]
            control.post("/members", json=joining).raise_for_status()
        with bot(BOT, server) as process:
            traffic.settle(control, _START, _QUIET)
            waiting = messages(count, dice)
            while batch := list(islice(waiting, 5_000)):
                control.post("/messages", json={"messages": batch, "quiet": True}).raise_for_status()
                _presses(control, dice, 100)
                traffic.settle(control, _START + len(batch) * _EACH, _QUIET)
            said = control.get("/said", params={"count": 0}).json()["messages"]
            calls = control.get("/calls", params={"count": 0}).json()["calls"]
            process.terminate()
            assert process.stdout is not None
            told = httpx.Response(200, text=process.stdout.readline()).json()
    alive = [sign for one in said for sign in live(one)]
    refused = [call for call in calls if call["status"] == 400]
    return [
        {
            "messages": count,
            "said": len(said),
            "alive in them": len(alive),
            "refused by the server": len(refused),
            "failures": sum(told["failures"].values()),
            "longest stall ms": told["longest_stall_ms"],
            "which": ", ".join(
                [told["at"], *told["failures"], *alive[:3], *(str(call.get("error")) for call in refused[:3])]
            ),
        }
    ]


def main(count: int = COUNT, seed: int = 1) -> None:
    rows = run(count, seed)
    which = rows[0].pop("which")
    show("hostile people", rows)
    print(which)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
