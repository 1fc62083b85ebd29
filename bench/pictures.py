"""How many codes are read in pictures made hard to read, and how long a photo takes: QR formats only, one core."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from bench.figures import percentile, show
from bot.intervals import wilson
from bot.media.decode import decode

EACH = 25
PHOTOS = 60
_PAYLOADS = (
    "wxp://f2f0InventedInventedInvented01Invented0123",
    "https://qr.alipay.com/fkx0invented1234567890",
    "HTTPS://QR.ALIPAY.COM/TSX0INVENTED123",
    "https://u.wechat.com/EAbCdInventedInvented?s=2",
    "00020101021126500009SG.PAYNOW010100211+65123456780301004082030123152040000530370254071234.565802SG5902ME"
    "6009Singapore62290106BILLNO50150004TEST0103ABC6304B301",
)
_GREEN, _BLUE = "#1aad19", "#1677ff"

Perturb = Callable[[Image.Image, random.Random], Image.Image]


@dataclass(frozen=True, slots=True)
class Kind:
    """`module` is the least and most pixels a module of the code has when it is photographed."""

    name: str
    module: tuple[float, float]
    change: Perturb
    quality: tuple[int, int] = (60, 90)
    how: tuple[tuple[str, str], ...] = ()


def _as_it_is(code: Image.Image, dice: random.Random) -> Image.Image:
    return code


def _turned(code: Image.Image, dice: random.Random) -> Image.Image:
    return code.rotate(dice.uniform(0, 360), Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def _skewed(code: Image.Image, dice: random.Random) -> Image.Image:
    lean = dice.uniform(-0.3, 0.3)
    wide = int(code.width * (1 + abs(lean)))
    shift = -code.width * abs(lean) if lean > 0 else 0.0
    return code.transform(
        (wide, code.height), Image.Transform.AFFINE, (1, lean, shift if lean > 0 else 0, 0, 1, 0),
        Image.Resampling.BICUBIC, fillcolor="white",
    )  # fmt: skip


def _from_aside(code: Image.Image, dice: random.Random) -> Image.Image:
    """As a camera sees a sheet that does not lie square in front of it."""
    w, h = code.size
    corner = [(dice.uniform(0, 0.16) * w, dice.uniform(0, 0.16) * h) for _ in range(4)]
    quad = (
        -corner[0][0], -corner[0][1], -corner[1][0], h + corner[1][1],
        w + corner[2][0], h + corner[2][1], w + corner[3][0], -corner[3][1],
    )  # fmt: skip
    return code.transform((w, h), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor="white")


def _blurred(code: Image.Image, dice: random.Random) -> Image.Image:
    return code.filter(ImageFilter.GaussianBlur(dice.uniform(0.25, 0.5) * _module_of(code)))


def _faint(code: Image.Image, dice: random.Random) -> Image.Image:
    return ImageEnhance.Brightness(ImageEnhance.Contrast(code).enhance(dice.uniform(0.12, 0.3))).enhance(
        dice.uniform(0.7, 1.25)
    )


def _inverted(code: Image.Image, dice: random.Random) -> Image.Image:
    return ImageOps.invert(code)


def _shadowed(code: Image.Image, dice: random.Random) -> Image.Image:
    """Half of it lies in the shade of a hand."""
    shade = Image.linear_gradient("L").resize(code.size).rotate(dice.choice((0, 90, 180, 270)))
    shade = shade.point(lambda value: 70 + value * 185 // 255).resize(code.size)
    return Image.composite(code, Image.new("RGB", code.size, "black"), shade)


def _off_a_screen(code: Image.Image, dice: random.Random) -> Image.Image:
    """A photo of a screen: its grid of pixels shows, a little turned, a little soft."""
    grid = Image.new("RGB", code.size, "white")
    pen = ImageDraw.Draw(grid)
    for x in range(0, code.width, 3):
        pen.line((x, 0, x, code.height), fill="#a8a8b8")
    for y in range(0, code.height, 3):
        pen.line((0, y, code.width, y), fill="#b8b0b0")
    mixed = Image.blend(code, grid, 0.3)
    turned = mixed.rotate(dice.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True, fillcolor="#303030")
    return turned.filter(ImageFilter.GaussianBlur(0.8))


def _with_a_logo(code: Image.Image, dice: random.Random) -> Image.Image:
    side = int(code.width * 0.2)
    code = code.copy()
    at = (code.width - side) // 2
    pen = ImageDraw.Draw(code)
    pen.rounded_rectangle((at, at, at + side, at + side), side // 6, fill="white")
    pen.ellipse((at + side // 8, at + side // 8, at + side * 7 // 8, at + side * 7 // 8), fill=_GREEN)
    return code


def _on_a_photo(code: Image.Image, dice: random.Random) -> Image.Image:
    photo = photograph(max(code.width + 300, 900), max(code.height + 400, 1200), dice)
    photo.paste(
        code, (dice.randint(0, photo.width - code.width), dice.randint(0, photo.height - code.height))
    )
    return photo


def _on_a_poster(code: Image.Image, dice: random.Random) -> Image.Image:
    """As the wallets draw it: on their colour, in a white card, words around it."""
    card = Image.new("RGB", (code.width + 80, code.height + 220), "white")
    card.paste(code, (40, 120))
    pen = ImageDraw.Draw(card)
    for line in range(3):
        pen.rectangle((30, 30 + line * 26, card.width - 30 - line * 20, 44 + line * 26), fill="#555555")
    poster = Image.new("RGB", (card.width + 240, card.height + 400), dice.choice((_GREEN, _BLUE)))
    poster.paste(card, (120, 200))
    return poster


KINDS = (
    Kind("as it is", (2, 14), _as_it_is),
    Kind("turned", (2.5, 10), _turned),
    Kind("skewed", (2.5, 10), _skewed),
    Kind("seen from aside", (3, 10), _from_aside),
    Kind("JPEG quality 30", (2, 8), _as_it_is, (30, 30)),
    Kind("blurred", (3, 10), _blurred),
    Kind("low contrast", (2, 10), _faint),
    Kind("inverted", (2, 10), _inverted),
    Kind("in the shade", (2.5, 10), _shadowed),
    Kind("a photo of a screen", (5, 12), _off_a_screen),
    Kind("a logo in the middle", (2.5, 10), _with_a_logo, how=(("error", "h"),)),
    Kind("on a photo", (2, 8), _on_a_photo),
    Kind("on a wallet's poster", (2, 8), _on_a_poster),
    Kind("green", (2, 10), _as_it_is, how=(("dark", _GREEN),)),
    Kind("blue on yellow", (2, 10), _as_it_is, how=(("dark", _BLUE), ("light", "#ffe58f"))),
    Kind(
        "no margin, on black",
        (2.5, 10),
        lambda code, dice: ImageOps.expand(code, 30, "black"),
        how=(("border", "0"),),
    ),
)


def _module_of(code: Image.Image) -> float:
    return float(code.info["module"])


def drawn(payload: str, kind: Kind, dice: random.Random) -> Image.Image:
    """A code in the size the kind names, its modules not on whole pixels."""
    how: dict[str, Any] = {"error": "m", "border": 4, "dark": "black", "light": "white"} | dict(kind.how)
    buffer = io.BytesIO()
    symbol = segno.make_qr(payload, error=how["error"])
    border = int(how["border"])
    symbol.save(buffer, kind="png", scale=10, border=border, dark=how["dark"], light=how["light"])
    modules = symbol.symbol_size(scale=1, border=border)[0]
    module = dice.uniform(*kind.module)
    side = max(80, min(1_200, round(modules * module)))
    code = Image.open(buffer).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    code.info["module"] = side / modules
    return code


def photograph(width: int, height: int, dice: random.Random) -> Image.Image:
    """Colours and edges like a photo's: blurred noise at several scales, sharp shapes in front."""
    small = Image.frombytes(
        "RGB", (width // 48 + 1, height // 48 + 1), dice.randbytes((width // 48 + 1) * (height // 48 + 1) * 3)
    )
    photo = small.resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((width // 2, height // 2), 40).resize((width, height)).convert("RGB")
    photo = Image.blend(photo, grain, 0.15)
    pen = ImageDraw.Draw(photo)
    for _ in range(40):
        x, y = dice.randint(0, width), dice.randint(0, height)
        side = dice.randint(5, 160)
        colour = (dice.randint(0, 255), dice.randint(0, 255), dice.randint(0, 255))
        dice.choice((pen.rectangle, pen.ellipse))((x, y, x + side, y + dice.randint(5, 160)), fill=colour)
    return photo


def _saved(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def measured(kind: Kind, each: int) -> dict[str, Any]:
    dice, read, seconds = random.Random(kind.name), 0, []
    for number in range(each):
        payload = _PAYLOADS[number % len(_PAYLOADS)]
        picture = _saved(kind.change(drawn(payload, kind, dice), dice), dice.randint(*kind.quality))
        began = time.process_time()
        read += payload in decode(picture).payloads
        seconds.append(time.process_time() - began)
    low, high = wilson(read, each)
    return {
        "made hard by": kind.name,
        "read": read,
        "of": each,
        "from": round(low, 3),
        "to": round(high, 3),
        "cpu_ms_p95": percentile(seconds, 0.95) * 1000,
    }


def _two_in_one(each: int) -> dict[str, Any]:
    dice, read, plain = random.Random(2), 0, KINDS[0]
    for number in range(each):
        first, second = (drawn(_PAYLOADS[(number + one) % 4], plain, dice) for one in (0, 1))
        both = Image.new(
            "RGB", (first.width + second.width + 40, max(first.height, second.height) + 40), "white"
        )
        both.paste(first, (10, 20))
        both.paste(second, (first.width + 30, 20))
        wanted = {_PAYLOADS[(number + one) % 4] for one in (0, 1)}
        read += wanted <= set(decode(_saved(both, 75)).payloads)
    low, high = wilson(read, each)
    return {
        "made hard by": "two in one",
        "read": read,
        "of": each,
        "from": round(low, 3),
        "to": round(high, 3),
        "cpu_ms_p95": 0.0,
    }


def _photos() -> Iterator[float]:
    """Photos as phones send them, half of them with a code."""
    dice = random.Random(1080)
    for number in range(PHOTOS):
        photo = photograph(1080, 1920, dice)
        if number % 2:
            photo.paste(drawn(_PAYLOADS[number % 5], Kind("", (4, 12), _as_it_is), dice), (100, 300))
        picture = _saved(photo, 85)
        began = time.process_time()
        decode(picture)
        yield (time.process_time() - began) * 1000


def run(each: int = EACH) -> dict[str, Any]:
    kinds = [*(measured(kind, each) for kind in KINDS), _two_in_one(each)]
    read, of = sum(one["read"] for one in kinds), sum(one["of"] for one in kinds)
    spent = list(_photos())
    return {
        "kinds": kinds,
        "read": read,
        "of": of,
        "photo_cpu_ms_median": percentile(spent, 0.5),
        "photo_cpu_ms_p95": percentile(spent, 0.95),
    }


def main() -> None:
    figures = run()
    show("Codes read", figures["kinds"])
    show(
        "All of them, and a photo of 1080 by 1920",
        [{name: figures[name] for name in ("read", "of", "photo_cpu_ms_median", "photo_cpu_ms_p95")}],
    )
