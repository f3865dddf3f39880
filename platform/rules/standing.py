"""Where a rule stands, from the address of the property that says it: its kind, its object, what it must give.

An address need not say a rule yet: what may be written there is known all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newel.metadata.model import Field, Form, Model, Object, Role, Section, Source, View
from newel.metadata.problems import Path, Problem
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.formulas import with_computed
from newel.rules.types import BOOLEAN, type_of_field

CONDITIONS = ("visible", "required", "read_only")
OPERATIONS = ("read", "update", "delete")


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of one rule.

    `object`: whose rule it is; of what records its expression is, says the context. `document`: kind and name of what says it.
    `keys`: where in that document. `field`, `option`, `validation`: what it is about.
    """

    address: str
    kind: str
    object: str
    context: Context
    document: tuple[str, str]
    keys: tuple[str, ...]
    field: str | None = None
    option: str | None = None
    validation: str | None = None


def standing(model: Model, address: str) -> Standing | None:
    """The place at an address; None where no rule can stand there."""
    top, *parts = address.split("/")
    kind, _, name = top.partition(":")
    steps = [each.partition(":")[::2] for each in parts]
    if kind == "object" and name in model.objects:
        return _of_object(model, model.objects[name], address, steps)
    if kind == "form" and name in model.forms:
        return _of_form(model.forms[name], address, steps)
    if kind == "view" and name in model.views:
        return _of_view(model.views[name], address, steps)
    return _of_role(model, model.roles[name], address, steps) if kind == "role" and name in model.roles else None


def compiled_at(model: Model, place: Standing, text: str) -> tuple[Expression | None, list[Problem]]:
    """What a text would mean there, or all that is wrong with it."""
    source = Source(text)
    expression, problems = compile_expression(source, model, place.context, Path(place.keys))
    if expression is not None and place.kind in ("formula", "rollup"):
        problems = with_computed(_with_formula(model, place, source))[1]
    return (None if problems else expression), problems


def _with_formula(model: Model, place: Standing, source: Source) -> Model:
    """The same Model, whose field is computed so."""
    target = model.objects[place.object]
    field = target.fields[place.field or ""]
    sources: dict[str, Source | None] = {"formula": None, "rollup": None, place.kind: source}
    fields = {**target.fields, field.name: replace(field, formula=sources["formula"], rollup=sources["rollup"], computed=None)}
    return replace(model, objects={**model.objects, target.name: replace(target, fields=fields)})


_Steps = list[tuple[str, str]]


def _of_object(model: Model, target: Object, address: str, steps: _Steps) -> Standing | None:
    match steps:
        case [("field", name), *rest] if name in target.fields:
            return _of_field(model, target, target.fields[name], address, rest)
        case [("validation", name), (("when" | "require") as word, "")]:
            context = Context("validate", target.name)
            kind = "validation" if word == "require" else "applies"
            document, known = ("object", target.name), target.validations.get(name)
            about = known.field if known else None
            return Standing(address, kind, target.name, context, document, ("validations", name, word), about, None, name)
        case [("activity", ""), ("done", "")] if target.activity is not None:
            context = Context("condition", target.name)
            return Standing(address, "done", target.name, context, ("object", target.name), ("activity", "done"))
        case [("action", name), *rest] if name in target.actions:
            return _of_action(model, target, name, address, rest)
    return None


def _of_field(model: Model, target: Object, field: Field, address: str, rest: _Steps) -> Standing | None:
    document, keys = ("object", target.name), ("fields", field.name)
    kind = type_of_field(field, target.name)
    match rest:
        case [(("formula" | "rollup" | "default") as word, "")] if kind is not None:
            context = Context(word, target.name, kind, field=field)
            more = ("expr",) if word == "default" else ()  # a text by itself may be a plain value
            return Standing(address, word, target.name, context, document, (*keys, word, *more), field.name)
        case [(word, "")] if word in CONDITIONS:
            return Standing(address, word, target.name, Context("condition", target.name), document, (*keys, word), field.name)
        case [("filter", "")] if field.is_reference and len(field.to) == 1 and field.to[0] in model.objects:
            context = Context("offered", field.to[0], record=target.name)
            return Standing(address, "offered", target.name, context, document, (*keys, "filter"), field.name)
        case [("option", key), ("when", "")] if key in field.choices:
            context, at = Context("options", target.name), (*keys, "options", key, "when")
            return Standing(address, "option", target.name, context, document, at, field.name, key)
    return None


def _of_action(model: Model, target: Object, name: str, address: str, rest: _Steps) -> Standing | None:
    document, keys = ("object", target.name), ("actions", name)
    action = target.actions[name]
    if rest == [("when", "")]:
        return Standing(address, "action", target.name, Context("condition", target.name), document, (*keys, "when"))
    made: dict[str, str] = {}
    for step in action.steps.values():
        at = (*keys, "steps", step.name)
        match rest:
            case [("step", step.name), ("when", "")]:
                context = Context("action", target.name, BOOLEAN, made)
                return Standing(address, "step", target.name, context, document, (*at, "when"))
            case [("step", step.name), ("set", ""), (wanted, "")]:
                fields = model.objects[step.object].fields
                kind = type_of_field(fields[wanted], step.object) if wanted in fields else None
                context = Context("action", target.name, kind, made, fields.get(wanted))
                return Standing(address, "set", target.name, context, document, (*at, "set", wanted), wanted)
        made = {**made, step.name: step.object}
    return None


def _of_form(form: Form, address: str, steps: _Steps) -> Standing | None:
    context, document = Context("condition", form.object), ("form", form.name)
    match steps:
        case [("section", name), ("visible", "")] if _section(form, name):
            return Standing(address, "visible", form.object, context, document, ("sections", name, "visible"))
        case [("section", name), ("field", field), (word, "")] if word in CONDITIONS:
            found = _section(form, name)
            if found is not None and field in found.fields:
                keys = ("sections", name, "fields", field, word)
                return Standing(address, word, form.object, context, document, keys, found.fields[field].field)
    return None


def _section(form: Form, name: str) -> Section | None:
    return next((tab.sections[name] for tab in form.tabs.values() if name in tab.sections), None)


def _of_view(view: View, address: str, steps: _Steps) -> Standing | None:
    if steps != [("filter", "")]:
        return None
    return Standing(address, "filter", view.object, Context("filter", view.object), ("view", view.name), ("filter",))


def _of_role(model: Model, role: Role, address: str, steps: _Steps) -> Standing | None:
    match steps:
        case [("object", name), (word, "")] if word in OPERATIONS and (name in role.grants or name in model.objects):
            target = name if name in model.objects else _first_of_all(model, role, word)
            if target is None:
                return None
            return Standing(address, "scope", target, Context("permission", target), ("role", role.name), ("objects", name, word))
    return None


def _first_of_all(model: Model, role: Role, operation: str) -> str | None:
    """A rule under "*" is about each of the objects that have what it names: it is tried on the first."""
    said = getattr(role.grants["*"], operation) if "*" in role.grants else None
    names = [name for name in model.objects if name not in role.grants]
    if not isinstance(said, Source):
        return next(iter(names), None)
    return next((name for name in names if compile_expression(said, model, Context("permission", name))[0] is not None), None)
