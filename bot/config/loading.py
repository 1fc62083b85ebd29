"""The operator's file read, with the secrets from the environment; what is wrong with it in one sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.config import Config

DEFAULT_FILE = Path("config.yaml")

# Environment variable → where its value goes.
ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "CLASSGUARD_TELEGRAM_TOKEN": ("telegram", "token"),
    "CLASSGUARD_ONEBOT_TOKEN": ("onebot", "*", "token"),
    "CLASSGUARD_DINGTALK_SECRET": ("dingtalk", "client_secret"),
    "CLASSGUARD_QQ_SECRET": ("qq", "secret"),
    "CLASSGUARD_DATABASE_URL": ("database", "url"),
    "CLASSGUARD_SECRET": ("secret",),
    "CLASSGUARD_DATA": ("data",),
    "CLASSGUARD_WEB_HOST": ("web", "host"),
    "CLASSGUARD_WEB_PORT": ("web", "port"),
}


class Misconfigured(Exception):
    """One plain sentence naming the file, the key and the remedy."""


def load(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the file named, or config.yaml where there is one. Raises `Misconfigured`."""
    chosen = file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    given = _read(chosen) if chosen else {}
    source = {"": str(chosen)} if chosen else {}
    for variable, keys in ENVIRONMENT.items():
        if environment.get(variable):
            _place(given, keys, environment[variable])
            source[".".join(keys)] = f"environment variable {variable}"
    try:
        return Config.model_validate(given)
    except ValidationError as wrong:
        raise Misconfigured(_sentence(wrong, source)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Misconfigured(
            f"{file}: there is no such file. Copy config.example.yaml to {file}, or name another one with --config."
        ) from None
    except OSError as trouble:
        raise Misconfigured(f"{file}: cannot be read ({trouble.strerror}). Check its permissions.") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{file}: is not UTF-8 text. Save it as UTF-8.") from None
    except yaml.YAMLError as trouble:
        raise Misconfigured(
            f"{file}: is not valid YAML{_place_of(trouble)}. Compare it with config.example.yaml."
        ) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise Misconfigured(f"{file}: must be a list of keys with values, like config.example.yaml.")
    # A section whose keys are all commented out reads as nothing at all.
    return {
        key: value for key, value in content.items() if value is not None or key not in Config.model_fields
    }


def _place_of(trouble: yaml.YAMLError) -> str:
    mark = getattr(trouble, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def _place(given: dict[str, Any], keys: tuple[str, ...], value: str) -> None:
    if "*" in keys:
        # Each account of a list that has no token of its own.
        head, _, last = keys
        for one in given.get(head) or ():
            if isinstance(one, dict):
                one.setdefault(last, value)
        return
    *parents, last = keys
    for key in parents:
        inner = given.get(key)
        # A section of the wrong kind is left alone: its own error will name it.
        if inner is None:
            inner = given[key] = {}
        if not isinstance(inner, dict):
            return
        given = inner
    given[last] = value


def _sentence(wrong: ValidationError, source: Mapping[str, str]) -> str:
    first = wrong.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    where = source.get(key) or source.get("") or "the configuration"
    if first["type"] == "extra_forbidden":
        problem = "is not a key that exists; remove it, or see config.example.yaml for the right name"
    elif first["type"] == "value_error":
        problem = first["msg"].removeprefix("Value error, ")
    else:
        said = "input should be a path" if first["type"] == "path_type" else first["msg"]
        problem = f"is wrong: {said[0].lower()}{said[1:]}; see config.example.yaml"
    return f"{where}: {key} {problem}.".replace(":  ", ": ")
