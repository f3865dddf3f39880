"""What several commands are asked for in the same way."""

from __future__ import annotations

import click

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
