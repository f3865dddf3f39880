"""What several commands are asked for in the same way."""

from __future__ import annotations

import os

import click

from newel.metadata.words import LANGUAGES

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
LANGUAGE = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=lambda: "zh-CN" if _terminal().startswith("zh") else "en",
    help="In which language problems are told. Where it is left out, the terminal's.",
)


def _terminal() -> str:
    """The locale of the terminal, such as zh_CN.UTF-8."""
    return os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
