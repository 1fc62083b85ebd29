"""An incident as evidence: complete, in order, with checksums, handed to an admin alone, harmless to open."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from bot.actions import Action, Paper, Say
from bot.events import MessageSeen, Picture, PicturesRead
from bot.packing import pack, unpack
from bot.papers import press
from bot.papers.worker import draw
from bot.places import ChatKind, Place
from bot.settings import LANGUAGES
from bot.store import incidents
from handlers.badges import badge
from patterns.model import Message, Person
from tests.classroom import CLONE, CODE, FEE, HEAD, PARENT, TEACHER, Classroom, classroom, mark
from tests.drawing import needs_font
from tests.group_chat import said
from tests.guarded import CODE as WALLET
from tests.guarded import PATIENCE, guarded
from tests.guarded import SCAM as ASK
from tests.opened import for_each_test

CODE_PICTURE = Picture("file", "unique", sha256="ab" * 32)
HOSTILE = "<script>alert(1)</script> \u202e 付款 https://evil.example"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 80), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


room = for_each_test(classroom)


async def asked(room: Classroom, who: Person, text: str) -> list[Action]:
    """Somebody writes to the bot in private."""
    chat = await room.private(who)
    place = Place(room.chat.place.platform, who.id, ChatKind.PRIVATE)
    room.messages += 1
    return await room.answers(MessageSeen(place, Message(str(room.messages), who, text), room.now), chat)


async def happened(room: Classroom) -> None:
    """Asked, changed, read, decided, put out, explained."""
    message = room.message(CLONE, FEE, pictures=[CODE_PICTURE])
    await room.hears(message)
    await room.hears(PicturesRead(message, (CODE,)))
    room.later(minutes=3)
    await room.says(replace(CLONE, name="王丽老师🌸"), FEE + HOSTILE, edits=message.message.id)
    room.later(minutes=2)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    await room.presses(HEAD, f"/ban #{(await room.incident()).id}")


async def archive(room: Classroom, language: str = "zh-Hans") -> dict[str, bytes]:
    await room.chooses("language", language)
    actions = await asked(room, HEAD, f"/evidence #{(await room.incident()).id}")
    (said_,) = [one for one in actions if isinstance(one, Say) and one.paper is not None]
    assert said_.paper is not None and said_.fleeting
    return await opened(replace(said_.paper, enclosed=(png(),)))


async def opened(paper: Paper) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(await press.draw(paper))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@needs_font
async def test_it_holds_a_timeline_the_data_the_pictures_and_their_checksums(room: Classroom) -> None:
    await happened(room)
    files = await archive(room)
    assert set(files) == {
        "timeline.html", "timeline.pdf", "records.jsonl", "pictures/1.png", "SHA256SUMS.txt",
    }  # fmt: skip
    listed = [line.split("  ") for line in files["SHA256SUMS.txt"].decode().splitlines()]
    sums = {name: digest for digest, name in listed}
    assert sums == {
        name: sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS.txt"
    }
    assert files["timeline.pdf"].startswith(b"%PDF-") and b"/FontFile" in files["timeline.pdf"]
    assert files["pictures/1.png"] == png()


async def test_the_data_tells_messages_edits_codes_names_and_deeds(room: Classroom) -> None:
    await happened(room)
    files = await archive(room)
    records = [json.loads(line) for line in files["records.jsonl"].decode().splitlines()]
    first, edit = (one for one in records if one["record"] == "message")
    assert (first["text"], first["edited"], first["codes"]) == (FEE, False, [CODE.value])
    assert (edit["text"], edit["edited"], edit["name"]) == (FEE + HOSTILE, True, "王丽老师🌸")
    assert edit["at"] > first["at"] and first["at"].endswith("+00:00")
    assert first["pictures"][0]["sha256"] == CODE_PICTURE.sha256
    assert {one["what"] for one in records if one["record"] == "deed"} == {"scam", "banned"}
    assert next(one for one in records if one["record"] == "incident")["user"] == badge(CLONE.id, mark)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_in_order_with_the_groups_clock_and_runs_nothing(
    room: Classroom, language: str
) -> None:
    await happened(room)
    page = (await archive(room, language))["timeline.html"].decode()
    assert "[U+202E]" in page and "\u202e" not in page
    assert "<script" not in page and "&lt;script&gt;" in page
    assert f'lang="{language}"' in page and "UTC+08:00" in page
    assert page.index(CODE.value) < page.rindex("🌸") < page.rindex(f"({badge(HEAD.id, mark)})")
    own = page.replace("https://evil.example", "").replace(CODE.value, "")
    assert "://" not in own, "it loads nothing"


async def test_a_message_comes_before_its_edit_though_its_picture_was_read_later(room: Classroom) -> None:
    message = room.message(CLONE, FEE, pictures=[CODE_PICTURE])
    await room.hears(message)
    await room.says(CLONE, FEE + "快", edits=message.message.id)
    await room.hears(PicturesRead(message, (CODE,)))
    page = (await archive(room))["timeline.html"].decode()
    assert page.index(f">{FEE}<") < page.index(f">{FEE}快<")


async def test_without_a_font_all_but_the_pdf_is_there(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await happened(room)
    monkeypatch.setenv("CLASSGUARD_FONT", "/nowhere.ttf")
    files = await archive(room)
    assert "timeline.pdf" not in files and "timeline.html" in files


async def test_a_picture_that_is_gone_is_said_to_be(room: Classroom) -> None:
    await happened(room)
    actions = await asked(room, HEAD, f"/evidence #{(await room.incident()).id}")
    (paper,) = [one.paper for one in actions if isinstance(one, Say) and one.paper is not None]
    files = await opened(replace(paper, enclosed=(b"",)))
    assert not [name for name in files if name.startswith("pictures/")]
    assert "没能取到" in files["timeline.html"].decode()


async def test_an_order_survives_being_stored_without_what_it_encloses(room: Classroom) -> None:
    await happened(room)
    actions = await asked(room, HEAD, f"/evidence #{(await room.incident()).id}")
    (order,) = [one for one in actions if isinstance(one, Say) and one.paper is not None]
    again = unpack("say", json.loads(json.dumps(pack(order))), None)
    assert isinstance(again, Say) and again.paper is not None and order.paper is not None
    assert again.paper.pictures == order.paper.pictures == (CODE_PICTURE,)
    assert again.paper.facts["entries"] == order.paper.facts["entries"]


async def test_it_is_for_admins_and_not_for_whom_it_is_about(room: Classroom) -> None:
    await room.says(TEACHER, FEE, CODE)
    number = (await room.incident()).id
    for who in (TEACHER, PARENT):
        actions = await asked(room, who, f"/evidence #{number}")
        assert not [one for one in actions if isinstance(one, Say) and one.paper is not None]


async def test_asked_for_in_the_group_it_comes_in_private_or_says_how(room: Classroom) -> None:
    await happened(room)
    private = await room.private(HEAD)
    actions = await room.answers(room.message(HEAD, "/evidence 1"))
    (order,) = [one for one in actions if isinstance(one, Say) and one.paper is not None]
    assert order.chat == private.id
    actions = await room.answers(room.message(HEAD, "/evidence"))
    assert "/evidence 3" in said(actions)


async def test_that_it_was_handed_out_stands_in_the_file(room: Classroom) -> None:
    await happened(room)
    await asked(room, HEAD, f"/evidence #{(await room.incident()).id}")
    assert (await room.incident()).facts["deeds"][-1]["what"] == "evidence"


async def test_what_was_forgotten_gives_none(room: Classroom) -> None:
    await happened(room)
    async with room.db.transaction() as tx:
        await incidents.forget(tx, room.now + timedelta(days=1))
    assert "过去很久" in said(await asked(room, HEAD, f"/evidence #{(await room.incident()).id}"))


def test_an_incident_of_the_longest_words_is_drawn() -> None:
    entry = {
        "order": 1,
        "at": "x",
        "head": "长" * 400,
        "text": "字\n" * 2_000,
        "lines": ["码" * 4_000],
        "pictures": [0, 9],
    }
    words = dict.fromkeys(("made", "about", "timeline", "reasons", "picture", "missing"), "词")
    facts = {"title": "题", "made": "时", "note": "注", "words": words, "about": [["甲", "乙" * 400]],
             "entries": [entry] * 10, "reasons": ["由" * 400], "records": [], "enclosed": []}  # fmt: skip
    assert draw({"kind": "evidence", "facts": facts, "language": "zh-Hans"}).startswith(b"PK")


def test_what_a_reason_quotes_hides_nothing() -> None:
    words = dict.fromkeys(("made", "about", "timeline", "reasons", "picture", "missing"), "词")
    facts = {"title": "题", "made": "时", "note": "注", "words": words, "about": [], "entries": [],
             "reasons": ["像“王\u202e丽”"], "records": []}  # fmt: skip
    drawn = draw({"kind": "evidence", "facts": facts, "language": "zh-Hans"})
    with ZipFile(io.BytesIO(drawn)) as packed:
        assert "像“王[U+202E]丽”" in packed.read("timeline.html").decode()


async def test_in_a_real_group_the_archive_arrives_and_holds_the_picture(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        posted = await school.says("clone", ASK, photo={"qr": WALLET})
        await school.warned()
        await control.edit("class", posted, "各位家长，请扫码交资料费96元，交完发截图")
        await school.settled()
        await school.says("teacher", "/evidence 1")
        (sent,) = await control.said("teacher", contains="报警使用", wait=PATIENCE)
        with ZipFile(io.BytesIO(await control.file(sent["document"]["file_id"]))) as packed:
            names = packed.namelist()
            records = [json.loads(line) for line in packed.read("records.jsonl").decode().splitlines()]
        assert [name for name in names if name.startswith("pictures/")]
        messages = [one for one in records if one["record"] == "message"]
        assert len(messages) >= 2 and any(WALLET in one["codes"] for one in messages)
        assert any("96元" in one["text"] and one["edited"] for one in messages)
        await school.unharmed()
