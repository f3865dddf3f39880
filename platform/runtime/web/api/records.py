"""One object's records: list, create, read, change, delete, restore, history. Every object alike; nothing is written for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, g, request

from newel.metadata.words import word
from newel.runtime.records import Work, finding, history, reading, saving
from newel.runtime.records.errors import Invalid, Stale
from newel.runtime.web import reading_bodies
from newel.runtime.web.api import parameters
from newel.runtime.web.api.carrying_out import NOTHING, Reply, carry_out, created, shown
from newel.runtime.web.api.representing import as_json, many_as_json, plain, value_as_json
from newel.runtime.web.api.routes import answer, api, door, etag
from newel.runtime.web.failures import Failure, of_kernel


@api.get("/records/<object_name>")
def list_records(object_name: str) -> Response:
    """A page of the records that the caller may see, in a stable order."""
    query = parameters.list_query()
    with query_faults(), reading(g.installation, door()) as work:
        page = finding.find(
            work,
            object_name,
            filter=query.filter,
            sort=query.sort,
            fields=query.fields,
            limit=query.limit,
            cursor=query.cursor,
            count=query.count,
            deleted=query.deleted,
        )
    counted = {"value": page.count.value, "exact": page.count.exact} if page.count else None
    return answer(
        {
            "data": many_as_json(g.installation, page.records),
            "next_cursor": page.next_cursor,
            "previous_cursor": page.previous_cursor,
            "count": counted,
        }
    )


@api.post("/records/<object_name>")
def create_record(object_name: str) -> Response:
    parameters.no_parameters()
    values = reading_bodies.json_object()
    return carry_out(lambda work: created(saving.create(work, object_name, values)))


@api.get("/records/<object_name>/<record_id>")
def read_record(object_name: str, record_id: str) -> Response:
    fields = parameters.fields_only()
    with query_faults(), reading(g.installation, door()) as work:
        record = finding.get(work, object_name, record_id, fields)
    return answer(as_json(g.installation, record), 200, {"ETag": etag(record.version)})


@api.patch("/records/<object_name>/<record_id>")
def update_record(object_name: str, record_id: str) -> Response:
    """Changes the named fields and no others; the version that is changed is named by If-Match."""
    parameters.no_parameters()
    version = wanted_version()
    values = reading_bodies.json_object()
    with stale_is_a_failed_precondition():
        return carry_out(lambda work: shown(saving.update(work, object_name, record_id, values, version)))


@api.delete("/records/<object_name>/<record_id>")
def delete_record(object_name: str, record_id: str) -> Response:
    """Moves the record to the recycle bin."""
    parameters.no_parameters()
    version = wanted_version()

    def act(work: Work) -> Reply:
        saving.delete(work, object_name, record_id, version)
        return NOTHING

    with stale_is_a_failed_precondition():
        return carry_out(act)


@api.post("/records/<object_name>/<record_id>/restore")
def restore_record(object_name: str, record_id: str) -> Response:
    """Brings the record back from the recycle bin."""
    parameters.no_parameters()
    return carry_out(lambda work: shown(saving.restore(work, object_name, record_id)))


@api.get("/records/<object_name>/<record_id>/history")
def read_history(object_name: str, record_id: str) -> Response:
    """Who changed what and when, the latest first, as far as the caller may read the fields."""
    parameters.no_parameters()
    with reading(g.installation, door()) as work:
        entries = history.of(work, object_name, record_id)
    return answer({"data": [_entry(object_name, each) for each in entries]})


def wanted_version() -> int | None:
    """The version in If-Match; None for `*`, which takes whatever is stored. 428 where the header is missing."""
    given = request.headers.get("If-Match")
    if given is None:
        raise Failure(428, "precondition_required", word("Send If-Match with the ETag of the version that you change."))
    tag = given.strip().removeprefix("W/")
    if tag == "*":
        return None
    number = tag[1:-1] if len(tag) > 2 and tag[0] == tag[-1] == '"' else ""
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        raise Failure(412, "stale", word("Somebody else has changed this record since you opened it."))
    return int(number)


@contextmanager
def stale_is_a_failed_precondition() -> Iterator[None]:
    """A version that was named by If-Match and has passed is 412."""
    try:
        yield
    except Stale as error:
        failure = of_kernel(error)
        failure.status = 412
        failure.headers = {"ETag": etag(error.current.version)}
        raise failure from error


@contextmanager
def query_faults() -> Iterator[None]:
    """What the kernel can't take of a read came from the address: 400."""
    try:
        yield
    except Invalid as error:
        raise Failure(400, *parameters.BAD_QUERY, problems=error.problems) from error


def _entry(object_name: str, entry: history.Entry) -> dict[str, Any]:
    changes = [
        {
            **change,
            "old": value_as_json(g.installation, object_name, change["field"], change["old"]),
            "new": value_as_json(g.installation, object_name, change["field"], change["new"]),
        }
        for change in entry["changes"]
    ]
    return {**entry, "at": plain(entry["at"]), "changes": changes}
