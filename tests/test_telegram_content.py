"""Whatever Telegram shows its readers is read: words on polls, checklists, invoices and buttons, and what asks for money."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.events import MessageSeen
from bot.platforms.telegram.reading import events_of
from patterns.judge import Context, judge
from patterns.model import Attachment, AttachmentKind, Level, Protected
from patterns.names import Roster

NOW = datetime(2026, 9, 1, tzinfo=UTC)
CLASS: dict[str, Any] = {"id": -100, "type": "supergroup", "title": "三(2)班家长群"}
ASKS = "资料费86.5元，今天中午前付给我，交完发截图"
STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 512, "height": 512}
STICKER |= {"is_animated": False, "is_video": False}
POLL = {"id": "1", "question": "班费怎么交？", "total_voter_count": 0, "is_closed": False, "type": "quiz"}
POLL |= {
    "is_anonymous": True,
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
OPTION = {"voter_count": 0, "persistent_id": "1"}
INVOICE = {
    "title": "资料费",
    "description": ASKS,
    "start_parameter": "",
    "currency": "CNY",
    "total_amount": 8650,
}
PHOTO = {"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90, "file_size": 900}
GIFT = {"id": "g", "star_count": 5, "sticker": STICKER}


def read(chat: dict[str, Any] = CLASS, **content: Any) -> list[MessageSeen]:
    """What Telegram tells of a stranger's message, as ours."""
    person = {"id": 66, "is_bot": False, "first_name": "王丽老师"}
    message = {"message_id": 7, "from": person, "chat": chat, "date": 1788220800, **content}
    found = events_of(json.dumps({"update_id": 1, "message": message}).encode(), NOW, reads_all=True)
    return [one for one in found if isinstance(one, MessageSeen)]


def text_of(**content: Any) -> str:
    (seen,) = read(**content)
    return seen.message.text


def level(seen: MessageSeen, name: str = "王丽老师") -> Level:
    teacher = Protected(name, frozenset({"10"}))
    return judge(seen.message, Context(roster=Roster((teacher,), CLASS["title"]))).level


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"checklist": {"title": "交费", "tasks": [{"id": 1, "text": "扫码"}, {"id": 2, "text": "截图"}]}},
            "交费\n扫码\n截图",
        ),
        ({"checklist_tasks_added": {"tasks": [{"id": 3, "text": ASKS}]}}, ASKS),
        (
            {"poll": POLL | {"options": [OPTION | {"text": "微信"}], "description": "今天", "explanation": ASKS}},
            f"班费怎么交？\n今天\n微信\n{ASKS}",
        ),
        ({"poll_option_added": {"option_persistent_id": "2", "option_text": ASKS}}, ASKS),
        ({"invoice": INVOICE}, f"资料费\n{ASKS}\nPay 86.50 CNY"),
        ({"invoice": INVOICE | {"currency": "JPY", "total_amount": 900}}, f"资料费\n{ASKS}\nPay 900 JPY"),
        ({"venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "缴费处", "address": ASKS}}, f"缴费处\n{ASKS}"),
        ({"game": {"title": "抽奖", "description": ASKS, "photo": [PHOTO]}}, f"抽奖\n{ASKS}"),
        ({"sticker": STICKER | {"emoji": "💰", "set_name": "pay_wangli"}}, "💰\npay_wangli"),
        ({"gift": {"gift": GIFT, "text": ASKS}}, ASKS),
        (
            {
                "giveaway": {"chats": [], "winners_selection_date": 1788220800, "winner_count": 1}
                | {"prize_description": ASKS}
            },
            ASKS,
        ),
        ({"audio": {"file_id": "a", "file_unique_id": "a", "duration": 1, "title": ASKS, "performer": "王"}}, f"王 {ASKS}"),
        ({"forum_topic_created": {"name": ASKS, "icon_color": 0}}, ASKS),
        ({"forum_topic_edited": {"name": ASKS}}, ASKS),
    ],
)  # fmt: skip
def test_the_words_of_every_kind_of_message_are_read(content: dict[str, Any], words: str) -> None:
    assert text_of(**content) == words


def test_an_invoice_asks_for_money_whoever_posts_it_and_a_clone_s_alarms() -> None:
    (seen,) = read(invoice=INVOICE)
    assert seen.message.attachments == (Attachment(AttachmentKind.GROUP_COLLECT, "86.50"),)
    assert level(seen) is Level.ALARM
    parent = {"id": 20, "is_bot": False, "first_name": "小雨妈妈"}
    (bare,) = read(invoice=INVOICE | {"title": "班费", "description": "三(2)班"}, **{"from": parent})
    assert level(bare) is Level.CAUTION


def test_pictures_to_be_paid_for_ask_for_money() -> None:
    preview = {"type": "preview", "width": 10, "height": 10}
    (seen,) = read(
        paid_media={"star_count": 25, "paid_media": [preview]}, caption="资料在这里，请大家付费查看"
    )
    assert seen.message.attachments == (Attachment(AttachmentKind.GROUP_COLLECT, "25"),)
    assert level(seen) >= Level.CAUTION


def test_a_request_on_a_checklist_weighs_as_much_as_one_in_words() -> None:
    (seen,) = read(checklist={"title": "请各位家长", "tasks": [{"id": 1, "text": ASKS}]})
    assert level(seen) is Level.ALARM


def test_what_stands_on_a_button_is_read_and_where_it_leads() -> None:
    rows = [
        [{"text": "交费86.5元", "url": "https://pay.example/a"}],
        [{"text": "复制账号", "copy_text": {"text": "6222021234567890128"}}],
        [{"text": "打开", "web_app": {"url": "https://pay.example/b"}}],
    ]
    bot = {"id": 9, "is_bot": True, "first_name": "按钮", "username": "some_bot"}
    (seen,) = read(text="请看", via_bot=bot, reply_markup={"inline_keyboard": rows})
    assert seen.message.text == "请看\n交费86.5元\n复制账号\n6222021234567890128\n打开"
    links = [one.value for one in seen.message.attachments]
    assert links == ["https://pay.example/a", "https://pay.example/b"]


def test_a_moving_photo_is_looked_at_like_a_still_one() -> None:
    moving = {"file_id": "l", "file_unique_id": "l", "width": 90, "height": 90, "duration": 1}
    (seen,) = read(live_photo=moving | {"photo": [PHOTO]}, caption="扫码")
    assert seen.message.attachments == (Attachment(AttachmentKind.IMAGE),)
    assert [one.unique_id for one in seen.pictures] == ["p"]


def test_what_a_reply_shows_of_another_chat_is_quoted() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "骗子", "date": 1788220800}
    (seen,) = read(text="这是真的吗？", external_reply={"origin": origin, "invoice": INVOICE})
    assert (seen.message.text, seen.message.quoted) == ("这是真的吗？", f"资料费\n{ASKS}\nPay 86.50 CNY")
    assert level(seen) <= Level.NOTICE


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": STICKER | {"emoji": "👍", "set_name": "HotCherry"}},
        {"sticker": STICKER},
        {
            "venue": {
                "location": {"latitude": 1.0, "longitude": 2.0},
                "title": "阳光小学",
                "address": "幸福路1号",
            }
        },
        {"checklist": {"title": "明天带", "tasks": [{"id": 1, "text": "雨伞"}, {"id": 2, "text": "水彩笔"}]}},
        {"story": {"id": 3, "chat": CLASS}},
        {"gift": {"gift": GIFT, "text": "老师辛苦了"}},
        {"audio": {"file_id": "a", "file_unique_id": "a", "duration": 1, "title": "听力第三课"}},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
)
def test_what_is_no_request_stays_harmless(content: dict[str, Any]) -> None:
    (seen,) = read(**content)
    assert level(seen, "李校长") is Level.CLEAR


def test_a_sticker_in_private_is_no_answer_to_anything() -> None:
    (seen,) = read({"id": 66, "type": "private", "first_name": "王"}, sticker=STICKER | {"emoji": "👍"})
    assert seen.message.text == ""


@pytest.mark.parametrize(
    "content",
    [
        {"pinned_message": {"message_id": 1, "chat": CLASS, "date": 0}},
        {"new_chat_title": "三(3)班"},
        {"gift": {"gift": GIFT}},
        {"forum_topic_closed": {}},
        {"giveaway_created": {"prize_star_count": 5}},
    ],
)
def test_what_says_nothing_of_its_own_is_nobodys_message(content: dict[str, Any]) -> None:
    assert read(**content) == []
