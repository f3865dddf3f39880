"""A served installation in the test's own process: people, their keys, their browsers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from newel.runtime.installation import Installation, InstallationHolder
from newel.runtime.records.identity import api_keys, users
from newel.runtime.web.app import create_app

PASSWORD = "a quiet walk by the river"
API = "/api/v1"
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    id: str
    email: str
    roles: tuple[str, ...]


@dataclass
class Site:
    """An installation and the app that serves it."""

    installation: Installation
    app: Flask = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        holder = InstallationHolder(self.installation.settings, self.installation.database)
        holder._installation = self.installation
        self.app = create_app(holder)

    def person(self, *roles: str, name: str | None = None, language: str = "en", **values: Any) -> Person:
        """The person who has exactly these roles; made when first asked for."""
        called = name or "-".join(roles) or "nobody"
        if called not in self.people:
            email = f"{called.replace(' ', '-')}@example.com"
            given = {"name": called, "email": email, "language": language, **values}
            user_id = users.create(self.installation, given, password=PASSWORD, roles=roles, reason="a test")
            self.people[called] = Person(user_id, email, roles)
        return self.people[called]

    def key(self, person: Person, *, read_only: bool = False, expires_at: datetime | None = None) -> str:
        now = datetime.now(UTC)
        return api_keys.create(self.installation, person.id, "test", now, read_only=read_only, expires_at=expires_at)

    def api(self, *roles: str, read_only: bool = False, name: str | None = None) -> Api:
        """A program with a key of the person who has these roles."""
        person = self.person(*roles, name=name)
        return Api(self.app.test_client(use_cookies=False), self.key(person, read_only=read_only), person)

    def browser(self, *roles: str, name: str | None = None) -> Browser:
        """A browser in which the person who has these roles has signed in."""
        browser = Browser(self.app.test_client())
        answer = browser.sign_in(self.person(*roles, name=name))
        assert answer.status_code == 303, answer.text
        return browser

    def stranger(self) -> Browser:
        return Browser(self.app.test_client())


@dataclass
class Api:
    """A program that calls the API with a key."""

    client: FlaskClient
    key: str
    person: Person

    def call(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return self.client.open(API + path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.call("POST", path, json=body, **more) if body is not None else self.call("POST", path, **more)

    def put(self, path: str, body: Any, **more: Any) -> TestResponse:
        return self.call("PUT", path, json=body, **more)

    def patch(self, path: str, body: Any, version: int | str | None = None, **more: Any) -> TestResponse:
        return self.call("PATCH", path, json=body, headers={**if_match(version), **more.pop("headers", {})}, **more)

    def delete(self, path: str, version: int | str | None = None, **more: Any) -> TestResponse:
        return self.call("DELETE", path, headers=if_match(version), **more)

    def create(self, object_name: str, **values: Any) -> dict[str, Any]:
        """A record made through the API; fails loudly where it can't be."""
        answer = self.post(f"/records/{object_name}", values)
        assert answer.status_code == 201, answer.text
        return dict(answer.json or {})


@dataclass
class Browser:
    """A browser with its cookies."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def token(self, path: str = "/sign-in?lang=en") -> str:
        """A form token as a page gives it out."""
        known = self.client.get("/session")
        if known.status_code == 200:
            return str((known.json or {})["csrf_token"])
        found = TOKEN.search(self.client.get(path).text)
        assert found is not None
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """A form post with the token."""
        return self.client.post(path, data={**(data or {}), "csrf_token": self.token()}, **more)

    def sign_in(self, person: Person, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.post("/sign-in", {"email": person.email, "password": password}, **more)


def if_match(version: int | str | None) -> dict[str, str]:
    if version is None:
        return {}
    return {"If-Match": f'"{version}"' if isinstance(version, int) else version}
