"""All rules of a Model, compiled: defaults, conditions, validations, action steps, view filters, role scopes, by address.

An object's rules are compiled when first asked for; `compile_rules` asks for all and gathers every Problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from newel.metadata.model import Action, Condition, Field, Form, FormField, Model, Object, Role, Section, Source, Step
from newel.metadata.problems import Path, Problem, Problems
from newel.metadata.scenarios import Scenario
from newel.rules.conditions import EDITABLE, FieldConditions, Rule, both
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.faults import SELF_DEFAULT, UNKNOWN_NAME, Fault, Faults
from newel.rules.formulas import formulas_of, rollups_of, with_computed
from newel.rules.object_rules import ActionRules, ObjectRules, StepRules, ValidationRule
from newel.rules.types import BOOLEAN, type_of_field

Compiled = Expression | None
Scope = str | Expression  # none, own, all, or an expression over the record


class Rulebook:
    """The compiled rules of one Model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._objects: dict[str, ObjectRules] = {}
        self._forms: dict[str, Mapping[str, FieldConditions]] = {}
        self._filters: dict[str, Compiled] = {}
        self._scopes: dict[tuple[str, str, str], Scope] = {}

    def object(self, name: str) -> ObjectRules:
        """The rules of one object; KeyError where there is no such object."""
        found = self._objects.get(name)
        if found is None:
            found = self._objects.setdefault(name, _Compiling(self.model).object(self.model.objects[name]))
        return found

    def form(self, name: str) -> Mapping[str, FieldConditions]:
        """The conditions that a form adds to those of its fields, by field."""
        found = self._forms.get(name)
        if found is None:
            found = self._forms.setdefault(name, _Compiling(self.model).form(self.model.forms[name]))
        return found

    def filter(self, view: str) -> Compiled:
        """The filter of a view ("object.view")."""
        if view not in self._filters:
            self._filters[view] = _Compiling(self.model).filter(view)
        return self._filters[view]

    def scope(self, role: str, object_name: str, operation: str) -> Scope:
        """Which records a role lets read, update or delete: none, own, all, or an expression. What is not granted is none."""
        key = (role, object_name, operation)
        if key not in self._scopes:
            self._scopes[key] = _Compiling(self.model).scope(self.model.roles[role], object_name, operation)
        return self._scopes[key]

    @cached_property
    def expressions(self) -> Mapping[str, Expression]:
        """Every expression by the address of the property that says it; of one for several objects that of the first."""
        return self._all.expressions

    @cached_property
    def uses(self) -> Mapping[str, tuple[str, ...]]:
        """Address of a field or option -> addresses of the rules that mention it: what the Model's `uses` lacks."""
        found: dict[str, dict[str, None]] = {}
        for address, mentions in self._all.mentions.items():
            for mentioned in mentions:
                found.setdefault(mentioned, {})[address] = None
        return {address: tuple(sorted(users)) for address, users in sorted(found.items())}

    @cached_property
    def _all(self) -> _Compiling:
        compiling = _Compiling(self.model)
        compiling.everything()
        return compiling


def compile_rules(model: Model) -> tuple[Rulebook, Problems]:
    """The Rulebook of a Model, everything in it compiled, and all Problems of its expressions.

    The Rulebook's own Model says how each computed field is had (Field.computed).
    """
    computed, problems = with_computed(model)
    rulebook = Rulebook(computed)
    compiling = _Compiling(computed)
    compiling.everything(rulebook)
    rulebook.__dict__["_all"] = compiling
    return rulebook, Problems([*compiling.problems, *problems])


def with_rule_uses(model: Model, rulebook: Rulebook) -> Model:
    """The same Model, whose `uses` name the rules that mention an element, too."""
    known = {*model.uses, *rulebook.uses}
    uses = {each: tuple(sorted({*model.uses.get(each, ()), *rulebook.uses.get(each, ())})) for each in sorted(known)}
    return replace(model, uses=uses)


class _Compiling:
    """Compiles parts of a Model, gathering expressions by address, and problems."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.expressions: dict[str, Expression] = {}
        self.mentions: dict[str, dict[str, None]] = {}  # a rule for several objects mentions fields of each
        self.problems: list[Problem] = []

    def everything(self, into: Rulebook | None = None) -> None:
        """All rules there are, kept in `into`."""
        book = into or Rulebook(self.model)
        for name, each in self.model.objects.items():
            book._objects[name] = self.object(each)
        for name, form in self.model.forms.items():
            book._forms[name] = self.form(form)
        for name in self.model.views:
            book._filters[name] = self.filter(name)
        for role in self.model.roles.values():
            for object_name, operation in _granted(self.model, role):
                book._scopes[role.name, object_name, operation] = self.scope(role, object_name, operation)
        for test in self.model.tests.values():
            self.test(test)

    def compiled(self, source: Source | None, context: Context, address: str, at: Path) -> Compiled:
        if source is None:
            return None
        expression, problems = compile_expression(source, self.model, context, at)
        self.problems.extend(problems)
        return None if expression is None else self.kept(expression, address)

    def kept(self, expression: Expression, address: str) -> Expression:
        self.expressions.setdefault(address, expression)
        self.mentions.setdefault(address, {}).update(dict.fromkeys(expression.mentions))
        return expression

    # Objects

    def object(self, target: Object) -> ObjectRules:
        at = Path()
        return ObjectRules(
            object=target,
            defaults=dict(self._defaults(target)),
            conditions=dict(self._conditions(target)),
            validations=tuple(self._validations(target)),
            actions={name: self._action(target, each, at.key("actions").key(name)) for name, each in target.actions.items()},
            done=self._done(target),
            formulas=formulas_of(target, self.compiled),
            rollups=rollups_of(target, self.compiled),
            options=dict(self._options(target)),
            offered=dict(self._offered(target)),
        )

    def _defaults(self, target: Object) -> Iterator[tuple[str, Expression]]:
        for field in target.fields.values():
            if field.default is None or field.default.expression is None:
                continue
            context = Context("default", target.name, type_of_field(field, target.name), field=field)
            at = Path(("fields", field.name, "default"))
            found = self.compiled(field.default.expression, context, f"{field.address}/default", at)
            if found is not None and (field.name,) in found.paths:
                self._refuse(field.default.expression, at, Fault(SELF_DEFAULT, 0, len(found.text), field=field.name))
            elif found is not None:
                yield field.name, found

    def _refuse(self, source: Source, at: Path, fault: Fault) -> None:
        faults = Faults(source, at)
        faults.add(fault)
        self.problems.extend(faults.found)

    def _options(self, target: Object) -> Iterator[tuple[str, Mapping[str, Expression]]]:
        for field in target.fields.values():
            found = {}
            for key, option in field.choices.items():
                at = Path(("fields", field.name, "options", key, "when"))
                context = Context("options", target.name)
                when = self.compiled(option.when, context, f"{field.address}/option:{key}/when", at)
                if when is not None:
                    found[key] = when
            if found:
                yield field.name, found

    def _offered(self, target: Object) -> Iterator[tuple[str, Expression]]:
        for field in target.fields.values():
            for pointed in field.to if field.filter is not None else ():
                context = Context("offered", pointed, record=target.name)
                at = Path(("fields", field.name, "filter"))
                found = self.compiled(field.filter, context, f"{field.address}/filter", at)
                if found is not None:
                    yield field.name, found

    def _conditions(self, target: Object) -> Iterator[tuple[str, FieldConditions]]:
        for field in target.fields.values():
            found = self._of_element(field, target.name, Path(("fields", field.name)))
            if found != EDITABLE:
                yield field.name, found

    def _of_element(self, element: Field | FormField, object_name: str, at: Path) -> FieldConditions:
        return FieldConditions(
            visible=self._rule(element.visible, object_name, f"{element.address}/visible", at.key("visible")),
            required=self._rule(element.required, object_name, f"{element.address}/required", at.key("required")),
            read_only=self._rule(element.read_only, object_name, f"{element.address}/read_only", at.key("read_only")),
            address=element.address,
        )

    def _rule(self, condition: Condition, object_name: str, address: str, at: Path) -> Rule:
        if condition.when is None:
            return condition.always
        return self.compiled(condition.when, Context("condition", object_name), address, at) or False

    def _validations(self, target: Object) -> Iterator[ValidationRule]:
        for name, each in target.validations.items():
            at = Path(("validations", name))
            context = Context("validate", target.name)
            when = self.compiled(each.when, context, f"{each.address}/when", at.key("when"))
            require = self.compiled(each.require, context, f"{each.address}/require", at.key("require"))
            if require is not None and (each.when is None or when is not None):
                yield ValidationRule(each, when, require)

    def _done(self, target: Object) -> Compiled:
        if target.activity is None:
            return None
        context = Context("condition", target.name)
        return self.compiled(target.activity.done, context, f"{target.address}/activity/done", Path(("activity", "done")))

    def _action(self, target: Object, action: Action, at: Path) -> ActionRules:
        when = self.compiled(action.when, Context("condition", target.name), f"{action.address}/when", at.key("when"))
        made: dict[str, str] = {}
        steps = {}
        for name, step in action.steps.items():
            steps[name] = self._step(target, action, step, dict(made), at.key("steps").key(name))
            made[name] = step.object
        return ActionRules(action, when, steps)

    def _step(self, target: Object, action: Action, step: Step, made: Mapping[str, str], at: Path) -> StepRules:
        address = f"{action.address}/step:{step.name}"
        when = self.compiled(step.when, Context("action", target.name, BOOLEAN, made), f"{address}/when", at.key("when"))
        fields = self.model.objects[step.object].fields
        found = {}
        for name, source in step.set.items():
            kind = type_of_field(fields[name], step.object) if name in fields else None
            context = Context("action", target.name, kind, made, fields.get(name))
            value = self.compiled(source, context, f"{address}/set/{name}", at.key("set").key(name))
            if value is not None:
                found[name] = value
        return StepRules(step, when, found)

    # Forms, views, roles

    def form(self, form: Form) -> Mapping[str, FieldConditions]:
        found: dict[str, FieldConditions] = {}
        for tab_name, tab in form.tabs.items():
            for name, section in tab.sections.items():
                at = Path(("tabs", tab_name, "sections", name))
                found.update(self._section(form, section, at))
        return found

    def _section(self, form: Form, section: Section, at: Path) -> Iterator[tuple[str, FieldConditions]]:
        shown = self._rule(section.visible, form.object, f"{section.address}/visible", at.key("visible"))
        for name, each in section.fields.items():
            own = self._of_element(each, form.object, at.key("fields").key(name))
            conditions = FieldConditions(both(shown, own.visible), own.required, own.read_only, each.address)
            if conditions != EDITABLE:
                yield name, conditions

    def filter(self, name: str) -> Compiled:
        view = self.model.views[name]
        return self.compiled(view.filter, Context("filter", view.object), f"{view.address}/filter", Path(("filter",)))

    def test(self, test: Scenario) -> None:
        """The filters of a scenario test: they are compiled again when it runs, as what people type is."""
        for step in test.steps.values():
            at = Path(("steps", step.name, "when", "filter")) if step.name else Path(("when", "filter"))
            self.compiled(step.attempt.filter, Context("filter", step.attempt.object), f"{step.address}/filter", at)

    def scope(self, role: Role, object_name: str, operation: str) -> Scope:
        grant = role.grants.get(object_name) or role.grants.get("*")
        said = getattr(grant, operation) if grant is not None else "none"
        if not isinstance(said, Source):
            return str(said)
        named = "*" if grant is None else grant.object
        at = Path(("objects", named, operation))
        address = f"{role.address}/object:{named}/{operation}"
        if named == "*":
            return self._scope_of_all(role, said, object_name, address, at)
        return self.compiled(said, Context("permission", object_name), address, at) or "none"

    def _scope_of_all(self, role: Role, said: Source, object_name: str, address: str, at: Path) -> Scope:
        """A rule under "*" is about the objects that have all fields it names, and lets nobody at the others.

        What else is wrong with it on one of its objects is told, and so is that it is about no object at all.
        """
        found, problems = self._tried(said, object_name, at)
        if found is not None:
            return self.kept(found, address)
        if _only_names(problems):
            others = [name for name in self.model.objects if name not in role.grants]
            if not all(_only_names(self._tried(said, name, at)[1]) for name in others):
                return "none"
        self.problems.extend(each for each in problems if not self._is_told(each))
        return "none"

    def _tried(self, source: Source, object_name: str, at: Path) -> tuple[Expression | None, list[Problem]]:
        return compile_expression(source, self.model, Context("permission", object_name), at)

    def _is_told(self, problem: Problem) -> bool:
        """Whether a fault at the same place is told already: a rule for many objects tells it once."""
        return any((each.kind, each.place) == (problem.kind, problem.place) for each in self.problems)


def _only_names(problems: list[Problem]) -> bool:
    """Whether a rule can't be about an object: it names fields that the object lacks, and nothing else is wrong."""
    return bool(problems) and all(each.kind is UNKNOWN_NAME for each in problems)


def _granted(model: Model, role: Role) -> Iterator[tuple[str, str]]:
    names = model.objects if "*" in role.grants else role.grants
    for name in names:
        if name in model.objects:
            for operation in ("read", "update", "delete"):
                yield name, operation
