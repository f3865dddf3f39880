"""What the caller may know of the model: objects and fields that they may read, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g

from newel.metadata.field_types import type_of
from newel.metadata.model import Action, Field, Model, Object
from newel.runtime.records import access
from newel.runtime.records.access import Verdict
from newel.runtime.records.errors import NotFound
from newel.runtime.web import language
from newel.runtime.web.api import parameters
from newel.runtime.web.api.routes import answer, api, door


@api.get("/meta/objects")
def list_objects() -> Response:
    """The objects that the caller may read or create."""
    parameters.no_parameters()
    spoken = language.spoken()
    verdicts = readable_objects()
    return answer({"data": [_summary(model().objects[name], verdict, spoken) for name, verdict in verdicts.items()]})


@api.get("/meta/objects/<object_name>")
def read_object(object_name: str) -> Response:
    """One object with its fields, actions and the lists of records that point at it."""
    parameters.no_parameters()
    verdicts = readable_objects()
    if object_name not in verdicts:
        raise NotFound(object_name)
    return answer(_whole(model().objects[object_name], verdicts, language.spoken()))


def model() -> Model:
    found: Model = g.installation.model
    return found


def readable_objects() -> dict[str, Verdict]:
    """Every object that isn't closed to the caller, with the verdict on it."""
    judged = {name: access.verdict(g.installation, door(), name) for name in model().objects}
    return {name: verdict for name, verdict in judged.items() if verdict}


def may(verdict: Verdict) -> dict[str, bool]:
    return {
        "read": bool(verdict.read),
        "create": verdict.create,
        "update": bool(verdict.update),
        "delete": bool(verdict.delete),
        "export": verdict.export,
    }


def readable_fields(target: Object, verdict: Verdict) -> Mapping[str, Field]:
    return {name: field for name, field in target.fields.items() if name in verdict.readable}


def readable_targets(field: Field, verdicts: Mapping[str, Verdict]) -> list[str]:
    return [name for name in field.to if name in verdicts]


def _summary(target: Object, verdict: Verdict, spoken: str) -> dict[str, Any]:
    return {
        "name": target.name,
        "label": target.label.say(spoken),
        "plural": target.plural.say(spoken),
        "help": target.help.say(spoken) if target.help else None,
        "icon": target.icon,
        "color": target.color,
        "kind": target.kind,
        "title": target.title if target.title in verdict.readable else None,
        "may": may(verdict),
    }


def _whole(target: Object, verdicts: Mapping[str, Verdict], spoken: str) -> dict[str, Any]:
    verdict = verdicts[target.name]
    readable = readable_fields(target, verdict)
    return {
        **_summary(target, verdict, spoken),
        "ownership": target.ownership,
        "parent": target.parent if target.parent in readable else None,
        "path": target.path if target.path in readable else None,
        "facts": [name for name in target.facts if _is_readable(target.name, name, verdicts)],
        "files": target.files,
        "history": target.history,
        "keys": {name: list(fields) for name, fields in target.keys.items() if all(field in readable for field in fields)},
        "fields": [_field(field, verdict, verdicts, spoken) for field in readable.values()],
        "actions": [_action(action, spoken) for action in target.actions.values()],
        "inverses": [
            {"name": each.name, "object": each.object, "field": each.field, "label": each.label.say(spoken)}
            for each in target.inverses.values()
            if _is_readable(each.object, each.field, verdicts)
        ],
    }


def _is_readable(object_name: str, path: str, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether every step of a path is open to the caller."""
    first, _, rest = path.partition(".")
    if object_name not in verdicts or first not in verdicts[object_name].readable:
        return False
    field = model().objects[object_name].fields[first]
    return not rest or any(_is_readable(target, rest, verdicts) for target in field.to)


def _field(field: Field, verdict: Verdict, verdicts: Mapping[str, Verdict], spoken: str) -> dict[str, Any]:
    kind = type_of(field)
    said: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "label": field.label.say(spoken),
        "help": field.help.say(spoken) if field.help else None,
        "required": field.required.always,
        "unique": field.unique,
        "computed": field.computed,
        "system": field.system,
        "sortable": kind.sortable,
        "may": {"create": field.name in verdict.creatable, "update": field.name in verdict.writable},
        "schema": kind.json_schema(field),
    }
    if field.choices:
        said["options"] = [
            {**each.properties, "key": each.key, "label": each.label.say(spoken), "color": each.color, "closed": each.closed}
            for each in field.choices.values()
        ]
    if field.to:
        said["to"] = readable_targets(field, verdicts)
    if field.of and field.of in verdicts:
        said["of"] = field.of
    return said


def _action(action: Action, spoken: str) -> dict[str, Any]:
    steps = [
        {"name": step.name, "label": step.label.say(spoken) if step.label else None, "kind": step.kind, "optional": step.optional}
        for step in action.steps.values()
    ]
    return {"name": action.name, "label": action.label.say(spoken), "icon": action.icon, "steps": steps}
