"""What codes, accounts, ids and amounts are, and that the same one has the same mark in every disguise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patterns.artefacts import Artefact, Kind, find, read_attachment, read_code
from patterns.artefacts.amounts import read_chinese
from patterns.artefacts.emv import checks_out
from patterns.artefacts.tables import table
from patterns.model import Attachment, AttachmentKind
from patterns.normalize import normalize

PAYNOW = (
    "00020101021126500009SG.PAYNOW010100211+65123456780301004082030123152040000530370254071234.565802SG"
    "5902ME6009Singapore62290106BILLNO50150004TEST0103ABC6304B301"
)


PIECES = [
    "0",
    "1",
    "6222",
    "4111",
    "l",
    "o",
    "一",
    "百",
    "元",
    "块",
    "$",
    "￥",
    ".",
    "。",
    "点",
    "com",
    "a",
    "/",
    ":",
    "@",
    "加",
    "v",
    "微信",
    "qq",
    "fps",
    "卡号",
    "-",
    "*",
    "0x",
    "T1",
    "http://",
    "xn--",
    "\u202e",
    "⒈",
    "½",
    "角",
    "每人",
]


def tlv(*fields: tuple[str, str]) -> str:
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in fields)


def fps(*account: tuple[str, str], amount: str = "", name: str = "NOBODY") -> str:
    """An invented FPS code; its checksum is wrong on purpose."""
    body = [
        ("00", "01"),
        ("01", "11"),
        ("26", tlv(("00", "hk.com.hkicl"), *account)),
        ("52", "0000"),
        ("53", "344"),
    ]
    return tlv(
        *body, *([("54", amount)] if amount else []), ("58", "HK"), ("59", name), ("60", "HK"), ("63", "FFFF")
    )


def seen(text: str, *kinds: Kind) -> list[Artefact]:
    return [one for one in find(normalize(text)) if not kinds or one.kind in kinds]


def only(text: str, kind: Kind) -> Artefact:
    (one,) = seen(text, kind)
    return one


# --- codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "scheme", "payload"),
    [(row["kind"], row["scheme"], example) for row in table("payloads") for example in row["examples"]],
)
def test_every_known_address_is_read_as_its_table_says(kind: str, scheme: str, payload: str) -> None:
    one = read_code(payload)
    assert (one.kind, one.scheme) == (kind, scheme)
    assert one.mark and one.found == payload


def test_every_line_of_the_table_has_an_example() -> None:
    assert all(row["examples"] for row in table("payloads"))


@pytest.mark.parametrize(
    ("plain", "disguised"),
    [
        ("https://qr.alipay.com/fkx0invented", "HTTPS://QR.ALIPAY.COM/FKX0INVENTED"),
        ("https://qr.alipay.com/fkx0invented", "http://qr.alipay.com/fkx0invented?t=1700000000000"),
        ("https://qr.alipay.com/fkx0invented", "https%3A%2F%2Fqr.alipay.com%2Ffkx0invented"),
        ("wxp://f2f0Invented01", " WXP://f2f0Invented01\n"),
        ("https://paypal.me/nobody", "https://www.paypal.com/paypalme/Nobody/25GBP"),
        (
            "https://i.qianbao.qq.com/wallet/sqrcode.htm?m=tenpay&u=10000&n=A",
            "https://i.qianbao.qq.com/wallet/sqrcode.htm?u=10000&a=1&ac=99&n=B&m=tenpay",
        ),
    ],
)
def test_the_same_payee_has_the_same_mark(plain: str, disguised: str) -> None:
    assert read_code(plain).mark == read_code(disguised).mark != ""


def test_a_qq_wallet_names_its_payee() -> None:
    one = read_code(
        "https://i.qianbao.qq.com/wallet/sqrcode.htm?m=tenpay&f=wallet&u=10000&n=%E6%9F%90%E4%BA%BA"
    )
    assert (one.kind, one.payee) == (Kind.WALLET, "某人")


def test_an_alipay_link_tells_account_and_amount() -> None:
    one = read_code(
        "alipays://platformapi/startapp?appId=20000123&actionType=toAccount&account=a@b.example&amount=88"
    )
    assert (one.kind, one.payee, one.amount) == (Kind.WALLET, "a@b.example", "88")


def test_a_login_code_is_no_payment() -> None:
    one = read_code("https://qr.alipay.com/_d?_b=PAI_LOGIN_DY&securityId=x")
    assert one.kind is Kind.LOGIN and not one.pays


def test_paynow_is_read_with_payee_and_amount() -> None:
    one = read_code(PAYNOW)
    assert (one.kind, one.scheme, one.payee, one.amount) == (Kind.BANK_QR, "paynow", "ME", "1234.56")
    assert checks_out(PAYNOW)


def test_a_wrong_checksum_does_not_clear_a_code() -> None:
    wrong = PAYNOW[:-4] + "0000"
    assert not checks_out(wrong)
    assert read_code(wrong).mark == read_code(PAYNOW).mark
    assert read_code(wrong).pays


def test_a_broken_bank_code_is_still_a_bank_code() -> None:
    assert read_code("0002010102112699garbage").kind is Kind.BANK_QR


def test_an_amount_that_is_no_number_is_not_passed_on() -> None:
    assert read_code(fps(("02", "1234567"), amount="<b>1</b>")).amount == ""


def test_the_same_phone_is_the_same_fps_account_in_a_code_and_in_words() -> None:
    code = read_code(fps(("03", "+852-50000000"), amount="210"))
    assert (code.scheme, code.amount) == ("fps", "210")
    assert code.mark == only("HK$210 per child, FPS to 5000 0000 today", Kind.ACCOUNT).mark


def test_the_same_phone_is_the_same_paynow_account_in_a_code_and_in_words() -> None:
    assert read_code(PAYNOW).mark == only("pls PayNow +65 1234 5678 by tonight", Kind.ACCOUNT).mark


def test_another_amount_is_the_same_payee() -> None:
    assert (
        read_code(fps(("02", "1234567"), amount="10")).mark
        == read_code(fps(("02", "1234567"), amount="99")).mark
    )


def test_other_payees_have_other_marks() -> None:
    assert read_code(fps(("02", "1234567"))).mark != read_code(fps(("02", "7654321"))).mark


@pytest.mark.parametrize(
    ("template", "scheme"),
    [
        ("A0000006150001", "duitnow"),
        ("A000000677010111", "promptpay"),
        ("A000000727", "vietqr"),
        ("ID.CO.QRIS.WWW", "qris"),
        ("br.gov.bcb.pix", "pix"),
        ("unheard.of", "emv"),
    ],
)
def test_bank_codes_tell_their_scheme(template: str, scheme: str) -> None:
    payload = tlv(("00", "01"), ("26", tlv(("00", template), ("01", "0123456789"))), ("59", "NOBODY"))
    assert (read_code(payload).kind, read_code(payload).scheme) == (Kind.BANK_QR, scheme)


def test_a_unionpay_code_is_a_bank_code() -> None:
    payload = tlv(("00", "01"), ("15", "0123456789012345678901234567890"), ("59", "NOBODY"))
    assert (read_code(payload).kind, read_code(payload).scheme) == (Kind.BANK_QR, "unionpay")


@pytest.mark.parametrize("coded", [False, True])
def test_taiwans_code_tells_bank_account_and_amount(coded: bool) -> None:
    payload = "TWQRP://個人轉帳/158/02/V1?D1=20500&D5=000&D6=0000001234567890&D10=901"
    if coded:
        payload = (
            payload.replace("://", "%3A%2F%2F").replace("=", "%3D").replace("&", "%26").replace("?", "%3F")
        )
    one = read_code(payload)
    assert (one.kind, one.mark, one.amount) == (Kind.BANK_QR, "twqr:000-1234567890", "205")


def test_a_code_may_hold_plain_words() -> None:
    assert read_code("转账到卡号 6222 0000 4567 8901 234").kind is Kind.CARD
    assert read_code("加微信 nobody_88 领取").kind is Kind.CONTACT


def test_an_unknown_code_is_still_recognised_again() -> None:
    one = read_code("something 0815")
    assert one.kind is Kind.UNKNOWN_QR and one.mark == read_code(" SOMETHING 0815 ").mark


@given(st.text(max_size=200))
def test_any_code_is_answered(payload: str) -> None:
    assert read_code(payload).found == payload


@given(st.text(alphabet="0123456789", max_size=120))
def test_any_digits_after_the_start_of_a_bank_code_are_answered(tail: str) -> None:
    assert read_code("000201" + tail).kind is Kind.BANK_QR


# --- accounts and cards ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "卡号 6222 0000 4567 8901 234，附言写姓名",
        "打到这张卡：６２２２-0000-4567-8901-234",
        "户名张某，六二二二 零零零零 四五六七 八九零一 二三四",
        "开户行某某支行6222000045678901234",
        "汇款 500 到 6222 0000 4567 8901 234 谢谢",
    ],
)
def test_one_card_has_one_mark_however_it_is_written(text: str) -> None:
    assert only(text, Kind.CARD).mark == "card:6222000045678901234"


def test_a_card_that_passes_luhn_needs_no_cue() -> None:
    assert only("4111111111111111", Kind.CARD).mark == "card:4111111111111111"


@pytest.mark.parametrize(
    "text",
    [
        "我的身份证 62010219900307123X",
        "620102199003071239 是他的号",
        "学籍号 G110101199003070011",
        "快递单号 6222000045678901234",
        "订单 4111111111111111 已发货",
        "电话 13800000000",
        "办公室 0571-00000123",
        "会议号 123 456 789 密码 1234",
        "2026年11月23日 20261123",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "π是3.14159265358979323846",
        "这次考试排名 12345",
        "ISBN 9787020000000",
        "账户里还有 1000000 元，卡里 200000块",
        "account balance $1234567",
        "交通卡 100000 号",
        "转账记录 2025112312345678",
    ],
)
def test_other_long_numbers_are_neither_cards_nor_accounts(text: str) -> None:
    assert seen(text, Kind.CARD, Kind.ACCOUNT) == []


def test_the_payee_of_an_account_is_quoted_as_written() -> None:
    assert only("帳號 000-0012345678901 戶名：陳某某，謝謝", Kind.ACCOUNT).payee == "陈某某"


@pytest.mark.parametrize(
    ("text", "scheme", "mark"),
    [
        ("請匯郵局 700 帳號 0001234-0567890", "bank", "account:00012340567890"),
        ("Pay HK$3,480 to ACC 000-123456-838 (Bright Path)", "bank", "account:000123456838"),
        ("transfer to POSB savings 000-00000-0 ok", "bank", "account:000000000"),
        ("請轉到 000-1234567890123", "bank", "account:0001234567890123"),
        ("用ＦＰＳ識別碼 １０００００１", "fps", "fps:1000001"),
        ("轉數快 5000 0000", "fps", "fps:50000000"),
        ("PayNow to UEN T08LL1234A", "paynow", "paynow:t08ll1234a"),
        ("支付宝 13800000000", "alipay", "alipay:13800000000"),
        ("转到支付宝：nobody_1@mail.example", "alipay", "alipay:nobody_1@mail.example"),
        ("upi nobody@okinvented", "upi", "upi:nobody@okinvented"),
        ("GB82 WEST 1234 5698 7654 32", "iban", "iban:gb82west12345698765432"),
        ("paypal.me/nobody", "paypal", "paypal:nobody"),
    ],
)
def test_accounts_of_many_kinds_are_found(text: str, scheme: str, mark: str) -> None:
    one = only(text, Kind.ACCOUNT)
    assert (one.scheme, one.mark, one.pays) == (scheme, mark, True)


def test_a_masked_account_is_found_but_cannot_be_recognised_again() -> None:
    one = only("转账到支付宝 138****0000", Kind.ACCOUNT)
    assert (one.scheme, one.mark, one.found) == ("alipay", "", "138****0000")


def test_an_e_mail_address_by_itself_is_no_account() -> None:
    assert seen("finance@ourschool.example sends the invoice", Kind.ACCOUNT) == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("USDT打这里 TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC", "tron:tjrywwfs9wtfgzg3jbrvrifbnfcug5tdec"),
        ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "bitcoin:1boatslrhtknngkdxeeobr76b53lettpyt"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "ethereum:0x52908400098527886e0f7030069857d2e4169ee7"),
    ],
)
def test_coin_addresses_are_found(text: str, mark: str) -> None:
    assert only(text, Kind.CRYPTO).mark == mark


def test_a_word_like_a_coin_address_with_a_wrong_checksum_is_none() -> None:
    assert seen("1BoatSLRHtKNngkdXEeobR76b53LETtpyX", Kind.CRYPTO) == []


# --- whom to add -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "mark"),
    [
        ("加V：nobody_123", Kind.CONTACT, "wechat:nobody_123"),
        ("加我微信 nobody_3b8 转", Kind.CONTACT, "wechat:nobody_3b8"),
        ("微信号: nobodywang", Kind.CONTACT, "wechat:nobodywang"),
        ("加扣扣 1000000", Kind.CONTACT, "qq:1000000"),
        ("有問題WhatsApp 5000 0000", Kind.CONTACT, "whatsapp:50000000"),
        ("add my telegram @nobody_w1", Kind.CONTACT, "telegram:nobody_w1"),
        ("LINE ID: nobody_wong", Kind.CONTACT, "line:nobody_wong"),
        ("请家长加退费群登记：QQ 1000000000", Kind.GROUP, "qq:1000000000"),
        ("群号：100000000", Kind.GROUP, "qq:100000000"),
        ("进群 https://weixin.qq.com/g/AwYAAInvented", Kind.GROUP, "wechat:awyaainvented"),
        ("t.me/+AbCdInvented", Kind.GROUP, "telegram:abcdinvented"),
        ("https://u.wechat.com/EAbCdInvented", Kind.CONTACT, "wechat:eabcdinvented"),
    ],
)
def test_whom_to_add_and_where_to_join_is_found(text: str, kind: Kind, mark: str) -> None:
    assert only(text, kind).mark == mark


@pytest.mark.parametrize(
    "text",
    [
        "加我微信私聊",
        "加油hello大家",
        "deadline 12345 boxes",
        "iv 123456",
        "有事微信 teacher 说",
        "三(2)班群 20250912 建的",
    ],
)
def test_mere_talk_of_apps_names_nobody_to_add(text: str) -> None:
    assert seen(text, Kind.CONTACT, Kind.GROUP) == []


# --- amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("资料费380元", "380"),
        ("￥86.5", "86.5"),
        ("HK$210 per child", "210"),
        ("HK$3,480 to", "3480"),
        ("一套三百八，扫码", "380"),
        ("两百块", "200"),
        ("NT$800", "800"),
        ("86.5每人", "86.5"),
        ("RM20", "20"),
        ("$8 per pupil", "8"),
        ("$3O for the trip", "30"),
        ("l80元", "180"),
        ("每位「參佰」", "300"),
        ("資料費一百二十六圆", "126"),
        ("捌拾 元整", "80"),
        ("叁拾捌圆伍角", "38.5"),
        ("三块五", "3.5"),
        ("转一万五到这个卡", "15000"),
        ("招待费2万", "20000"),
        ("每套60今晚收齐", "60"),
        ("先交3800", "3800"),
        ("人均43", "43"),
        ("一家二十", "20"),
        ("每人 ５ ８ 元", "58"),
        ("180蚊", "180"),
        ("补交15块钱", "15"),
        ("$1.5k deposit", "1500"),
    ],
)
def test_amounts_are_found_and_read(text: str, amount: str) -> None:
    assert only(text, Kind.MONEY).amount == amount


@pytest.mark.parametrize(
    "text",
    [
        "9月1日 10:30 三(2)班",
        "语文98分",
        "练习册第45页",
        "13800000000",
        "今天36.5度",
        "36除以4等于8",
        "3+5=8",
        "12×4=48",
        "元旦快乐",
        "元宵汤圆吃了吗",
        "二元一次方程",
        "语文单元测下周三",
        "跑八百米",
        "跳绳一百五十个",
        "三百字作文",
        "自带一块抹布",
        "加餐饼干两块",
        "橡皮2块",
        "一百天倒计时",
        "交3份材料",
        "收5本作业",
        "转302班",
        "共45人",
        "2025年12月",
        "Page 34 and 35",
        "the gate closes at 8.10",
        "打110，拨打96110",
        "视力4.8",
        "帮我砍一刀",
    ],
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("HK$210", "HKD"),
        ("港幣520元", "HKD"),
        ("NT$800", "TWD"),
        ("S$12", "SGD"),
        ("RMB 88", "CNY"),
        ("RM20", "MYR"),
        ("$8", ""),
    ],
)
def test_a_currency_is_told_only_where_it_is_written(text: str, currency: str) -> None:
    assert only(text, Kind.MONEY).scheme == currency


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三百八", "380"),
        ("一百零五", "105"),
        ("两万五", "25000"),
        ("十二", "12"),
        ("一千二百三十四", "1234"),
        ("廿五", "25"),
        ("零", ""),
    ],
)
def test_chinese_numbers_are_read(written: str, value: str) -> None:
    assert read_chinese(written) == value


# --- everything at once ----------------------------------------------------------------------------------------------


def test_finds_stand_where_they_say_and_quote_the_original() -> None:
    text = normalize("【繳費】每位ＨＫ＄２１０，轉數快５０００ ００００，詳情 https://pay.example/a")
    found = find(text)
    assert [one.kind for one in found] == [Kind.MONEY, Kind.ACCOUNT, Kind.LINK]
    assert [one.found for one in found] == ["ＨＫ＄２１０", "５０００ ００００", "https://pay.example/a"]
    assert all(text.quote(one.start, one.end) == one.found for one in found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[微信红包] 恭喜发财", Kind.RED_PACKET),
        ("[群收款] 校服费", Kind.GROUP_COLLECT),
        ("please buy some gift cards for the office", Kind.GIFT_CARD),
        ("去買遊戲點數", Kind.GIFT_CARD),
    ],
)
def test_what_an_app_writes_in_place_of_a_card_is_found(text: str, kind: Kind) -> None:
    assert only(text, kind).pays


def test_a_number_inside_a_link_is_no_account() -> None:
    assert [one.kind for one in seen("加 https://wa.me/85250000000")] == [Kind.CONTACT]


@given(st.text(max_size=300))
def test_any_text_is_answered_with_finds_in_order_that_do_not_overlap(text: str) -> None:
    normalized = normalize(text)
    ends = [0]
    for one in find(normalized):
        assert ends[-1] <= one.start < one.end <= len(normalized.text)
        ends.append(one.end)


@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=60,
    )
)
def test_any_mixture_of_what_we_look_for_is_answered(pieces: list[str]) -> None:
    normalized = normalize("".join(pieces))
    for one in find(normalized):
        assert 0 <= one.start < one.end <= len(normalized.text)


@pytest.mark.parametrize(
    "piece", ["1 ", "一", "a.", "a.com ", "6222 ", "加v ", "10元 ", "://", "12**", "xn--", "fps 50000000 "]
)
def test_four_thousand_hostile_characters_are_answered(piece: str) -> None:
    text = normalize((piece * 4096)[:4096])
    assert all(one.end <= len(text.text) for one in find(text))


# --- attachments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (AttachmentKind.QR, "wxp://f2f0Invented01", Kind.WALLET),
        (AttachmentKind.FILE, "成绩单.apk", Kind.FILE_PROGRAM),
        (AttachmentKind.LINK, "https://a.example/x", Kind.LINK),
        (AttachmentKind.RED_PACKET, "", Kind.RED_PACKET),
        (AttachmentKind.GROUP_COLLECT, "55", Kind.GROUP_COLLECT),
        (AttachmentKind.CONTACT, "某人 +852 50000000", Kind.CONTACT),
        (AttachmentKind.IMAGE, "卡号 6222 0000 4567 8901 234", Kind.CARD),
    ],
)
def test_every_kind_of_attachment_is_read(kind: AttachmentKind, value: str, expected: Kind) -> None:
    (one,) = read_attachment(Attachment(kind, value))
    assert one.kind is expected


def test_a_group_collection_keeps_its_amount() -> None:
    (one,) = read_attachment(Attachment(AttachmentKind.GROUP_COLLECT, "55"))
    assert (one.amount, one.pays) == ("55", True)


@pytest.mark.parametrize("kind", [AttachmentKind.IMAGE, AttachmentKind.VOICE, AttachmentKind.OTHER])
def test_what_cannot_be_read_is_nothing_yet(kind: AttachmentKind) -> None:
    assert read_attachment(Attachment(kind)) == ()
