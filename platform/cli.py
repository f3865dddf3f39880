"""`newel`: the commands, each loaded when it is first called, so that the shell answers at once."""

from __future__ import annotations

from importlib import import_module

import click

from newel.runtime.commands.speaking import CHOOSING, Speaking, spoken, with_hint

# Every command: its module and function. A room adds its own here.
COMMANDS: dict[str, str] = {
    "init": "newel.runtime.commands.installing:init",
    "serve": "newel.runtime.commands.serving:serve",
    "check": "newel.runtime.commands.metadata:check",
    "test": "newel.runtime.commands.testing:test",
    "plan": "newel.runtime.commands.publishing:plan",
    "apply": "newel.runtime.commands.publishing:apply",
    "solutions": "newel.runtime.commands.publishing:solutions",
    "explain": "newel.runtime.commands.metadata:explain",
    "where-used": "newel.runtime.commands.metadata:where_used",
    "expr": "newel.runtime.commands.expressions:expr",
    "new": "newel.runtime.commands.metadata:new",
    "schemas": "newel.runtime.commands.metadata:schemas",
    "user": "newel.runtime.commands.identity:user",
    "apikey": "newel.runtime.commands.identity:apikey",
    "export": "newel.runtime.commands.exporting:export",
    "export-layer": "newel.runtime.commands.handing_out:export_layer",
    "openapi": "newel.runtime.commands.api:openapi",
    "doctor": "newel.runtime.commands.doctor:doctor",
}


class Commands(Speaking):
    """Knows the names of all commands and loads only the one that is called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name].partition(":")
        return getattr(import_module(module), function)  # type: ignore[no-any-return]

    def resolve_command(self, context: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown command is wrong use; the nearest known one is named."""
        from newel.metadata.naming import nearest

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            said = spoken('There is no command "{name}".', name=args[0])
            listed = spoken("`newel --help` lists the commands.")
            raise click.UsageError(with_hint(said, nearest(args[0], COMMANDS), listed), context)
        return super().resolve_command(context, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@CHOOSING
@click.version_option(package_name="newel", message="%(version)s")
def cli() -> None:
    """Newel: a CRM platform made of YAML. `newel init --demo` and `newel serve` show it."""


def main() -> None:
    """Runs a command; a fault that people can do something about is said in a sentence. Exit 0 ok, 1 problems, 2 wrong use."""
    cli()
