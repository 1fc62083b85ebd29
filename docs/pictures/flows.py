"""What the guides show, clicked through: every flow takes its pictures on the way."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable

from docs.pictures.visit import Visit

CODE = "https://qr.alipay.com/fkx2222pict3sn0treal"

SCAM = {
    "zh-Hans": "各位家长，资料费和保险费一共298元，今天12点前扫码交齐，付完截图发群里。我在上课，不方便接电话。",
    "zh-Hant": "各位家長，教材費和保險費共1,280元，今天中午12點前掃碼繳清，繳完截圖貼在群組。我在上課，不方便接電話。",
    "en": "Dear parents, the workbook and insurance fee is $48. Please scan and pay before noon and post the screenshot here. I'm teaching, so I can't take calls.",
}

FEE = {
    "zh-Hans": ("秋游车费", "阳光小学"),
    "zh-Hant": ("校外教學車資", "陽光國小"),
    "en": ("Coach to the farm", "Maple Primary"),
}
HEAD = {"zh-Hans": "张校长", "zh-Hant": "張校長", "en": "Principal Shaw"}
RENAMED = {"zh-Hans": "静水流深", "zh-Hant": "靜水流深", "en": "Sunny Side"}
HOMEWORK = {
    "zh-Hans": "今天的数学作业：练习册第18页。",
    "zh-Hant": "今天的數學作業：習作第18頁。",
    "en": "Maths homework for today: workbook page 18.",
}

LIST = {
    "zh-Hans": """类别,姓名,身份,班级,也叫,账号,收款方或网址
老师,李梅,老师,三(2)班,,,
老师,陈静,学校,,,,
收款方,,,,,,阳光小学
网址,,,,,,pay.school.example
""",
    "zh-Hant": """類別,姓名,身分,班級,也叫,帳號,收款方或網址
老師,李梅,老師,三年二班,,,
老師,陳靜,學校,,,,
收款方,,,,,,陽光國小
網址,,,,,,pay.school.example
""",
    "en": """kind,name,role,class,aliases,accounts,value
person,Laura Reed,teacher,3B,,,
person,Grace Chen,office,,,,
payee,,,,,,Maple Primary
domain,,,,,,pay.school.example
""",
}


Flow = Callable[[Visit], Awaitable[None]]


async def clone(visit: Visit) -> None:
    """A clone is warned of; parents, admins and whoever has paid each see their part."""
    control, language = visit.control, visit.language
    await control.member("class", "stranger")
    await control.change_user("stranger", first_name=visit.names["wang"], picture={"copy_of": "wang"})
    await control.say("class", "stranger", SCAM[language], photo={"qr": CODE})
    await visit.be("lele")
    await visit.take("warning", showing="[data-command^='/paid']", before=1)
    await visit.be("yinuo", private=True)
    await visit.take("alert", showing="[data-command^='/paid']")
    await visit.be("zihan", private=True)
    await visit.take("card", showing="[data-command^='/scam']")
    await visit.press("/scam")
    await visit.take("decided", showing="[data-command^='/undo']")
    await visit.be("lele", private=True)
    await visit.write("/start")
    await visit.write("/paid")
    await visit.press("/paid did")
    await visit.take("paid")


async def two_minutes(visit: Visit) -> None:
    """An admin sets the guard up, sees what it may do, and reads this week's tip with the class."""
    await visit.be("zihan")
    await visit.write("/setup")
    await visit.take("setup", showing="[data-command^='/setup']")
    await visit.write("/status")
    await visit.take("status")
    await visit.be("lele")
    await visit.write("/subscribe")
    await visit.take("subscribe")
    await visit.be("yinuo", private=True)
    await visit.write("/subscribe")
    await visit.press("/subscribe")
    await visit.take("choices", showing="[data-command^='/subscribe']")
    await visit.be("zihan", private=True)
    await visit.write("/panel")
    await visit.take("panel", showing="[data-command^='/panel']")


async def exercise(visit: Visit) -> None:
    """An exercise: the school's consent, two admins, the class presses, and hears at once how it did."""
    await visit.be("zihan", private=True)
    await visit.write(f"/drill consent {HEAD[visit.language]}")
    await visit.control.advance(25 * 3600)
    await visit.write("/drill")
    await visit.take("drill-propose", showing="[data-command*='propose']")
    await visit.press("propose")
    await visit.be("wang", private=True)
    await visit.press("agree")
    await visit.be("lele")
    await visit.take("drill", showing="[data-command^='/would']")
    for who, what in (
        ("lele", "ask"),
        ("yinuo", "ask"),
        ("duoduo", "ask"),
        ("haoyu", "pay"),
        ("xiaoyu", "ask"),
    ):
        await visit.answer(who, f"/would {what}")
    await visit.passes(31 * 60)
    await visit.take("drill-over")


async def quiet_times(visit: Visit) -> None:
    """What admins look at when nothing happens: who is there, whose name has changed, the school's list, the week."""
    control, language = visit.control, visit.language
    await control.member("class", "stranger")
    await control.say("class", "stranger", SCAM[language], photo={"qr": CODE})
    await visit.be("zihan", private=True)
    await visit.press("/scam")
    await visit.be("zihan")
    await visit.write("/quiz now")
    for who, option in (("lele", 0), ("duoduo", 1), ("haoyu", 2), ("xiaoyu", 0)):
        await visit.be(who)
        await visit.vote(option)
    await control.advance(2 * 86400)
    await control.change_user("chen", first_name=RENAMED[language])
    await control.say("class", "chen", HOMEWORK[language])
    await visit.be("zihan", private=True)
    await visit.take("changed", showing="[data-command^='/known']")
    await visit.write("/members")
    await visit.take("members", showing="[data-command^='/members']")
    await visit.write("/digest now")
    await visit.take("digest", showing="img")
    await visit.write("/school")
    await visit.press("/school own")
    await visit.take("school-file", showing="[data-command='/school template']")
    content = base64.b64encode(LIST[language].encode("utf-8-sig")).decode()
    await control.tell_bot("zihan", document={"name": "school.csv", "base64": content})
    await visit.take("school-read", showing="[data-command*='apply']")


async def lessons(visit: Visit) -> None:
    """What the class learns from: a tip, a question, the school's letter."""
    await visit.be("zihan")
    await visit.write("/tips now")
    await visit.take("tip", showing=".bubble b")
    await visit.write("/quiz now")
    await visit.be("lele")
    await visit.vote()
    await visit.take("quiz", showing="[data-option]")
    await visit.be("zihan")
    await visit.write("/letter send")
    await visit.take("letter", showing="[data-command^='/read']")


async def is_this_real(visit: Visit) -> None:
    """A parent asks in private before paying."""
    await visit.be("duoduo", private=True)
    await visit.write("/start")
    await visit.take("start")
    await visit.write(SCAM[visit.language])
    await visit.take("check")
    await visit.write("/ask")
    await visit.take("ask", showing="[data-command^='/ask']")


async def genuine_fee(visit: Visit) -> None:
    """A genuine fee is written down by one admin, agreed to by another, and told to the class."""
    what, payee = FEE[visit.language]
    await visit.be("zihan", private=True)
    await visit.write("/fee new")
    await visit.take("fee-question")
    await visit.write(what)
    await visit.write("35")
    await visit.write(payee)
    await visit.press("/fee set until")
    await visit.press("/fee set channel")
    await visit.take("fee-written")
    await visit.press("/fee set done")
    await visit.be("wang", private=True)
    await visit.take("fee-agree", showing="[data-command*='/fee']")
    await visit.press("/fee")
    await visit.be("lele")
    await visit.take("fee")


async def second_factor(visit: Visit) -> None:
    """A teacher sets up the code that only she has."""
    await visit.be("wang", private=True)
    await visit.write("/verify setup")
    await visit.take("verify", showing="img")


FLOWS: tuple[Flow, ...] = (
    clone,
    two_minutes,
    lessons,
    exercise,
    quiet_times,
    is_this_real,
    genuine_fee,
    second_factor,
)
