"""What is asked, and how it is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patterns import loading
from patterns.artefacts import Kind
from patterns.asks import Hit, Mood
from patterns.case import Case
from patterns.conversation import Trace
from patterns.model import AttachmentKind, Evidence
from patterns.signals.wording import Wording, evidence

MEANT_GROUPS = frozenset({"request", "tell"})
_BESIDE_A_PAYEE = 0.25
_CARRIES_ON = 2.0
# Minutes after which an ask begins to fade, and is gone.
_FRESH, _FORGOTTEN = 10.0, 40.0
_FROM_AN_IMPOSTOR = 0.5
_MONEY_ASKS = ("asks_payment", "hands_over", "names_fee", "red_packet", "proves_payment")
_RECEIVERS = ("pays_to_me", "names_payee")
_JESTS = re.compile("哈哈|[😂🤣😆]|haha|\\blol\\b")
_HAND_OVER = frozenset(
    {"asks_payment", "wants_sum", "hands_over", "borrows", "red_packet", "scans", "collects", *_RECEIVERS}
)
# To whom it is said: “no need to reply, everyone” takes no request back.
_ASK_NOTHING = frozenset({"addresses_everyone"})
_OF_FALSE_NAMES = frozenset({"impostor", "lookalike", "office"})
_ANNOUNCEMENTS = ("new_number", "adds_contact")
_FIGURE = re.compile(
    r"\d{2}|[$£€] ?[\dlio]|\do{2}|[一二三四五六七八九十百]{2}|thirty|forty|fifty|sixty|twenty|hundred"
)
# Words half in letters and half in characters (fei四十六, 截tu, ㄑㄧㄢˊ), digits for letters, slang for purses.
_HALF_SPELT = re.compile(
    r"(?<![a-z])(?:fei|qian|kuan|zhuan|fu|jiao|sao|ma|tu|bao|zhang|hao|xin|wei|shou|ka|zuo|zi|shu|zf)(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])(?:fei|qian|kuan|zhuan|fu|jiao|sao|ma|tu|bao|zhang|hao|xin|wei|shou|ka|zf)(?![a-z])"
    r"|[\u4e00-\u9fff][\u3105-\u312f]+|(?<![a-z0-9])[a-z]{2,}[0135@$!][a-z]+|(?<![a-z0-9])[a-z][0135@$!][a-z]{2,}|(?<![a-z0-9@.])[a-z][@$!][a-z](?![a-z0-9@.])"
    r"|小?蓝(?:宝|色软件)|绿泡泡|绿色软件|小鸡蛋|(?:^|[,。!?;\s])v我|的米(?:$|[,。!?;\s])"
)
# What somebody who only tells of a new number has no use for; 账号, 号码 and a SIM card he has.
_MONEYED = re.compile(
    r"[费钱款付缴汇买购押米¥￥$£€]|账(?!号)|(?<!补)卡|(?<!号)码|转(?!告|发|达)|块|元|红包|余额|名额"
    r"|pay|fee|money|transfer|code|card|deposit|cost|owe|settle|collect|refund|bank"
)
# What offices have in their grip besides.
_STAKES = re.compile(
    r"身份|核[实验对]|案(?!例)|冻结|停用|注销|失效|逾期|违规|涉|毒|名额|补贴|补助|资助|津贴|屏幕|软件|链接|点击|密"
    r"|verif|identity|passport|suspend|frozen|expire|grant|bursar|claim|parcel|case|warrant|screen|install|link|password"
)
_TELLING = 10
_MOOD_SIGNALS = {
    Mood.NEGATED: "denies",
    Mood.ASKED: "asks_about",
    Mood.POLITE: "asks_about",
    Mood.REPORTED: "reports",
    Mood.QUOTED: "quotes",
}


def rules_met(case: Case) -> Iterator[Evidence]:
    """Every phrase rule that counts for this sender."""
    for hit in case.counted:
        rule = hit.rule
        found = case.reading.quote(hit)
        yield Evidence(rule.id, rule.group, rule.weight, found, Wording(rule.why, found))


def taken_back(case: Case) -> Iterator[Evidence]:
    """Requests that are denied, asked about, reported or quoted."""
    seen: set[Mood] = set()
    # “Who has not paid yet?” is no question from whoever poses as the teacher.
    if case.lookalike or any(hit.rule.politely for hit in case.counted):
        seen.update((Mood.ASKED, Mood.POLITE))
    elif case.posing or case.impostor or case.names_a_payee:
        seen.add(Mood.POLITE)
    if case.links and case.met("logs_in_elsewhere"):
        seen.update((Mood.ASKED, Mood.POLITE))
    if any(hit.rule.relays for hit in case.counted):
        seen.update(_MOOD_SIGNALS)
    for hit in case.reading.hits:
        if hit.rule.group not in MEANT_GROUPS or hit.rule.id in _ASK_NOTHING:
            continue
        if hit.rule.only in _OF_FALSE_NAMES and not case.impostor:
            continue
        if hit.mood in _MOOD_SIGNALS and hit.mood not in seen:
            seen.add(hit.mood)
            signal = _MOOD_SIGNALS[hit.mood]
            share = _share_of_a_denial(case)
            heavy = loading.weights().signals[signal] * share
            yield evidence(signal, case.reading.quote(hit), weight=heavy)


def _share_of_a_denial(case: Case) -> float:
    """“No cash, just send it to me” denies the cash and not the asking."""
    if (
        case.pays
        or case.sells_for_himself
        or (case.impostor and case.meant("pays_to_me", "names_payee", "moves_private", "may_be_reached"))
    ):
        return _BESIDE_A_PAYEE
    return _FROM_AN_IMPOSTOR if case.impostor else 1.0


def asked_before(case: Case) -> Iterator[Evidence]:
    """What the same account asked shortly before, when it goes on asking, or has taken a false name since."""
    if not (case.asserted or case.impostor or case.has(AttachmentKind.IMAGE)):
        return
    if not (case.impostor or _goes_on(case)):
        return
    now = {hit.rule.id for hit in case.counted}
    earlier: dict[str, float] = {}
    for trace in case.own_traces:
        for name, weight in _left_of(trace, case):
            if name not in now and name != "asked_before":
                earlier[name] = weight
    if weight := sum(earlier.values()):
        yield evidence("asked_before", weight=weight)


def _left_of(trace: Trace, case: Case) -> Iterator[tuple[str, float]]:
    """What an earlier ask still weighs. Under a false name all of it; else little by little nothing, and only a real ask."""
    if case.impostor:
        full = loading.weights().signals
        yield from ((name, full.get(name, weight)) for name, weight in trace.of_group("request"))
        return
    honest = sum(weight for _, weight in trace.of_group("against"))
    asked = sum(weight for _, weight in trace.of_group("request"))
    age = case.message.minute - trace.minute
    share = min(1.0, (_FORGOTTEN - age) / (_FORGOTTEN - _FRESH))
    if share > 0 and asked + honest >= loading.weights().thresholds["request"]:
        yield from ((name, weight * share) for name, weight in trace.of_group("request"))


def _goes_on(case: Case) -> bool:
    """Does it carry an ask further: a way to pay, a link, the picture meant, or words for paying of some weight?"""
    if case.pays or case.links:
        return True
    if case.has(AttachmentKind.IMAGE) and (case.directed or not case.reading.text.text.strip()):
        return True
    return sum({hit.rule.id: hit.rule.weight for hit in case.counted}.values()) >= _CARRIES_ON


def bare_number(case: Case) -> Iterator[Evidence]:
    """Nothing but a figure, from somebody who wears a false name."""
    text = case.reading.text.text.strip()
    if case.impostor and 0 < len(text) <= 7 and text.replace(".", "", 1).isdigit():
        yield evidence("bare_number", text)


def hides_words(case: Case) -> Iterator[Evidence]:
    """Words written so that no machine should read them, under a borrowed name and beside a figure."""
    text = case.reading.text.text
    if not case.lookalike or not _FIGURE.search(text):
        return
    if hidden := (_HALF_SPELT.search(text) or (case.reading.text.disguised and _FIGURE.search(text))):
        yield evidence("hides_words", case.reading.text.quote(*hidden.span()))


def sounds_like_collecting(case: Case) -> Iterator[Evidence]:
    """Words under a false name that read like a demand, though no rule knows how they put it.

    Where one does, it says better what is asked. A new number is announced in the same tone, and by honest teachers; and so
    short a text as a greeting has no tenor.
    """
    text, tenor = case.reading.text, loading.tenor()
    if not case.impostor or case.leaves_money_alone or case.met("warns") or _is_plain(case):
        return
    if _only_announces(case) if case.lookalike else not _touches_a_stake(case):
        return
    if tenor.collects(text.text, lookalike=case.lookalike):
        yield evidence("sounds_like_collecting", text.quote(*tenor.tellingest(text.text)))


def _only_announces(case: Case) -> bool:
    """Is it about a new number, or about nothing that costs? What was hidden is about more than it seems."""
    text = case.reading.text
    if text.disguised:
        return False
    costs = _FIGURE.search(text.text) or _MONEYED.search(text.text)
    return costs is None or case.met(*_ANNOUNCEMENTS)


def _touches_a_stake(case: Case) -> bool:
    """Does an office speak of more than a few words, and of what costs, or of what it has in its grip?"""
    text = case.reading.text
    if len(text.text.strip()) < _TELLING:
        return False
    return text.disguised or any(one.search(text.text) for one in (_FIGURE, _MONEYED, _STAKES))


def _is_plain(case: Case) -> bool:
    """Is what is asked known by a rule that counts as a request alone?"""
    enough = loading.weights().thresholds["request"]
    return any(hit.rule.group == "request" and hit.rule.weight >= enough for hit in case.counted)


def staff_asks_privately(case: Case) -> Iterator[Evidence]:
    """A registered account asks for money into private hands, or names an account the school never registered."""
    if case.stranger:
        return
    own_code = any(one.pays for one in case.attached) or _code_nobody_knows(case)
    elsewhere = case.paid_elsewhere and case.meant(*_MONEY_ASKS)
    if own_code or elsewhere or _names_receiver(case):
        yield evidence("staff_asks_privately")


def _code_nobody_knows(case: Case) -> bool:
    """Is a sum to be paid by a code that leads to no address of the school's, and who knows where?"""
    if not case.meant("scans") or not (case.meant(*_MONEY_ASKS) or case.shown.amounts):
        return False
    leads = any(one.kind in (Kind.LINK, Kind.UNKNOWN_QR) and not case.official(one) for one in case.attached)
    return leads and case.has(AttachmentKind.QR)


def sells_for_himself(case: Case) -> Iterator[Evidence]:
    """A stranger offers something to whoever wants it, and the money goes to himself, or comes before the thing.

    What parents trade openly among themselves is left to them.
    """
    if case.sells_for_himself:
        yield evidence("sells_for_himself")


def pupil_collects(case: Case) -> Iterator[Evidence]:
    """Somebody who passes for a pupil names a sum and the hands it is to go to."""
    if not case.stranger or case.impostor or not case.speaks_as_pupil:
        return
    if case.meant(*_RECEIVERS) and case.meant("names_fee", "hands_over", "asks_payment"):
        yield evidence("pupil_collects")


def pupil_wants_money(case: Case) -> Iterator[Evidence]:
    """Somebody writes as a child does, and a sum, a code or an account goes with what is asked."""
    if not case.stranger or case.impostor or not case.speaks_as_pupil or case.warns:
        return
    if case.met("official_channel", "takes_cash", "homework", "costs_nothing"):
        return
    jests = case.met("jokes") or _JESTS.search(case.reading.text.text)
    if jests and not case.names_a_payee:
        return
    if not (case.directed or case.pays or case.met("kin_in_need", "borrows", "collects", "pays_to_me")):
        return
    if not (case.pays or case.shown.amounts or _FIGURE.search(case.reading.text.text)):
        return
    for hit in case.reading.hits:
        if hit.rule.id in _HAND_OVER and hit.mood not in (Mood.NEGATED, Mood.ASKED, Mood.NARRATED):
            yield evidence("pupil_wants_money", case.reading.quote(hit))
            return


def presses_for_collector(case: Case) -> Iterator[Evidence]:
    """Somebody without a role shames or hurries the others to pay what another unregistered account collects, and nobody
    was warned of yet: one warning is enough.
    """
    if not case.stranger or case.impostor or case.warns:
        return
    owner = case.roster.owner
    for hit in case.reading.hits:
        if hit.rule.id == "presses_payers" and any(
            trace.may_be_pressed_for(case.message) and not trace.has("trades") and owner(trace.sender) is None
            for trace in case.traces
        ):
            yield evidence("presses_for_collector", case.reading.quote(hit))


def _red_packet_to_self(case: Case, hit: Hit) -> bool:
    return hit.rule.id == "red_packet" and "我" in case.reading.quote(hit)


def _names_receiver(case: Case) -> bool:
    """Is money asked for, and is it said nearby into whose hands?"""
    asks = [hit for hit in case.counted if hit.rule.id in _MONEY_ASKS]
    hands = [hit for hit in case.counted if hit.rule.id in _RECEIVERS or _red_packet_to_self(case, hit)]
    if hands and any(one.kind is Kind.CONTACT for one in case.attached):
        return True
    near = case.reading.clauses.near
    return any(near((ask.start, ask.end), (hand.start, hand.end)) for ask in asks for hand in hands)
