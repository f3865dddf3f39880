"""The files of a record: adding, opening and removing them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from newel.runtime.records import files, finding, reading, writing
from newel.runtime.records.errors import Invalid
from newel.runtime.web.screens import addresses, answers, record_page
from newel.runtime.web.screens.binding_forms import main_form
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("attachments", __name__)
MOST_AT_ONCE = 20


@screen.get("/o/<object_name>/<uuid:record_id>/files")
def show(object_name: str, record_id: object) -> Response:
    """The files tab of a record's page."""
    return _page(object_name, str(record_id))


@screen.post("/o/<object_name>/<uuid:record_id>/files")
def add(object_name: str, record_id: object) -> Response:
    """Takes in one or more files; where one of them is refused none is kept."""
    seen = viewer()
    sent = [each for each in request.files.getlist("file") if each.filename][:MOST_AT_ONCE]
    if not sent:
        return _page(object_name, str(record_id), seen.t("Choose a file."))
    try:
        with writing(seen.installation, seen.actor) as work:
            files.refuse_to(work, object_name, str(record_id))
            for each in sent:
                stored = files.store(work, each.stream, each.filename or "", each.mimetype)
                files.attach(work, object_name, str(record_id), stored.id)
    except Invalid as error:
        return _page(object_name, str(record_id), " ".join(each.say(seen.language) for each in error.problems))
    note = seen.tn("{n} file is added.", "{n} files are added.", len(sent))
    return answers.go(_place(object_name, str(record_id)), note)


@screen.post("/o/<object_name>/<uuid:record_id>/files/<uuid:file_id>/delete")
def remove(object_name: str, record_id: object, file_id: object) -> Response:
    seen = viewer()
    with writing(seen.installation, seen.actor) as work:
        finding.get(work, object_name, str(record_id), ("id",))
        name = files.get(work, str(file_id)).name
        files.delete(work, str(file_id))
    return answers.go(_place(object_name, str(record_id)), seen.t("“{title}” is removed.", title=name))


def _page(object_name: str, record_id: str, problem: str = "") -> Response:
    seen = viewer()
    form = main_form(seen, seen.object(object_name).name)
    with reading(seen.installation, seen.actor) as work:
        page = record_page.read(work, seen, form, record_id, record_page.FILES)
        page.more["files"] = files.of(work, object_name, record_id)
        people = [each.created_by for each in page.more["files"] if each.created_by]
        page.more["people"] = finding.titles(work, "nw_user", people) if people else {}
    page.more["problem"] = problem
    answer = record_page.show(page)
    answer.status_code = 422 if problem else 200
    return answer


def _place(object_name: str, record_id: str) -> str:
    return f"{addresses.record(object_name, record_id)}/files"
