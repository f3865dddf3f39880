"""The little forms of the filter: one condition with the right editor for its field, or the whole as an expression."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from newel.rules.filters import Row
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.binding import Column, bind_column
from newel.runtime.web.screens.chips import operator_named, operators_for, rows_of, titles_of
from newel.runtime.web.screens.lists import BoundList, bind_list
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("filters", __name__)


@screen.get("/o/<object_name>/filter")
def edit(object_name: str) -> Response:
    """One condition: a new one for `field`, or the one `at` a place of the filter; `operator` changes how it compares."""
    bound = bind_list(viewer(), object_name)
    if request.args.get("as") == "expression":
        return _page(bound, "parts/filter_expression.html")
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


def _refers(column: Column) -> bool:
    return column.field.field.is_reference and column.field.field.type != "polymorphic"


def _row(bound: BoundList) -> tuple[str, Row | None]:
    """The condition that is changed, with its place; none where a new one is made."""
    at = request.args.get("at", "")
    rows = rows_of(bound.viewer, bound.object.name, bound.state.filter) or []
    return (at, rows[int(at)]) if at.isdecimal() and int(at) < len(rows) else ("", None)


def _values(row: Row) -> list[str]:
    given = row.value if isinstance(row.value, list) else [row.value]
    return [str(each) for each in given if each is not None]


def _page(bound: BoundList, template: str, **values: Any) -> Response:
    """The form alone for the menu that opens it; as a page of its own for everybody else."""
    inside = answers.wants_fragment()
    return answers.page(template if inside else "pages/filter.html", list=bound, part=template, inside=inside, **values)
