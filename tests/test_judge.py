"""The judgement: who may be warned of, when, how loudly, and what never is enough."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patterns import loading
from patterns.conversation import EMPTY, TRACES, Conversation
from patterns.judge import Context, judge
from patterns.model import (
    CLEAR,
    Attachment,
    AttachmentKind,
    Duty,
    Evidence,
    Fee,
    Level,
    Message,
    Person,
    Protected,
    Role,
    Standing,
    Station,
    Verdict,
)
from patterns.names import Roster
from patterns.scoring import Sum, level_of
from patterns.signals import wording

TEACHER = Protected("三(2)班班主任 沈若琳老师", frozenset({"teacher"}))
COLLEAGUE = Protected("数学 郭海明老师", frozenset({"colleague"}))
GROUP = Context(roster=Roster([TEACHER, COLLEAGUE]))
CODE = Attachment(AttachmentKind.QR, "wxp://f2f0Invented12345abcdefghijklmnopqrstuv")
IMAGE = Attachment(AttachmentKind.IMAGE)

CLONE = Person("stranger", TEACHER.name)
OWNER = Person("teacher", TEACHER.name)
PARENT = Person("parent", "小满妈妈")


def said(sender: Person, text: str = "", *attachments: Attachment, id: str = "1", **more: object) -> Message:
    return Message(id, sender, text, attachments=attachments, **more)  # type: ignore[arg-type]


def level(message: Message, context: Context = GROUP, before: Conversation = EMPTY) -> Level:
    return judge(message, context, before).level


def talk(*messages: Message, context: Context = GROUP) -> list[Level]:
    conversation = EMPTY
    levels = []
    for message in messages:
        verdict = judge(message, context, conversation)
        conversation = conversation.after(message, verdict)
        levels.append(verdict.level)
    return levels


# --- a false identity and an ask ---


def test_a_clone_asking_for_money_is_alarmed() -> None:
    verdict = judge(said(CLONE, "各位家长，练习册40元，请扫码", CODE), GROUP)
    assert verdict.level is Level.ALARM
    assert verdict.impersonates == TEACHER.name
    assert verdict.asks and verdict.marks


def test_a_clone_that_asks_for_nothing_is_a_notice() -> None:
    assert level(said(CLONE, "家长们早上好")) is Level.NOTICE


def test_an_account_that_turns_into_the_teacher_is_a_caution_before_a_word() -> None:
    standing = Standing(renamed_from="小雨爸爸", portrait_of=TEACHER.name)
    assert level(said(CLONE, "早", standing=standing)) is Level.CAUTION


@pytest.mark.parametrize("text", ["扫一下", "45", ""])
def test_a_clone_needs_few_words_beside_a_payment_code(text: str) -> None:
    assert level(said(CLONE, text, CODE)) is Level.ALARM


def test_an_unregistered_office_that_wants_bank_details_is_alarmed() -> None:
    link = Attachment(AttachmentKind.LINK, "https://grant.example/")
    office = Person("x", "区教育局资助中心")
    assert level(said(office, "请点击链接填写银行卡领取补助", link)) is Level.ALARM


def test_a_false_nickname_behind_an_innocent_card_is_a_hint() -> None:
    hidden = Person("x", "小雨妈妈", nickname=TEACHER.name)
    verdict = judge(said(hidden, "各位家长，练习册40元，请扫码", CODE), GROUP)
    assert verdict.level is Level.CAUTION
    assert "hints_at_name" in [one.signal for one in verdict.evidence]
    assert level(said(hidden, "明天带水彩笔")) is Level.CLEAR


def test_an_introduction_in_the_text_counts_like_a_name() -> None:
    someone = Person("x", "阳光")
    assert level(said(someone, "我是沈若琳老师，各位家长请把资料费50元转到我支付宝")) is Level.ALARM


def test_an_introduction_is_remembered_until_something_is_asked() -> None:
    someone = Person("x", "阳光")
    levels = talk(
        said(someone, "各位家长好，我是沈若琳老师，换手机了", id="1"),
        said(someone, "好的", id="2", minute=2),
        said(someone, "资料费50元，今天转给我", id="3", minute=5),
    )
    assert levels == [Level.CLEAR, Level.CLEAR, Level.ALARM]


def test_who_introduces_himself_as_a_parent_is_taken_for_one() -> None:
    someone = Person("x", "阳光")
    levels = talk(
        said(someone, "大家好，我是沈若琳老师班上小葵的妈妈", id="1"),
        said(someone, "班费50元，扫码转给我", CODE, id="2", minute=5),
    )
    assert levels == [Level.CLEAR, Level.CAUTION]


# --- through what ---


def wallet_of(name: str) -> Attachment:
    address = "https://i.qianbao.qq.com/wallet/sqrcode.htm?m=tenpay&f=wallet&a=1&ac=00&u=10000&n="
    return Attachment(AttachmentKind.QR, address + name)


def emv_of(name: str) -> Attachment:
    body = f"00020101021126330012hk.com.hkicl02099000000005204000053033445802HK59{len(name):02}{name}6002HK6304ABCD"
    return Attachment(AttachmentKind.QR, body)


UNREGISTERED = Person("x", "数学刘老师")


@pytest.mark.parametrize("code", [wallet_of("好运百货店"), wallet_of("周大强"), emv_of("LUCKY MART")])
def test_a_teacher_nobody_registered_whose_code_pays_somebody_else_is_alarmed(code: Attachment) -> None:
    assert level(said(UNREGISTERED, "", code)) is Level.ALARM


@pytest.mark.parametrize(
    "name", ["刘敏", "LIU MIN", "沈若琳", "郭海明", "刘*", "13800001111", "nobody@mail.example"]
)
def test_a_code_that_pays_whom_it_seems_to_or_tells_no_whole_name_adds_nothing(name: str) -> None:
    assert level(said(UNREGISTERED, "", wallet_of(name))) is Level.NOTICE


def test_the_teachers_own_code_that_pays_a_shop_says_so_and_accuses_nobody() -> None:
    verdict = judge(said(OWNER, "资料费50元，扫码", wallet_of("好运百货店")), GROUP)
    (reason,) = [one for one in verdict.evidence if one.signal == "payee_differs"]
    assert verdict.level is Level.CAUTION
    assert "好运百货店" in reason.why["zh-Hans"] and TEACHER.name in reason.why["zh-Hans"]
    assert "10000" not in reason.why["en"]


def test_a_shop_the_school_registered_is_not_another_payee() -> None:
    code = wallet_of("好运百货店")
    marks = judge(said(OWNER, "扫码", code), GROUP).marks
    signals = {
        one.signal
        for one in judge(said(OWNER, "扫码", code), replace(GROUP, payees=frozenset(marks))).evidence
    }
    assert "payee_differs" not in signals


WITH_SITE = replace(GROUP, domains=frozenset({"yangguang-school.example"}))


@pytest.mark.parametrize(
    "host",
    [
        "yangguang-schoo1.example",
        "yangguang-scholl.example",
        "yangguang-school-pay.example",
        "yangguаng-school.example",
    ],
)
def test_an_address_nearly_the_schools_is_a_caution_even_from_a_known_account(host: str) -> None:
    text = f"请大家登录缴费 https://{host}/a"
    assert level(said(OWNER, text), WITH_SITE) is Level.CAUTION
    assert level(said(OWNER, text), GROUP) is Level.CLEAR


@pytest.mark.parametrize(
    "text",
    [
        "请大家登录缴费 https://yangguang-school.example/a",
        "https://yangguang-schoo1.example/a 这个是真的吗？要缴费吗",
        "别点 https://yangguang-schoo1.example/a ，是骗子",
    ],
)
def test_the_schools_own_address_and_questions_or_warnings_about_another_are_left_alone(text: str) -> None:
    assert level(said(OWNER, text), WITH_SITE) is Level.CLEAR
    assert level(said(PARENT, text), WITH_SITE) is Level.CLEAR


@pytest.mark.parametrize("minute", [3.0, 100.0])
def test_the_password_for_an_archive_is_understood_in_the_next_message_and_not_from_the_teacher(
    minute: float,
) -> None:
    archive = Attachment(AttachmentKind.FILE, "收费明细.rar")
    posted, told = said(PARENT, "", archive), said(PARENT, "解压密码 2024", id="2", minute=minute)
    assert talk(posted, told)[1] is Level.ALARM
    assert talk(said(OWNER, "", archive), replace(told, sender=OWNER)) == [Level.CLEAR, Level.CLEAR]


# --- the teacher's own account ---


def test_the_teachers_own_account_asking_privately_is_a_caution_never_an_alarm() -> None:
    assert level(said(OWNER, "资料费50元，转我微信就行")) is Level.CAUTION
    assert level(said(OWNER, "资料费50元，大家扫码交一下", CODE)) is Level.CAUTION


def test_the_teacher_who_speaks_of_the_official_channel_is_left_alone() -> None:
    assert level(said(OWNER, "餐费请在学校公众号里缴，老师不代收")) is Level.CLEAR


def test_the_teacher_who_denies_is_left_alone() -> None:
    assert level(said(OWNER, "刚才发收款码的不是我，千万别扫码转账！")) is Level.CLEAR


def test_a_registered_payee_clears_the_teachers_request() -> None:
    verdict = judge(said(OWNER, "资料费50元，扫码交", CODE), GROUP)
    known = replace(GROUP, payees=frozenset(verdict.marks))
    assert level(said(OWNER, "资料费50元，扫码交", CODE), known) is Level.CLEAR


def test_an_announced_fee_lowers_what_a_parent_passes_on() -> None:
    message = said(PARENT, "各位家长，校服费120元转我支付宝一起交")
    announced = replace(GROUP, fees=(Fee("校服费", "120"),))
    assert level(message) is Level.CAUTION
    assert level(message, announced) < Level.CAUTION


def test_an_admin_not_cleared_to_collect_is_guarded_and_their_own_request_is_a_caution() -> None:
    admin = Protected("何静怡", frozenset({"admin"}), duty=Duty.ADMIN, collects=False)
    group = Context(roster=Roster([admin]))
    assert level(said(Person("admin", "何静怡"), "每人30，扫我", CODE), group) is Level.CAUTION
    assert level(said(Person("x", "何静怡"), "每人30，扫我", CODE), group) is Level.ALARM


@pytest.mark.parametrize("station", [Station.ANONYMOUS_ADMIN, Station.LINKED_CHANNEL])
def test_places_only_staff_can_speak_from_are_never_called_impostors(station: Station) -> None:
    sender = Person("1087968824", TEACHER.name, station=station)
    verdict = judge(said(sender, "各位家长，扫码交50元", CODE), GROUP)
    assert verdict.impersonates is None
    assert verdict.level is Level.CAUTION


def test_an_administrator_with_a_teachers_title_is_not_called_an_impostor() -> None:
    sender = Person("x", "体育老师 方俊", role=Role.ADMIN)
    assert level(said(sender, "球衣每人60，扫我", CODE)) <= Level.CAUTION


# --- hard tells ---


@pytest.mark.parametrize(
    "text",
    [
        "请大家把手机收到的验证码发给我登记",
        "您的账户涉案，请立即把存款转入安全账户",
        "各位家长回复银行卡密码和有效期以便核对",
        "请您打开屏幕共享，我教您办理退款",
        "请先缴纳200元手续费，退款才能到账",
    ],
)
def test_a_hard_tell_alarms_whoever_says_it(text: str) -> None:
    assert level(said(OWNER, text)) is Level.ALARM
    assert level(said(PARENT, text)) is Level.ALARM
    assert judge(said(PARENT, text), GROUP).tells


@pytest.mark.parametrize("sender", [OWNER, PARENT, CLONE])
def test_a_program_is_an_alarm_from_anybody(sender: Person) -> None:
    assert level(said(sender, "名单见附件", Attachment(AttachmentKind.FILE, "名单.pdf.exe"))) is Level.ALARM


def test_who_sends_people_to_fetch_a_program_is_warned_of_and_who_speaks_of_one_is_not() -> None:
    program = Attachment(AttachmentKind.LINK, "https://list.example/list.apk")
    assert level(said(PARENT, "请各位家长点击下载安装，核对缴费名单", program)) is Level.ALARM
    assert level(said(PARENT, "这个apk是骗子发的，大家别点", program)) is Level.CLEAR
    assert level(said(OWNER, "请各位家长点击下载安装", program)) < Level.ALARM


def test_a_confirmed_code_is_an_alarm_from_anybody() -> None:
    marks = judge(said(PARENT, "", CODE), GROUP).marks
    group = replace(GROUP, confirmed=lambda mark: mark in marks)
    assert level(said(PARENT, "", CODE), group) is Level.ALARM


@pytest.mark.parametrize(
    "text", ["kaoming-fee.example/p/7731", "工行 6222021234567890128 李四", "看看这个 t.me/zhaosheng_7731"]
)
def test_what_was_confirmed_needs_no_asking_word_the_next_time(text: str) -> None:
    marks = judge(said(CLONE, text), GROUP).marks
    group = replace(GROUP, confirmed=lambda mark: mark in marks)
    assert marks and level(said(PARENT, text)) is Level.CLEAR
    assert level(said(PARENT, text), group) is Level.ALARM
    assert level(said(PARENT, "明天带水彩笔"), group) is Level.CLEAR


def test_honest_signs_never_clear_a_hard_tell() -> None:
    standing = Standing(joined_days=900, messages=5000)
    text = "谢谢大家，学校公众号升级，请家长把收到的验证码发给我，哈哈"
    assert level(said(PARENT, text, standing=standing)) is Level.ALARM


@pytest.mark.parametrize(
    "text",
    [
        "骗子说要把钱转到安全账户，我一听就挂了",
        "警方提醒：索要验证码的都是诈骗",
        "我的验证码一直收不到",
        "孩子问我验证码是什么",
        "银行卡密码忘了要去柜台改",
    ],
)
def test_telling_of_a_hard_tell_is_none(text: str) -> None:
    assert level(said(PARENT, text)) is Level.CLEAR


# --- what is never enough ---


def test_groups_of_evidence_are_capped_below_an_alarm_unless_identity_and_request_agree() -> None:
    weights = loading.weights()
    alarm, caps = weights.thresholds["alarm"], weights.caps
    assert all(cap < alarm for cap in caps.values())
    for one, other in combinations(caps, 2):
        reaches = caps[one] + caps[other] >= alarm
        assert reaches == ({one, other} == {"identity", "request"})


def test_without_a_false_identity_nothing_but_a_tell_is_an_alarm() -> None:
    weights = loading.weights()
    everything = Sum(
        request=weights.caps["request"], support=weights.caps["support"], cap=weights.caps["identity"]
    )
    assert level_of(everything, weights) is Level.CAUTION
    assert level_of(replace(everything, tells=1), weights) is Level.ALARM


def test_without_a_request_no_identity_is_more_than_a_notice() -> None:
    weights = loading.weights()
    likeness = Sum(likeness=99.0, claim=99.0, support=weights.caps["support"], cap=weights.caps["identity"])
    assert level_of(likeness, weights) is Level.NOTICE


@pytest.mark.parametrize(
    "text",
    [
        "快给我发红包！",
        "你把昨天的饭钱转我",
        "学费太贵了，每人一年三万",
        "小明转账给小红50元，手续费1元，小红实际收到多少？",
        "出一辆童车，100元自提，要的私聊",
        "My son asked me to transfer him $50 for games",
        "上班费劲死了",
        "浪费钱啊这个",
    ],
)
def test_ordinary_talk_of_money_is_silent(text: str) -> None:
    assert level(said(PARENT, text)) is Level.CLEAR


def test_an_ordinary_message_leaves_no_trace() -> None:
    message = said(PARENT, "今天降温，孩子多穿点")
    verdict = judge(message, GROUP)
    assert verdict is CLEAR
    assert EMPTY.after(message, verdict) is EMPTY


def test_a_neighbour_collecting_with_a_code_is_a_caution() -> None:
    assert level(said(PARENT, "各位家长，班服每人50，扫码付", CODE)) is Level.CAUTION


# --- the last minutes ---


@pytest.mark.parametrize(
    ("days", "level"), [(2.0, Level.CAUTION), (13.0, Level.CAUTION), (200.0, Level.CLEAR)]
)
def test_who_has_just_come_and_collects_is_asked_about(days: float, level: Level) -> None:
    text = "昨天的材料费32，转我微信"

    assert judge(Message("m", PARENT, text, standing=Standing(joined_days=days)), GROUP).level is level


@pytest.mark.parametrize(("days", "level"), [(310.0, Level.CLEAR), (20.0, Level.ALARM)])
def test_who_has_long_been_here_and_speaks_of_a_swindler_may_show_his_words_next(
    days: float, level: Level
) -> None:
    here = Standing(joined_days=days)
    warning = Message("1", PARENT, "骗子普通话比我标准，你们看", standing=here)
    words = "您好，您的会员今天不关闭每月扣八百，请下载会议软件，把屏幕共享给我"
    shown = Message("2", PARENT, words, minute=1.0, standing=here)

    assert talk(warning, shown) == [Level.CLEAR, level]
    assert talk(shown) == [Level.ALARM]


def test_an_ask_split_over_posts_is_put_together() -> None:
    levels = talk(
        said(CLONE, "大家好", id="1"),
        said(CLONE, "作文本到了", id="2", minute=1),
        said(CLONE, "一套12", id="3", minute=2),
        said(CLONE, "", IMAGE, id="4", minute=3),
    )
    assert levels[-1] is Level.ALARM


def test_an_innocent_post_edited_into_an_ask_is_judged_as_what_it_became() -> None:
    first = said(CLONE, "明天穿校服")
    second = said(CLONE, "明天穿校服，礼服费50请转我", id="1", minute=60, edit_of="1")
    assert talk(first, second) == [Level.NOTICE, Level.ALARM]


def test_an_edit_replaces_what_its_message_left_behind() -> None:
    asked = said(PARENT, "各位家长，每人20转我微信")
    harmless = said(PARENT, "发错了，抱歉", id="1", edit_of="1", minute=1)
    conversation = EMPTY.after(asked, judge(asked, GROUP))
    assert conversation.traces
    assert conversation.after(harmless, judge(harmless, GROUP, conversation)) == EMPTY


def test_a_second_look_with_the_pictures_read_replaces_the_first() -> None:
    blind = said(CLONE, "扫一下", IMAGE)
    conversation = EMPTY.after(blind, judge(blind, GROUP))
    seen = replace(blind, attachments=(CODE,))
    verdict = judge(seen, GROUP, conversation)
    assert verdict.level is Level.ALARM
    assert len(conversation.after(seen, verdict).traces) == 1


def test_a_conversation_stays_small_and_forgets() -> None:
    verdict = Verdict(evidence=(Evidence("names_fee", "request", 1.0),))
    conversation = EMPTY
    for number in range(3 * TRACES):
        conversation = conversation.after(said(PARENT, id=str(number), minute=0), verdict)
    assert len(conversation.traces) == TRACES
    late = said(PARENT, id="late", minute=10_000)
    assert [trace.message for trace in conversation.after(late, verdict).traces] == ["late"]


def test_what_others_asked_is_not_held_against_a_parent() -> None:
    first = said(PARENT, "春游每人60，大家扫码", CODE)
    second = said(Person("other", "小川爸爸"), "好的，收到", id="2", minute=1)
    assert talk(first, second)[1] is Level.CLEAR


# --- reasons ---


def test_reasons_speak_three_languages_and_show_the_senders_own_characters() -> None:
    verdict = judge(said(CLONE, "請各位家長過數，每位$50"), GROUP)
    assert {one.signal for one in verdict.evidence} >= {"wears_name", "asks_payment", "names_fee"}
    asks = next(one for one in verdict.evidence if one.signal == "asks_payment")
    assert asks.found == "過數"
    for one in verdict.evidence:
        assert set(one.why) == {"zh-Hans", "zh-Hant", "en"}
        assert all("{" not in sentence for sentence in one.why.values())


def test_every_coded_signal_has_a_weight_a_group_and_words() -> None:
    assert loading.signal_texts().keys() == loading.weights().signals.keys()
    for _, why in loading.signal_texts().values():
        assert set(why) == {"zh-Hans", "zh-Hant", "en"}


def test_reasons_never_repeat_a_code_or_a_link() -> None:
    link = Attachment(AttachmentKind.LINK, "https://pay-here.example/x")
    verdict = judge(said(CLONE, "请转账", CODE, link), GROUP)
    words = " ".join(sentence for one in verdict.evidence for sentence in one.why.values())
    assert "wxp" not in words and "pay-here" not in words


def test_a_hostile_name_in_a_reason_is_one_short_line() -> None:
    renamed = Standing(renamed_from="a\n" * 500 + "\u202e")
    verdict = judge(said(CLONE, "请扫码", CODE, standing=renamed), GROUP)
    sentence = next(one.why["en"] for one in verdict.evidence if one.signal == "renamed_lately")
    assert len(sentence) < 120 and "\n" not in sentence and "\u202e" not in sentence


@settings(max_examples=150, deadline=None)
@given(name=st.text(max_size=40), text=st.text(max_size=200))
def test_any_name_and_text_get_a_verdict(name: str, text: str) -> None:
    verdict = judge(said(Person("x", name), text, CODE), GROUP)
    assert verdict.level in Level
    for one in verdict.evidence:
        assert all(one.why.values())


@pytest.mark.parametrize(
    "answer",
    [
        "收到老师，马上扫码交费",
        "老师我扫码付了380，您看收到没",
        "麻烦@乐乐妈 帮我代交380，我转你",
        "我让孩子爸爸扫码交",
        "老师，现金行不行？我不会扫码",
        "先转给您，晚点发截图",
        "I scanned the code and paid 380",
        "還沒轉的快喔，不要拖累全班",
    ],
)
def test_who_obeys_an_impostor_may_be_the_next_victim_and_is_not_accused(answer: str) -> None:
    scam = said(CLONE, "各位家长，请扫码交资料费380元", CODE)
    assert talk(scam, said(PARENT, answer, id="2", minute=3))[1] < Level.CAUTION


def test_who_tells_where_to_pay_for_an_impostor_belongs_to_them() -> None:
    clone = said(CLONE, "研学的钱大家都处理了吗")
    payee = said(PARENT, "还没转的快点，老师账号 6217 0000 5555 6666 777", id="2", minute=3)
    assert talk(clone, payee)[1] is Level.ALARM


def test_an_accomplice_who_shows_everybody_the_code_belongs_to_them_too() -> None:
    first = said(CLONE, "春游费用明天截止")
    second = said(Person("shill", "豆豆姨"), "我交了，大家快扫这个码", CODE, id="2", minute=2)
    assert talk(first, second)[1] is Level.ALARM


def test_a_parent_who_shows_what_they_paid_is_not_accused() -> None:
    scam = said(CLONE, "各位家长，请扫码交资料费380元", CODE)
    assert talk(scam, said(PARENT, "我扫这个码付了380元", CODE, id="2", minute=3))[1] < Level.ALARM


# --- links and long letters ---


@pytest.mark.parametrize(
    "text",
    [
        "Zoo welcomes a panda https://news.example/wire/story0925.html",
        "Board to deny the director severance pay https://news.example/26109",
        "看看这篇 https://news.example/pay/claim/donate.html 写得不错",
    ],
)
def test_a_headline_passed_round_with_its_link_is_silent(text: str) -> None:
    assert level(said(PARENT, text)) is Level.CLEAR


@pytest.mark.parametrize(
    "text",
    [
        "Please pay the trip fee here https://pay.example/t/81",
        "班费请点这里缴费 https://pay.example/t/81",
    ],
)
def test_a_link_beside_a_request_for_money_is_a_caution(text: str) -> None:
    assert level(said(PARENT, text)) is Level.CAUTION


def test_money_and_hands_far_apart_in_a_teachers_long_letter_are_two_matters() -> None:
    between = "第二天我们参观了博物馆，孩子们看得很认真，讲解员也很耐心。" * 12
    ask = "活动费40元要交。"
    assert level(said(OWNER, ask + "转给我的微信就行。")) is Level.CAUTION
    assert level(said(OWNER, ask + between + "录音可以微信发我。")) is Level.CLEAR


def test_a_figure_with_something_hidden_in_it_is_quoted_as_it_was_written() -> None:
    (bare,) = (one for one in judge(said(CLONE, "3\ufe0f8"), GROUP).evidence if one.signal == "bare_number")
    assert bare.found == "3\ufe0f8"


def test_of_an_endless_text_a_reason_quotes_its_beginning_without_where_the_money_goes() -> None:
    quote = wording.shown("转到 6222021234567890128 " + "x-" * 50_000)
    assert quote.startswith("转到 … x") and len(quote) == wording.LONGEST_QUOTE
