"""The authorisation matrix: every route of the running app, for every persona, over every record and field that exists.

It reads the router, so a new route is tried as soon as it is registered; one whose parameters it does not know fails the suite.
An answer leaks where it holds a trace of a forbidden cell, finds a record by one, or tells a hidden field from an unknown one.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from newel.runtime.records import as_system, finding, reading
from newel.runtime.records.errors import NotFound
from tests.security.cells import PERSONAS, Cell, Cells, Row, knows, sees, sees_row
from tests.support.site import API, Site

UNKNOWN = "no_such_field"
LABELS = {  # words that only metadata holds: object -> (field, label)
    "vault": {"": "Canaryvault"},
    "account": {"secret_note": "Canarynote"},
    "contact": {"salary": "Canarysalary"},
    "order_line": {"cost": "Canarycost"},
}
ABSENT = "00000000-0000-7000-8000-000000000000"
# How a field may be mentioned in an address; {} is its name.
MENTIONS = (
    ("filter", "not is_blank({})"),
    ("sort", "{}"),
    ("sort", "-{}"),
    ("fields", "{}"),
    ("group", "{}"),
    ("measure", "max({})"),
    ("columns", "{}"),
    ("group_by", "{}"),
)


@dataclass
class Report:
    """What was tried, and what came through."""

    paths: int = 0
    leaks: list[str] = field(default_factory=list)
    unknown_routes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        shown = "".join(f"\n  {leak}" for leak in self.leaks[:20])
        return f"leaks found: {len(self.leaks)} of {self.paths} paths{shown}"


@dataclass
class Matrix:
    """All paths over one site, for the given personas."""

    site: Site
    cells: Cells
    personas: tuple[str, ...] = tuple(PERSONAS)
    only: frozenset[str] = frozenset()  # endpoints, and the words "finding" and "writing"; empty: everything
    report: Report = field(default_factory=Report)

    def run(self) -> Report:
        for persona in self.personas:
            Reader(self, persona).run()
            if self.tries("writing"):
                Writer(self, persona).run()
        return self.report

    def tries(self, what: str) -> bool:
        return not self.only or what in self.only

    @cached_property
    def rules(self) -> list[Rule]:
        return [rule for rule in self.site.app.url_map.iter_rules() if rule.endpoint != "static"]


@dataclass
class Walk:
    """One persona's way through the routes."""

    matrix: Matrix
    persona: str

    @cached_property
    def traces(self) -> dict[str, str]:
        labels = {
            label: f"{name}.{hidden}"
            for name, named in LABELS.items()
            for hidden, label in named.items()
            if not (knows(self.persona, name, hidden or "name"))
        }
        return {**self.matrix.cells.traces(self.persona), **labels}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(trace) for trace in sorted(self.traces, key=len, reverse=True)) or r"(?!)")

    @cached_property
    def client(self) -> FlaskClient:
        return self.matrix.site.browser(*PERSONAS[self.persona], name=None).client

    @cached_property
    def token(self) -> str:
        return str((self.client.get("/session").json or {})["csrf_token"])

    def send(self, method: str, path: str, echoes: tuple[str, ...] = (), **more: Any) -> TestResponse:
        """One path: sent, counted, and looked through for traces. What the request itself holds may come back."""
        self.matrix.report.paths += 1
        headers = {"X-CSRF-Token": self.token, **more.pop("headers", {})}
        answer = self.client.open(path, method=method, headers=headers, **more)
        asked = unquote_plus(path)
        found = next(
            (each for each in self.pattern.finditer(self.text_of(answer)) if each[0] not in asked and each[0] not in echoes), None
        )
        if found:
            self.leak(method, path, f"{answer.status_code} shows {self.traces[found[0]]}")
        if answer.status_code >= 500:
            self.leak(method, path, f"{answer.status_code}: {answer.text[:200]}")
        answer.close()
        return answer

    def text_of(self, answer: TestResponse) -> str:
        """Everything that the answer says: its body (what is packed, unpacked) and its headers."""
        said = answer.data
        if said[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(said)) as archive:
                said = b"\n".join(archive.read(name) for name in archive.namelist())
        return said.decode("utf-8", "replace") + repr(list(answer.headers))

    def leak(self, method: str, path: str, what: str) -> None:
        self.matrix.report.leaks.append(f"{self.persona}: {method} {path}: {what}")


class Reader(Walk):
    """Every GET, with every way of mentioning a field."""

    def run(self) -> None:
        for rule in self.matrix.rules:
            if "GET" in (rule.methods or ()) and self.matrix.tries(rule.endpoint):
                for path, object_name in self.addresses(rule):
                    self.read(rule, path, object_name)
        if self.matrix.tries("finding"):
            self.find_by_forbidden_words()
        if self.matrix.tries("foreseeing"):
            self.foresee()

    def addresses(self, rule: Rule) -> Iterator[tuple[str, str]]:
        """The addresses of a route over everything that exists; each parameter has its row in PARAMETERS."""
        unknown = rule.arguments - PARAMETERS.keys()
        if unknown:
            self.matrix.report.unknown_routes.append(f"{rule.endpoint}: {sorted(unknown)}")
            return
        model = self.matrix.site.installation.model
        for object_name in (*model.objects, "nothing") if "object_name" in rule.arguments else ("",):
            choices = {name: PARAMETERS[name](self.matrix, object_name) for name in sorted(rule.arguments)}
            for values in itertools.product(*choices.values()):
                built = rule.build(dict(zip(choices, values, strict=True)), append_unknown=False)
                if built:
                    yield built[1], object_name

    def read(self, rule: Rule, path: str, object_name: str) -> None:
        self.send("GET", path)
        target = self.matrix.site.installation.model.objects.get(object_name)
        if target is None or rule.arguments - {"object_name", "file_format"}:
            return
        hidden = [name for name, each in target.fields.items() if not each.system and not knows(self.persona, object_name, name)]
        is_closed = not any(knows(self.persona, object_name, name) for name in target.fields)
        for name in hidden[:1] if is_closed else hidden[:2] if target.platform else hidden:
            self.mention(path, name)

    def mention(self, path: str, name: str) -> None:
        """A hidden field and one that was never declared must be one answer, whatever is asked about them."""
        for parameter, pattern in MENTIONS:
            hidden = self.send("GET", f"{path}?{urlencode({parameter: pattern.format(name)})}")
            absent = self.send("GET", f"{path}?{urlencode({parameter: pattern.format(UNKNOWN)})}")
            same = hidden.status_code == absent.status_code and hidden.mimetype == absent.mimetype
            if same and hidden.mimetype.endswith("json"):
                same = _without(name, hidden.text) == _without(name, absent.text)
            if not same:
                self.leak("GET", path, f"{parameter}={pattern.format(name)} is told from an unknown field")

    def foresee(self) -> None:
        """What a form would come to that points at any record, or claims lines of any other: nothing of them that is hidden."""
        cells, objects = self.matrix.cells, self.matrix.site.installation.model.objects
        for object_name in sorted({row.object for row in cells.rows}):
            typed: list[dict[str, str]] = []
            for each in objects[object_name].declared:
                if each.type == "child_table":
                    typed += [{each.name: "", f"{each.name}.0.id": row.id} for row in cells.of(str(each.of))]
                elif each.is_reference and not each.is_many:
                    typed += [{each.name: row.id} for row in cells.of(each.to[0])]
            for record, values in itertools.product(("", *(row.id for row in cells.of(object_name))), typed):
                self.send("POST", f"/o/{object_name}/preview", data={":record": record, **values})

    def find_by_forbidden_words(self) -> None:
        """Nothing is found by a cell that may not be seen: not by search, filter, key or sort."""
        for cell in self.matrix.cells.forbidden(self.persona):
            for endpoint_path in ("/search", f"{API}/search", "/palette/records"):
                answer = self.send("GET", f"{endpoint_path}?{urlencode({'q': cell.traces[0]})}", echoes=cell.traces)
                if cell.row.id in answer.text:
                    self.leak("GET", endpoint_path, f"finds {cell.row.object}.{cell.row.name} by {cell.field}")
            self.filter_by(cell)

    def filter_by(self, cell: Cell) -> None:
        asked = _equals(cell)
        if asked is None:
            return
        for path in (f"{API}/records/{cell.row.object}", f"/o/{cell.row.object}"):
            answer = self.send("GET", f"{path}?{urlencode({'filter': asked})}", echoes=cell.traces)
            if cell.row.id in answer.text:
                self.leak("GET", path, f"filter finds {cell} by its value")
        total = self.send("GET", f"/o/{cell.row.object}/total?{urlencode({'filter': asked})}", echoes=cell.traces)
        if total.status_code == 200 and total.text not in ("", "0"):
            self.leak("GET", total.request.path, f"counts by {cell}")
        counted = self.send(
            "GET", f"{API}/records/{cell.row.object}/aggregate?{urlencode({'filter': asked})}", echoes=cell.traces
        )
        if counted.status_code == 200 and (counted.json or {})["data"] not in ([], [{"count()": 0}]):
            self.leak("GET", counted.request.path, f"counts by {cell}")


def _without(name: str, text: str) -> str:
    """The answer with both names made one, so that what differs is more than the name that was asked for."""
    return re.sub(rf"\b({re.escape(name)}|{UNKNOWN})\b", "?", text)


def _equals(cell: Cell) -> str | None:
    if isinstance(cell.value, str):
        return f"{cell.field} == '{cell.value}'"
    if isinstance(cell.value, dict) and "amount" in cell.value:
        return f"amount({cell.field}) == {cell.value['amount']}"
    return None


class Writer(Walk):
    """Every way of changing what one may not: each must be refused, and nothing may have changed afterwards."""

    def run(self) -> None:
        before = self.stored()
        for row in self.matrix.cells.rows:
            self.change_forbidden_fields(row)
            if not self.may_write(row):
                self.change_forbidden_row(row)
        self.create_where_one_may_not()
        after = self.stored()
        for what, value in before.items():
            if after.get(what) != value:
                self.leak("WRITE", what, f"changed from {value} to {after.get(what)}")

    def may_write(self, row: Row) -> bool:
        """Whether the persona may update or delete the row: reps their own, managers all but the gallery."""
        if self.persona == "manager":
            return row.object not in ("vault", "gallery")
        return self.persona in ("rep", "rep and clerk") and (row.object == "gallery" or (row.parent or row).owner == self.persona)

    def change_forbidden_fields(self, row: Row) -> None:
        path = f"{API}/records/{row.object}/{row.id}"
        for name in row.values:
            if not sees(self.persona, row, name):
                self.refuse("PATCH", path, json={name: None}, headers={"If-Match": "*"})
                self.refuse("PATCH", path, json={name: row.values[name]}, headers={"If-Match": "*"})
                bulk = {"update": [{"id": row.id, "version": 1, name: None}]}
                self.refuse("POST", f"{API}/records/{row.object}/bulk", json=bulk)

    def change_forbidden_row(self, row: Row) -> None:
        path = f"{API}/records/{row.object}/{row.id}"
        title = self.matrix.site.installation.model.objects[row.object].title
        self.refuse("PATCH", path, json={title: "taken"}, headers={"If-Match": "*"})
        self.refuse("PATCH", path, json={}, headers={"If-Match": "*"})
        self.refuse("DELETE", path, headers={"If-Match": "*"})
        self.refuse("POST", f"{path}/restore")
        self.refuse("POST", f"{path}/actions/win")
        self.refuse("POST", f"{path}/files", data={"file": (io.BytesIO(b"x"), "x.txt")})
        bulk = f"{API}/records/{row.object}/bulk"
        self.refuse("POST", bulk, json={"delete": [{"id": row.id, "version": 1}]})
        self.refuse("POST", bulk, json={"update": [{"id": row.id, "version": 1, title: "taken"}]})
        self.send(
            "POST",
            f"/o/{row.object}/bulk",
            data={"csrf_token": self.token, "ids": row.id, "id": row.id, "action": "delete", "do": "delete"},
        )
        self.send(
            "POST",
            f"/o/{row.object}/{row.id}/move",
            data={"csrf_token": self.token, "to": "new", "field": "stage", "value": "new"},
        )
        for key in ("code", "email"):
            if key in row.values and not sees_row(self.persona, row):
                self.refuse("PUT", f"{API}/records/{row.object}/by/{key}/{quote(str(row.values[key]))}", json={title: "taken"})

    def create_where_one_may_not(self) -> None:
        closed = {
            "visitor": ("account", "contact", "order", "campaign", "gallery", "vault"),
            "clerk": ("account", "contact", "vault"),
        }
        for object_name in closed.get(self.persona, ("vault", "nw_user", "nw_team")):
            title = self.matrix.site.installation.model.objects[object_name].title
            self.refuse("POST", f"{API}/records/{object_name}", json={title: "new"})
            self.refuse("POST", f"{API}/records/{object_name}/bulk", json={"create": [{title: "new"}]})
        if self.persona.startswith("rep"):
            for name, value in (("credit_limit", "1.00"), ("secret_note", "x"), ("code", "x"), ("secret_friend", ABSENT)):
                self.refuse("POST", f"{API}/records/account", json={"name": "new", name: value})

    def refuse(self, method: str, path: str, **more: Any) -> None:
        answer = self.send(method, path, **more)
        if answer.status_code < 400:
            self.leak(method, path, f"{answer.status_code} instead of a refusal of {more.get('json')}")

    def stored(self) -> dict[str, Any]:
        """Every planted value as it is stored now, and how many records there are."""
        installation, cells = self.matrix.site.installation, self.matrix.cells
        found: dict[str, Any] = {}
        with reading(installation, as_system(installation, "a test")) as work:
            for row in cells.rows:
                try:
                    record = finding.get(work, row.object, row.id)
                except NotFound:
                    continue
                found |= {f"{row.object}.{row.name}.{name}": repr(record[name]) for name in row.values}
            for name in {row.object for row in cells.rows}:
                found[f"count of {name}"] = finding.count_of(work, name, exact=True).value
        return found


def _names(matrix: Matrix, object_name: str) -> list[str]:
    """Whatever a record's page may name: its lists of others, and its actions."""
    target = matrix.site.installation.model.objects.get(object_name)
    if target is None:
        return ["none"]
    return [*target.inverses, *(each.name for each in target.fields.values() if each.is_many), *target.actions, "none"]


Choices = Callable[[Matrix, str], list[str]]


def _records(matrix: Matrix, object_name: str) -> list[str]:
    return [*(row.id for row in matrix.cells.of(object_name)), ABSENT]


def _keys(matrix: Matrix, object_name: str) -> list[str]:
    fields = matrix.site.installation.model.objects.get(object_name)
    unique = [name for name, each in fields.fields.items() if each.unique] if fields else []
    return [*unique, "won", UNKNOWN]


def _values(matrix: Matrix, object_name: str) -> list[str]:
    return [
        str(row.values[name]) for row in matrix.cells.of(object_name) for name in ("code", "email") if name in row.values
    ] or ["x"]


# A row for each parameter that a route may have: what it is tried with.
PARAMETERS: dict[str, Choices] = {
    "object_name": lambda _, object_name: [object_name],
    "record_id": _records,
    "action": lambda matrix, name: [*(matrix.site.installation.model.objects[name].actions if name != "nothing" else ()), "none"],
    "name": _names,
    "field_name": _names,
    "key": _keys,
    "value": _values,
    "file_id": lambda matrix, _: [*matrix.cells.files, ABSENT],
    "file_format": lambda *_: ["csv", "xlsx"],
    "app_name": lambda matrix, _: [*matrix.site.installation.model.apps, "none"],
    "session_id": lambda *_: [ABSENT],
    "key_id": lambda *_: [ABSENT],
    "token": lambda *_: ["guess"],
    "role_name": lambda matrix, _: [*matrix.site.installation.model.roles, "none"],
}
