"""The two faces of a list's filter: conditions, each with the right editor for its field, and the whole as an expression."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from newel.rules.filters import Row
from newel.runtime.records import filtering
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.binding import Column, bind_column
from newel.runtime.web.screens.chips import operator_named, operators_for, parts_of, titles_of
from newel.runtime.web.screens.lists import BoundList, bind_list
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("filters", __name__)


@screen.get("/o/<object_name>/filter")
def edit(object_name: str) -> Response:
    """One condition: a new one for `field`, or the one `at` a place of the filter; `operator` changes how it compares.

    Or, `as` says so, the choice of a field for one, or all of them as an expression.
    """
    bound = bind_list(viewer(), object_name)
    face = request.args.get("as", "")
    if face == "expression":
        return _expression(bound)
    if face == "conditions":
        return _page(bound, "parts/filter_choices.html")
    at, row = _row(bound)
    path = request.args.get("field") or (row.field if row else "")
    column = bind_column(bound.viewer, object_name, path)
    if column is None:
        raise NotFound
    operator = operator_named(bound.viewer, object_name, column, request.args.get("operator") or (row.operator if row else ""))
    if operator is None:
        raise NotFound
    values = _values(row) if row and row.field == path else []
    return _page(
        bound,
        "parts/filter.html",
        column=column,
        operators=operators_for(bound.viewer, object_name, column),
        operator=operator,
        values=values,
        titles=titles_of(bound.viewer, column.field, values) if values and _refers(column) and operator.takes != "none" else {},
        at=at,
    )


def _expression(bound: BoundList) -> Response:
    """The filter as a text; `apply` asks to narrow the list by it, which it does where it can be read."""
    text = bound.state.filter
    problems = _problems(bound, text) if request.args.get("apply") else ()
    if request.args.get("apply") and not problems:
        return _narrowed(bound)
    parts = parts_of(bound.viewer, bound.object.name, text)
    mixed = parts is not None and any(isinstance(each, str) for each in parts)
    return _page(bound, "parts/filter_expression.html", problems=problems, mixed=mixed, names=list(names_of(bound)))


def _problems(bound: BoundList, text: str) -> Sequence[Mapping[str, str]]:
    seen = bound.viewer
    found = filtering.faults_of(seen.installation, seen.actor.role_set, bound.object.name, text) if text else ()
    return [{"said": each.say(seen.language), "excerpt": str(each.params.get("excerpt", ""))} for each in found]


def _narrowed(bound: BoundList) -> Response:
    """To the list; htmx swaps the list alone."""
    url = bound.state.url()
    if answers.wants_fragment():
        place = {"path": url, "target": "#list", "swap": "outerHTML"}
        return Response(status=204, headers={"HX-Location": json.dumps(place)})
    return answers.go(url)


def names_of(bound: BoundList) -> Iterator[tuple[str, str]]:
    """How expressions call the fields that the viewer may filter by."""
    for column in bound.choosable:
        if operators_for(bound.viewer, bound.object.name, column):
            yield column.path, column.label


def _refers(column: Column) -> bool:
    return column.field.field.is_reference and column.field.field.type != "polymorphic"


def _row(bound: BoundList) -> tuple[str, Row | None]:
    """The condition that is changed, with its place; none where a new one is made."""
    at = request.args.get("at", "")
    parts = parts_of(bound.viewer, bound.object.name, bound.state.filter) or []
    part = parts[int(at)] if at.isdecimal() and int(at) < len(parts) else None
    return (at, part) if isinstance(part, Row) else ("", None)


def _values(row: Row) -> list[str]:
    given = row.value if isinstance(row.value, list) else [row.value]
    return [str(each) for each in given if each is not None]


def _page(bound: BoundList, template: str, **values: Any) -> Response:
    """The form alone for the menu that opens it; as a page of its own for everybody else."""
    inside = answers.wants_fragment()
    status = 422 if values.get("problems") and not inside else 200  # htmx swaps nothing else in
    shown = template if inside else "pages/filter.html"
    return answers.page(shown, status, list=bound, part=template, inside=inside, alone=not inside, **values)
