"""Whom the demo data lets in, so that `newel serve` can print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newel.metadata.model import USER_OBJECT
from newel.runtime.installation import Installation
from newel.runtime.records.actors import as_system
from newel.runtime.records.work import reading
from newel.runtime.samples.generating import in_order
from newel.runtime.storage import system_samples


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo user: with these an address and a password open the door, until somebody changes them."""

    name: str
    email: str
    password: str
    roles: tuple[str, ...]


def sign_ins(installation: Installation) -> list[SignIn]:
    """The demo users that were loaded here; none in an installation without demo data."""
    with reading(installation, as_system(installation, "listing demo sign-ins")) as work:
        loaded = system_samples.loaded(work.connection)
    stated = [pair for sample in in_order(installation.model) if sample.object == USER_OBJECT for pair in _stated(sample.body)]
    return [
        SignIn(str(user["name"]), str(user["email"]), str(user["password"]), tuple(user.get("roles") or ()))
        for key, user in stated
        if user.get("password") and (USER_OBJECT, key) in loaded
    ]


def _stated(body: Any) -> list[tuple[str, dict[str, Any]]]:
    columns = body.get("columns", ())
    fixed = body.get("set", {})
    return [
        (key, {**fixed, **(record if isinstance(record, dict) else dict(zip(columns, record, strict=False)))})
        for key, record in body.get("records", {}).items()
    ]
