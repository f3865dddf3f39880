"""Rules that ask of a person or of a table tell nobody what their role does not show: on forms, beside fields, in refusals."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from newel.runtime.records import as_system, saving, writing
from tests.support.site import Site

CANARY = 7_310_001
FILES = {
    "objects/nw_user.yaml": "extend: nw_user\nfields:\n  x_level: {type: integer}\n",
    "objects/doc.yaml": """
object: doc
fields:
  name: {type: text, required: true}
  code: {type: text, unique: true}
  weight: {type: integer}
  note: {type: text, visible: user.x_level > 10}
  heavy: {type: integer, formula: user.x_level * zero(weight), expose: true}
  lines: {type: child_table, of: doc_line}
""",
    "objects/doc_line.yaml": """
object: doc_line
ownership: parent
parent: doc
title: what
fields:
  doc: {type: lookup, to: doc, required: true, on_delete: cascade}
  what: {type: text}
  why: {type: text, required: user.x_level > 20}
""",
    "roles/reader.yaml": """
role: reader
objects:
  doc: {read: all, create: true, update: all, fields: {code: none, "*": edit}}
""",
    "roles/chief.yaml": 'role: chief\nobjects:\n  "*": {read: all, create: true, update: all}\n',
}


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(FILES))


def doc(site: Site) -> str:
    with writing(site.installation, as_system(site.installation, "a test")) as work:
        return saving.create(work, "doc", {"name": "A", "code": "C1", "weight": 1}).id


def test_rules_tell_nobody_of_their_own_user_record_what_their_role_hides(site: Site) -> None:
    record = doc(site)
    site.person("reader", x_level=CANARY)
    site.person("chief", x_level=CANARY)
    for path in ("/o/doc/new", f"/o/doc/{record}/edit", f"/o/doc/{record}/why"):
        hidden, shown = (html.unescape(site.browser(role).get(path).text) for role in ("reader", "chief"))
        assert "x_level" not in hidden, path
        assert "x_level" in shown, path
        if path.endswith("why"):
            continue  # what a formula shows of it is shown on purpose
        assert str(CANARY) not in hidden, path
        assert str(CANARY) in shown, path


@pytest.mark.parametrize(
    "text",
    ["lookup(doc, 'C1', name) == 'A'", "lookup(doc, 'C1', name, by=weight) == 'A'", "lookup(doc, 'C1', name, by=code) == 'A'"],
)
def test_a_table_that_is_looked_up_by_what_is_hidden_is_unknown(site: Site, text: str) -> None:
    doc(site)
    refused = site.api("reader").get("/records/doc", query_string={"filter": text})
    unknown = site.api("reader").get("/records/doc", query_string={"filter": text.replace("lookup(doc", "lookup(dog")})
    assert refused.status_code == unknown.status_code == 400
    assert refused.text.replace("doc", "dog") == unknown.text
    assert "code\\" not in refused.text
    assert site.api("chief").get("/records/doc", query_string={"filter": "lookup(doc, 'C1', name) == 'A'"}).status_code == 200
