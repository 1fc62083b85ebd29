"""The words of warnings and cards: short, in order, harmless whatever strangers are called."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise, product

import pytest

from bot.actions import Say
from bot.settings import LANGUAGES
from bot.store import settings
from bot.store.incidents import OPEN, SAFE, SCAM, Incident
from handlers import warning
from handlers.dossier import HIJACK, KINDS, Dossier, Heard, Reason
from patterns.model import Level, Person
from tests.classroom import CLONE, CODE, FEE, HEAD, PARENT, TEACHER, Classroom, classroom
from tests.fakes import START
from tests.opened import for_each_test

HOSTILE = [
    "<b>王丽</b><a href='https://x.example'>老师</a>",
    "\u202e师老丽王 &lt;script&gt;",
    "王" + "\u0301" * 4000,
    "@everyone https://evil.example t.me/evil",
    "x" * 10_000,
    "\u200b\u2060\ufeff",
    "</b></i></code>",
]

room = for_each_test(classroom)


def incident(level: Level = Level.ALARM, number: int = 1, state: str = OPEN) -> Incident:
    return Incident(
        id=7,
        chat=1,
        number=number,
        subject="user:66",
        user="66",
        user_name="王丽老师",
        level=int(level),
        state=state,
        opened_at=START,
        updated_at=START,
        closes_at=START,
        decided_by="",
        decided_at=None,
        message_id="101",
        public_key="",
        revision=0,
        marks=(),
        facts={},
    )


def dossier(kind: str, **known: object) -> Dossier:
    heard = Heard("101", 0, "66", "王丽老师", 3, FEE)
    return replace(Dossier(kind=kind, wears="王丽老师", messages=(heard,)), **known)  # type: ignore[arg-type]


def bare(text: str) -> str:
    return re.sub(r"</?(?:b|i|code)>", "", text)


class Tags(HTMLParser):
    """Fails on anything but balanced <b>, <i> and <code> without attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i", "code") and not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def is_harmless(text: str) -> bool:
    tags = Tags()
    tags.feed(text)
    tags.close()
    assert not tags.open
    return not re.search(r"://|@|\w\.\w{2,}/|[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]", text)


ALL = list(product(LANGUAGES, KINDS, (Level.CAUTION, Level.ALARM), range(1, 7)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_warning_reads_in_five_seconds(language: str) -> None:
    for _, kind, level, number in (one for one in ALL if one[0] == language):
        for known in (
            {},
            {"renamed_minutes": 3000.0},
            {"joined_days": 40.0},
            {"tells": ("locked_archive",)},
            {"tells": ("shares_screen",)},
        ):
            text = bare(warning.public(language, incident(level, number), dossier(kind, **known)))
            assert len(text) <= (420 if language == "en" else 130), text
            assert text.count("\n") == 4, "verdict, evidence, order, check, status"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_caution_never_accuses(language: str) -> None:
    words = ("骗", "騙", "冒充", "scam", "posing", "impost", "fraud")
    for kind, number in product(KINDS, range(1, 7)):
        text = warning.public(language, incident(Level.CAUTION, number), dossier(kind))
        assert not [word for word in words if word in text], text


def test_a_possible_hijack_names_nobody() -> None:
    for language, number, level in product(LANGUAGES, range(1, 7), (Level.CAUTION, Level.ALARM)):
        assert "王丽" not in warning.public(language, incident(level, number), dossier(HIJACK))


def test_the_wording_varies_between_incidents_and_not_within_one() -> None:
    wordings = {warning.public("zh-Hans", incident(number=n), dossier("clone")) for n in range(1, 7)}
    assert len(wordings) > 2
    again = [warning.public("zh-Hans", incident(number=4), dossier("clone")) for _ in range(3)]
    assert len(set(again)) == 1


def test_the_evidence_is_the_freshest_there_is() -> None:
    def line(**known: object) -> str:
        return warning.public("zh-Hans", incident(), dossier("clone", **known)).splitlines()[1]

    assert "10分钟前" in line(renamed_minutes=10.0, joined_days=3.0)
    assert "3天前" in line(joined_days=3.2)
    assert "天前" not in line(joined_days=700.0)


@pytest.mark.parametrize("kind", ["office", "tell"])
def test_a_dangerous_file_is_not_to_be_opened(kind: str) -> None:
    text = warning.public("zh-Hans", incident(), dossier(kind, tells=("safe_account", "program_file")))
    assert "程序" in text and "别打开这个文件" in text


async def test_what_is_found_later_never_makes_an_incident_less(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.says(replace(CLONE, name="某某"), "把短信验证码发给我，我帮您退款", CODE)
    (text, *later) = [one.text for one in room.public()]
    assert "王丽老师" in text and all("王丽老师" in one for one in later)
    known = Dossier.from_json((await room.incident()).facts)
    assert (known.kind, known.wears) == ("clone", "王丽老师")


def test_a_decided_incident_shows_its_decision() -> None:
    assert "已确认是诈骗" in warning.public("zh-Hans", incident(state=SCAM), dossier("clone"))
    lifted = warning.resolved("zh-Hans", incident(state=SAFE))
    assert lifted.startswith("✓") and "骗" not in lifted


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_names_and_texts_stay_text(room: Classroom, name: str) -> None:
    await room.subscribes(PARENT)
    await room.says(Person("66", name), f"{name} 各位家长请扫码缴费86元", CODE)
    await room.says(Person("67", "王丽老师"), f"{FEE} {name}", CODE)
    assert room.said
    for said in room.said:
        if isinstance(said, Say):
            assert is_harmless(said.text), said.text
            assert len(bare(said.text)) <= 1024, "it may be a picture's caption"


async def test_the_card_shows_the_names_before_and_after(room: Classroom) -> None:
    await room.says(replace(CLONE, name="梓涵爸爸"), "早")
    room.later(minutes=10)
    await room.says(CLONE, FEE, CODE)
    card = room.private_of(await room.private(HEAD))[0].text
    assert "梓涵爸爸" in card and "王丽老师" in card and "资料费" in card and "三(2)班" in card


async def test_a_card_speaks_the_admins_own_language(room: Classroom) -> None:
    private = await room.private(HEAD)
    async with room.db.transaction() as tx:
        await settings.choose(tx, private.id, "language", "en")
    await room.says(CLONE, FEE, CODE)
    assert "Looks like a scam" in room.private_of(private)[0].text
    assert "疑似诈骗" in room.private_of(await room.private(TEACHER))[0].text


def test_reasons_hide_what_could_be_paid_to() -> None:
    found = "转到 6222 0202 0011 2233 或 pay.evil.example/x"
    (_, shown) = warning.reasons(
        "zh-Hans",
        (Reason("account", 1.0, {"zh-Hans": f"给出账号“{found}”"}),),
        "why.for_",
        "why.against",
        hide=True,
    )
    assert "6222" not in shown and "evil" not in shown and "给出账号" in shown


async def test_why_answers_in_words(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    asked = room.message(PARENT, "/why 1")
    (answer,) = await room.answers(asked)
    assert isinstance(answer, Say) and "王丽老师" in answer.text and "收款码" in answer.text


async def test_why_of_an_innocent_message_says_why_it_was_let_pass(room: Classroom) -> None:
    innocent = room.message(PARENT, "明天几点放学？").message
    (answer,) = await room.answers(replace(room.message(TEACHER, "/why"), cited=innocent))
    assert isinstance(answer, Say) and "没有发现问题" in answer.text


async def test_who_paid_is_told_what_to_do_at_once_and_in_private(room: Classroom) -> None:
    private = await room.private(PARENT)
    flash, listed = await room.presses(PARENT, "/paid")
    assert "110" in getattr(flash, "text", "") and len(getattr(flash, "text", "")) <= 200
    assert isinstance(listed, Say) and listed.chat == private.id and "96110" in listed.text


ORDERS = {
    "zh-Hans": (r"付|照做|打开", r"电话|号码"),
    "zh-Hant": (r"付|照做|打開", r"電話|號碼"),
    "en": (r"(?i)pay|do nothing|do not open", r"(?i)call|ring|phone"),
}


@pytest.mark.parametrize(("language", "kind", "level", "number"), ALL)
def test_however_it_is_worded_it_says_what_not_to_do_and_whom_to_phone(
    language: str, kind: str, level: Level, number: int
) -> None:
    lines = bare(warning.public(language, incident(level, number), dossier(kind))).splitlines()
    order, phone = ORDERS[language]
    assert lines[0].startswith("🔎" if level is Level.CAUTION else ("⚠️", "🚨")), lines[0]
    assert lines[2].startswith("👉") and re.search(order, lines[2]), lines[2]
    assert lines[3].startswith("📞") and re.search(phone, lines[3]), lines[3]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_two_warnings_in_a_row_are_the_same_picture(language: str, kind: str) -> None:
    for level in (Level.CAUTION, Level.ALARM):
        shown = [warning.public(language, incident(level, n), dossier(kind)) for n in range(1, 13)]
        assert all(one != after for one, after in pairwise(shown))
        assert len(set(shown)) >= 5
