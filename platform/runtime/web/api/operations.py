"""What can be asked of the API: every operation with its parameters, its body and each answer that it may give."""

from __future__ import annotations

from typing import Any

from newel.metadata.field_types import type_of
from newel.metadata.model import Field, Object
from newel.metadata.words import word
from newel.runtime.records.access import Verdict
from newel.runtime.web.api.parameters import COUNTS, LIMIT, MOST
from newel.runtime.web.api.routes import JSON
from newel.runtime.web.api.schemas import EXPRESSION, ID, Schema, reference

Operation = dict[str, Any]
PROBLEM_JSON = "application/problem+json"

# Every answer that isn't a success, by status. An operation names those that it may give.
PROBLEMS = {
    "400": "The request can't be read: malformed JSON, parameters that can't be used, or more than can be found in a minute.",
    "401": "No valid key or session.",
    "403": "The caller may not do this: a key that only reads, a right that is missing, or a missing CSRF token.",
    "404": "Unknown, forbidden or deleted: one answer for all of them.",
    "406": "The answer is JSON only.",
    "409": "What is stored contradicts the request: other records depend on this one, or a key was used for another request.",
    "412": "The version named by If-Match is not the stored one.",
    "413": "The body is too large.",
    "415": "The body must be application/json.",
    "422": "Values that can't be saved; `errors` names every one.",
    "428": "If-Match is missing.",
}
# What each operation does, in a few words; the description says them in the caller's language.
SUMMARIES = {
    "list": word("List records"),
    "create": word("Create a record"),
    "read": word("Read a record"),
    "update": word("Change a record"),
    "delete": word("Move a record to the recycle bin"),
    "restore": word("Bring a record back from the recycle bin"),
    "history": word("Read what happened to a record"),
    "bulk": word("Create, change and delete many records at once"),
    "aggregate": word("Count, sum and average records"),
    "put": word("Create or change a record by its key"),
    "prepare": word("See what an action would do"),
    "perform": word("Carry an action out"),
    "files": word("List the files of a record"),
    "attach": word("Attach a file to a record"),
    "list_objects": word("Objects that you may read"),
    "read_object": word("One object with its fields"),
    "search": word("Find records by words"),
    "openapi": word("This description"),
    "upload": word("Send in a file for a file field"),
    "remove_file": word("Remove an attachment"),
    "download": word("Download a file"),
}
ALWAYS = ("401", "406")
READS = (*ALWAYS, "400", "404")
WRITES = (*READS, "403", "409", "413", "415", "422")
CHANGES = (*WRITES, "412", "428")


def list_operation(target: Object) -> Operation:
    parameters = [
        _query("filter", EXPRESSION, "An expression over the record's fields, such as `amount > 1000 and stage == 'won'`."),
        _query("sort", {"type": "string"}, "Fields with commas; `-` before a name turns its order round."),
        FIELDS,
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, "How many records a page has."),
        _query("cursor", {"type": "string"}, "Where a page begins: `next_cursor` or `previous_cursor` of another."),
        _query("count", {"enum": list(COUNTS), "default": "none"}, "Whether to count: up to 10,000, or all."),
        _query("deleted", {"enum": ["false", "true"], "default": "false"}, "The recycle bin instead of the living records."),
    ]
    return _operation("list", target, parameters, ok=_ok(f"{target.name}.page"), problems=READS)


def create_operation(target: Object) -> Operation:
    made = _ok(target.name, {"Location": {"schema": {"type": "string"}}, "ETag": ETAG})
    return _operation("create", target, [KEY, CSRF], f"{target.name}.create", made, WRITES, status="201")


def read_operation(target: Object) -> Operation:
    return _operation("read", target, [FIELDS], ok=_ok(target.name, {"ETag": ETAG}), problems=READS)


def update_operation(target: Object) -> Operation:
    return _operation("update", target, [IF_MATCH, KEY, CSRF], f"{target.name}.update", _ok(target.name, {"ETag": ETAG}), CHANGES)


def delete_operation(target: Object) -> Operation:
    gone = {"description": "It is in the recycle bin."}
    return _operation("delete", target, [IF_MATCH, KEY, CSRF], ok=gone, problems=CHANGES, status="204")


def restore_operation(target: Object) -> Operation:
    return _operation("restore", target, [KEY, CSRF], ok=_ok(target.name, {"ETag": ETAG}), problems=WRITES)


def history_operation(target: Object) -> Operation:
    return _operation("history", target, [], ok=_ok("History"), problems=READS)


def bulk_operation(target: Object) -> Operation:
    return _operation("bulk", target, [KEY, CSRF], f"{target.name}.bulk", _ok("BulkResult"), WRITES)


def aggregate_operation(target: Object) -> Operation:
    parameters = [
        _query("group", {"type": "string"}, "Fields with commas to group by."),
        _query("measure", {"type": "string"}, "What to work out, with commas: `count()`, `sum(amount)`, `avg`, `min`, `max`."),
        _query("filter", EXPRESSION, "Which records count."),
    ]
    return _operation("aggregate", target, parameters, ok=_ok("Groups"), problems=READS)


def by_key_operations(target: Object, field: Field, verdict: Verdict) -> dict[str, Operation]:
    """Reading and writing by a unique field."""
    found = _operation(f"read_by_{field.name}", target, [FIELDS], ok=_ok(target.name, {"ETag": ETAG}), problems=READS)
    offered = {"get": found}
    if verdict.create and verdict.update:
        put = _operation(
            f"put_by_{field.name}", target, [KEY, CSRF], f"{target.name}.update", _ok(target.name, {"ETag": ETAG}), WRITES
        )
        put["responses"]["201"] = {**_ok(target.name, {"ETag": ETAG}), "description": "It was not there and is now."}
        offered["put"] = put
    return offered


def action_operations(target: Object, name: str) -> dict[str, Operation]:
    prepared = _operation(f"prepare_{name}", target, [], ok=_ok("ActionResult"), problems=(*READS, "403", "409", "422"))
    done = _operation(f"perform_{name}", target, [KEY, CSRF], "ActionChoices", _ok("ActionResult"), WRITES)
    done["requestBody"]["required"] = False
    return {"get": prepared, "post": done}


def files_operations(target: Object, writes: bool) -> dict[str, Operation]:
    offered = {"get": _operation("files", target, [], ok=_ok("Files"), problems=READS)}
    if writes:
        upload = _operation(
            "attach", target, [CSRF], ok=_ok("File", {"Location": {"schema": {"type": "string"}}}), problems=WRITES, status="201"
        )
        upload["requestBody"] = UPLOAD
        offered["post"] = upload
    return offered


def fixed_paths() -> dict[str, Any]:
    """The operations that belong to no object."""
    hits = [
        _query("q", {"type": "string"}, "The words to look for; Chinese and pinyin initials too.", required=True),
        _query("objects", {"type": "string"}, "Only in these objects, with commas."),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "How many at most."),
    ]
    download = {
        "operationId": "download",
        "summary": SUMMARIES["download"],
        "tags": ["files"],
        "responses": {
            "200": {"description": "The file.", "content": {"*/*": {"schema": {}}}},
            **_problems(("400", "401", "404")),
        },
    }
    of_one = _plain("read_object", "meta", [], "Object", READS)
    return {
        "/meta/objects": {"get": _plain("list_objects", "meta", [], "ObjectList", (*ALWAYS, "400"))},
        "/meta/objects/{object}": {"parameters": [_path("object", {"type": "string"})], "get": of_one},
        "/search": {"get": _plain("search", "search", hits, "Hits", READS)},
        "/files/{file}": {"parameters": [_path("file", ID)], "get": download, "delete": _remove_file()},
        "/files": {"post": _upload()},
        "/openapi.json": {"get": _plain("openapi", "meta", [], "Object", (*ALWAYS, "400"))},
    }


def _upload() -> Operation:
    said = _plain("upload", "files", [CSRF], "File", (*ALWAYS, "400", "403", "413", "415", "422"))
    said["responses"]["201"] = {**said["responses"].pop("200"), "headers": {"Location": {"schema": {"type": "string"}}}}
    return {**said, "requestBody": UPLOAD}


def _remove_file() -> Operation:
    said = _plain("remove_file", "files", [CSRF], "File", (*ALWAYS, "400", "403", "404"))
    said["responses"] = {"204": {"description": "It is gone."}, **_problems((*ALWAYS, "400", "403", "404"))}
    return said


def key_parameter(field: Field) -> dict[str, Any]:
    return _path("value", type_of(field).json_schema(field))


def _operation(
    verb: str,
    target: Object,
    parameters: list[Any],
    body: str | None = None,
    ok: Any = None,
    problems: tuple[str, ...] = (),
    status: str = "200",
) -> Operation:
    said: Operation = {
        "operationId": f"{verb}_{target.name}",
        "summary": SUMMARIES[verb if verb in SUMMARIES else verb.split("_", maxsplit=1)[0]],
        "tags": [target.name],
        "parameters": parameters,
        "responses": {
            status: ok,
            **_problems(problems if body else tuple(each for each in problems if each not in ("413", "415"))),
        },
    }
    if body:
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": reference(body)}}}
    return said


def _plain(verb: str, tag: str, parameters: list[Any], ok: str, problems: tuple[str, ...]) -> Operation:
    responses = {"200": _ok(ok), **_problems(problems)}
    return {"operationId": verb, "summary": SUMMARIES[verb], "tags": [tag], "parameters": parameters, "responses": responses}


def _ok(schema: str, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"description": "Done.", "content": {JSON: {"schema": reference(schema)}}}
    return {**said, "headers": headers} if headers else said


def _problems(statuses: tuple[str, ...]) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


def problem_responses() -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": reference("Problem")}}
    return {status: {"description": words, "content": content} for status, words in PROBLEMS.items()}


def _query(name: str, schema: Schema, description: str, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": description}


def _path(name: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


ETAG = {"schema": {"type": "string"}, "description": "The version, for If-Match."}
FIELDS = _query(
    "fields", {"type": "string"}, "Fields and paths through lookups, with commas: `name,account.name`. All own fields by default."
)
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of the version that you change, or `*` for whatever is stored.",
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "However often a request comes with this key, it is carried out once.",
}
CSRF = {
    "name": "X-CSRF-Token",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Only with a browser's session: the token from `GET /session`.",
}
RECORD_ID = _path("id", ID)
PART: Schema = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
UPLOAD = {"required": True, "content": {"multipart/form-data": {"schema": PART}}}
