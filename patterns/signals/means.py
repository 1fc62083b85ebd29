"""Through what: codes, accounts, links, pictures, files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patterns.artefacts import Artefact, Kind, resembles
from patterns.asks import Mood
from patterns.case import Case
from patterns.fees import misdirected
from patterns.marks import PERSON, text_mark
from patterns.model import AttachmentKind, Evidence
from patterns.signals.wording import evidence

_PAYING = ("scans", "names_fee", "asks_payment", "hands_over", "collects", "pinyin_money", "pleads")
# 页码, 交作业, 这块, 评价 and 额外 are no money.
_MONEY = re.compile(
    r"[$¥£费钱付缴💰💴🧧]|款(?!式)|交(?!作业|流|通|到学|给?[小组课]|换|接|往|代|叉|谈)|扫(?!描|地|除|墓|盲|帚)"
    r"|(?<![号页尺密编代数起砝])码|[\d一二两三四五六七八九十百千万]\s?[元块]|价(?!值观)|金额|余额|差额|备注"
)
_SHORT = 8
_BRIEF = 14
# A teacher with a new phone shows her contact code too: alone it is no request.
_A_NEW_PHONE = 1.0
_LEADING = (
    "asks_payment",
    "hands_over",
    "asks_donation",
    "lures_by_link",
    "names_fee",
    "tells_of_hardship",
    "pays_to_me",
    "names_payee",
)
_SECRETS = frozenset({"gives_documents", "asks_secret", "asks_code"})
_DAYS_KNOWN = 30.0
_ALBUM = re.compile(
    r"照片|相片|相册|合影|合照|视频|录像|影片|photo|\bpics?\b|picture|album|video", re.IGNORECASE
)
_NOTICE = re.compile(
    r"通知|名单|成绩|分数|费|账单|明细|资料|试卷|答案|须知|学籍|fee|notice|result|score|list|invoice|exam",
    re.IGNORECASE,
)
_BY_KIND = {
    Kind.WALLET: "code_pays",
    Kind.MERCHANT: "code_pays",
    Kind.BANK_QR: "code_pays",
    Kind.CRYPTO: "code_pays",
    Kind.GROUP_COLLECT: "collects_in_group",
    Kind.CONTACT: "code_adds_contact",
    Kind.GROUP: "code_joins_group",
    Kind.LOGIN: "code_logs_in",
}


def attached(case: Case) -> Iterator[Evidence]:
    """Payment codes, collections, contact and group codes that came along."""
    for artefact in case.attached:
        if (
            artefact.pays
            and artefact.kind in (Kind.LINK, Kind.UNKNOWN_QR)
            and not case.context.official(artefact)
        ):
            yield evidence("code_pays")
        elif artefact.kind in (Kind.LINK, Kind.UNKNOWN_QR):
            if case.impostor and not case.context.official(artefact):
                signal = "code_opens_link" if case.has(AttachmentKind.QR) else "link_given"
                yield evidence(signal)
        elif artefact.kind is Kind.CONTACT and case.lookalike:
            yield evidence("code_adds_contact", weight=_A_NEW_PHONE)
        elif signal := _BY_KIND.get(artefact.kind, ""):
            yield evidence(
                signal, weight=None if artefact.pays or case.impostor or _leads_to_own(case) else 0.0
            )


def _leads_to_own(case: Case) -> bool:
    """Does a registered person want what is to be paid settled over another account, shown beside?"""
    return not case.stranger and case.meant("pays_to_me")


def code_held_out(case: Case) -> Iterator[Evidence]:
    """A stranger's payment code beside words to the readers or its price, or after those who have not paid were counted."""
    if not case.stranger or case.impostor or case.meant("scans"):
        return
    if not any(one.pays and not case.context.registered(one) for one in case.attached):
        return
    if case.directed or _is_price(case) or case.meant("asks_donation") or case.before("urges_payers"):
        yield evidence("code_held_out")


def written(case: Case) -> Iterator[Evidence]:
    """Accounts, cards and links in the text."""
    for artefact in case.written:
        if artefact.kind in (Kind.CARD, Kind.ACCOUNT, Kind.WALLET, Kind.CRYPTO, Kind.BANK_QR):
            yield evidence("account_named" if case.asserted or case.impostor else "account_quoted")
        elif artefact.kind in (Kind.CONTACT, Kind.GROUP) and case.impostor and case.asserted:
            yield evidence("code_adds_contact")
        elif artefact.kind is Kind.LINK and case.impostor and not case.context.official(artefact):
            yield evidence("link_given")


def payee_differs(case: Case) -> Iterator[Evidence]:
    """The code itself names as its receiver neither whoever the account says it is nor anybody registered."""
    if not case.impostor and case.stranger:
        return
    for artefact in case.attached:
        if artefact.pays and artefact.receiver and not case.knows_payee(artefact):
            yield evidence("payee_differs", artefact.receiver, who=case.passes_for)
            return


def imitates_domain(case: Case) -> Iterator[Evidence]:
    """A link or code that leads nearly, but not quite, to an address of the school's, given to be followed."""
    domains = case.context.domains
    if not domains or not case.links or case.warns:
        return
    asks_whether = "?" in case.reading.text.text and not case.directed
    if not (case.impostor or (case.asserted and not asks_whether)):
        return
    if any(resembles(link.found or link.mark, domain) for link in case.links for domain in domains):
        yield evidence("imitates_domain")


def link_wants_secrets(case: Case) -> Iterator[Evidence]:
    """An unregistered link or code beside a request for documents, cards or passwords."""
    if case.stranger and not case.warns and case.links:
        for hit in case.reading.hits_of(_SECRETS):
            if hit.mood is Mood.ASSERTED:
                yield evidence("link_wants_secrets", case.reading.quote(hit))


def link_wants_login(case: Case) -> Iterator[Evidence]:
    """An unregistered link that wants a chat or wallet account logged in, whoever sends it."""
    if case.links and not case.warns:
        for hit in case.reading.hits_of(("logs_in_elsewhere",)):
            if hit.mood in (Mood.ASSERTED, Mood.ASKED, Mood.POLITE):
                yield evidence("link_wants_login", case.reading.quote(hit))


def link_to_pay(case: Case) -> Iterator[Evidence]:
    """An unregistered link from nobody in particular, beside a request for money or a lure."""
    if not case.stranger or case.impostor or not case.meant(*_LEADING) or _headline(case):
        return
    if any(_leads_on(case, link) for link in case.links):
        yield evidence("link_to_pay")


def _headline(case: Case) -> bool:
    """A headline and its link, passed round to be read: nobody is told to do anything, no sum is named."""
    return not (
        case.directed
        or case.met(
            "follows_link",
            "names_fee",
            "lures_by_link",
            "asks_donation",
            "pleads",
            "tells_of_hardship",
            "pays_to_me",
        )
    )


def _leads_on(case: Case, link: Artefact) -> bool:
    """A name like kiva.org dropped in a sentence is talk; an address, or the order to open one, is not."""
    return link.start < 0 or ("/" in link.found and _beside_an_ask(case)) or case.met("follows_link")


def _beside_an_ask(case: Case) -> bool:
    """Does a link stand where the money is spoken of, not pages further down as under every newsletter?"""
    clauses = case.reading.clauses
    asks = [(hit.start, hit.end) for hit in case.counted if hit.rule.id in _LEADING]
    return not clauses.links or any(clauses.near(ask, link) for ask in asks for link in clauses.links)


def picture_to_pay(case: Case) -> Iterator[Evidence]:
    """A picture nobody has read, beside words of scanning or paying, now or just before."""
    if not case.has(AttachmentKind.IMAGE) or case.only_talks:
        return
    text = case.reading.text.text
    if case.impostor:
        meant = (
            _is_short_figure(case)
            or _MONEY.search(text) is not None
            or case.meant(*_PAYING)
            or case.before(*_PAYING)
        )
    else:
        meant = case.directed and case.meant(*_PAYING)
    if meant:
        yield evidence("picture_to_pay")


def _is_price(case: Case) -> bool:
    """Is hardly anything said but what it costs?"""
    text = case.reading.text.text
    if len(text) > _BRIEF or "?" in text or case.met("jokes", "trades", "warns"):
        return False
    return _is_short_figure(case) or bool(case.shown.amounts)


def _is_short_figure(case: Case) -> bool:
    text = case.reading.text.text
    return len(text) <= _SHORT and any(char.isdigit() for char in text)


def dangerous_file(case: Case) -> Iterator[Evidence]:
    """A program from anybody; a locked archive, or where to fetch a program, from somebody unregistered."""
    for artefact in case.attached:
        archive = artefact.kind is Kind.FILE_ARCHIVE and case.stranger
        if artefact.kind is Kind.FILE_PROGRAM or (archive and case.met("runs_program") and not case.warns):
            yield evidence("program_file", artefact.found)
        elif archive and not _is_album(case, artefact):
            locked = "locked" in artefact.scheme or case.met("archive_password")
            yield evidence("locked_archive" if locked else "archive_from_stranger", artefact.found)
    led = any(one.scheme == "program" for one in case.links)
    if led and case.stranger and case.met("addresses_reader") and not case.warns:
        yield evidence("program_file")


def _is_album(case: Case, archive: Artefact) -> bool:
    """Pictures of a party, packed by somebody who has been here for a while and passes for nobody."""
    days = case.message.standing.joined_days
    if case.impostor or (days is not None and days < _DAYS_KNOWN):
        return False
    about = f"{archive.found} {case.reading.text.text}"
    return _ALBUM.search(about) is not None and _NOTICE.search(about) is None


def archive_opened(case: Case) -> Iterator[Evidence]:
    """The password for an archive the same unregistered account has just posted."""
    if case.stranger and case.met("archive_password") and case.before("archive_from_stranger"):
        yield evidence("locked_archive")


def stolen_account(case: Case) -> Iterator[Evidence]:
    """An account in other hands asks for something, whatever it is."""
    if case.message.sender.id in case.context.stolen and case.asserted:
        yield evidence("stolen_account")


def contradicts_fee(case: Case) -> Iterator[Evidence]:
    """A fee the school has announced, to be paid to somebody else."""
    if (fee := misdirected(case)) is not None:
        yield evidence("contradicts_fee", fee.what)


def confirmed(case: Case) -> Iterator[Evidence]:
    """A code, an account or these very words, already confirmed as scam; or whoever was, asking for something."""
    if any(case.context.knows_as_scam(mark) for mark in case.marks):
        yield evidence("confirmed_scam")
    elif case.asserted and not case.warns:
        undone = "" if case.message.attachments else case.reading.text.text
        known = (f"{PERSON}:{case.message.sender.id}", text_mark(case.message.text, undone))
        if any(case.context.knows_as_scam(mark) for mark in known if mark):
            yield evidence("confirmed_scam")
