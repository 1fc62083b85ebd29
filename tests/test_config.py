"""A mistake in the configuration is told in one sentence: which file, which key, what to do."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import Config
from bot.config.loading import ENVIRONMENT, Misconfigured, load
from bot.config.secret import secret_of

TOKEN = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"
EXAMPLE = Path(__file__).parents[1] / "config.example.yaml"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def sentence(file: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(Misconfigured) as refused:
        load(file, environment or {})
    return str(refused.value)


def test_nothing_has_to_be_configured() -> None:
    assert load(None, {}) == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("telegram:\n  tokken: x", ("telegram.tokken", "not a key")),
        ("colour: red", ("colour", "not a key")),
        ("playground:\n  port: many", ("playground.port", "integer")),
        ("playground:\n  port: 70000", ("playground.port", "65535")),
        ("telegram:\n  token: hello", ("telegram.token", "@BotFather")),
        ("telegram:\n  token: 123456789:short", ("telegram.token", "@BotFather")),
        ("telegram:\n  base_url: api.telegram.org", ("telegram.base_url", "http")),
        ("telegram: yes please", ("telegram", "config.example.yaml")),
        ("language: fr", ("language", "zh-Hans")),
        ("data: 12", ("data is wrong: input should be a path;",)),
        ("secret: short", ("secret", "32")),
        ("retention:\n  sent_days: 1", ("retention.sent_days", "7")),
        ("a: [1, 2", ("YAML", "line")),
        ("just words", ("config.example.yaml",)),
        ("- a list", ("config.example.yaml",)),
    ],
)
def test_a_mistake_names_file_key_and_remedy(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    file = written(tmp_path, text)
    said = sentence(file)
    assert str(file) in said
    assert "\n" not in said
    for words in told:
        assert words in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    said = sentence(tmp_path / "nowhere.yaml")
    assert "nowhere.yaml" in said and "no such file" in said


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(b"\xff\xfe\x00 telegram")
    assert "UTF-8" in sentence(file)


def test_a_wrong_secret_is_never_repeated(tmp_path: Path) -> None:
    wrong = "987654321:AAF-secret but with blanks in it"
    assert "secret but" not in sentence(written(tmp_path, f'telegram:\n  token: "{wrong}"'))
    said = sentence(written(tmp_path, ""), {"CLASSGUARD_TELEGRAM_TOKEN": wrong})
    assert "CLASSGUARD_TELEGRAM_TOKEN" in said
    assert "secret but" not in said


def test_a_secret_does_not_show_when_the_configuration_is_printed() -> None:
    config = Config.model_validate({"telegram": {"token": TOKEN}, "secret": "x" * 40})
    assert TOKEN not in repr(config) and "x" * 40 not in repr(config)


def test_secrets_in_the_environment_win(tmp_path: Path) -> None:
    file = written(tmp_path, "telegram:\n  token: 1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
    config = load(file, {"CLASSGUARD_TELEGRAM_TOKEN": TOKEN, "CLASSGUARD_SECRET": "s" * 40})
    assert config.token == TOKEN
    assert secret_of(config) == b"s" * 40


def test_an_empty_token_is_none(tmp_path: Path) -> None:
    assert load(written(tmp_path, "telegram:\n  token: ''"), {}).token is None
    assert load(written(tmp_path, "telegram:"), {"CLASSGUARD_TELEGRAM_TOKEN": TOKEN}).token == TOKEN


def test_files_are_fetched_from_beside_the_server() -> None:
    default = Config().telegram
    assert default.files_url == "https://api.telegram.org/file/bot"
    own = Config.model_validate({"telegram": {"base_url": "http://127.0.0.1:99/bot"}}).telegram
    assert own.files_url == "http://127.0.0.1:99/file/bot"


def test_the_secret_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data")
    made = secret_of(config)
    assert len(made) >= 32
    assert secret_of(config) == made
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert secret_of(Config(data=tmp_path / "other")) != made


def test_a_damaged_secret_is_not_silently_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    with pytest.raises(Misconfigured, match="backup"):
        secret_of(Config(data=tmp_path))


def test_the_example_is_valid_and_shows_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert load(EXAMPLE, {}) == Config()
    for name, field in Config.model_fields.items():
        section = getattr(field.annotation, "model_fields", {})
        assert re.search(rf"^(# )?{name}:", text, re.MULTILINE), f"{name} is not in the example"
        for inner, described in section.items():
            key = described.alias or inner
            assert re.search(rf"^  (# )?{key}:", text, re.MULTILINE), f"{name}.{key} is not in the example"
    for variable in ("CLASSGUARD_TELEGRAM_TOKEN", "CLASSGUARD_SECRET"):
        assert variable in text and variable in ENVIRONMENT


@pytest.mark.parametrize("command", [[], ["run"], ["doctor"]])
def test_the_command_line_says_it_and_exits_with_two(tmp_path: Path, command: list[str]) -> None:
    file = written(tmp_path, "telegram:\n  tokken: x")
    result = CliRunner().invoke(app, [*command, "--config", str(file)])
    assert result.exit_code == 2
    assert "telegram.tokken" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["run", "playground"])
def test_on_windows_one_sentence_says_where_the_guard_runs(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    result = CliRunner().invoke(app, [command])
    assert result.exit_code == 2
    assert "WSL" in result.stderr and len(result.stderr.splitlines()) == 1


def test_run_without_a_token_says_where_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLASSGUARD_TELEGRAM_TOKEN", raising=False)
    result = CliRunner().invoke(app, ["run", "--config", str(written(tmp_path, ""))])
    assert result.exit_code == 2
    assert "@BotFather" in result.stderr


def test_help_lists_the_commands_without_loading_them() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for command in ("run", "doctor", "playground"):
        assert command in result.stdout
