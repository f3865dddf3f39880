"""What a form carries so that it answers its rules by itself: trees of rules, and what they read beside what is typed.

Which rules go to the page and which stay here, `bringing` says; for those that stay, the page asks (`foreseeing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.model import Field, Object
from newel.rules.browser.values import as_json, facts_as_json
from newel.rules.expressions import Expression
from newel.runtime.records import previewing
from newel.runtime.records.work import Work
from newel.runtime.web.screens.binding_forms import BoundForm
from newel.runtime.web.screens.showing import currencies
from newel.runtime.web.screens.viewer import Viewer

Json = dict[str, Any]
LONGEST = 5  # hops of a path
SERVER = "server"  # stands for a rule that the page asks for


@dataclass
class Part:
    """The rules of a form's own fields, or of its lines; and what they read."""

    conditions: Json = field(default_factory=dict)
    formulas: Json = field(default_factory=dict)
    options: Json = field(default_factory=dict)
    defaults: Json = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)  # by field: the kind of editor that it is read from
    reads: dict[str, None] = field(default_factory=dict)
    prior: dict[str, None] = field(default_factory=dict)
    clears: list[str] = field(default_factory=list)  # the fields that become blank when they are hidden
    behind: dict[str, dict[str, None]] = field(default_factory=dict)  # by lookup: paths beyond it

    def __bool__(self) -> bool:
        return bool(self.conditions or self.formulas or self.options or self.defaults)

    def as_json(self, target: Object) -> Json:
        behind = {name: {"object": target.fields[name].to[0], "paths": [*paths]} for name, paths in self.behind.items()}
        return {
            "conditions": self.conditions,
            "formulas": self.formulas,
            "options": self.options,
            "defaults": self.defaults,
            "inputs": self.inputs,
            "behind": behind,
            "clears": self.clears,
        }


@dataclass
class FormRules:
    """The rules of a form for those who play some roles. `asks`: the fields whose change the server must hear of."""

    own: Part = field(default_factory=Part)
    lines: dict[str, Part] = field(default_factory=dict)
    asks: dict[str, None] = field(default_factory=dict)
    expressions: list[Expression] = field(default_factory=list)  # those that go to the page

    def __bool__(self) -> bool:
        return bool(self.own) or any(self.lines.values()) or bool(self.asks)


def start_of(
    work: Work, viewer: Viewer, form: BoundForm, rules: FormRules, values: Mapping[str, Any], stored: Mapping[str, Any] | None
) -> Json:
    """All that the page needs: the rules, the record that they begin with, what lies behind its lookups, and the facts.

    `values` are those that the form begins with, `stored` those of the record, which a new one has not.
    """
    target = form.object.object
    rows = {name: _rows(work, target.fields[name], part, values.get(name)) for name, part in rules.lines.items()}
    record = {name: shown_value(target.fields[name], values.get(name)) for name in rules.own.reads if name in target.fields}
    prior = None if stored is None else {name: shown_value(target.fields[name], stored.get(name)) for name in rules.own.prior}
    return {
        **rules.own.as_json(target),
        "lines": {
            name: {**part.as_json(work.model.objects[str(target.fields[name].of)]), "by": target.fields[name].by}
            for name, part in rules.lines.items()
        },
        "asks": [*rules.asks],
        "record": record,
        "rows": rows,
        "reached": _reached(work, target, rules, record, rows),
        "facts": {**facts_as_json(replace(work.facts, prior=stored), rules.expressions), "prior": prior},
        "currencies": currencies(viewer),
        "isNew": stored is None,
    }


def _rows(work: Work, of: Field, part: Part, records: Any) -> Json:
    """What rules read of the stored lines, by id."""
    fields = work.model.objects[str(of.of)].fields
    known = [each for each in records or () if hasattr(each, "id") and hasattr(each, "values")]
    return {each.id: {name: shown_value(fields[name], each.values.get(name)) for name in part.reads} for each in known}


def shown_value(of: Field, value: Any) -> Any:
    """A value of a field in JSON, as expressions see it."""
    return as_json(value if value is None or of.system else type_of(of).expression_value(of, value))


def _reached(work: Work, target: Object, rules: FormRules, record: Json, rows: Json) -> Json:
    """By object, id and path: what lies behind the lookups that the form begins with."""
    wanted: dict[str, tuple[set[str], dict[str, None]]] = {}
    for name, paths in rules.own.behind.items():
        _want(wanted, target.fields[name], paths, [record.get(name)])
    for name, part in rules.lines.items():
        fields = work.model.objects[str(target.fields[name].of)].fields
        for lookup, paths in part.behind.items():
            _want(wanted, fields[lookup], paths, [row.get(lookup) for row in rows[name].values()])
    return {there: behind(work, there, sorted(ids), paths) for there, (ids, paths) in wanted.items()}


def _want(wanted: dict[str, tuple[set[str], dict[str, None]]], lookup: Field, paths: Iterable[str], ids: Iterable[Any]) -> None:
    known, asked = wanted.setdefault(lookup.to[0], (set(), {}))
    known.update(each for each in ids if each)
    asked.update(dict.fromkeys(paths))


def behind(work: Work, object_name: str, ids: Iterable[str], paths: Iterable[str]) -> Json:
    """What the actor may know at the ends of paths that begin at records of an object, as rules on the page read it."""
    found = previewing.reached(work, object_name, ids, paths)
    return {record_id: {path: as_json(value) for path, value in values.items()} for record_id, values in found.items()}


def is_open(viewer: Viewer, object_name: str, path: str) -> bool:
    """Whether the viewer may name all that a path passes."""
    names = path.split(".")
    for at, name in enumerate(names):
        found = viewer.model.objects[object_name].fields.get(name)
        if found is None or at > LONGEST or name not in viewer.verdict(object_name).readable or found.is_many:
            return False
        if at < len(names) - 1:
            if len(found.to) != 1:
                return False
            object_name = found.to[0]
    return True
