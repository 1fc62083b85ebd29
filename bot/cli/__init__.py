"""The command line: one file a command, loaded when it is asked for, so that `--help` is quick."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot import thrift

# Each is a function of this name in the file of this name, a hyphen written as an underscore.
COMMANDS: Mapping[str, str] = {
    "run": "Guard the groups of a Telegram bot.",
    "playground": "Watch a cloned teacher being caught, in a small Telegram on this machine.",
    "doctor": "Check configuration, database, token, rights, clock and disk, and say what to do.",
    "backup": "Write everything worth keeping to one file, while the guard works.",
    "restore": "Put a backup back.",
    "school": "Join groups into a school, import its roster, print its figures.",
    "second-factor": "Reset a teacher's lost code; all admins are told.",
    "verify-db": "Is the database sound?",
    "migrate-db": "Move everything from the SQLite file to a PostgreSQL server.",
    "check": "Judge one message and say why.",
    "scan": "Replay an exported chat through the detector.",
    "evaluate": "Measure the detector on case files.",
    "bench": "Measure speed and memory, as ratios in one run.",
}

Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file. Default: config.yaml, if there is one."),
]


class _Lazily(TyperGroup):
    """Lists every command by its summary and imports only the one that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0] in self.commands:
            return args[0], _loaded(args[0]), args[1:]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="classguard",
    cls=_Lazily,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Catches the impersonated teacher who collects money in a class group, before parents pay. "
    "Without a command: guards when a token is configured, else opens the playground.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Class Guard {version('class-guard')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def classguard(
    context: typer.Context,
    config: Config = None,
    show_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from bot.cli.reading import configured

    name = "run" if configured(config).guards else "playground"
    arguments = ["--config", str(config)] if config else []
    _loaded(name).main(arguments, prog_name=f"classguard {name}")


def _loaded(name: str) -> Any:
    single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    module = name.replace("-", "_")
    with thrift.loading():
        called = import_module(f"bot.cli.{module}")
    single.command(name)(getattr(called, module))
    return typer.main.get_command(single)


def _announce() -> None:
    for name, summary in COMMANDS.items():
        if find_spec(f"bot.cli.{name.replace('-', '_')}") is not None:
            app.command(name, help=summary)(lambda: None)


_announce()
