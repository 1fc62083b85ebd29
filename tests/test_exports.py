"""Exports people really have are read as they are, however large or damaged."""

from __future__ import annotations

import io
import json

import pytest

from bot.exports import FORMATS, Broken, Exported, recognise
from bot.exports.report import as_page
from bot.exports.scanning import Scanner, Teacher
from bot.settings import LANGUAGES
from patterns.model import Level

TELEGRAM = {
    "name": "三(2)班家长群",
    "type": "private_supergroup",
    "id": 1,
    "messages": [
        {
            "id": 1,
            "type": "service",
            "date": "2024-03-01T09:00:00",
            "actor": "子涵爸爸",
            "actor_id": "user9",
            "action": "join_group_by_link",
        },
        {
            "id": 2,
            "type": "message",
            "date": "2024-03-01T10:00:00",
            "from": "王丽老师",
            "from_id": "user1",
            "text": ["请看 ", {"type": "text_link", "text": "这里", "href": "https://school.example"}],
        },
        {
            "id": 3,
            "type": "message",
            "date": "2024-03-01T10:05:00",
            "from": "乐乐妈",
            "from_id": "user2",
            "photo": "photos/1.jpg",
            "text": "",
            "reply_to_message_id": 2,
        },
        {
            "id": 4,
            "type": "message",
            "date": "2024-03-01T10:06:00",
            "from": "乐乐妈",
            "from_id": "user2",
            "file": "files/a.apk",
            "file_name": "通知.apk",
            "forwarded_from": "某人",
            "text": "",
        },
    ],
}

QQ = """消息记录(此消息记录为文本格式,不支持重新导入)

================================================================
消息分组:我的群
================================================================
消息对象:三(2)班家长群
================================================================

2024-03-01 10:22:33 【管理员】王丽老师(12345678)
各位家长
明天带画笔

2024-03-01  9:23:01 乐乐妈<lele@mail.example>
[图片]

2024-13-41 10:22:33 谁(12345678)
日期坏了

2024-03-01 10:24:00 乐乐妈<lele@mail.example>
收到
"""

WHATSAPP = """\u200e[31/12/2023, 22:15:03] 3A parents: \u200eMessages and calls are end-to-end encrypted.
[31/12/2023, 22:15:09] ~ Miss Wong: Hello all
second line
\u200e[01/01/2024, 08:00:00] Ka Yan: \u200e<attached: 0001-PHOTO.jpg>
[01/01/2024, 08:01:00] Ka Yan: \u200eimage omitted
[01/01/2024, 08:02:00] Ka Yan: notice.pdf (file attached)
"""


def read(text: str | bytes) -> list[Exported | Broken]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(FORMATS[recognise(data)][1](io.BytesIO(data)))


def messages(text: str | bytes) -> list[Exported]:
    return [item for item in read(text) if isinstance(item, Exported)]


def test_a_telegram_export_gives_messages_joins_links_pictures_and_files() -> None:
    joined, linked, picture, file = messages(json.dumps(TELEGRAM, ensure_ascii=False, indent=1))
    assert joined.joined and joined.sender_id == "user9"
    assert linked.text == "请看 这里" and linked.links == ("https://school.example",)
    assert linked.chat == "三(2)班家长群" and linked.when is not None and linked.when.hour == 10
    assert picture.is_picture and picture.media == "photos/1.jpg" and picture.reply_to == "2"
    assert file.file_name == "通知.apk" and file.forwarded


def test_a_whole_account_export_names_the_chat_of_each_message() -> None:
    other = {**TELEGRAM, "name": '四(1)班 "家长"'}
    account = {"about": "…", "chats": {"list": [TELEGRAM, other]}}
    chats = [item.chat for item in messages(json.dumps(account, ensure_ascii=False))]
    assert chats == ["三(2)班家长群"] * 4 + ['四(1)班 "家长"'] * 4


def test_a_broken_telegram_export_names_the_place_and_goes_on() -> None:
    text = json.dumps(TELEGRAM, ensure_ascii=False, indent=1).replace('"user1",', '"user1" oops', 1)
    items = read(text)
    (broken,) = [item for item in items if isinstance(item, Broken)]
    assert broken.place == f"line {text[: text.index('oops')].count(chr(10)) - 4}"
    assert [item.id for item in items if isinstance(item, Exported)] == ["1", "3", "4"]


def test_a_telegram_export_cut_off_in_the_middle_gives_what_is_whole() -> None:
    text = json.dumps(TELEGRAM, ensure_ascii=False, indent=1)
    items = read(text[: text.index("files/a.apk")])
    assert [item.id for item in items if isinstance(item, Exported)] == ["1", "2", "3"]
    assert isinstance(items[-1], Broken)


def test_a_message_of_unknown_shape_is_named_not_fatal() -> None:
    strange = {"name": "x", "messages": [{"id": 1, "type": "message", "date": "yesterday"}, 7, {"id": 2}]}
    assert all(isinstance(item, Broken) for item in read(json.dumps(strange)))


def test_a_qq_export_gives_names_numbers_and_many_lined_texts() -> None:
    items = read(QQ)
    teacher, picture, last = [item for item in items if isinstance(item, Exported)]
    assert (teacher.sender, teacher.sender_id) == ("王丽老师", "12345678")
    assert teacher.text == "各位家长\n明天带画笔" and teacher.chat == "三(2)班家长群"
    assert picture.is_picture and picture.text == "" and last.text == "收到"
    assert next(item for item in items if isinstance(item, Broken)).reason.startswith("no such date")


def test_an_old_qq_export_in_a_chinese_encoding_reads_the_same() -> None:
    assert [item.text for item in messages(QQ.encode("gb18030"))] == [item.text for item in messages(QQ)]


def test_a_whatsapp_export_gives_senders_attachments_and_many_lined_texts() -> None:
    hello, picture, omitted, file = messages(WHATSAPP)[1:]
    assert hello.sender == "Miss Wong" and hello.text == "Hello all\nsecond line"
    assert picture.media == "0001-PHOTO.jpg" and picture.is_picture and omitted.is_picture
    assert file.file_name == "notice.pdf" and file.when is not None and file.when.day == 1


def test_whatsapp_dates_with_the_month_first_are_told_by_a_day_above_twelve() -> None:
    text = "1/2/24, 9:05 PM - A: one\n12/31/24, 9:05 AM - A: two\n"
    one, two = messages(text)
    assert one.when is not None and (one.when.month, one.when.day, one.when.hour) == (1, 2, 21)
    assert two.when is not None and (two.when.month, two.when.day, two.when.hour) == (12, 31, 9)


def test_chinese_whatsapp_times_are_understood() -> None:
    (message,) = messages("2023/12/31 下午10:15 - 乐乐妈: 晚安\n")
    assert message.when is not None and message.when.hour == 22


def test_plain_lines_are_one_message_each() -> None:
    assert [item.text for item in messages("早上好\n\n收到\n")] == ["早上好", "收到"]


def test_one_endless_line_does_not_fill_memory() -> None:
    (message,) = messages("长" * 3_000_000)
    assert len(message.text) == 65_536


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_scan_shows_what_was_found_and_runs_nothing_from_the_export(language: str) -> None:
    hostile = {
        **TELEGRAM["messages"][1],  # type: ignore[index]
        "id": 5,
        "from": "王丽老师<script>",
        "from_id": "user9",
        "text": "各位家长请交资料费380元，扫码付款，付完发截图 <img src=x onerror=alert(1)>",
    }
    scanner = Scanner([Teacher.parse("王丽老师=user1")])
    for item in read(json.dumps({**TELEGRAM, "messages": [hostile]}, ensure_ascii=False)):
        scanner.read(item)
    page = as_page(scanner.report, "<b>result.json", language)
    assert 'class="alarm"' in page
    assert ("line " in page.split("<body>")[1]) == (language == "en")
    assert "<script" not in page and "<img" not in page and "<b>result" not in page


def test_a_scan_gives_the_reasons_for_a_finding_and_not_those_against_it() -> None:
    scanner = Scanner([])
    for item in read("请把验证码发给我\n"):
        scanner.read(item)
    (finding,) = scanner.report.findings
    against = [one.why["en"] for one in finding.verdict.evidence if one.weight <= 0]
    assert against and finding.reasons("en")
    assert not set(against) & set(finding.reasons("en"))


def test_words_read_in_a_picture_are_judged_as_if_they_had_been_said() -> None:
    found = []
    for scanner in (
        Scanner([Teacher("王丽老师", "user1")]),
        Scanner([Teacher("王丽老师", "user1")], read=lambda _: "资料费50元，请各位家长扫码支付"),
    ):
        scanner.read(Exported("1", "class", "1", "user2", "王丽老师", media="a.jpg", is_picture=True))
        found.append(scanner.report.findings[0].verdict.level)
    assert found == [Level.NOTICE, Level.ALARM]
