"""A school's people, payees and addresses from one file, and what is wrong with it line by line."""

from __future__ import annotations

import pytest

from bot.store.schools import Member
from handlers.schools import listing
from patterns.model import Duty, Person
from tests.group_chat import mark
from tests.two_classes import ACCOUNT, HEADER

TEACHER = Person("300", "王丽老师")


def test_a_good_file_is_read_whole() -> None:
    text = HEADER + (
        "person,王丽,老师,三(2)班,小王老师;丽丽,telegram:300 qq:555,\n"
        "\n"
        "person,财务室,学校,,,,\n"
        f"payee,,,,,,{ACCOUNT}\n"
        "domain,,,,,,https://pay.school.example/fee\n"
    )
    for content in (text.encode("utf-8-sig"), text.encode("gb18030")):
        found = listing.read(content, mark, "zh-Hans")
        assert found.problems == ()
        assert found.people[0] == Member(
            "王丽", Duty.TEACHER, ("小王老师", "丽丽"), "三(2)班", ("telegram:300", "qq:555")
        )
        assert found.people[1].duty is Duty.OFFICE
        assert (len(found.payees), found.hosts) == (1, ("pay.school.example",))
        assert ACCOUNT not in found.payees[0].label


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        ("human,王丽,,,,,", "kind is human"),
        ("person,,teacher,,,,", "name is empty"),
        ("person,王丽,king,,,,", "role is king"),
        ("person,王丽,,,,12345,", "must name its platform"),
        ("person,李华,,,,telegram:1,", "somebody else's in line 2"),
        ("payee,,,,,,12", "value is no account"),
        ("domain,,,,,,docs.qq.com", "no web address"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(row: str, trouble: str) -> None:
    content = f"{HEADER}person,王丽,teacher,,,telegram:1,\n{row}\n".encode()
    (problem,) = listing.read(content, mark, "en").problems
    assert problem.startswith("line 3: ")
    assert trouble in problem


@pytest.mark.parametrize(
    "content",
    [b"", b"name,phone\n1,2\n", b"\xff\xfe\x00", b"PK\x03\x04" * 99, b"x" * 2_000_001, b"kind,\x00\n"],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(content: bytes) -> None:
    found = listing.read(content, mark, "en")
    assert found.problems and found.people == ()
