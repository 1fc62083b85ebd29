"""Programs behind odd file names, damaged and enormous pictures."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from tests.guarded import CODE, School, guarded
from tests.opened import for_each_test

school = for_each_test(guarded)


@pytest.mark.parametrize(
    "name",
    ["收费通知\u202egpj.exe", "班费\x00\x07\r\n.apk", "<b>通知</b>.exe", "../../" + "费" * 3000 + ".exe"],
    ids=["mirrored", "control characters", "markup", "far too long"],
)
async def test_programs_behind_odd_file_names_are_warned_of_and_never_named(
    school: School, name: str
) -> None:
    await school.says("stranger", document={"name": name, "text": "MZ"})
    (warning,) = await school.warnings()
    shown = warning["text"] + (await school.said("teacher"))[0]["text"]
    assert not {"\u202e", "\x00", "\r", "gpj"} & {*shown, "gpj" if "gpj" in shown else ""}
    assert "费费费费" not in warning["text"]
    await school.unharmed()


def _png(width: int, height: int) -> bytes:
    """A picture that says it is that big."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def _gif(frames: int) -> bytes:
    pages = [Image.new("P", (40, 40), number % 200) for number in range(frames)]
    file = io.BytesIO()
    pages[0].save(file, "GIF", save_all=True, append_images=pages[1:], duration=1)
    return file.getvalue()


def _pictures() -> dict[str, bytes]:
    return {
        "enormous.png": _png(30_000, 30_000),
        "endless.gif": _gif(3_000),
        "cut.png": _png(300, 300)[:60],
        "noise.jpg": b"\xff\xd8\xff" + bytes(range(256)) * 4,
        "empty.png": b"",
        "text.webp": "各位家长".encode(),
    }


async def test_damaged_and_enormous_pictures_are_silence_in_the_group_and_an_answer_in_private(
    school: School,
) -> None:
    control = school.playground.control
    before = await school.said()
    for number, (name, data) in enumerate(_pictures().items()):
        document = {"name": name, "base64": base64.b64encode(data).decode()}
        await control.user("家长", key=f"parent{number}")
        await school.says("mum", document=document)
        await school.tells(f"parent{number}", document=document)
    await school.settled()
    assert await school.said() == before
    for number, name in enumerate(_pictures()):
        (answer,) = await school.said(f"parent{number}")
        assert answer["history"] and answer["text"], name
        # Nobody is told that there is no code in a picture that could not be opened.
        assert ("打不开" in answer["text"]) is (name not in {"endless.gif", "cut.png"}), (
            name,
            answer["text"],
        )
    # The reader of pictures is still there.
    await school.says("clone", "各位家长，资料费请今天交", photo={"qr": CODE})
    assert await school.warnings()
    await school.unharmed()
