"""What was taken back is still known: the card says so, and the warning stays."""

from __future__ import annotations

from bot.actions import Action, Edit
from bot.events import MessageRecalled
from handlers.dossier import Dossier
from tests.classroom import CLONE, CODE, FEE, HEAD, ME, PARENT, Classroom, classroom
from tests.opened import for_each_test

room = for_each_test(classroom)


async def recalled(room: Classroom, sender: str, by: str) -> list[Action]:
    number = str(room.messages)
    return await room.answers(MessageRecalled(room.chat.place, number, sender, by, room.now))


async def test_a_scam_its_sender_takes_back_stays_in_the_file_and_on_the_card(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    cards = [one for one in await recalled(room, CLONE.id, CLONE.id) if isinstance(one, Edit)]
    assert cards and all("撤回了消息" in card.text for card in cards)
    dossier = Dossier.from_json((await room.incident()).facts)
    assert dossier.recalled == (str(room.messages),) and dossier.messages[0].text == FEE
    assert await recalled(room, CLONE.id, CLONE.id) == [], "told once"


async def test_a_scam_an_admin_takes_back_is_removed_and_the_group_reads_so(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    edits = [one for one in await recalled(room, CLONE.id, HEAD.id) if isinstance(one, Edit)]
    (public,) = [one for one in edits if one.target == room.public()[0].key]
    assert "删除" in public.text
    assert Dossier.from_json((await room.incident()).facts).all_removed


async def test_what_the_guard_took_away_itself_and_ordinary_talk_are_no_news(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    assert await recalled(room, CLONE.id, ME.id) == []
    await room.says(PARENT, "打错了")
    assert await recalled(room, PARENT.id, PARENT.id) == []
