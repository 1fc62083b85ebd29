"""The scenarios of the playground: whole as data, and each played by the real bot to the end it must have."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.media.reading import words_are_read
from bot.playground import scenarios
from bot.playground.assembly import assembled
from bot.playground.player import Play, compare
from bot.playground.scenarios import MISSING, Demand, Expected, Need, Step
from bot.playground.sides import SIDES
from bot.playground.stage import CLASS
from bot.playground.transcript import Transcript, difference
from patterns.model import Level

EVERY = [(name, language) for language in scenarios.LANGUAGES for name in scenarios.names(language)]
ON_TELEGRAM = [
    (name, language)
    for language in scenarios.LANGUAGES
    for name in scenarios.names(language, SIDES["telegram"].gives)
]
ON_QQ = [
    (name, language)
    for language in scenarios.LANGUAGES[:1]
    for name in scenarios.names(language, SIDES["onebot"].gives)
]
PROMISED = {
    "clone",
    "split",
    "edited",
    "picture",
    "new-number",
    "hijacked",
    "chorus",
    "trojan",
    "question",
    "committee",
    "police-warning",
    "ordinary-day",
    "named",
    "asked",
    "tips",
}


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said where nothing can be written down is another matter: a busy machine must not look like that."""
    monkeypatch.setattr("bot.answering.PATIENCE", 60.0)


def test_every_promised_scenario_is_there() -> None:
    assert set(scenarios.names()) == PROMISED


@pytest.mark.parametrize("language", scenarios.LANGUAGES)
def test_every_scenario_on_file_is_shown_and_has_an_expected_end(language: str) -> None:
    on_file = {file.stem for file in (scenarios.FOLDER / language).glob("*.yaml")} - {"class"}
    expected = {file.stem.removesuffix(".ocr") for file in (scenarios.EXPECTED / language).glob("*.yaml")}
    assert on_file == expected == set(scenarios.names(language))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_people_and_messages_a_scenario_speaks_of_exist(name: str, language: str) -> None:
    scenario, people = scenarios.scenario(name, language), scenarios.school_class(language).people
    known: set[str] = set()
    for step in scenario.steps:
        assert step.who in people
        assert not step.avatar_of or step.avatar_of in people
        assert {step.reply, step.edit} - {""} <= known
        known |= {step.id} - {""}
    assert {demand.after for demand in scenarios.expected(name, language).must} <= known | {"end"}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_day_of_a_scenario_runs_forward(name: str, language: str) -> None:
    times = [step.at for step in scenarios.scenario(name, language).steps if step.at]
    assert times == sorted(times)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_scenario_is_titled_and_explained_in_every_language_of_the_page(name: str, language: str) -> None:
    scenario = scenarios.scenario(name, language)
    for words in (scenario.title, scenario.about):
        assert set(words) == set(scenarios.LANGUAGES)
        assert all(words.values())


def test_the_ordinary_day_has_sixty_messages() -> None:
    kinds = Counter(step.act for step in scenarios.scenario("ordinary-day").steps)
    assert kinds == {"post": 60}


def test_a_step_that_does_two_things_at_once_is_refused() -> None:
    with pytest.raises(ValidationError, match="one thing only"):
        Step.model_validate({"who": "stranger", "join": True, "rename": "王丽老师"})


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(scenarios.NoSuchScenario, match="nosuch"):
        scenarios.scenario("nosuch")


def _played(levels: dict[str, Level], *, public: int = 0, private: int = 0) -> Play:
    transcript = Transcript("zh-Hans")
    transcript.did(datetime(2026, 11, 26, 10, 21, tzinfo=UTC), "王丽老师", "：请扫码")
    return Play(scenarios.scenario("clone"), transcript, levels, public=public, private=private)


def _expected(level: str, play: Play) -> Expected:
    return Expected(
        must=(Demand.model_validate({"after": "end", "level": level}),), transcript=str(play.transcript)
    )


def test_a_play_that_went_as_it_should_is_right() -> None:
    play = _played({"end": Level.ALARM}, public=1, private=2)
    assert compare(play, _expected("alarm", play)).right


def test_a_level_other_than_the_expected_one_is_a_problem() -> None:
    play = _played({"end": Level.CAUTION}, public=1, private=1)
    assert compare(play, _expected("alarm", play)).problems


def test_an_alarm_that_told_the_group_nothing_is_a_problem() -> None:
    play = _played({"end": Level.ALARM}, private=1)
    assert compare(play, _expected("alarm", play)).problems


def test_speaking_where_silence_is_due_is_a_problem() -> None:
    play = _played({"end": Level.CLEAR}, public=1)
    assert compare(play, _expected("clear", play)).problems


def test_another_wording_is_shown_as_a_difference() -> None:
    play = _played({"end": Level.CLEAR})
    outcome = compare(
        play, Expected(must=(Demand(after="end", level="clear"),), transcript="周四 10:21  王丽老师：别的\n")
    )
    assert not outcome.right
    assert "-周四 10:21  王丽老师：别的" in outcome.changes
    assert "+周四 10:21  王丽老师：请扫码" in outcome.changes


def test_the_same_wording_is_no_difference() -> None:
    assert difference("一\n二\n", "一\n二\n") == ""


@pytest.mark.parametrize(("name", "language"), ON_TELEGRAM)
async def test_the_real_bot_plays_it_as_expected(name: str, language: str) -> None:
    async with assembled(port=0, language=language) as stage:
        play = await stage.player.play(scenarios.scenario(name, language))
    outcome = compare(play, scenarios.expected(name, language))
    assert outcome.right, "\n".join((*outcome.problems, outcome.changes))


@pytest.mark.parametrize(("name", "language"), ON_QQ)
async def test_the_real_bot_plays_it_on_qq_as_expected(name: str, language: str) -> None:
    async with assembled(language=language, platforms=("onebot",)) as stage:
        play = await stage.player.play(scenarios.scenario(name, language))
    outcome = compare(play, scenarios.expected(name, language, "onebot"))
    assert outcome.right, "\n".join((*outcome.problems, outcome.changes))


@pytest.mark.parametrize("platform", ["onebot", "qq"])
def test_how_a_scenario_reads_on_qq_is_on_file(platform: str) -> None:
    for name, language in ON_QQ:
        assert scenarios.expected(name, language, platform).transcript or words_are_read(), name


@pytest.mark.parametrize("platform", ["onebot", "qq"])
def test_nobody_on_qq_is_told_of_what_is_not_there(platform: str) -> None:
    for file in (scenarios.EXPECTED / platform).rglob("*.yaml"):
        said = file.read_text(encoding="utf-8")
        assert not any(word in said for word in ("按钮", "按下", "按一下", "Telegram", "/start"))


def test_a_scenario_plays_only_where_it_is_given_what_it_needs() -> None:
    assert {"edited", "picture"} <= set(scenarios.names())
    assert "edited" not in scenarios.names(given={Need.HEARING, Need.PICTURES})
    assert "picture" not in scenarios.names(given={Need.HEARING, Need.NAMING})
    assert set(scenarios.names(given=())) == {"asked", "tips"}
    assert scenarios.scenario("clone").missing({Need.NAMING}) == MISSING[Need.HEARING]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_scenario_says_what_it_needs(name: str, language: str) -> None:
    scenario = scenarios.scenario(name, language)
    edited = any(step.act == "edit" for step in scenario.steps)
    named = any(step.text.startswith("@") for step in scenario.steps)
    assert (Need.EDITS in scenario.needs) is edited
    assert (Need.NAMING in scenario.needs) is named
    assert any(not scenario.missing(side.gives) for side in SIDES.values())


def test_what_the_guard_does_not_say_though_it_should_is_a_problem() -> None:
    play = _played({"asked": Level.CLEAR, "end": Level.CLEAR})
    play.said["asked"] = "先别付"
    for words, problems in (("先别付", 0), ("要您付钱", 1)):
        must = (Demand(after="asked", at_most="clear", says=words),)
        assert len(compare(play, Expected(must=must)).problems) == problems


async def test_the_page_is_offered_on_qq_only_what_can_play_there() -> None:
    async with assembled(platforms=("onebot",)) as stage:
        told = await stage.playground.controls["onebot"].get("scenarios")
    assert "edited" not in {one["name"] for one in told["scenarios"]}


@pytest.mark.parametrize("platform", SIDES)
async def test_the_guard_goes_by_the_name_its_class_gives_it_and_speaks_its_language(platform: str) -> None:
    async with assembled(platforms=(platform,)) as stage:
        await stage.director.open_class("en", platform)
        control = stage.playground.controls[platform]
        assert not await control.said(CLASS, contains="班级卫士", count=0)
        assert await control.said(CLASS, contains="Class Guard", count=0)
        assert await control.said(CLASS, contains="Want to know at once", count=0)
