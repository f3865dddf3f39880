"""Several records in one request: bulk changes, records by a key of their own, and sums over groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, g

from newel.metadata.field_types import type_of
from newel.metadata.field_types.base import ValueProblem
from newel.metadata.words import word
from newel.runtime.records import Work, access, finding, reading, saving
from newel.runtime.records.errors import FieldProblem, Forbidden, Invalid, NotFound, Restricted, Stale
from newel.runtime.records.record import Record
from newel.runtime.web import reading_bodies
from newel.runtime.web.api import parameters
from newel.runtime.web.api.carrying_out import Reply, carry_out, created, shown
from newel.runtime.web.api.records import query_faults
from newel.runtime.web.api.representing import as_json, values_as_json
from newel.runtime.web.api.routes import answer, api, door, etag
from newel.runtime.web.failures import Failure, of_kernel

MOST = 1_000  # records of one bulk request
KINDS = ("create", "update", "delete")


@api.post("/records/<object_name>/bulk")
def change_many(object_name: str) -> Response:
    """Creates, updates and deletes in one transaction: all of it happens, or nothing does."""
    parameters.no_parameters()
    asked = _asked(reading_bodies.json_object())

    def act(work: Work) -> Reply:
        with _placed("create"):
            made = saving.bulk_create(work, object_name, asked["create"]) if asked["create"] else []
        changed = [_update(work, object_name, position, each) for position, each in enumerate(asked["update"])]
        for position, each in enumerate(asked["delete"]):
            _delete(work, object_name, position, each)
        done = {"created": [_short(each) for each in made], "updated": [_short(each) for each in changed]}
        return Reply({**done, "deleted": [{"id": each["id"]} for each in asked["delete"]]})

    return carry_out(act)


@api.get("/records/<object_name>/by/<key>/<value>")
def read_by_key(object_name: str, key: str, value: str) -> Response:
    """The record that a unique field names."""
    fields = parameters.fields_only()
    with query_faults(), reading(g.installation, door()) as work:
        try:
            found = _found_by(work, object_name, key, _key_value(work, object_name, key, value))
        except ValueProblem:  # what can't be a value of the field names no record
            found = None
        if found is None:
            raise NotFound(object_name)
        record = finding.get(work, object_name, found.id, fields)
    return answer(as_json(g.installation, record), 200, {"ETag": etag(record.version)})


@api.put("/records/<object_name>/by/<key>/<value>")
def put_by_key(object_name: str, key: str, value: str) -> Response:
    """Updates the record that a unique field names, or creates it with that key: the same request twice changes nothing more."""
    parameters.no_parameters()
    values = reading_bodies.json_object()

    def act(work: Work) -> Reply:
        try:
            found = _found_by(work, object_name, key, _key_value(work, object_name, key, value))
        except ValueProblem as problem:
            raise Invalid([FieldProblem.of(key, problem)]) from problem
        if found is None:
            return created(saving.create(work, object_name, {key: value, **values}))
        return shown(saving.update(work, object_name, found.id, values, found.version))

    return carry_out(act)


@api.get("/records/<object_name>/aggregate")
def aggregate(object_name: str) -> Response:
    """Counts, sums and averages over the records that the caller may see, by group."""
    query = parameters.Query("group", "measure", "filter")
    group, measures, wanted = query.names("group") or (), query.names("measure") or ("count()",), query.text("filter")
    query.done()
    with query_faults(), reading(g.installation, door()) as work:
        groups = finding.aggregate(work, object_name, group=group, measures=measures, filter=wanted)
    rows = [
        {**values_as_json(g.installation, object_name, each.keys), **values_as_json(g.installation, object_name, each.measures)}
        for each in groups
    ]
    return answer({"data": rows})


def _asked(body: dict[str, Any]) -> dict[str, list[Any]]:
    """The three lists, each entry of the right shape. Faults of the envelope are 422 with their place."""
    problems = [
        FieldProblem(name, "unknown_field", '"{name}" is not known here.', {"name": name}) for name in body if name not in KINDS
    ]
    asked = {kind: body.get(kind, []) for kind in KINDS}
    for kind, entries in asked.items():
        if not isinstance(entries, list):
            raise Invalid([FieldProblem(kind, "not_a_list", "This must be a list.")])
        problems += [problem for position, each in enumerate(entries) if (problem := _fault_of(kind, position, each))]
    if problems:
        raise Invalid(problems)
    if sum(len(entries) for entries in asked.values()) > MOST:
        raise Failure(413, "too_large", word("At most {limit} records at a time."), {"limit": MOST})
    return asked


def _fault_of(kind: str, position: int, entry: Any) -> FieldProblem | None:
    place = f"{kind}.{position}"
    if not isinstance(entry, dict):
        return FieldProblem(place, "not_an_object", "This must be a JSON object.")
    if kind == "create":
        return None
    if not isinstance(entry.get("id"), str):
        return FieldProblem(f"{place}.id", "required", "Say which record.")
    version = entry.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        return FieldProblem(f"{place}.version", "required", "Say which version of the record you mean.")
    unknown = next((name for name in entry if kind == "delete" and name not in ("id", "version")), None)
    return (
        FieldProblem(f"{place}.{unknown}", "unknown_field", '"{name}" is not known here.', {"name": unknown}) if unknown else None
    )


def _update(work: Work, object_name: str, position: int, entry: dict[str, Any]) -> Record:
    values = {name: value for name, value in entry.items() if name not in ("id", "version")}
    with _placed(f"update.{position}"):
        return saving.update(work, object_name, entry["id"], values, entry["version"], ("id",))


def _delete(work: Work, object_name: str, position: int, entry: dict[str, Any]) -> None:
    with _placed(f"delete.{position}"):
        saving.delete(work, object_name, entry["id"], entry["version"])


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Says which entry of the request a refusal is about."""
    try:
        yield
    except Invalid as error:
        raise Invalid([problem.within(place) for problem in error.problems]) from error
    except (NotFound, Stale, Forbidden, Restricted) as error:
        failure = of_kernel(error)
        failure.problems = (FieldProblem(place, error.code, error.message, error.params),)
        raise failure from error


def _short(record: Record) -> dict[str, Any]:
    return {"id": record.id, "version": record.version}


def _found_by(work: Work, object_name: str, key: str, value: Any) -> Record | None:
    """The one record with this value in a unique field, as far as the caller may read it."""
    found = finding.find(work, object_name, where={key: value}, fields=("id",), limit=1)
    return found.records[0] if found.records else None


def _key_value(work: Work, object_name: str, key: str, written: str) -> Any:
    """The value that the address names. A field that isn't a readable unique one gives NotFound, as an unknown object does."""
    verdict = access.verdict(g.installation, work.actor, object_name)
    field = work.model.objects[object_name].fields.get(key)
    if field is None or key not in verdict.readable or not field.unique:
        raise NotFound(object_name)
    value = type_of(field).parse(field, written, work.locale)
    if value is None:
        raise ValueProblem("required", "This can't be blank.")
    return value
