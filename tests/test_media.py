"""Pictures strangers send: their codes are found, their tricks cost little, and nothing they do stops the bot."""

from __future__ import annotations

import asyncio
import io
import os
import random
import signal
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from bot.media.decode import Limits, Reading, decode
from bot.media.decoder import Decoder
from bot.media.portrait import portrait
from patterns.portraits import alike

WALLET = "wxp://f2f0InventedInventedInvented01"
PROCESSES = Path("/proc")
OTHER = "https://qr.alipay.com/fkx0invented"


def code(payload: str = WALLET, scale: int = 6, **how: Any) -> Image.Image:
    drawn = io.BytesIO()
    segno.make(payload, micro=False).save(drawn, kind="png", scale=scale, **how)
    return Image.open(drawn).convert("RGB")


def saved(image: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **how)
    return buffer.getvalue()


def like_a_photo(width: int, height: int, seed: int = 1) -> Image.Image:
    dice = random.Random(seed)
    small = Image.frombytes(
        "RGB", (width // 16, height // 16), dice.randbytes(width // 16 * (height // 16) * 3)
    )
    return small.resize((width, height), Image.Resampling.BICUBIC)


def png(width: int, height: int) -> bytes:
    """A picture that says it is so large and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [80, 120, 300, 1200])
def test_a_code_is_read_at_any_size(side: int) -> None:
    assert decode(saved(code().resize((side, side)), quality=85)).payloads == (WALLET,)


@pytest.mark.parametrize("degrees", [7, 30, 45, 90, 133, 180, 270])
def test_a_turned_code_is_read(degrees: int) -> None:
    assert decode(saved(code().rotate(degrees, expand=True, fillcolor="white"))).payloads == (WALLET,)


def test_a_code_survives_heavy_compression() -> None:
    assert decode(saved(code(scale=4), quality=30)).payloads == (WALLET,)


def test_every_code_in_a_picture_is_read() -> None:
    both = Image.new("RGB", (900, 420), "white")
    both.paste(code(), (20, 40))
    both.paste(code(OTHER), (480, 60))
    assert set(decode(saved(both)).payloads) == {WALLET, OTHER}


def test_a_code_in_a_photo_is_read() -> None:
    photo = like_a_photo(1080, 1440)
    photo.paste(code(scale=8), (300, 600))
    assert decode(saved(photo, quality=60)).payloads == (WALLET,)


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(ImageOps.invert(code()), id="inverted"),
        pytest.param(code(dark="#a0a0a0", light="#c8c8c8"), id="low contrast"),
        pytest.param(code(dark="#ff5050", light="#50c850"), id="equally bright colours"),
        pytest.param(code(border=0), id="no margin"),
        pytest.param(ImageOps.expand(code(border=0), 30, "black"), id="no margin, on black"),
        pytest.param(code().filter(ImageFilter.GaussianBlur(2)), id="blurred"),
    ],
)
def test_a_code_made_hard_to_see_is_read(hidden: Image.Image) -> None:
    assert decode(saved(hidden, "PNG")).payloads == (WALLET,)


def test_a_code_without_a_margin_is_read_on_a_dark_screen_full_of_words() -> None:
    screen = Image.new("RGB", (720, 1280), "#101010")
    pen = ImageDraw.Draw(screen)
    for line in range(6):
        pen.text((40, 20 + 60 * line), "12:30 invented words on a screen", fill="white", font_size=24)
    screen.paste(code(border=0), (250, 620))
    assert decode(saved(screen)).payloads == (WALLET,)


def test_a_hundred_codes_in_one_picture_are_a_bounded_answer() -> None:
    sheet = Image.new("RGB", (2_000, 2_000), "white")
    for number in range(100):
        sheet.paste(
            code(f"wxp://f2f0Invented{number:03}", scale=4).resize((180, 180)),
            (number % 10 * 200, number // 10 * 200),
        )
    payloads = decode(saved(sheet, "PNG")).payloads
    assert len(payloads) == 16 and all(payload.startswith("wxp://f2f0Invented") for payload in payloads)


def test_a_picture_that_is_also_something_else_is_read_as_the_picture_it_shows() -> None:
    page = b"<html><script>1</script></html>PK\x03\x04"
    assert decode(saved(code()) + page).payloads == (WALLET,)
    assert decode(page + saved(code())) == Reading(reason="not_a_picture")


def test_text_packed_into_a_picture_is_not_unpacked_without_end() -> None:
    packed = b"note\0\0" + zlib.compress(bytes(8_000_000))
    chunk = (
        struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    )
    whole = saved(code(), "PNG")
    assert decode(whole[:33] + chunk + whole[33:]).reason in ("damaged", "")


def test_a_code_on_nothing_is_read_as_a_phone_shows_it_on_white() -> None:
    clear = Image.new("RGBA", code().size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=ImageOps.invert(code().convert("L")))
    assert decode(saved(clear, "PNG")).payloads == (WALLET,)


def test_a_code_that_appears_later_in_an_animation_is_read() -> None:
    blank = Image.new("RGB", code().size, "white")
    moving = saved(blank, "GIF", save_all=True, append_images=[code()])
    assert decode(moving).payloads == (WALLET,)


def test_only_the_first_frames_of_an_endless_animation_are_looked_at() -> None:
    frames = [Image.new("L", (40, 40), shade) for shade in range(1, 40)]
    hidden = [*frames, code().convert("L").resize((40, 40))]
    moving = saved(Image.new("L", (40, 40), 0), "GIF", save_all=True, append_images=hidden)
    assert decode(moving).payloads == ()


def test_a_picture_without_a_code_says_that_its_words_were_not_read() -> None:
    reading = decode(saved(like_a_photo(640, 480)))
    assert reading.payloads == () and reading.reason == "no_code"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"just words", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not_a_picture"),
        (b"%PDF-1.7 ...", "not_a_picture"),
        (png(60_000, 60_000), "too_many_pixels"),
        (png(30_000, 30_000), "too_many_pixels"),
        (png(9_000, 9_000), "too_many_pixels"),
        (saved(code())[:300], "damaged"),
        (bytes(11 * 1024 * 1024), "too_large"),
    ],
    ids=["empty", "text", "svg", "pdf", "huge", "very large", "large", "cut off", "heavy"],
)
def test_what_is_no_usable_picture_is_answered_with_a_reason(data: bytes, reason: str) -> None:
    assert decode(data) == Reading(reason=reason)


def test_damage_anywhere_in_a_picture_raises_nothing() -> None:
    whole, dice = saved(code(), "PNG"), random.Random(7)
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(6):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        assert isinstance(decode(bytes(broken)), Reading)


def test_the_limit_on_pixels_can_be_lowered() -> None:
    assert decode(saved(code()), Limits(pixels=100)).reason == "too_many_pixels"


def face(seed: int) -> Image.Image:
    return like_a_photo(320, 320, seed)


def test_the_same_portrait_is_known_in_another_size_and_quality() -> None:
    one, other = (
        portrait(face(1)),
        portrait(Image.open(io.BytesIO(saved(face(1).resize((96, 96)), quality=50)))),
    )
    assert alike(one, other)


def test_different_portraits_are_told_apart() -> None:
    seen = [portrait(face(seed)) for seed in range(12)]
    pairs = [(a, b) for index, a in enumerate(seen) for b in seen[:index]]
    assert all(a and b and not alike(a, b) for a, b in pairs)


def letter_on(ground: str, letter: str) -> Image.Image:
    image = Image.new("RGB", (320, 320), ground)
    ImageDraw.Draw(image).text((90, 40), letter, fill="white", font_size=200)
    return image


@pytest.mark.parametrize("ground", ["#e17076", "#65aadd", "#222222"])
def test_a_letter_on_colour_is_nobodys_portrait(ground: str) -> None:
    assert portrait(letter_on(ground, "W")) == ""


def test_a_letter_on_a_graded_ground_is_nobodys_portrait() -> None:
    ground = ImageOps.colorize(Image.linear_gradient("L").resize((320, 320)), "#ff845e", "#d45246")
    ImageDraw.Draw(ground).text((90, 40), "L", fill="white", font_size=200)
    assert portrait(ground) == ""


def test_a_plain_colour_is_nobodys_portrait() -> None:
    assert portrait(Image.new("RGB", (200, 200), "#3388aa")) == ""


@pytest.fixture(scope="module")
def picture() -> bytes:
    return saved(code())


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    decoder = Decoder(workers=1, seconds=20)
    await decoder.start()
    yield decoder
    await decoder.close()


def worker_of(decoder: Decoder) -> int:
    process = decoder._workers[0]._process
    assert process is not None
    return process.pid


async def test_pictures_are_read_in_a_process_of_their_own(decoder: Decoder, picture: bytes) -> None:
    assert worker_of(decoder) != os.getpid()
    assert (await decoder.read("a", picture)).payloads == (WALLET,)


async def test_the_same_file_is_decoded_once(decoder: Decoder, picture: bytes) -> None:
    first = await decoder.read("a", picture)
    assert await decoder.read("a", b"something else by now") == first


async def test_asked_for_twice_at_once_it_is_decoded_once(decoder: Decoder, picture: bytes) -> None:
    one, other = await asyncio.gather(decoder.read("a", picture), decoder.read("a", b"not looked at"))
    assert one == other and one.payloads == (WALLET,)


async def test_a_crashed_worker_is_replaced(decoder: Decoder, picture: bytes) -> None:
    os.kill(worker_of(decoder), signal.SIGKILL)
    assert (await decoder.read("a", picture)).reason == "crashed"
    assert (await decoder.read("a", picture)).payloads == (WALLET,)


async def test_a_stuck_worker_is_ended_and_replaced(decoder: Decoder, picture: bytes) -> None:
    stuck = worker_of(decoder)
    os.kill(stuck, signal.SIGSTOP)
    decoder._seconds = 0.2
    assert (await decoder.read("a", picture)).reason == "timeout"
    decoder._seconds = 20
    assert (await decoder.read("a", picture)).payloads == (WALLET,)
    assert worker_of(decoder) != stuck


async def test_the_event_loop_goes_on_while_a_picture_is_decoded(decoder: Decoder, picture: bytes) -> None:
    os.kill(worker_of(decoder), signal.SIGSTOP)
    reading = asyncio.create_task(decoder.read("a", picture))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not reading.done()
    os.kill(worker_of(decoder), signal.SIGCONT)
    assert (await reading).payloads == (WALLET,)


@pytest.mark.skipif(not PROCESSES.exists(), reason="needs /proc to look into another process")
async def test_a_worker_knows_none_of_our_secrets(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSGUARD_TELEGRAM_TOKEN", "1:invented")
    other = Decoder(workers=1)
    await other.start()
    try:
        environment = PROCESSES / str(worker_of(other)) / "environ"
        assert b"CLASSGUARD" not in await asyncio.to_thread(environment.read_bytes)
    finally:
        await other.close()


async def test_whoever_waits_when_it_closes_is_told_so(picture: bytes) -> None:
    decoder = Decoder(workers=1)
    await decoder.start()
    os.kill(worker_of(decoder), signal.SIGSTOP)
    waiting = asyncio.create_task(decoder.read("a", picture))
    await asyncio.sleep(0)
    await decoder.close()
    assert (await waiting).reason == "closed"
    assert (await decoder.read("b", picture)).reason == "closed"
