"""Objects and fields may be called as the screens' own words are: order, group, filter, view, value, import."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.site import Site

NAMES = (
    "from",
    "key",
    "order",
    "select",
    "class",
    "import",
    "view",
    "filter",
    "sort",
    "q",
    "value",
    "field",
    "back",
    "object_name",
    "all",
)

GROUP = """
object: group
label: 组
plural: 组
title: key
search: [key, class]
path: type
fields:
  key: {type: text, required: true}
  type: {type: choice, default: open, options: {open: Open, closed: {label: Closed, closed: true}}}
  user: {type: lookup, to: group, inverse: groups}
""" + "".join(f"  {name}: {{type: text, required: type == 'closed'}}\n" for name in NAMES if name != "key")

FILES = {
    "objects/group.yaml": GROUP,
    "views/group.limit.yaml": f"view: group.limit\ntype: kanban\nlabel: Limit\ngroup_by: type\ncolumns: [{', '.join(NAMES)}]\n",
    "roles/case.yaml": "role: case\nlabel: Case\nobjects:\n"
    "  '*': {read: all, create: true, update: all, delete: all, export: true}\n",
}


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(FILES))


def test_every_screen_of_a_hostile_object_works(site: Site) -> None:
    made = site.api("case").create("group", key="one", value="v", view="w", filter="f")
    browser = site.browser("case")
    columns = ",".join(NAMES)
    for path in (
        f"/o/group?columns={columns}&sort=-order,view",
        "/o/group?filter=filter+%3D%3D+'f'+and+value+%3D%3D+'v'&q=one",
        "/o/group?f.field=filter&f.operator=contains&f.value=f",
        "/o/group/filter?field=view",
        "/o/group/editor?field=all",
        "/o/group?view=limit",
        "/o/group/export.csv",
        f"/o/group/{made['id']}/card",
        f"/o/group/{made['id']}/move?field=type",
        "/search?q=one",
        "/palette",
        "/",
    ):
        assert browser.get(path, follow_redirects=True).status_code == 200, path


def test_a_move_fills_in_fields_that_are_called_as_its_own_inputs(site: Site) -> None:
    made = site.api("case").create("group", key="one")
    browser = site.browser("case")
    asked = browser.post(f"/o/group/{made['id']}/move", {"field": "type", "value": "closed"})
    assert asked.status_code == 422
    missing = re.findall(r'name="more" value="(\w+)"', asked.text)
    assert set(missing) == set(NAMES) - {"key"}
    filled = {f"more.{name}": name for name in missing}
    done = browser.post(f"/o/group/{made['id']}/move", {"field": "type", "value": "closed", "more": missing, **filled})
    assert done.status_code == 303
    assert site.api("case").get(f"/records/group/{made['id']}").json["value"] == "value"
