"""Filter chips: the list's filter expression as conditions that people read, and changes of it. The expression is the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from newel.metadata.field_types.base import ValueProblem
from newel.metadata.model import View
from newel.rules import filters
from newel.rules.filters import BadRow, Row
from newel.rules.operators import Operator
from newel.runtime.records import finding, reading
from newel.runtime.web.screens.binding import BoundField, Column, bind_column
from newel.runtime.web.screens.list_state import Arguments, ListState, state_query
from newel.runtime.web.screens.viewer import Viewer

FIELD, OPERATOR, VALUE, AT = "f.field", "f.operator", "f.value", "f.at"  # what the filter's little form sends


@dataclass(frozen=True)
class Chip:
    """One condition: a field, how it is compared and with what; or a whole expression, where it is no such thing."""

    label: str
    operator: str
    value: str
    is_expression: bool = False
    edit_url: str = ""
    off_url: str = ""


def parts_of(viewer: Viewer, object_name: str, text: str) -> list[Row | str] | None:
    """The conditions of a filter, as rows where they are such. None where it can't be read, or names what the viewer must not
    know: that looks the same."""
    parts = filters.to_parts(text, viewer.model, object_name)
    rows = [part for part in parts or () if isinstance(part, Row)]
    return None if any(bind_column(viewer, object_name, each.field) is None for each in rows) else parts


def chips_of(viewer: Viewer, object_name: str, state: ListState) -> list[Chip]:
    """The reader's own conditions, each to be changed or taken off."""
    parts = parts_of(viewer, object_name, state.filter)
    return _chips(viewer, object_name, [state.filter] if parts is None else parts, state)


def fixed_chips(viewer: Viewer, object_name: str, view: View) -> list[Chip]:
    """What the view itself asks for: to be seen, not to be changed."""
    if view.filter is None:
        return []
    parts = parts_of(viewer, object_name, view.filter.text)
    return _chips(viewer, object_name, [view.filter.text] if parts is None else parts, None)


def _chips(viewer: Viewer, object_name: str, parts: Sequence[Row | str], state: ListState | None) -> list[Chip]:
    return [_chip(viewer, object_name, parts, at, state) for at in range(len(parts))]


def taken_in(viewer: Viewer, state: ListState, args: Arguments) -> str | None:
    """The address of the list with the condition that the filter's form sent; None where it sent none."""
    if FIELD not in args:
        return None
    column = bind_column(viewer, state.object, args[FIELD])
    parts = parts_of(viewer, state.object, state.filter)
    operator = operator_named(viewer, state.object, column, args.get(OPERATOR, "")) if column else None
    if column is None or operator is None:
        return state.url()
    try:
        row = Row(column.path, operator.name, value_of(column, operator, args.getlist(VALUE)))
        added = filters.to_text([row], viewer.model, state.object)
    except (BadRow, ValueProblem):
        return state.url()
    if parts is None:
        return state.url(filter=f"({state.filter}) and {added}")
    return state.url(filter=filters.to_text(_placed(parts, row, args.get(AT, "")), viewer.model, state.object))


def _placed(parts: Sequence[Row | str], row: Row, at: str) -> list[Row | str]:
    """The conditions with a new one at the end, or in the place of the one that was changed."""
    if at.isdecimal() and int(at) < len(parts):
        return [*parts[: int(at)], row, *parts[int(at) + 1 :]]
    return [*parts, row]


def operators_for(viewer: Viewer, object_name: str, column: Column) -> tuple[Operator, ...]:
    """How a column may be compared; a reference to one of several objects only by being there."""
    found = filters.operators_of(viewer.model, object_name, column.path)
    if column.field.field.type == "polymorphic":
        return tuple(each for each in found if each.takes == "none" and "me" not in each.name)
    if column.field.field.is_reference and "nw_user" not in column.field.field.to:
        return tuple(each for each in found if each.name not in ("me", "not_me"))
    return found


def operator_named(viewer: Viewer, object_name: str, column: Column, name: str) -> Operator | None:
    """The operator of that name, else the most usual one."""
    found = operators_for(viewer, object_name, column)
    return next((each for each in found if each.name == name), found[0] if found else None)


def value_of(column: Column, operator: Operator, given: Sequence[str]) -> Any:
    """What the form sent as the value of a condition. Raises ValueProblem."""
    values = [_plain(column.field, text) for text in given if text.strip()]
    if operator.takes == "none":
        return None
    if operator.takes == "count":
        return given[0] if given else None
    if operator.takes in ("two", "many"):
        return values
    return values[0] if values else None


def _plain(field: BoundField, text: str) -> Any:
    """One value in its JSON form, as conditions hold it."""
    kind = field.type.expression_type
    if kind == "list" or field.field.is_reference or kind in ("choice", "datetime", "text"):
        return text.strip()
    value = field.type.parse(field.field, text, field.locale)
    dumped = field.type.dump(field.field, value)
    return dumped["amount"] if isinstance(dumped, dict) else dumped


def _chip(viewer: Viewer, object_name: str, parts: Sequence[Row | str], at: int, state: ListState | None) -> Chip:
    edit_url = off_url = ""
    part = parts[at]
    if state is not None:
        face = f"at={at}" if isinstance(part, Row) else "as=expression"
        edit_url = f"/o/{object_name}/filter?{state_query(state)}&{face}"
        off_url = state.url(filter=_without(viewer, object_name, parts, at))
    if isinstance(part, str):
        return Chip("", "", part, True, edit_url, off_url)
    return replace(_row_chip(viewer, object_name, part), edit_url=edit_url, off_url=off_url)


def _without(viewer: Viewer, object_name: str, parts: Sequence[Row | str], at: int) -> str:
    rest = [*parts[:at], *parts[at + 1 :]]
    return filters.to_text(rest, viewer.model, object_name) if rest else ""


def _row_chip(viewer: Viewer, object_name: str, row: Row) -> Chip:
    column = bind_column(viewer, object_name, row.field)
    found = filters.operators_of(viewer.model, object_name, row.field)
    operator = next((each for each in found if each.name == row.operator), None)
    if column is None or operator is None:
        return Chip(row.field, "", "")
    return Chip(column.label, viewer.t(operator.label), said(viewer, column.field, operator, row.value))


def said(viewer: Viewer, field: BoundField, operator: Operator, value: Any) -> str:
    """A condition's value in words."""
    if operator.takes == "none" or value is None:
        return ""
    if operator.takes == "count":
        return viewer.tn("{n} day", "{n} days", int(value))
    values = value if isinstance(value, list) else [value]
    if field.field.is_reference:
        return ", ".join(titles_of(viewer, field, values).values())
    return (" – " if operator.takes == "two" else ", ").join(_word(field, each) for each in values)


def titles_of(viewer: Viewer, field: BoundField, ids: Sequence[str]) -> dict[str, str]:
    """What the records that a condition names are called."""
    with reading(viewer.installation, viewer.actor) as work:
        found = finding.titles(work, field.field.to[0], [str(each) for each in ids])
    return {str(each): found.get(str(each)) or viewer.t("(a record that you cannot see)") for each in ids}


def _word(field: BoundField, value: Any) -> str:
    kind = field.type.expression_type
    if value in field.options:
        return field.option_label(value)
    if kind in ("number", "money"):
        return f"{value}"
    if kind in ("date", "datetime"):
        from newel.metadata.field_types import REGISTRY

        day = REGISTRY["date"]
        return day.format(field.field, day.parse(field.field, str(value)[:10], field.locale), field.locale)
    return str(value)
