"""A view, a menu or a home page that is made of hidden fields neither names them nor breaks for who may not read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import world
from tests.support.site import Site

FILES = {
    **world.FILES,
    "objects/job.yaml": """
object: job
files: true
activity: {kind: task, regarding: account, when: due, done: canaryclosed}
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account}
  due: {type: date}
  canaryclosed: {type: boolean}
  canarycode: {type: text}
  stage: {type: choice, default: a, options: {a: A, b: B}}
""",
    "views/all.yaml": "view: job.coded\ntype: list\nlabel: By code\nfilter: canarycode == 'canaryvalue'\ndefault: true\n",
    "views/board.yaml": "view: job.board\ntype: kanban\nlabel: Board\ngroup_by: stage\nfilter: canarycode == 'canaryvalue'\n",
    "views/dates.yaml": "view: job.dates\ntype: calendar\nlabel: Dates\nstart: due\n",
    "apps/desk.yaml": "app: desk\nmenu: {jobs: {object: job}, coded: {object: job, view: board, label: Canaryboard}}\n",
    "roles/worker.yaml": "role: worker\nobjects: {account: {read: all}, job: {read: all, create: true, update: all, delete: all, "
    "export: true, fields: {canarycode: none, canaryclosed: none}}}\n",
    "roles/nameless.yaml": "role: nameless\nobjects: {account: {read: all, fields: {name: none}}, job: {read: all, create: true, "
    "update: all, delete: all, export: true, fields: {canarycode: none, canaryclosed: none, name: none}}}\n",
    "roles/blind.yaml": "role: blind\nobjects: {account: {read: all, fields: {'*': none}}, job: {read: all, update: all, "
    "delete: all, fields: {'*': none}}}\n",
}
LISTS = ("/", "/palette", "/app/desk", "/o/job", "/o/job?view=coded", "/o/job?view=board", "/bin?object=job", "/search?q=Job")
RECORD = ("", "/edit", "/card", "/history", "/activity", "/timeline", "/files", "/delete", "/move?field=stage")


@pytest.mark.parametrize("role", ["worker", "nameless", "blind"])
def test_screens_are_made_of_what_may_be_read(make_installation: Callable[..., Any], role: str) -> None:
    site = Site(make_installation(FILES))
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    system = site.api("admin")
    account = system.create("account", name="Acc")
    values = {"account": account["id"], "due": "2026-11-21", "canarycode": "canaryvalue", "owner": site.person(role).id}
    job = system.create("job", name="Job", **values)
    browser = site.browser(role)
    may_be_missing = {"/app/desk", f"/o/job/{job['id']}/move?field=stage"}
    for path in (*LISTS, *(f"/o/job/{job['id']}{tail}" for tail in RECORD), f"/o/account/{account['id']}/card"):
        answer = browser.get(path)
        assert answer.status_code == 200 or (path in may_be_missing and answer.status_code == 404), path
        assert "canary" not in answer.text.lower(), path


def test_the_same_views_are_there_for_who_may_read_their_fields(make_installation: Callable[..., Any]) -> None:
    site = Site(make_installation(FILES))
    site.api("admin").create("job", name="Job", canarycode="canaryvalue")
    browser = site.browser("admin")
    assert "By code" in browser.get("/o/job").text
    assert "Board" in browser.get("/o/job?view=board").text
    assert "Canaryboard" in browser.get("/app/desk").text
