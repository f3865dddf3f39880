"""OpenAPI 3.1 of what the caller may do: only objects, fields and operations that are open to them, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson
from flask import Response, g

from newel.metadata.model import Model, Object
from newel.metadata.words import say
from newel.runtime.installation import Installation
from newel.runtime.records import access
from newel.runtime.records.access import Verdict
from newel.runtime.records.actors import Actor
from newel.runtime.records.statements import kept
from newel.runtime.web import language
from newel.runtime.web.api import operations, parameters, schemas
from newel.runtime.web.api.routes import JSON, PREFIX, api, door

VERSION = "3.1.0"
METHODS = ("get", "post", "put", "patch", "delete")


@api.get("/openapi.json")
def openapi() -> Response:
    parameters.no_parameters()
    return Response(document(g.installation, door(), language.spoken()), mimetype=JSON)


def document(installation: Installation, actor: Actor, spoken: str) -> bytes:
    """The description as JSON text; made once for a set of roles and a language."""
    made: bytes = kept(
        installation, ("openapi", actor.role_set, spoken), lambda: orjson.dumps(describe(installation, actor, spoken))
    )
    return made


def describe(installation: Installation, actor: Actor, spoken: str) -> dict[str, Any]:
    model = installation.model
    judged = {name: access.verdict(installation, actor, name) for name in model.objects}
    verdicts = {name: verdict for name, verdict in judged.items() if verdict}
    paths: dict[str, Any] = dict(operations.fixed_paths())
    named: dict[str, Any] = {**schemas.FIXED, "ActionChoices": {"type": "object"}}
    for name, verdict in verdicts.items():
        paths.update(_paths(model.objects[name], verdict))
        named.update(_schemas(model, model.objects[name], verdicts, spoken))
    for path in paths.values():
        for operation in (path[method] for method in METHODS if method in path):
            operation["summary"] = say(spoken, operation["summary"])
    return {
        "openapi": VERSION,
        "info": {"title": "Newel", "version": str(installation.revision), "description": _ABOUT},
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}, {"session": []}],
        "tags": [{"name": name, "description": model.objects[name].plural.say(spoken)} for name in verdicts],
        "paths": paths,
        "components": {
            "schemas": named,
            "responses": operations.problem_responses(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "newel_session"},
            },
        },
    }


def _paths(target: Object, verdict: Verdict) -> dict[str, Any]:
    """The operations on one object that its verdict leaves open."""
    base, one = f"/records/{target.name}", f"/records/{target.name}/{{id}}"
    of_many = {"get": verdict.read and operations.list_operation, "post": verdict.create and operations.create_operation}
    of_one = {
        "get": verdict.read and operations.read_operation,
        "patch": verdict.update and operations.update_operation,
        "delete": verdict.delete and operations.delete_operation,
    }
    writes = verdict.create or verdict.update or verdict.delete
    paths: dict[str, Any] = {
        base: _offered(of_many, target),
        one: _offered(of_one, target),
        f"{base}/bulk": _offered({"post": writes and operations.bulk_operation}, target),
        f"{base}/aggregate": _offered({"get": verdict.read and operations.aggregate_operation}, target),
        f"{one}/restore": _offered({"post": verdict.delete and operations.restore_operation}, target),
        f"{one}/history": _offered({"get": verdict.read and target.history and operations.history_operation}, target),
    }
    if target.files and verdict.read:
        paths[f"{one}/files"] = operations.files_operations(target, bool(verdict.update))
    for name in target.actions if verdict.update else ():
        paths[f"{one}/actions/{name}"] = operations.action_operations(target, name)
    for path, offered in paths.items():
        if path.startswith(one) and offered:
            offered["parameters"] = [operations.RECORD_ID]
    for field in target.fields.values():
        if field.unique and not field.system and field.name in verdict.readable:
            found = operations.by_key_operations(target, field, verdict)
            paths[f"{base}/by/{field.name}/{{value}}"] = {"parameters": [operations.key_parameter(field)], **found}
    return {path: offered for path, offered in paths.items() if offered}


def _offered(methods: Mapping[str, Any], target: Object) -> dict[str, Any]:
    return {method: make(target) for method, make in methods.items() if make}


def _schemas(model: Model, target: Object, verdicts: Mapping[str, Verdict], spoken: str) -> dict[str, Any]:
    changes = schemas.update_schema(model, target, verdicts, spoken)
    entries = partial(_list_of, most=1000)
    return {
        target.name: schemas.read_schema(target, verdicts[target.name], spoken),
        f"{target.name}.page": schemas.page_of(target.name),
        f"{target.name}.create": schemas.create_schema(model, target, verdicts, spoken),
        f"{target.name}.update": changes,
        f"{target.name}.bulk": {
            "type": "object",
            "properties": {
                "create": entries(schemas.reference(f"{target.name}.create")),
                "update": entries(schemas.entry_schema(changes)),
                "delete": entries(schemas.entry_schema({"type": "object", "properties": {}, "additionalProperties": False})),
            },
            "additionalProperties": False,
        },
    }


def _list_of(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most}


_ABOUT = (
    "Every object of this installation, as far as you may see it. Send `Authorization: Bearer KEY`, or your browser's session. "
    "Errors are problem+json (RFC 9457). A change names the version that it changes by If-Match: 428 without it, 412 where it is "
    "not the stored one."
)
