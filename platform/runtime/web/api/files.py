"""Files of records: sent in as forms, listed, and given out as attachments to who may read the record that holds them."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import UnsupportedMediaType

from newel.metadata.words import word
from newel.runtime.records import files, reading, writing
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.files import File
from newel.runtime.web.api import parameters
from newel.runtime.web.api.representing import plain
from newel.runtime.web.api.routes import PREFIX, answer, api, door


@api.get("/records/<object_name>/<record_id>/files")
def list_files(object_name: str, record_id: str) -> Response:
    """The files of a record: its attachments, and those of its file fields."""
    parameters.no_parameters()
    with reading(g.installation, door()) as work:
        found = files.of(work, object_name, record_id)
    return answer({"data": [as_json(each) for each in found]})


@api.post("/records/<object_name>/<record_id>/files")
def attach_file(object_name: str, record_id: str) -> Response:
    """Adds one file to a record."""
    parameters.no_parameters()
    sent = _sent()
    with writing(g.installation, door()) as work:
        files.refuse_to(work, object_name, record_id)
        upload = files.store(work, sent.stream, sent.filename or "", sent.mimetype)
        held = files.attach(work, object_name, record_id, upload.id)
    return _made(held)


@api.post("/files")
def upload_file() -> Response:
    """Takes a file in for a file field: its id is the field's value. Unused it goes after a day."""
    parameters.no_parameters()
    sent = _sent()
    with writing(g.installation, door()) as work:
        files.refuse_all(work)
        upload = files.store(work, sent.stream, sent.filename or "", sent.mimetype)
    return _made(upload)


@api.get("/files/<file_id>")
def download(file_id: str) -> Response:
    """The file's bytes, never shown by the browser itself."""
    parameters.no_parameters()
    with reading(g.installation, door()) as work:
        file, stream = files.open_file(work, file_id)
    return send_file(stream, mimetype=file.type, as_attachment=True, download_name=file.name, max_age=0, etag=False)


@api.delete("/files/<file_id>")
def delete_file(file_id: str) -> Response:
    """Removes an attachment from its record."""
    parameters.no_parameters()
    with writing(g.installation, door()) as work:
        files.delete(work, file_id)
    return Response(status=204)


def as_json(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "field": file.field,
        "created_at": plain(file.created_at),
        "created_by": file.created_by,
    }


def _sent() -> FileStorage:
    """The one part named `file`; it lies on the server whole before any transaction begins."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    sent = request.files.get("file")
    if sent is None:
        raise Invalid([FieldProblem("file", "required", word("Send one file, as the part named “file”."))])
    return sent


def _made(file: File) -> Response:
    return answer(as_json(file), 201, {"Location": f"{PREFIX}/files/{file.id}"})
