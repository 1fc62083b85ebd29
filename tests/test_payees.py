"""Where money may go by the school's word: payees, web addresses, and who is what to the class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Action, Say
from bot.events import MessageSeen, Picture, PicturesRead
from bot.places import Chat
from bot.store import admins
from bot.store.admins import Admin
from handlers import messages
from handlers.commands.domain import acceptable
from patterns.judge import judge
from patterns.model import Attachment, AttachmentKind, Level, Message, Person
from tests.group_chat import ADMIN, OWNER, PARENT, GroupChat, button, group_chat, rows_with, said
from tests.guarded import PATIENCE, guarded
from tests.opened import for_each_test

ACCOUNT = "6222021234567890128"
CODE = "wxp://f2f0SchoolOfficeInvented01"
OTHER_CODE = "wxp://f2f0SomebodyElseInvented9"
TEACHER = Person("300", "王丽老师")

room = for_each_test(group_chat)


@pytest.fixture
async def private(room: GroupChat) -> Chat:
    return await room.private(ADMIN)


async def shows(room: GroupChat, who: Person, chat: Chat, *payloads: str) -> Sequence[Action]:
    """Somebody sends a picture in private; what the bot answers once it was read."""
    bare = Attachment(AttachmentKind.IMAGE)
    message = Message(str(next(room.numbers)), who, attachments=(bare,))
    event = MessageSeen(chat.place, message, room.now, pictures=(Picture("file", "unique"),))
    found = tuple(Attachment(AttachmentKind.QR, payload) for payload in payloads) or (bare,)
    assert not said(await room.sees(event, chat)), "nothing is said before it was read"
    async with room.here(chat) as here:
        return await messages.pictured(PicturesRead(event, found), here)


async def asks(room: GroupChat, text: str, *codes: str) -> Level:
    """What is made of a registered teacher's request."""
    there = await room.group()
    attached = tuple(Attachment(AttachmentKind.QR, code) for code in codes)
    return judge(Message("1", TEACHER, text, attachments=attached), there.context).level


async def registered(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", TEACHER, "大家好"))


# --- payees ---------------------------------------------------------------------------------


async def test_a_registered_account_is_paid_to_without_a_caution_and_another_is_not(room: GroupChat) -> None:
    await registered(room)
    fee = "各位家长，校服费120元，请今天转到银行账号：{}"
    assert await asks(room, fee.format(ACCOUNT)) is Level.CAUTION
    assert "尾号0128" in said(await room.says(ADMIN, f"/payee add {ACCOUNT}"))
    assert await asks(room, fee.format(ACCOUNT)) is Level.CLEAR
    assert await asks(room, fee.format("6217001234567890")) is Level.CAUTION


async def test_nothing_of_an_account_or_a_code_is_kept_but_its_fingerprint(
    room: GroupChat, private: Chat
) -> None:
    await room.heard_before(ADMIN)
    await room.says(ADMIN, f"/payee add {ACCOUNT}")
    await room.says(ADMIN, "/payee add", chat=private)
    await shows(room, ADMIN, private, CODE)
    assert len((await room.group()).payees) == 2
    assert await rows_with(room, ACCOUNT[-4:]) == {"payees": 1}
    assert await rows_with(room, ACCOUNT, CODE[6:]) == {}


async def test_a_code_is_registered_by_its_picture_in_private(room: GroupChat, private: Chat) -> None:
    await registered(room)
    assert "收款码" in said(await room.says(ADMIN, "/payee add", chat=private))
    answer = await shows(room, ADMIN, private, CODE)
    assert "微信收款码" in said(answer)
    assert await asks(room, "各位家长，请扫码交校服费120元", CODE) is Level.CLEAR
    assert await asks(room, "各位家长，请扫码交校服费120元", OTHER_CODE) is Level.CAUTION


async def test_a_picture_without_a_code_leaves_the_question_open(room: GroupChat, private: Chat) -> None:
    await room.says(ADMIN, "/payee add", chat=private)
    assert "没看到收款码" in said(await shows(room, ADMIN, private))
    assert "登记了" in said(await shows(room, ADMIN, private, CODE))


async def test_a_name_alone_vouches_for_no_account_beside_it(room: GroupChat) -> None:
    await registered(room)
    assert "只有名称" in said(await room.says(ADMIN, "/payee add 阳光小学"))
    assert await asks(room, f"请转校服费120元，户名：阳光小学 银行账号：{ACCOUNT}") is Level.CAUTION


async def test_the_last_digits_vouch_for_the_account_they_end(room: GroupChat) -> None:
    await registered(room)
    await room.says(ADMIN, "/payee add 尾号0128")
    assert await asks(room, f"请转校服费120元到银行账号：{ACCOUNT}") is Level.CLEAR
    assert await asks(room, "请转校服费120元到银行账号：6217001234567890") is Level.CAUTION


async def test_an_impostor_gains_nothing_by_the_schools_own_code(room: GroupChat, private: Chat) -> None:
    await registered(room)
    await room.says(ADMIN, "/payee add", chat=private)
    await shows(room, ADMIN, private, CODE)
    there = await room.group()
    clone = Message(
        "1",
        Person("66", TEACHER.name),
        "请扫码交校服费120元",
        attachments=(Attachment(AttachmentKind.QR, CODE),),
    )
    assert judge(clone, there.context).level is Level.ALARM


async def test_every_admin_hears_of_a_new_payee_and_the_group_reads_no_account(room: GroupChat) -> None:
    actions = await room.says(ADMIN, f"/payee add {ACCOUNT}")
    told = [one for one in actions if isinstance(one, Say) and one.chat != room.chat.id]
    assert len(told) == 2
    assert all("新登记了收款方" in one.text and "0128" in one.text for one in told)
    assert all(ACCOUNT not in one.text for one in actions if isinstance(one, Say))


async def test_the_same_payee_twice_changes_nothing_and_tells_nobody(room: GroupChat) -> None:
    await room.says(ADMIN, f"/payee add {ACCOUNT}")
    again = await room.says(OWNER, f"/payee add {ACCOUNT}")
    assert "已经登记过" in said(again)
    assert len([one for one in again if isinstance(one, Say)]) == 1


async def test_a_payee_is_taken_off_by_its_button(room: GroupChat) -> None:
    await room.says(ADMIN, f"/payee add {ACCOUNT}")
    page = await room.says(OWNER, "/payee")
    await room.presses(OWNER, button(page, "去掉"))
    assert (await room.group()).payees == ()
    assert "要去掉哪一个" in said(await room.presses(OWNER, button(page, "去掉")))


@pytest.mark.parametrize("typed", ["12", "1e99", "-1", "。", "@", "\u202e\u200b", "9" * 4000])
async def test_what_is_no_payee_is_answered_with_what_to_send(room: GroupChat, typed: str) -> None:
    answer = await room.says(ADMIN, f"/payee add {typed}")
    assert "没看出收款方" in said(answer) or "登记了" in said(answer)
    assert all(len(one.text) < 600 for one in answer if isinstance(one, Say))


async def test_who_administers_several_groups_is_asked_which(room: GroupChat, private: Chat) -> None:
    other = await room.another("四(1)班", keepers=(ADMIN,))
    asked = await room.says(ADMIN, "/payee add", chat=private)
    assert "哪个群" in said(asked)
    await room.presses(ADMIN, button(asked, "四(1)班"), chat=private)
    await room.says(ADMIN, ACCOUNT, chat=private)
    assert (await room.group()).payees == ()
    async with room.here(other) as here:
        assert here.group is not None
        assert len(here.group.payees) == 1


async def test_who_lost_the_role_between_question_and_answer_registers_nothing(
    room: GroupChat, private: Chat
) -> None:
    await room.says(ADMIN, "/payee add", chat=private)
    async with room.db.transaction() as tx:
        await admins.replace(tx, room.chat.id, [Admin(OWNER.id, OWNER.name, True, True)], room.now)
    assert "只有本群管理员" in said(await shows(room, ADMIN, private, CODE))
    assert (await room.group()).payees == ()


async def test_a_forged_button_reaches_no_foreign_group(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.another("四(1)班", keepers=(PARENT,))
    answer = await room.presses(PARENT, f"/payee ~{room.chat.id} add", chat=private)
    assert "只有本群管理员" in said(answer)
    assert (await room.group()).payees == ()


async def test_an_unanswered_question_is_forgotten_and_the_next_picture_is_checked(
    room: GroupChat, private: Chat
) -> None:
    await room.says(ADMIN, "/payee add", chat=private)
    room.now += timedelta(hours=1)
    message = Message("7", ADMIN, attachments=(Attachment(AttachmentKind.IMAGE),))
    event = MessageSeen(private.place, message, room.now, pictures=(Picture("file", "unique"),))
    assert "正在看" in said(await room.sees(event, private))
    async with room.here(private) as here:
        read = PicturesRead(event, (Attachment(AttachmentKind.QR, CODE),))
        assert "登记了" not in said(await messages.pictured(read, here))
    assert (await room.group()).payees == ()


async def test_a_picture_nobody_can_read_is_no_way_around_the_caution(room: GroupChat) -> None:
    await registered(room)
    await room.says(ADMIN, f"/payee add {ACCOUNT}")
    there = await room.group()
    bare = Attachment(AttachmentKind.IMAGE)
    message = Message("7", TEACHER, "各位家长，请扫码交校服费120元", attachments=(bare,))
    event = MessageSeen(room.chat.place, message, room.now, pictures=(Picture("file", "unique"),))
    for read, level in (((), Level.CAUTION), ((Attachment(AttachmentKind.QR, CODE),), Level.CAUTION)):
        assert messages.glance(event, room.chat, there, room.memory, room.now) is None, (
            "the code may be known"
        )
        seen = messages.glance(PicturesRead(event, read), room.chat, there, room.memory, room.now)
        assert seen is not None and seen.verdict.level is level


# --- web addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("https://pay.school.example/fee?x=1", "pay.school.example"),
        ("PAY.School.Example", "pay.school.example"),
        ("school.edu.cn", "school.edu.cn"),
        ("edu.cn", ""),
        ("com.cn", ""),
        ("example", ""),
        ("docs.qq.com", ""),
        ("10.0.0.1", ""),
        ("学校", ""),
        ("", ""),
        ("a." * 4000, ""),
    ],
)
def test_only_an_address_a_school_has_to_itself_is_taken(typed: str, host: str) -> None:
    assert acceptable(typed) == host


async def test_a_registered_address_is_known_to_the_judgement_and_can_be_taken_off(room: GroupChat) -> None:
    assert "登记了" in said(await room.says(ADMIN, "/domain add https://pay.school.example/fee"))
    assert (await room.group()).context.domains == {"pay.school.example"}
    page = await room.says(ADMIN, "/domain")
    await room.presses(ADMIN, button(page, "去掉"))
    assert (await room.group()).context.domains == frozenset()


# --- played ---------------------------------------------------------------------------------------


async def test_in_a_real_class_the_teacher_registers_the_schools_code_and_collects_undisturbed(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "大家好，我是王老师")
        await school.says("teacher", "/setup")
        await school.tells("teacher", "/payee add")
        assert await control.said("teacher", contains="家长的钱可以付到哪里", wait=PATIENCE)
        await school.tells("teacher", photo={"qr": CODE})
        assert await control.said("teacher", contains="微信收款码", wait=PATIENCE)
        await school.settled()
        await school.says("teacher", "各位家长，校服费120元，请扫码缴费", photo={"qr": CODE})
        assert await school.warnings() == []
        await school.says("teacher", "各位家长，校服费120元，请扫码缴费", photo={"qr": OTHER_CODE})
        assert len(await school.warnings()) == 1
        await school.unharmed()
