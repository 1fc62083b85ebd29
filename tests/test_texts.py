"""What people read: the same in three languages, plain, complete, and harmless whatever strangers are called."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest
import yaml

from bot.actions import Button
from bot.settings import BY_NAME, LANGUAGES
from bot.texts import Said, lines, plain, quoted, say, shown, texts, wordings
from bot.texts.quiz import questions
from bot.texts.rescue import places
from bot.texts.tips import tips
from bot.texts.zones import common_zones, zone_label, zone_named
from handlers.commands import commands

CHINESE = ("zh-Hans", "zh-Hant")
ROOT = Path(__file__).parent.parent
# What a Chinese reader meets in Latin letters anyway: names of things, endings of files, what is typed.
LATIN = frozenset({"QQ", "App", "PDF", "QR", "apk", "exe", "csv", "MB", "English"})
# What the operator reads names the things of the trade.
TRADE = frozenset({"Telegram", "BotFather", "MB", "classguard", "doctor"})
TYPED = re.compile(
    r"</?(?:b|i|code)>|\{\w+\}|/[a-z]+(?: (?:add|list|remove|time|own|new|confirm|setup|alias|class|make|consent))?|[a-z.]+\.example"
)
# Written alike on both sides of the strait, or where both forms are in daily use.
BOTH = frozenset("台群")


def placeholders(text: str) -> set[str]:
    """The blanks that show something; whether a count changes a word beside it is each language's own affair."""
    return {name for _, name, forms, _ in string.Formatter().parse(text) if name is not None and not forms}


def every_text(language: str) -> Iterator[tuple[str, str]]:
    for key, found in texts(language).items():
        yield from ((key, wording) for wording in found)
    yield from ((f"tip {tip.id}", tip.text[language]) for tip in tips())
    for question in questions().values():
        asked = (*question.asks[language], *question.options[language], question.why[language])
        yield from ((f"quiz {question.id}", text) for text in asked)
    for place in places().values():
        told = (place.name[language], place.first[language], *place.steps[language])
        yield from ((f"rescue {place.id}", text) for text in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_texts(language: str) -> None:
    assert set(texts(language)) == set(texts("zh-Hans"))
    assert "True" not in " ".join(texts(language)), "YAML took a key for yes or no"


def test_no_text_stands_twice_in_its_file() -> None:
    """The second would silently take the first one's place."""
    twice = []
    for file in sorted((ROOT / "bot" / "texts").rglob("*.yaml")):
        for node in yaml.compose_all(file.read_text("utf-8")):
            twice += [f"{file.name}: {key}" for key in _repeated(node)]
    assert not twice, twice


def _repeated(node: yaml.Node | None) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value]
        yield from (name for name in set(names) if names.count(name) > 1)
        for _, below in node.value:
            yield from _repeated(below)
    elif isinstance(node, yaml.SequenceNode):
        for below in node.value:
            yield from _repeated(below)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_wordings_of_a_text_have_the_same_blanks_to_fill(language: str) -> None:
    for key, found in texts(language).items():
        expected = placeholders(texts("zh-Hans")[key][0])
        for wording in found:
            assert placeholders(wording) == expected, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_badly_marked_up(language: str) -> None:
    for key, text in every_text(language):
        assert text.strip(), key
        bare = re.sub(r"</?(?:b|i|code)>", "", text)
        assert not re.search(r"[<>&]", bare), key
        for tag in ("b", "i", "code"):
            assert text.count(f"<{tag}>") == text.count(f"</{tag}>"), key


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_texts_hold_no_english_words(language: str) -> None:
    for key, text in every_text(language):
        words = set(re.findall(r"[A-Za-z]{2,}", TYPED.sub(" ", text)))
        assert words <= (LATIN | TRADE if key.startswith("operator.") else LATIN), key


def test_traditional_texts_hold_no_simplified_characters() -> None:
    to_traditional = opencc.OpenCC("s2t")
    for key, text in every_text("zh-Hant"):
        if not key.startswith("choice.language"):
            wrong = {char for char in text if to_traditional.convert(char) != char} - BOTH
            assert not wrong, key


def test_simplified_texts_hold_no_traditional_characters() -> None:
    to_simplified = opencc.OpenCC("t2s")
    for key, text in every_text("zh-Hans"):
        if not key.startswith("choice.language"):
            assert not {char for char in text if to_simplified.convert(char) != char}, key


def test_traditional_texts_speak_as_in_taiwan_and_hong_kong() -> None:
    for key, text in every_text("zh-Hant"):
        for foreign in (
            "短信",
            "信息",
            "視頻",
            "軟件",
            "屏幕",
            "鏈接",
            "二維碼",
            "默認",
            "賬",
            "激活",
            "登錄",
            "核實",
        ):
            assert foreign not in text, (key, foreign)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_reads_of_scores_thresholds_or_rules(language: str) -> None:
    for key, text in every_text(language):
        assert not re.search(
            r"\b(?:score|threshold|weight|regex|signal)\b|得分|评分|評分|阈值|閾值|置信|權重|权重", text
        ), key


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("level", ["alarm", "caution"])
def test_a_public_warning_is_read_in_five_seconds(language: str, level: str) -> None:
    def longest(prefix: str) -> int:
        found = (w for key, ws in texts(language).items() if key.startswith(prefix) for w in ws)
        return max(len(re.sub(r"</?\w+>|\{\w+\}", "", wording)) for wording in found)

    parts = (
        f"warning.{level}.",
        "warning.because.",
        f"warning.order.{level}",
        "warning.check",
        "warning.status.",
    )
    name, ago = 12, 5
    assert sum(map(longest, parts)) + name + ago + len(parts) <= 160


# --- texts and code fit each other ----------------------------------------------------------

SPEAKING = frozenset({"say", "plain", "wordings", "tell"})


def spoken() -> Iterator[tuple[str, bool]]:
    """Every key in the code as a pattern, and whether it is certainly one: the argument of a speaking call."""
    for file in (*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        sure = {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _name(node.func) in SPEAKING
            for argument in node.args[1:2]
        }
        for node in ast.walk(tree):
            pattern = _pattern(node)
            if pattern is not None:
                yield pattern, id(node) in sure


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _pattern(node: ast.AST) -> str | None:
    """A regular expression for a text key, or None for what cannot be one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        found = "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.-]+"
            for part in node.values
        )
    else:
        return None
    return found if re.match(r"[a-z_]+\\\.", found) else None


def test_every_text_is_used() -> None:
    patterns = re.compile("|".join(f"(?:{pattern})" for pattern in {pattern for pattern, _ in spoken()}))
    assert {key for key in texts("zh-Hans") if not patterns.fullmatch(key)} == set()


def test_every_text_the_code_asks_for_exists() -> None:
    known = texts("zh-Hans")
    for pattern, sure in spoken():
        assert not sure or any(re.fullmatch(pattern, key) for key in known), pattern


def test_every_choice_of_a_setting_has_a_label() -> None:
    for setting in BY_NAME.values():
        for choice in setting.choices:
            assert wordings("zh-Hans", f"choice.{setting.name}.{choice}")


def test_the_menu_names_exactly_the_commands_shown_in_it() -> None:
    named = {key.partition(".")[2] for key in texts("zh-Hans") if key.startswith("menu.")}
    assert named == {command.name for command in commands().values() if command.menu}


def test_every_command_named_in_a_text_exists() -> None:
    for language in LANGUAGES:
        for key, text in every_text(language):
            for name in re.findall(r"(?<![\w<])/([a-z]+)", text):
                assert name in commands(), (key, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_commands_fit_a_menu(language: str) -> None:
    for key, found in texts(language).items():
        if key.startswith("menu."):
            assert 1 <= len(found[0]) <= 40, key


# --- how texts are put together -------------------------------------------------------------


def test_a_missing_language_falls_back_to_simplified_chinese() -> None:
    assert say("fr", "list.separator") == say("zh-Hans", "list.separator")


COUNTS = {
    *("alarm", "alarms", "asked", "caution", "correct", "count", "deleted", "hosts", "incidents", "letters"),
    *(
        "messages",
        "minutes",
        "muted",
        "n",
        "notice",
        "open",
        "payees",
        "people",
        "spares",
        "tips",
        "told",
        "wrong",
    ),
}
MANY = re.compile(
    r"(?<![\w.])1 (?:[a-z]+ ){0,2}?(?!(?:is|has|was|belongs|suspicious)\b)([a-z]*[a-rt-z]s|are|have|were)\b"
)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_english_count_goes_with_its_word(number: int) -> None:
    for key, found in texts("en").items():
        for wording in found:
            counted = {name for _, name, _, _ in string.Formatter().parse(wording) if name and name in COUNTS}
            others = dict.fromkeys(placeholders(wording) - counted, "Mr Li")
            for variant in range(len(found)) if counted else ():
                text = plain("en", key, variant, **others, **dict.fromkeys(counted, number))
                wrong = MANY.search(re.sub(r"</?\w+>", "", text).replace(" of your codes", ""))
                assert wrong is None, (key, wrong)


def test_only_a_count_changes_the_word_beside_it() -> None:
    for language in LANGUAGES:
        for key, found in texts(language).items():
            for wording in found:
                for _, name, forms, _ in string.Formatter().parse(wording):
                    assert not forms or (name in COUNTS and forms.count("|") == 1), key


def test_one_and_many_are_told_apart() -> None:
    told = [plain("en", "school.one", name="Sunny", count=count) for count in (0, 1, 2, 11)]
    assert told == [
        "<b>Sunny</b>: 0 classes",
        "<b>Sunny</b>: 1 class",
        "<b>Sunny</b>: 2 classes",
        "<b>Sunny</b>: 11 classes",
    ]
    assert plain("zh-Hans", "incident.card.banned", n=1) == "这个人已被移出群。"
    assert plain("zh-Hans", "incident.card.banned", n=3) == "这3个人已被移出群。"


def test_wordings_take_turns() -> None:
    found = wordings("en", "choice.tip_day.mon")
    assert plain("en", "choice.tip_day.mon", variant=len(found)) == found[0]
    both = wordings("zh-Hans", "choice.tip_day.mon")
    assert {plain("zh-Hans", "choice.tip_day.mon", variant=n) for n in range(9)} == set(both)


def test_a_value_cannot_bring_markup_and_a_finished_piece_keeps_its_own() -> None:
    assert "&lt;b&gt;x" in say("en", "teacher.added", name="<b>x")
    assert "<i>x</i>" in say("en", "teacher.added", name=Said("<i>x</i>"))
    assert plain("en", "teacher.button.remove", name="<b>") == "Remove <b>"


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("王\u202e丽\u2066", "王丽"),
        ("王\u200b\u2060\ufeff丽\u00ad", "王丽"),
        ("王\u3164丽\u115f", "王丽"),
        ("王\r\n丽\t老师", "王 丽 老师"),
        ("\x00\x1b[31m红", "[31m红"),
        ("e" + "\u0301" * 50, "é\u0301\u0301"),
        ("看 t.me/abc 和 https://evil.example", "看 t．me/abc 和 https：／／evil．example"),
        ("打开 10.20.30.40:80，2026.11.23 前", "打开 10．20.30.40:80，2026.11.23 前"),
        ("@everyone /start #tag $USD", "＠everyone ／start ＃tag ＄USD"),
        ("\ud800\udfff", ""),
        ("3.50元 18:30 Asia/Shanghai", "3.50元 18:30 Asia/Shanghai"),
    ],
)
def test_what_strangers_write_is_shown_without_its_tricks(hostile: str, harmless: str) -> None:
    assert shown(hostile) == harmless


def test_what_strangers_write_is_cut_short() -> None:
    assert len(shown("长" * 4096, 24)) == 24
    assert shown("长" * 4096, 24).endswith("…")
    assert len(say("en", "teacher.added", name="长" * 4096)) < 400


def test_a_quotation_keeps_its_lines_and_nothing_else() -> None:
    assert quoted("一\n\n\n<b>二</b>\u202e") == "一\n&lt;b&gt;二&lt;／b&gt;"


def test_lines_keep_empty_lines_and_drop_what_is_not_there() -> None:
    assert lines("a", None, "", "b") == "a\n\nb"


def test_zones_are_known_by_name_and_shown_by_it() -> None:
    for zone in common_zones():
        for language in LANGUAGES:
            assert zone_named(zone_label(language, zone)) == zone
            assert len(f"/timezone {zone}") <= 64
    assert zone_label("en", "America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_a_name_of_a_zone_means_one_zone_only() -> None:
    import yaml

    told: dict[str, str] = {}
    for zone, names in yaml.safe_load((ROOT / "bot/texts/zones.yaml").read_text("utf-8")).items():
        for language in LANGUAGES:
            for name in names[language]:
                assert told.setdefault(name.casefold(), zone) == zone


def test_a_button_of_every_setting_fits_its_64_bytes() -> None:
    for setting in BY_NAME.values():
        for choice in setting.choices:
            button = Button("", f"/setup 12345678 {setting.name} {choice}")
            assert len(button.command.encode()) <= 64
