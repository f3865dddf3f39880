"""Which rules of a form go to its page: those that read nothing but what the viewer may read and the form holds.

The others stay on the server: when something changes that they read, the page asks for what they say (`foreseeing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import Locale, ValueProblem
from newel.metadata.model import Field, Object
from newel.rules.browser import obstacle, tree_of
from newel.rules.conditions import FieldConditions, Rule
from newel.rules.expressions import Expression
from newel.rules.tree import Prior, walk
from newel.runtime.records.access import knows_given
from newel.runtime.records.computing import Formula, formulas_of
from newel.runtime.records.drafting import plan_of
from newel.runtime.records.rules import rules_on
from newel.runtime.records.scopes import EVERYTHING
from newel.runtime.records.statements import kept
from newel.runtime.web.screens.binding_forms import BoundForm, BoundLines
from newel.runtime.web.screens.live import SERVER, FormRules, Json, Part, is_open, shown_value
from newel.runtime.web.screens.showing import keeping, shown_as
from newel.runtime.web.screens.viewer import Viewer

Bring = Callable[[Expression], Json | None]


def rules_of(viewer: Viewer, form: BoundForm, editable: frozenset[str], is_new: bool) -> FormRules:
    """The rules of a form; kept while the Installation lives."""
    names = tuple(place.name for place in form.places)
    key = ("live", form.object.name, form.name, names, editable, is_new, viewer.actor.role_set, viewer.locale)
    found: FormRules = kept(viewer.installation, key, lambda: _Gathering(viewer, form, editable, is_new).gathered())
    return found


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
            said = [self._condition(each, self._brought, self._is_new) for each in rules.conditions[name]]
            if _is_live(said):
                self._found.own.conditions[name] = SERVER if None in said else said
        own = self._found.own
        own.clears = [each.name for each in rules.clearing if each.name in own.conditions and each.name in own.inputs]

    def _condition(self, said: FieldConditions, bring: Bring, locks: bool) -> Json | None:
        """The conditions as JSON, fixed ones too; None where one of them must be asked for."""
        rules = {"visible": said.visible, "required": said.required, **({"read_only": said.read_only} if locks else {})}
        brought = {name: _rule(rule, bring) for name, rule in rules.items()}
        return None if None in brought.values() else brought

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
        tree = self._brought(formula.expression, of_formula=True) if shown else None
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

    def _brought(self, expression: Expression, of_formula: bool = False) -> Json | None:
        """The tree of a rule over the form's record; None where it stays here, and the page asks for it."""
        if not self._may_go(expression) or (of_formula and not self._is_whole(expression)):
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
        if not self._is_tellable(expression) or not all(self._is_seen(self._target, path) for path in expression.paths):
            return False
        grids = self._grids
        return all(name in grids and self._are_columns(grids[name], paths) for name, paths in expression.collections.items())

    def _is_tellable(self, expression: Expression) -> bool:
        """Whether a page can work it out, and its reader knows all that it asks of them."""
        known = knows_given(self._viewer.installation, self._viewer.actor.role_set, expression.given)
        return known and obstacle(expression) is None

    def _is_seen(self, target: Object, path: tuple[str, ...]) -> bool:
        """Whether the viewer may read all that a path passes; where it begins, in every record."""
        shown = self._viewer.verdict(target.name).always_shows(path[0])
        return shown and is_open(self._viewer, target.name, ".".join(path))

    def _is_whole(self, expression: Expression) -> bool:
        """Whether the viewer reads every record that an expression passes: a formula is worked out whatever rows one may read."""
        lines = ((self._grids[name], path) for name, paths in expression.collections.items() for path in paths)
        own = all(self._reads_all(self._target, path) for path in expression.paths)
        return own and all(self._reads_all_of_line(grid, path) for grid, path in lines)

    def _reads_all_of_line(self, grid: BoundLines, path: tuple[str, ...]) -> bool:
        """The lookup back leads to the form's own record."""
        is_back = path[0] == str(grid.field.field.by)
        return self._reads_all(self._target, path[1:]) if is_back else self._reads_all(grid.object.object, path)

    def _reads_all(self, target: Object, path: tuple[str, ...]) -> bool:
        for hop, name in pairwise(path):
            target = self._viewer.model.objects[target.fields[hop].to[0]]
            judged = self._viewer.verdict(target.name)
            if judged.read != EVERYTHING or not judged.always_shows(name):
                return False
        return True

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

        def bring(expression: Expression) -> Json | None:
            return self._brought_to_lines(collection, grid, expression)

        conditions = plan_of(self._viewer.installation, child.name).rules.conditions
        for column in grid.columns:
            said = [self._condition(each, bring, locks=True) for each in conditions.get(column.name, ())]
            if _is_live(said):
                part.conditions[column.name] = SERVER if None in said else said
            if column.field.is_computed:
                self._line_formula(collection, grid, column.name)
            rules = self._offered(child.name, column.name)
            brought = {key: bring(each) for key, each in rules.items()}
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
        tree = self._brought_to_lines(collection, grid, formula.expression, of_formula=True) if shown else None
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

    def _brought_to_lines(
        self, collection: str, grid: BoundLines, expression: Expression, of_formula: bool = False
    ) -> Json | None:
        """The tree of a rule over each line."""
        stays = not self._is_tellable(expression) or expression.collections or not self._are_columns(grid, expression.paths)
        if stays or (of_formula and not all(self._reads_all_of_line(grid, path) for path in expression.paths)):
            self._found.asks[collection] = None
            return None
        self._note_lines(collection, expression.paths)
        self._note(expression, self._found.lines[collection])
        return tree_of(expression)


def _fixed(of: Field) -> Json | None:
    """A default that is a plain value, as a tree."""
    try:
        value = type_of(of).parse(of, of.default.value if of.default else None, Locale())
    except ValueProblem:
        return None
    kind = type_of(of).expression_type
    return {"gives": kind, "tree": {"is": "value", "kind": kind, "value": shown_value(of, value)}}


def _is_live(said: list[Json | None]) -> bool:
    """Whether conditions depend on the record, or must be asked for."""
    return None in said or any(isinstance(rule, list) for each in said if each for rule in each.values())


def _rule(rule: Rule, bring: Bring) -> bool | list[Json] | None:
    if isinstance(rule, bool):
        return rule
    trees = [bring(each) for each in (rule if isinstance(rule, tuple) else (rule,))]
    return [each for each in trees if each is not None] if None not in trees else None
