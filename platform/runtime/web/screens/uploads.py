"""Files that come with a form: taken in at once, so that a refused form still has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, send_file
from werkzeug.datastructures import FileStorage, MultiDict

from newel.runtime.records import files, reading, writing
from newel.runtime.records.errors import Invalid, NotFound
from newel.runtime.records.files import File
from newel.runtime.web.screens.binding import BoundField
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("uploads", __name__)
UPLOAD = ".upload"


def taken(seen: Viewer, fields: Mapping[str, BoundField], sent: MultiDict[str, FileStorage]) -> dict[str, Any]:
    """The ids of files that were chosen in file fields without a script's help."""
    found = {}
    for name, each in sent.items():
        field = fields.get(name.removesuffix(UPLOAD)) if name.endswith(UPLOAD) else None
        if field is not None and each.filename:
            found[field.name] = store(seen, each, field).id
    return found


def store(seen: Viewer, sent: FileStorage, field: BoundField | None = None) -> File:
    with writing(seen.installation, seen.actor) as work:
        return files.store(work, sent.stream, sent.filename or "", sent.mimetype, field=field.field if field else None)


@screen.post("/o/<object_name>/upload/<field_name>")
def upload(object_name: str, field_name: str) -> tuple[dict[str, Any], int]:
    """Takes in the file of a field while its form is being filled in; the form then carries its id."""
    seen, sent = viewer(), request.files.get("file")
    found = seen.object(object_name).fields.get(field_name)
    judged = seen.verdict(object_name)
    if found is None or found.type not in ("file", "image") or field_name not in judged.creatable | judged.writable:
        raise NotFound(object_name)
    if sent is None or not sent.filename:
        return {"message": seen.t("Choose a file.")}, 422
    try:
        file = store(seen, sent, BoundField(seen.model, seen.model.objects[object_name], found, seen.locale))
    except Invalid as error:
        return {"message": " ".join(each.say(seen.language) for each in error.problems)}, 422
    return {"id": file.id, "name": file.name, "size": file.size}, 201


@screen.get("/files/<uuid:file_id>")
def download(file_id: object) -> Response:
    """A file, for who may read the record and field that hold it; always as an attachment."""
    seen = viewer()
    with reading(seen.installation, seen.actor) as work:
        file, stream = files.open_file(work, str(file_id))
    return send_file(stream, mimetype=file.type, as_attachment=True, download_name=file.name, max_age=0, etag=False)
