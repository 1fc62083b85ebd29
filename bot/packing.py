"""Actions as rows: what the outbox keeps of them, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from bot.actions import (
    Action,
    Answer,
    Ban,
    Button,
    Delete,
    Edit,
    Leave,
    Menu,
    MenuEntry,
    Mute,
    Notice,
    Paper,
    Picker,
    Priority,
    Quiz,
    Recall,
    Say,
    Whisper,
)
from bot.events import Picture

_KINDS: dict[str, type[Action]] = {
    kind.__name__.lower(): kind
    for kind in (Say, Whisper, Edit, Recall, Delete, Mute, Ban, Quiz, Answer, Menu, Notice, Leave)
}


def kind_of(action: Action) -> str:
    return type(action).__name__.lower()


def pack(action: Action) -> dict[str, Any]:
    """Everything but the image, which has a column of its own. Defaults are left out."""
    packed: dict[str, Any] = {}
    for field in fields(action):
        value = getattr(action, field.name)
        if field.name != "image" and value != field.default:
            packed[field.name] = _plain(value)
    return packed


def unpack(kind: str, packed: dict[str, Any], image: bytes | None) -> Action:
    values = dict(packed)
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    if "buttons" in values:
        values["buttons"] = tuple(tuple(Button(**button) for button in row) for row in values["buttons"])
    if "options" in values:
        values["options"] = tuple(values["options"])
    if "entries" in values:
        values["entries"] = tuple(MenuEntry(**entry) for entry in values["entries"])
    if "picture" in values:
        values["picture"] = Picture(**values["picture"])
    if "picker" in values:
        values["picker"] = Picker(**values["picker"])
    if "paper" in values:
        values["paper"] = _paper(values["paper"])
    if image:
        values["image"] = image
    return _KINDS[kind](**values)


def _paper(packed: dict[str, Any]) -> Paper:
    pictures = tuple(Picture(**picture) for picture in packed.get("pictures", ()))
    return Paper(**{**packed, "pictures": pictures})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Priority):
        return int(value)
    if isinstance(value, Button | MenuEntry | Picker | Picture | Paper):
        told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {name: known for name, known in told.items() if name != "enclosed"}
    return value
