"""`newel user` and `newel apikey`: people and their keys, from the shell of whoever runs the server."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import click

from newel.metadata.words import LANGUAGES, say
from newel.runtime.commands.opening import installation
from newel.runtime.commands.options import JSON
from newel.runtime.commands.speaking import group, language, speak, spoken
from newel.runtime.records.errors import Invalid
from newel.runtime.records.identity import api_keys, users


@group()
def user() -> None:
    """People who sign in."""


@user.command(
    "create", epilog="Example: echo 'a long sentence' | newel user create li@example.com --role sales_rep --password-stdin"
)
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, help="A role; give the option again for another.")
@click.option("--name", help="What people call them; by default the part of the address before the @.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="What the screens speak.")
@click.option(
    "--time-zone", default="Asia/Shanghai", show_default=True, help="Where the user works: a name such as Europe/London."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@JSON
def create_user(
    email: str, roles: tuple[str, ...], name: str | None, language: str, time_zone: str, password_stdin: bool, as_json: bool
) -> None:
    """Make a user who can sign in. Without a terminal and without --password-stdin, a password is made and printed."""
    password, is_ours = _password(password_stdin)
    values = {"email": email, "name": name or email.split("@", maxsplit=1)[0], "language": language, "time_zone": time_zone}
    try:
        user_id = users.create(installation(), values, password=password, roles=roles, reason="newel user create")
    except Invalid as error:
        _refuse([f"{each.field or '-'}: {each.say(_told_in(as_json))}" for each in error.problems], as_json)
    shown = {"id": user_id, "email": email, "roles": list(roles), **({"password": password} if is_ours else {})}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    elif is_ours:
        speak("{email} can sign in with the password {password}.", email=email, password=password)
    else:
        speak("{email} can sign in.", email=email)


@group()
def apikey() -> None:
    """Keys with which programs use the API."""


@apikey.command("create", epilog="Example: newel apikey create li@example.com --name 'night import' --days 90")
@click.argument("email")
@click.option("--name", default="API", show_default=True, help="What the key is for.")
@click.option("--read-only", is_flag=True, help="The key may read and nothing else.")
@click.option("--days", type=click.IntRange(min=1), help="How many days the key works; by default until it is ended.")
@JSON
def create_key(email: str, name: str, read_only: bool, days: int | None, as_json: bool) -> None:
    """Make a key that acts as the user with this address, and print it: the only time that it is shown."""
    here, now = installation(), datetime.now(UTC)
    with here.database.reading() as connection:
        account = users.account(here, connection, email)
    if account is None or not account.active:
        _refuse([say(_told_in(as_json), "There is no active user with the address {email}.", email=email)], as_json)
    ends = now + timedelta(days=days) if days else None
    key = api_keys.create(here, account.user_id, name, now, read_only=read_only, expires_at=ends)
    click.echo(json.dumps({"key": key, "name": name, "read_only": read_only}, ensure_ascii=False) if as_json else key)


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether we made it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        return click.prompt(spoken("Password"), hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(12), True


def _told_in(as_json: bool) -> str:
    """What machines read is English whatever the terminal."""
    return "en" if as_json else language()


def _refuse(problems: list[str], as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"problems": problems}, ensure_ascii=False))
    else:
        click.echo("\n".join(problems), err=True)
    raise SystemExit(1)
