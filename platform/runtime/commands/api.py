"""`newel openapi`: the description of the REST API, as a file for generators and tests."""

from __future__ import annotations

import json

import click

from newel.metadata.words import LANGUAGES
from newel.runtime.commands.opening import installation
from newel.runtime.commands.speaking import command, speak
from newel.runtime.records.actors import Actor, as_system


@command(epilog="Example: newel openapi --role sales_rep > openapi.json")
@click.option(
    "--role", "roles", multiple=True, help="Describe what this role may do; give the option again for another. By default all."
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of labels and help.")
def openapi(roles: tuple[str, ...], language: str) -> None:
    """Print the OpenAPI 3.1 description of the REST API as JSON."""
    from newel.runtime.web.api.openapi import describe

    here = installation()
    unknown = [role for role in roles if role not in here.model.roles]
    if unknown:
        known = ", ".join(here.model.roles)
        speak("There is no role {names}. Known roles: {known}.", names=", ".join(unknown), known=known, err=True)
        raise SystemExit(1)
    actor = Actor(user_id="", roles=roles) if roles else as_system(here, "newel openapi")
    click.echo(json.dumps(describe(here, actor, language), ensure_ascii=False, indent=2))
