"""The scenarios as data: who is in the class, what people do one step after another, and what must follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.media.reading import words_are_read
from patterns.model import Level

FOLDER = Path(__file__).parent / "scenarios"
EXPECTED = Path(__file__).parent / "expected"
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
# What is said on this platform stands in the folder itself, what is said on others in one of their name.
FIRST = "telegram"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Words = Mapping[str, str]
LevelWord = Literal["clear", "notice", "caution", "alarm"]


class Need(StrEnum):
    """What a scenario needs of the place it plays in. The guard there hears what nobody says to it, or only what
    names it (NAMING); is shown PICTURES in a group though nobody shows them to it; people can EDIT what they said.
    """

    HEARING = "hearing"
    NAMING = "naming"
    PICTURES = "pictures"
    EDITS = "edits"


MISSING: Mapping[Need, str] = {
    Need.HEARING: "the guard hears only what names it there",
    Need.NAMING: "the guard hears everything there, named or not",
    Need.PICTURES: "the guard is shown no picture there that nobody shows to it",
    Need.EDITS: "nobody can change what they said there",
}


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Picture(_Data):
    """A picture to draw: a code with a line above and below it, or nothing but lines of text."""

    code: str = ""
    above: str = ""
    below: str = ""
    lines: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return "\n".join(filter(None, (self.above, self.below, *self.lines)))


class File(_Data):
    """A file to send; `starts` are the characters of its first bytes, which betray what it really is."""

    name: str
    starts: str


ACTS = ("adds_guard", "join", "leave", "rename", "avatar_of", "edit", "press")


class Step(_Data):
    """One thing somebody does. Without one of ACTS it is a message.

    `at` moves the clock to that local time first. `id` names the message for later steps and for what must
    follow; `private` means the person's own chat with the guard. `press` names a button by its command.
    """

    who: str
    at: time | None = None
    id: str = ""
    private: bool = False
    text: str = ""
    picture: Picture | None = None
    file: File | None = None
    reply: str = ""
    forwarded_from: str = ""
    adds_guard: bool = False
    join: bool = False
    leave: bool = False
    rename: str = ""
    avatar_of: str = ""
    edit: str = ""
    press: str = ""

    @property
    def act(self) -> str:
        return next((act for act in ACTS if getattr(self, act)), "post")

    @property
    def asks(self) -> bool:
        """Whether it is said to the guard."""
        return self.act == "post" and (self.private or self.text.startswith(("/", "@")))

    @model_validator(mode="after")
    def _does_one_thing(self) -> Step:
        if sum(bool(getattr(self, act)) for act in ACTS) > 1:
            raise ValueError("a step does one thing only")
        if self.act == "post" and not (self.text or self.picture or self.file):
            raise ValueError("a message needs text, a picture or a file")
        return self


class Classmate(_Data):
    """Somebody of the class; `outside`: not a member of the group when the scenario begins."""

    name: str
    role: Literal["owner", "admin", "member"] = "member"
    outside: bool = False
    about: Words = Field(default_factory=dict)


class SchoolClass(_Data):
    """`guard` is the name the bot goes by. `called_opening` is how the class begins where the bot has to be named."""

    guard: str
    group: str
    people: dict[str, Classmate]
    opening: tuple[Step, ...]
    called_opening: tuple[Step, ...]


class Demand(_Data):
    """What must hold once the step `after` has been dealt with: this level exactly, or no higher than `at_most`;
    and the words the guard `says` to it.
    """

    after: str
    level: LevelWord | None = None
    at_most: LevelWord | None = None
    says: str = ""

    def allows(self, reached: Level) -> bool:
        if self.level is not None:
            return reached == Level[self.level.upper()]
        return reached <= Level[(self.at_most or "alarm").upper()]


class Expected(_Data):
    """`must` is written by hand; `transcript` is the whole play as it has to read."""

    must: Annotated[tuple[Demand, ...], Field(min_length=1)]
    transcript: str = ""

    @property
    def at_most(self) -> bool:
        return self.must[-1].level is None

    @property
    def answers(self) -> bool:
        """Whether it is about what the guard answers, and not about what it finds."""
        return bool(self.must[-1].says)

    @property
    def leads_to(self) -> Level:
        final = self.must[-1]
        return Level[(final.level or final.at_most or "alarm").upper()]


class Scenario(_Data):
    """`needs` says where it plays: where all of that is given."""

    name: str
    language: str
    title: Words
    about: Words
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    needs: frozenset[Need] = frozenset({Need.HEARING})
    steps: tuple[Step, ...]

    @property
    def asks(self) -> bool:
        """Whether somebody talks to the guard, so that it answers."""
        return any(step.asks for step in self.steps)

    def missing(self, given: Collection[Need]) -> str:
        """Why it does not play where this is given; "" if it does."""
        return next((MISSING[need] for need in Need if need in self.needs and need not in given), "")


class NoSuchScenario(LookupError):
    """There is no scenario of that name in that language."""


def names(language: str = "zh-Hans", given: Collection[Need] = tuple(Need)) -> tuple[str, ...]:
    """The scenarios that play where this is given, in the order in which they are shown."""
    order = yaml.safe_load((FOLDER / "order.yaml").read_text(encoding="utf-8"))
    written = (name for name in order if (FOLDER / language / f"{name}.yaml").is_file())
    return tuple(name for name in written if not scenario(name, language).missing(given))


@cache
def scenario(name: str, language: str = "zh-Hans") -> Scenario:
    file = FOLDER / language / f"{name}.yaml"
    if language not in LANGUAGES or Path(name).name != name or name == "class" or not file.is_file():
        raise NoSuchScenario(f"there is no scenario {name!r} in {language!r}")
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Scenario(name=name, language=language, **data)


@cache
def school_class(language: str = "zh-Hans") -> SchoolClass:
    return SchoolClass(**yaml.safe_load((FOLDER / language / "class.yaml").read_text(encoding="utf-8")))


def expected(name: str, language: str = "zh-Hans", platform: str = FIRST) -> Expected:
    """What must hold is the same on every platform, what it reads like is not."""
    told = yaml.safe_load(expected_file(name, language).read_text(encoding="utf-8"))
    if platform != FIRST:
        file = expected_file(name, language, platform)
        said = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        told = told | {"transcript": ""} | said
    return Expected(**told)


def expected_file(name: str, language: str, platform: str = FIRST) -> Path:
    """A guard that reads words in pictures sees more: what it says then stands apart where it differs."""
    folder = EXPECTED / language if platform == FIRST else EXPECTED / platform / language
    worded = words_are_read() and (EXPECTED / language / f"{name}.ocr.yaml").exists()
    return folder / f"{name}{'.ocr' if worded else ''}.yaml"
