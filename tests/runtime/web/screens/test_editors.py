"""Every field type can be shown and edited: what its editor posts, unchanged, is the value that it started with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict

from newel.metadata.field_types import declared
from newel.metadata.field_types.base import Locale
from newel.metadata.field_types.values import Address, Geolocation, Money, PersonName, Reference
from newel.metadata.model import Field, Model, Object, Option, Text
from newel.runtime.web.screens import binding, posted, templating
from newel.runtime.web.screens.binding import BoundField

ID = "01a20004-29cd-7c71-bc6a-98c408d8fd5f"
OPTIONS = {key: Option(key, Text(key.title()), "blue") for key in ("one", "two")}

VALUES: dict[str, Any] = {
    "text": 'Ann "the" <b> & co',
    "long_text": "two\nlines",
    "rich_text": "<p>Hello <strong>you</strong></p>",
    "markdown": "**bold**",
    "integer": 1234,
    "decimal": Decimal("1234.50"),
    "money": Money(Decimal("12.50"), "CNY"),
    "percent": Decimal("12.5"),
    "boolean": True,
    "date": date(2026, 11, 21),
    "datetime": datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    "time": time(8, 30),
    "duration": 5400,
    "choice": "two",
    "multi_choice": ("one", "two"),
    "tags": ("red", "green"),
    "email": "ann@example.com",
    "phone": "+86 138 0013 8000",
    "url": "https://example.com/a",
    "address": Address(country="China", city="Leeds", street="1 High Street"),
    "person_name": PersonName(family="Lovelace", given="Ada"),
    "lookup": ID,
    "polymorphic": Reference("thing", ID),
    "many_to_many": (ID,),
    "tree_parent": ID,
    "user": ID,
    "team": ID,
    "file": ID,
    "image": ID,
    "barcode": "4006381333931",
    "colour": "#3355d1",
    "rating": 3,
    "geolocation": Geolocation(Decimal("31.230400"), Decimal("121.473700")),
}
GIVEN_BY_THE_SYSTEM = ("auto_number", "child_table")


class Inputs(HTMLParser):
    """What a browser would post of the editors in some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._select = ""
        self._area: tuple[str, list[str]] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.found.append((self._select, given.get("value") or ""))
        elif tag == "textarea":
            self._area = (name, [])
        elif tag == "input" and name and (given.get("type") not in ("checkbox", "radio", "file") or "checked" in given):
            self.found.append((name, given.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.found.append((self._area[0], "".join(self._area[1])))
            self._area = None


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("newel.runtime.web", static_folder="static", template_folder="templates")
    templating.prepare(app)
    return app


def bound(kind: str, language: str) -> BoundField:
    target = {"user": "nw_user", "team": "nw_team"}.get(kind, "thing")
    options = {"currency": "CNY"} if kind == "money" else {}
    choices = OPTIONS if kind in ("choice", "multi_choice") else {}
    field = Field("it", kind, Text("It"), "object:thing/field:it", to=(target,), choices=choices, options=options)
    objects = {
        name: Object(name, Text(name), Text(name), f"object:{name}", {"it": field}, "it")
        for name in ("thing", "nw_user", "nw_team")
    }
    nothing: dict[str, Any] = {}
    model = Model("hash", nothing, objects, nothing, nothing, nothing, nothing, nothing, nothing, nothing)
    return BoundField(model, objects["thing"], field, Locale(language))


def test_there_is_a_value_to_try_for_every_type() -> None:
    assert {each.name for each in declared()} == {*VALUES, *GIVEN_BY_THE_SYSTEM}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("kind", VALUES)
def test_an_editor_that_nobody_touched_posts_the_value_it_began_with(app: Flask, kind: str, language: str) -> None:
    field, value = bound(kind, language), VALUES[kind]
    with app.test_request_context(f"/?lang={language}"):
        title = ("Somebody",) if kind == "many_to_many" else "Somebody"
        html = str(field.edit("it", field.edit_text(value), title=title, id="f-it"))
    raw = posted.value(field, MultiDict(Inputs(html).found), "it")
    assert field.type.parse(field.field, raw, field.locale) == value


@pytest.mark.parametrize("kind", VALUES)
def test_an_editor_left_blank_posts_a_blank(app: Flask, kind: str) -> None:
    field = bound(kind, "en")
    with app.test_request_context("/"):
        html = str(field.edit("it", field.edit_text(None), id="f-it"))
    raw = posted.value(field, MultiDict(Inputs(html).found), "it") if Inputs(html).found else None
    assert field.type.parse(field.field, raw, field.locale) in (None, (), False)


@pytest.mark.parametrize("kind", [*VALUES, *GIVEN_BY_THE_SYSTEM])
def test_a_value_has_a_template_of_its_own_or_is_plain_text(app: Flask, kind: str) -> None:
    field = bound(kind, "en")
    value = VALUES.get(kind, "OPP-1" if kind == "auto_number" else ({}, {}))
    with app.test_request_context("/"):
        g.identity = None
        shown = str(field.show(value, ("Somebody",) if kind == "many_to_many" else "Somebody"))
    assert shown
    assert "<b>" not in shown


@pytest.mark.parametrize("kind", VALUES)
def test_a_blank_value_is_a_quiet_dash(app: Flask, kind: str) -> None:
    with app.test_request_context("/"):
        assert bound(kind, "en").show(None) == binding.BLANK


def test_a_link_is_made_only_of_an_address_that_is_safe(app: Flask) -> None:
    field = bound("url", "en")
    with app.test_request_context("/"):
        assert "href" not in str(field.show("javascript:alert(1)"))
        assert 'href="https://example.com"' in str(field.show("https://example.com"))
