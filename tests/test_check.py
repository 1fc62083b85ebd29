"""Is this real? Asked in private, answered in words, honest about what cannot be known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.actions import Edit, Say
from bot.events import MessageSeen, Picture, PicturesRead
from patterns.model import Attachment, AttachmentKind, Message, Person
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, GroupChat, button, group_chat, offered, said
from tests.guarded import PATIENCE, guarded
from tests.opened import for_each_test

TELLING = "您的孩子涉案，请把钱转到安全账户 6222 0210 0111 2345 678，并提供验证码，不要告诉任何人"
NOTICE = "各位家长，请今天内扫码交资料费86元，交完发截图"
HARMLESS = "明天下午三点开家长会，请准时参加"
CODE = Attachment(AttachmentKind.QR, "wxp://f2f0AbCdEfGh1234567890")

room = for_each_test(group_chat)


async def test_a_hard_tell_is_called_a_scam_with_a_reason_and_an_order(room: GroupChat) -> None:
    text = said(await room.says(PARENT, TELLING, chat=await room.private(PARENT)))
    assert "很像诈骗" in text
    assert "• " in text
    assert "/paid" in text
    assert "也会看错" in text


async def test_a_harmless_message_is_not_vouched_for(room: GroupChat) -> None:
    text = said(await room.says(PARENT, HARMLESS, chat=await room.private(PARENT)))
    assert "没看到骗局的样子" in text
    assert "也会看错" in text
    assert "安全" not in text


async def test_a_request_for_money_is_always_to_be_verified(room: GroupChat) -> None:
    text = said(await room.says(PARENT, f"/check {NOTICE}", chat=await room.private(PARENT)))
    assert "打您手机里原来存的号码" in text


async def test_a_fee_that_names_no_payee_is_to_be_verified_too(room: GroupChat) -> None:
    notice = "Dear parents, the workbook and insurance fee is $48. Please scan and pay before noon."
    text = said(await room.says(PARENT, notice, chat=await room.private(PARENT)))
    assert "打您手机里原来存的号码" in text
    assert "没看到骗局的样子" not in text


async def forwarded(room: GroupChat, asker: Person, origin: Person) -> str:
    """What somebody hears who forwards a request for money by this person."""
    chat = await room.private(asker)
    message = Message("50", asker, NOTICE, attachments=(CODE,), forwarded=True)
    return said(await room.sees(MessageSeen(chat.place, message, room.now, origin=origin), chat))


async def test_a_clone_of_ones_own_teacher_is_recognised_in_a_forward(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", ADMIN, "大家好"))
    await room.heard_before(PARENT)
    clone = Person("777", ADMIN.name)
    assert "很像诈骗" in await forwarded(room, PARENT, clone)
    outside = await forwarded(room, STRANGER, clone)
    assert "先别付" in outside
    assert "登记" not in outside, "somebody outside learns nothing about who is registered"


async def test_the_teacher_of_an_unknown_group_is_not_called_an_impostor(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", ADMIN, "大家好"))
    await room.heard_before(PARENT)
    for name in ("赵老师", "教务处刘老师"):
        text = await forwarded(room, PARENT, Person("888", name))
        assert "很像诈骗" not in text
        assert "先别付" in text
        assert "登记" not in text


async def test_who_calls_themselves_an_office_is_to_be_verified_not_condemned_unseen(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    message = Message("50", PARENT, "我是学校财务处的，请今天扫码缴纳资料费86元", attachments=(CODE,))
    text = said(await room.sees(MessageSeen(chat.place, message, room.now), chat))
    assert "先别付" in text
    assert "很像诈骗" not in text
    assert "登记" not in text


async def test_a_teacher_who_hides_their_account_in_forwards_is_not_called_an_impostor(
    room: GroupChat,
) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", ADMIN, "大家好"))
    await room.heard_before(PARENT)
    text = await forwarded(room, PARENT, Person("", ADMIN.name))
    assert "很像诈骗" not in text
    assert "先别付" in text


async def test_the_bot_never_repeats_what_it_is_asked_about(room: GroupChat) -> None:
    text = said(
        await room.says(PARENT, TELLING + " http://evil.example/pay", chat=await room.private(PARENT))
    )
    assert "6222" not in text
    assert "evil.example" not in text


async def test_a_picture_is_looked_at_and_the_answer_takes_the_place_of_the_promise(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    bare = Attachment(AttachmentKind.IMAGE)
    message = Message("60", PARENT, NOTICE, attachments=(bare,))
    seen = MessageSeen(chat.place, message, room.now, pictures=(Picture("f", "u"),))
    (promise,) = await room.sees(seen, chat)
    assert isinstance(promise, Say)
    assert "正在看" in promise.text
    (answer,) = await room.has_read(PicturesRead(seen, (CODE,)), chat)
    assert isinstance(answer, Edit)
    assert answer.target == promise.key
    assert "打您手机里原来存的号码" in answer.text
    assert "不认得" not in answer.text


async def test_a_picture_without_a_code_is_said_not_to_have_been_read(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    bare = Attachment(AttachmentKind.IMAGE)
    seen = MessageSeen(
        chat.place, Message("60", PARENT, attachments=(bare,)), room.now, pictures=(Picture("f", "u"),)
    )
    await room.sees(seen, chat)
    for read in (PicturesRead(seen, (bare,)), PicturesRead(seen, (), reason="damaged")):
        answer = said(await room.has_read(read, chat))
        assert "说不准" in answer
        assert "没看到骗局" not in answer


async def test_a_document_is_said_not_to_have_been_opened(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    letter = Attachment(AttachmentKind.FILE, "家长会通知.pdf", b"%PDF-1.7")
    seen = MessageSeen(chat.place, Message("70", PARENT, attachments=(letter,)), room.now)
    assert "没有看" in said(await room.sees(seen, chat))


async def test_a_program_passed_off_as_a_notice_is_a_scam(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    program = Attachment(AttachmentKind.FILE, "缴费通知.pdf.exe", b"MZ\x90\x00")
    seen = MessageSeen(chat.place, Message("70", PARENT, attachments=(program,)), room.now)
    assert "很像诈骗" in said(await room.sees(seen, chat))


async def test_a_voice_message_is_not_guessed_at(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    voice = Attachment(AttachmentKind.VOICE)
    seen = MessageSeen(chat.place, Message("70", PARENT, attachments=(voice,)), room.now)
    assert "打成字" in said(await room.sees(seen, chat))


async def test_check_alone_tells_how_and_as_a_reply_means_the_message_replied_to(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    assert "转给我" in said(await room.says(PARENT, "/check", chat=chat))
    cited = Message("8", PARENT, TELLING)
    assert "很像诈骗" in said(await room.says(PARENT, "/check", chat=chat, cited=cited))


async def test_an_edit_is_not_answered_a_second_time(room: GroupChat) -> None:
    chat = await room.private(PARENT)
    message = Message("70", PARENT, TELLING, edit_of="70")
    assert await room.sees(MessageSeen(chat.place, message, room.now), chat) == []


@pytest.mark.parametrize("text", ["\u200b" * 4096, "\u202e", "<b>" * 1365, "🙂" * 2000, "é" * 4096, "/ "])
async def test_strange_texts_are_answered_and_bring_no_markup(room: GroupChat, text: str) -> None:
    for language in ("zh-Hans", "en"):
        chat = await room.private(PARENT)
        await room.presses(PARENT, f"/language {language}", chat=chat)
        answer = said(await room.says(PARENT, text, chat=chat))
        assert answer
        assert "<b><b>" not in answer
        assert len(answer) < 1000


async def test_an_admin_who_checks_a_forward_may_register_its_writer(room: GroupChat) -> None:
    chat = await room.private(ADMIN)
    known = await room.says(ADMIN, HARMLESS, chat=chat, origin=Person("300", "李老师"))
    assert [one.label for one in offered(known)] == ["登记李老师为“三(2)班家长群”的老师"]
    hidden = await room.says(ADMIN, HARMLESS, chat=chat, origin=replace(Person("300", "李老师"), id=""))
    assert offered(hidden) == []


# --- who sent it --------------------------------------------------------------------------------


async def test_what_its_words_do_not_tell_is_asked(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", ADMIN, "大家好"))
    await room.heard_before(PARENT)
    private = await room.private(PARENT)
    page = await room.says(PARENT, NOTICE, chat=private)
    assert "这条是谁发的" in said(page)
    asked = await room.presses(PARENT, button(page, "老师私下发我的"), chat=private)
    assert "写下对方显示的名字" in said(asked)
    answer = await room.says(PARENT, ADMIN.name, chat=private)
    assert "名字对不等于人对" in said(answer) and ADMIN.name in said(answer)
    assert button(answer, "三问") == "/ask"
    assert "没看到骗局" in said(await room.says(PARENT, HARMLESS, chat=private)), "the question is over"


async def test_a_name_no_group_of_ones_own_knows_is_said_to_be_unknown(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", ADMIN, "大家好"))
    private = await room.private(STRANGER)
    await room.presses(STRANGER, "/check from group", chat=private)
    answer = said(await room.says(STRANGER, ADMIN.name, chat=private))
    assert "没有登记过" in answer and "三(2)班" not in answer


@pytest.mark.parametrize("name", ["\u202e<b>王</b>", "字" * 3000, "王\u0301" * 400])
async def test_any_name_is_answered_and_harmless(room: GroupChat, name: str) -> None:
    private = await room.private(PARENT)
    await room.presses(PARENT, "/check from group", chat=private)
    answer = said(await room.says(PARENT, name, chat=private))
    assert len(answer) < 500 and "<b>王</b>" not in answer


async def test_another_message_instead_of_a_name_is_checked(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.presses(PARENT, "/check from group", chat=private)
    assert "很像诈骗" in said(await room.says(PARENT, TELLING, chat=private))
    await room.presses(PARENT, "/check from group", chat=private)
    assert "谁发的" in said(await room.says(PARENT, NOTICE, chat=private))


async def test_a_stranger_who_wants_money_is_not_paid(room: GroupChat) -> None:
    private = await room.private(PARENT)
    assert "不付" in said(await room.presses(PARENT, "/check from stranger", chat=private))


async def test_nothing_is_asked_where_nothing_is_missing(room: GroupChat) -> None:
    private = await room.private(PARENT)
    for text in (TELLING, HARMLESS):
        assert "谁发的" not in said(await room.says(PARENT, text, chat=private))


async def test_it_is_played_from_a_pasted_notice_to_the_three_questions(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.tells("mum", NOTICE)
        (page,) = await control.said("mum", contains="这条是谁发的", wait=PATIENCE)
        await control.press("mum", page["message_id"], "mum", button="班级群里看到的")
        await control.said("mum", contains="写下那个名字", wait=PATIENCE)
        await school.tells("mum", "赵六老师")
        (answer,) = await control.said("mum", contains="没有登记过", wait=PATIENCE)
        await control.press("mum", answer["message_id"], "mum", button="付钱前，三问")
        assert await control.said("mum", contains="这笔钱是为了什么", wait=PATIENCE)
        await school.unharmed()
