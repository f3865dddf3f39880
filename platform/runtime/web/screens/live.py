"""What a form carries so that it answers its rules by itself: trees of rules, and what they read beside what is typed.

Only rules that read nothing but what the viewer may read go to the page. The others stay here: when something changes that
they read, the page asks (`forms.preview`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import Field, Object
from newel.rules.browser import obstacle, tree_of
from newel.rules.browser.values import as_json, facts_as_json
from newel.rules.conditions import FieldConditions, Rule
from newel.rules.expressions import Expression
from newel.rules.tree import Prior, walk
from newel.runtime.records import previewing
from newel.runtime.records.computing import Formula, formulas_of
from newel.runtime.records.drafting import plan_of
from newel.runtime.records.rules import rules_on
from newel.runtime.records.statements import kept
from newel.runtime.records.work import Work
from newel.runtime.web.screens.binding_forms import BoundForm, BoundLines
from newel.runtime.web.screens.showing import currencies, keeping, shown_as
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


def rules_of(viewer: Viewer, form: BoundForm, editable: frozenset[str], is_new: bool) -> FormRules:
    """The rules of a form; kept while the Installation lives."""
    names = tuple(place.name for place in form.places)
    key = ("live", form.object.name, form.name, names, editable, is_new, viewer.actor.role_set, viewer.locale)
    found: FormRules = kept(viewer.installation, key, lambda: _Gathering(viewer, form, editable, is_new).gathered())
    return found


def start_of(
    work: Work, viewer: Viewer, form: BoundForm, rules: FormRules, values: Mapping[str, Any], stored: Mapping[str, Any] | None
) -> Json:
    """All that the page needs: the rules, the record that they begin with, what lies behind its lookups, and the facts.

    `values` are those that the form begins with, `stored` those of the record, which a new one has not.
    """
    target = form.object.object
    rows = {name: _rows(work, target.fields[name], part, values.get(name)) for name, part in rules.lines.items()}
    record = {name: _json(target.fields[name], values.get(name)) for name in rules.own.reads if name in target.fields}
    prior = None if stored is None else {name: _json(target.fields[name], stored.get(name)) for name in rules.own.prior}
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
    return {each.id: {name: _json(fields[name], each.values.get(name)) for name in part.reads} for each in known}


def _json(of: Field, value: Any) -> Any:
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


def _fixed(of: Field) -> Json | None:
    """A default that is a plain value, as a tree."""
    try:
        value = type_of(of).parse(of, of.default.value if of.default else None, Locale())
    except ValueProblem:
        return None
    kind = type_of(of).expression_type
    return {"gives": kind, "tree": {"is": "value", "kind": kind, "value": _json(of, value)}}


class _Gathering:
    """Gathers the rules of one form."""

    def __init__(self, viewer: Viewer, form: BoundForm, editable: frozenset[str], is_new: bool) -> None:
        self._viewer = viewer
        self._form = form
        self._editable = editable
        self._is_new = is_new
        self._target = form.object.object
        self._grids = {place.name: place.lines for place in form.places if place.lines is not None and place.name in editable}
        self._found = FormRules()

    def gathered(self) -> FormRules:
        for place in self._form.places:
            if place.name in self._editable and place.lines is None:
                self._found.own.inputs[place.name] = place.field.type.widget
        self._found.lines = {name: self._part_of_lines(grid) for name, grid in self._grids.items()}
        self._conditions()
        self._formulas()
        self._options()
        for name, grid in self._grids.items():
            self._lines(name, grid)
        self._found.lines = {name: part for name, part in self._found.lines.items() if part or part.reads}
        return self._found

    def _part_of_lines(self, grid: BoundLines) -> Part:
        return Part(inputs={each.name: each.type.widget for each in grid.columns})

    # The form's own fields

    def _conditions(self) -> None:
        """Those of the fields and of their places; what locks a stored record is what is stored of it."""
        installation = self._viewer.installation
        rules = rules_on(installation, plan_of(installation, self._target.name).rules, self._target, self._form.name or None)
        for name in self._form.names & rules.conditions.keys():
            said = [self._condition(each) for each in rules.conditions[name]]
            if None in said or any(isinstance(rule, list) for each in said if each for rule in each.values()):
                self._found.own.conditions[name] = SERVER if None in said else said
        own = self._found.own
        own.clears = [each.name for each in rules.clearing if each.name in own.conditions and each.name in own.inputs]

    def _condition(self, said: FieldConditions) -> Json | None:
        """The conditions as JSON, fixed ones too; None where one of them must be asked for."""
        rules = {"visible": said.visible, "required": said.required}
        if self._is_new:
            rules["read_only"] = said.read_only
        brought = {name: self._rule(rule) for name, rule in rules.items()}
        return None if None in brought.values() else brought

    def _rule(self, rule: Rule) -> bool | list[Json] | None:
        if isinstance(rule, bool):
            return rule
        trees = [self._brought(each) for each in (rule if isinstance(rule, tuple) else (rule,))]
        return [each for each in trees if each is not None] if None not in trees else None

    def _formulas(self) -> None:
        for place in self._form.places:
            if place.field.field.is_computed:
                self._formula(place.name)

    def _formula(self, name: str) -> None:
        """A computed field that the form shows or that a rule reads, with those that it is made of itself."""
        formula = self._formula_of(self._target.name, name)
        if formula is None or name in self._found.own.formulas or not self._may_change(formula.expression):
            return
        self._found.own.formulas[name] = SERVER
        shown = shown_as(self._viewer, formula.field)
        tree = self._brought(formula.expression) if shown else None
        if tree is not None:
            self._found.own.formulas[name] = {**tree, "keep": keeping(formula.field), "show": shown}

    def _formula_of(self, object_name: str, name: str) -> Formula | None:
        found = formulas_of(self._viewer.installation, object_name)
        stored = {each.field.name: each for each in found.stored}
        return stored.get(name) or found.read.get(name) or found.rollups.get(name)

    def _may_change(self, expression: Expression) -> bool:
        """Whether anything that is typed on this form could change what an expression gives."""
        return any(name in self._editable for name in self._roots(expression))

    def _roots(self, expression: Expression) -> Iterator[str]:
        """The own fields and collections that an expression is made of in the end."""
        yield from expression.collections
        for path in expression.paths:
            formula = self._formula_of(self._target.name, path[0])
            if formula is None:
                yield path[0]
            else:
                yield from self._roots(formula.expression)

    def _options(self) -> None:
        """Options that are offered only to some records."""
        for name in self._form.names & self._editable:
            rules = self._offered(self._target.name, name)
            if rules:
                brought = {key: self._brought(each) for key, each in rules.items()}
                self._found.own.options[name] = SERVER if None in brought.values() else brought

    def _offered(self, object_name: str, name: str) -> Mapping[str, Expression]:
        return self._viewer.installation.rulebook.object(object_name).options.get(name, {})

    # What may go to the page

    def _brought(self, expression: Expression) -> Json | None:
        """The tree of a rule over the form's record; None where it stays here, and the page asks for it."""
        if not self._may_go(expression):
            self._found.asks.update(dict.fromkeys(name for name in self._roots(expression) if name in self._editable))
            return None
        part = self._found.own
        for path in expression.paths:
            part.reads[path[0]] = None
            self._formula(path[0])
            if len(path) > 1:
                part.behind.setdefault(path[0], {})[".".join(path[1:])] = None
        for collection, paths in expression.collections.items():
            self._note_lines(collection, paths)
        self._note(expression, part)
        return tree_of(expression)

    def _may_go(self, expression: Expression) -> bool:
        if obstacle(expression) is not None or not all(self._is_seen(self._target, path) for path in expression.paths):
            return False
        grids = self._grids
        return all(name in grids and self._are_columns(grids[name], paths) for name, paths in expression.collections.items())

    def _is_seen(self, target: Object, path: tuple[str, ...]) -> bool:
        """Whether the viewer may read all that a path passes; where it begins, in every record."""
        shown = self._viewer.verdict(target.name).always_shows(path[0])
        return shown and is_open(self._viewer, target.name, ".".join(path))

    def _are_columns(self, grid: BoundLines, paths: Iterable[tuple[str, ...]]) -> bool:
        """Whether what is read of the lines stands in their grid."""
        columns = {each.name for each in grid.columns}
        by = str(grid.field.field.by)
        for path in paths:
            if path[0] == by:
                if len(path) > 1 and not self._is_seen(self._target, path[1:]):
                    return False
            elif path != ("id",) and (path[0] not in columns or not self._is_seen(grid.object.object, path)):
                return False
        return True

    def _note_lines(self, collection: str, paths: Iterable[tuple[str, ...]]) -> None:
        """What is read of lines; through the lookup back it is the form's own record again."""
        grid, part = self._grids[collection], self._found.lines[collection]
        for path in paths:
            if path[0] == str(grid.field.field.by):
                if len(path) > 1:
                    self._note_own(path[1:])
            else:
                part.reads[path[0]] = None
                self._line_formula(collection, grid, path[0])
                if len(path) > 1:
                    part.behind.setdefault(path[0], {})[".".join(path[1:])] = None

    def _note_own(self, path: tuple[str, ...]) -> None:
        self._found.own.reads[path[0]] = None
        self._formula(path[0])
        if len(path) > 1:
            self._found.own.behind.setdefault(path[0], {})[".".join(path[1:])] = None

    def _note(self, expression: Expression, part: Part) -> None:
        part.prior.update({node.path[0]: None for node in walk(expression.tree) if isinstance(node, Prior)})
        self._found.expressions.append(expression)

    # Lines

    def _lines(self, collection: str, grid: BoundLines) -> None:
        part, child = self._found.lines[collection], grid.object.object
        for column in grid.columns:
            if column.field.is_computed:
                self._line_formula(collection, grid, column.name)
            rules = self._offered(child.name, column.name)
            brought = {key: self._brought_to_lines(collection, grid, each) for key, each in rules.items()}
            if brought:
                part.options[column.name] = SERVER if None in brought.values() else brought
            if column.field.default is not None and column.name in grid.creatable:
                self._line_default(collection, grid, column.field)

    def _line_formula(self, collection: str, grid: BoundLines, name: str) -> None:
        part, formula = self._found.lines[collection], self._formula_of(grid.object.name, name)
        if formula is None or name in part.formulas:
            return
        part.formulas[name] = SERVER
        shown = shown_as(self._viewer, formula.field)
        tree = self._brought_to_lines(collection, grid, formula.expression) if shown else None
        if tree is not None:
            part.formulas[name] = {**tree, "keep": keeping(formula.field), "show": shown}

    def _line_default(self, collection: str, grid: BoundLines, of: Field) -> None:
        """What a new line gets where nothing is typed."""
        expression = self._viewer.installation.rulebook.object(grid.object.name).defaults.get(of.name)
        tree = _fixed(of) if expression is None else self._brought_to_lines(collection, grid, expression)
        shown = shown_as(self._viewer, of)
        if tree is not None and shown is not None:
            self._found.lines[collection].defaults[of.name] = {**tree, "keep": keeping(of), "show": shown}
        elif expression is not None:
            self._found.lines[collection].defaults[of.name] = SERVER

    def _brought_to_lines(self, collection: str, grid: BoundLines, expression: Expression) -> Json | None:
        """The tree of a rule over each line."""
        if obstacle(expression) is not None or expression.collections or not self._are_columns(grid, expression.paths):
            self._found.asks[collection] = None
            return None
        self._note_lines(collection, expression.paths)
        self._note(expression, self._found.lines[collection])
        return tree_of(expression)
