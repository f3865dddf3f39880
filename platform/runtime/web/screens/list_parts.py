"""What the templates of lists, boards and calendars ask for besides the bound list itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from newel.runtime.records.statements import kept
from newel.runtime.web.screens.binding import BoundField, bind_field
from newel.runtime.web.screens.bulk import bulk_fields
from newel.runtime.web.screens.chips import operators_for
from newel.runtime.web.screens.list_state import state_query
from newel.runtime.web.screens.lists import VIEW_ICONS

if TYPE_CHECKING:
    from newel.runtime.web.screens.lists import BoundList

# A field's kind of value at a glance, in menus of fields.
FIELD_ICONS = {
    "text": "letter-case",
    "number": "number",
    "money": "coin",
    "boolean": "toggle-left",
    "date": "calendar",
    "datetime": "calendar-clock",
    "time": "clock",
    "duration": "hourglass",
    "choice": "circle-dot",
    "list": "tags",
    "reference": "link",
}


class FilterChoice(NamedTuple):
    """A field that may be filtered by."""

    label: str
    icon: str
    url: str


def list_globals() -> dict[str, Any]:
    return {
        "view_icon": view_icon,
        "export_url": export_url,
        "expression_url": expression_url,
        "conditions_url": conditions_url,
        "filter_choices": filter_choices,
        "bulk_fields": lambda bound: bulk_fields(bound.viewer, bound.object.name),
        "owner_field": owner_field,
        "query_of": query_of,
    }


def view_icon(kind: str) -> str:
    return VIEW_ICONS[kind]


def export_url(bound: BoundList, file_format: str) -> str:
    return f"{bound.object.url}/export.{file_format}?{query_of(bound)}"


def expression_url(bound: BoundList) -> str:
    """Where the filter is written as an expression."""
    return f"{bound.object.url}/filter?{query_of(bound)}&as=expression"


def conditions_url(bound: BoundList) -> str:
    """Where a condition is added."""
    return f"{bound.object.url}/filter?{query_of(bound)}&as=conditions"


def filter_choices(bound: BoundList) -> list[FilterChoice]:
    """The fields to filter by: those of the list first."""
    query = query_of(bound)
    key = (
        "filter choices",
        bound.object.name,
        tuple(each.path for each in bound.columns),
        bound.viewer.actor.role_set,
        bound.viewer.locale,
    )
    found: list[tuple[str, str, str]] = kept(bound.viewer.installation, key, lambda: list(_filterable(bound)))
    return [FilterChoice(label, sign, f"{bound.object.url}/filter?{query}&field={path}") for label, sign, path in found]


def _filterable(bound: BoundList) -> Iterator[tuple[str, str, str]]:
    for column in bound.choosable:
        if operators_for(bound.viewer, bound.object.name, column):
            yield column.label, FIELD_ICONS.get(column.field.type.expression_type, "letter-case"), column.path


def owner_field(bound: BoundList) -> BoundField:
    return bind_field(bound.viewer, bound.object.name, "owner")


def query_of(bound: BoundList) -> str:
    """The list's state as the query of another address."""
    return state_query(bound.state)
