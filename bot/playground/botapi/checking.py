"""Checks the parameters of a call against the table derived from the published Bot API types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.playground.botapi.errors import bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    data: bytes
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    needs: Mapping[str, str]
    takes: Mapping[str, str]

    def kind(self, parameter: str) -> str | None:
        return self.needs.get(parameter) or self.takes.get(parameter)


# How Telegram itself complains when these are missing.
_MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "callback_query_id": "query ID is empty",
    "file_id": "file_id not specified",
}


@cache
def methods() -> Mapping[str, Method]:
    """Every method of the Bot API by its lower-case name."""
    table = json.loads(files(__package__).joinpath("methods.json").read_text(encoding="utf-8"))
    return {
        name.lower(): Method(name, entry["needs"], entry["takes"]) for name, entry in table["methods"].items()
    }


def checked(method: Method, given: Mapping[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """The parameters in their proper types. An unknown one is refused, where Telegram would keep silent."""
    result: dict[str, Any] = {}
    for name, value in given.items():
        kind = method.kind(name)
        if kind is None:
            # A file may travel under any name and be pointed at by attach://name.
            if strict and not isinstance(value, Upload):
                raise bad(f"{method.name} has no parameter {name!r}")
            continue
        if value is None or (value == "" and kind != "string"):
            continue
        result[name] = _typed(name, kind, value, given)
    for name in method.needs:
        if result.get(name) in (None, ""):
            raise bad(_MISSING.get(name, f'parameter "{name}" is required'))
    return result


def _typed(name: str, kind: str, value: Any, given: Mapping[str, Any]) -> Any:
    if kind == "string":
        return _string(name, value)
    if kind == "integer":
        return _integer(name, value)
    if kind == "id":
        return _identifier(name, value)
    if kind == "boolean":
        return _boolean(name, value)
    if kind == "float":
        return _float(name, value)
    if kind in ("array", "object"):
        return _structure(name, kind, value)
    if kind.startswith("one of "):
        if value not in kind.split()[2:]:
            raise bad(f'invalid value of parameter "{name}"')
        return value
    return _file(name, kind, value, given)


def _string(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad(f'parameter "{name}" must be of type String')
    try:
        text = str(value)
        text.encode()
    except UnicodeEncodeError as error:
        raise bad("strings must be encoded in UTF-8") from error
    return text


def _integer(name: str, value: Any) -> int:
    if isinstance(value, str) and value.strip().removeprefix("-").isdecimal() and len(value) <= 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise bad(f'parameter "{name}" must be of type Integer')
    return value


def _identifier(name: str, value: Any) -> int | str:
    if isinstance(value, str) and value.startswith("@"):
        return value
    try:
        return _integer(name, value)
    except Exception as error:
        raise bad("chat not found") from error


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    lowered = str(value).lower()
    if lowered in ("true", "yes", "1"):
        return True
    if lowered in ("false", "no", "0"):
        return False
    raise bad(f'parameter "{name}" must be of type Boolean')


def _float(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise bad(f'parameter "{name}" must be of type Float') from error


def _structure(name: str, kind: str, value: Any) -> Any:
    words = name.replace("_", " ")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise bad(f"can't parse {words} JSON object") from error
    wanted = list if kind == "array" else dict
    if not isinstance(value, wanted):
        raise bad(f"object expected as {words}" if kind == "object" else f"array expected as {words}")
    return value


def _file(name: str, kind: str, value: Any, given: Mapping[str, Any]) -> Upload | str:
    if isinstance(value, str) and value.startswith("attach://"):
        value = given.get(value.removeprefix("attach://"))
        if value is None:
            raise bad(f"attached file of parameter {name!r} not found in the request")
    if isinstance(value, Upload) or (isinstance(value, str) and kind == "file or string"):
        return value
    raise bad(f'parameter "{name}" must be of type InputFile')
