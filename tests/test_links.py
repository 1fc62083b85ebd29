"""Links are found however they are broken up, known for what they are, and imitations of a school's address recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patterns.artefacts import Artefact, Kind, find, host_of, read_link, resembles
from patterns.artefacts.addresses import parse
from patterns.artefacts.hosts import belongs, registered_part
from patterns.normalize import normalize

SCHOOL = "ourschool.example"


def links(text: str) -> list[Artefact]:
    return [one for one in find(normalize(text)) if one.kind is Kind.LINK]


def link(text: str) -> Artefact:
    (one,) = links(text)
    return one


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("点链接https://pay.example/x，选六5", "https://pay.example/x"),
        ("登录(https://pay.example/x)领取", "https://pay.example/x"),
        ("https://pay.example。谢谢", "https://pay.example"),
        ("访问www.pay.example领取", "www.pay.example"),
        ("see pay.example/form?id=3!", "pay.example/form?id=3"),
        ("ＨＴＴＰＳ：／／ｐａｙ．ｅｘａｍｐｌｅ／ｘ", "ＨＴＴＰＳ：／／ｐａｙ．ｅｘａｍｐｌｅ／ｘ"),
        ("https://教育局.中国/x领取", "https://教育局.中国/x"),
        ("http://1.2.3.4:8080/a", "http://1.2.3.4:8080/a"),
    ],
)
def test_a_link_ends_where_the_address_ends(text: str, found: str) -> None:
    assert link(text).found == found


@pytest.mark.parametrize(
    "broken",
    [
        "hxxps://pay.example/x",
        "h**ps://pay.example/x",
        "https://pay[.]example/x",
        "https://pay(.)example/x",
        "pay点example/x",
        "pay。example/x",
        "pay dot example/x",
        "pay[dot]example/x",
        "PAY．EXAMPLE/x",
        "www点pay点example/x",
    ],
)
def test_a_broken_up_link_is_the_same_link(broken: str) -> None:
    assert link(f"领取 {broken} 谢谢").mark == "link:pay.example/x"


def test_breaking_a_link_up_is_itself_odd() -> None:
    assert link("点开 pay[.]example/x").scheme == "broken_up"
    assert link("点开 pay.example/x").scheme == ""


@pytest.mark.parametrize(
    ("address", "oddity"),
    [
        ("https://ourschool.example@pay.example/x", "userinfo"),
        ("http://1.2.3.4/x", "ip"),
        ("http://3232235777/x", "ip"),
        ("http://[2001:db8::1]/x", "ip"),
        ("https://оurschool.example/x", "mixed_script"),
        ("https://xn--urschool-mbh.example/x", "mixed_script"),
        ("https://bit.ly/3xYz", "shortener"),
        ("someapp://open?x=1", "app"),
        ("https://list.example/a/b/list.apk?x=1", "program"),
        ("https://list.example/list.com/", ""),
        ("https://installer.example", ""),
        ("https://ourschool.example/x", ""),
    ],
)
def test_what_is_odd_about_a_link_is_told(address: str, oddity: str) -> None:
    assert read_link(address).scheme == oddity
    assert link(f"请点 {address} 办理").scheme == oddity


def test_a_trusted_name_before_an_at_sign_is_not_where_a_link_leads() -> None:
    assert host_of("https://ourschool.example@pay.example/x") == "pay.example"


def test_a_backslash_does_not_hide_where_a_link_leads() -> None:
    assert host_of("https://pay.example\\@ourschool.example/x") == "pay.example"


def test_the_query_is_no_part_of_the_mark() -> None:
    assert (
        read_link("https://pay.example/p?child=1").mark
        == read_link("http://www.PAY.example/p/?child=2#top").mark
    )


@pytest.mark.parametrize(
    "text",
    [
        "Thanks.me too",
        "ok.my son is sick",
        "the gate closes at 8.10",
        "3.50 or 12.30",
        "e.g. this, i.e. that",
        "see notes.pdf",
        "上午9点来",
        "9点me",
        "foo@ourschool.example",
        "版本1.2.3.4",
        "Done.So what",
        "and/or he/she",
        "...",
        "U.S.A.",
    ],
)
def test_ordinary_writing_is_no_link(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize("text", ["tui1.vip", "my-fee.work", "t.cn/a1b2", "www.school.fun"])
def test_a_bare_name_that_looks_like_no_word_is_a_link(text: str) -> None:
    assert len(links(f"点 {text} 填写")) == 1


def test_a_payment_link_in_a_message_is_a_payment() -> None:
    (one,) = find(normalize("付这里 HTTPS://QR.ALIPAY.COM/FKX0INVENTED 谢谢"))
    assert (one.kind, one.mark) == (Kind.WALLET, "alipay:fkx0invented")


def test_an_honest_address_is_read_although_its_letters_are_watched_words() -> None:
    (one,) = find(normalize("群在这里 https://weixin.qq.com/g/AwYAAInvented ，備註孩子姓名"))
    assert (one.kind, one.found) == (Kind.GROUP, "https://weixin.qq.com/g/AwYAAInvented")


def test_a_mini_program_is_a_link() -> None:
    assert link("#小程序://接龙/AbCdEfGhIjKlMno").scheme == "mini_program"


@pytest.mark.parametrize(
    "host",
    [
        "ourschoo1.example",
        "0urschool.example",
        "ourshcool.example",
        "oursschool.example",
        "ourscho0l.top",
        "ourschool.top",
        "ourschool-pay.top",
        "pay-ourschool.vip",
        "ourschool.example.login.top",
        "our-school.example",
        "оurschool.example",
        "xn--urschool-mbh.example",
    ],
)
def test_imitations_of_a_registered_address_are_recognised(host: str) -> None:
    assert resembles(host, SCHOOL)


@pytest.mark.parametrize(
    "host",
    [
        "ourschool.example",
        "pay.ourschool.example",
        "www.ourschool.example",
        "weather.example",
        "school.example",
        "example",
        "",
    ],
)
def test_the_registered_address_and_strangers_to_it_are_no_imitations(host: str) -> None:
    assert not resembles(host, SCHOOL)


def test_a_common_word_in_both_names_makes_no_imitation() -> None:
    assert not resembles("schoolbooks.example", "school.example")


def test_the_same_name_under_a_foreign_ending_is_an_imitation() -> None:
    assert resembles("no1high.top", "no1high.edu.cn")
    assert not resembles("no2other.edu.cn", "no1high.edu.cn")


@pytest.mark.parametrize(
    ("host", "part"),
    [("pay.a.edu.hk", "a.edu.hk"), ("a.edu.hk", "a.edu.hk"), ("x.y.example", "y.example"), ("com", "com")],
)
def test_what_somebody_registered_is_known(host: str, part: str) -> None:
    assert registered_part(host) == part


def test_below_a_domain_belongs_to_it_and_beside_it_does_not() -> None:
    assert belongs("https://pay.ourschool.example/x", SCHOOL)
    assert not belongs("notourschool.example", SCHOOL)
    assert not belongs("anything.example", "")


@given(st.text(max_size=200))
def test_any_address_can_be_taken_apart(address: str) -> None:
    parts = parse(address)
    assert "/" not in parts.host and "@" not in parts.host
    assert read_link(address).found == address


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_names_can_be_compared(one: str, other: str) -> None:
    assert not (resembles(one, other) and belongs(one, other))
