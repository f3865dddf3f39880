"""What the server says of a form as it stands, where the page can't know: states, computed values, offers, defaults of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newel.rules.browser.values import as_json
from newel.runtime.records import previewing
from newel.runtime.records.offering import offers_of
from newel.runtime.records.work import Work
from newel.runtime.web.screens import lines
from newel.runtime.web.screens.binding_forms import BoundForm, BoundLines
from newel.runtime.web.screens.viewer import Viewer

Json = dict[str, Any]


def answer(work: Work, viewer: Viewer, form: BoundForm, found: previewing.Preview, given: Mapping[str, Any]) -> Json:
    """States [visible, required, read-only], values and texts of computed fields, offered options, and by line what it gets."""
    computed = {place.name: place.field for place in form.places if place.field.field.is_computed and place.name in found.values}
    states = {name: [each.visible, each.required, each.read_only] for name, each in found.states.items()}
    grids = {place.name: place.lines for place in form.places if place.lines is not None}
    rows = {name: _rows(work, grid, given.get(name) or ()) for name, grid in grids.items()}
    return {
        "states": states,
        "values": {name: as_json(found.values[name]) for name in computed},
        "texts": {name: each.text(found.values[name]) for name, each in computed.items()},
        "options": _options(work, form, found),
        "lines": {name: [lines.defaults(grids[name], *each) for each in made] for name, made in rows.items()},
        "cells": {name: [_cells(grids[name], values) for _, values in made] for name, made in rows.items()},
    }


def _options(work: Work, form: BoundForm, found: previewing.Preview) -> dict[str, dict[str, bool]]:
    """By field and key, whether an option is offered, of those that are not always."""
    offers = offers_of(work.installation, form.object.name).options
    seen = previewing.Shown(work, form.object.object, found.values)
    return {
        name: {key: each.allows(key, seen, work.facts) for key in each.whens}
        for name, each in offers.items()
        if name in form.names
    }


def _rows(work: Work, grid: BoundLines, rows: Sequence[lines.Raw]) -> list[tuple[lines.Raw, Mapping[str, Any]]]:
    return [(row, previewing.of_line(work, grid.object.name, lines.to_save([row])[0])) for row in rows]


def _cells(grid: BoundLines, values: Mapping[str, Any]) -> dict[str, str]:
    """The computed columns of a line, as texts."""
    return {each.name: each.text(values[each.name]) for each in grid.columns if each.field.is_computed and each.name in values}
