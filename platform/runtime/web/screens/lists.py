"""Lists: the records of an object as a table, in the state that the address says. Boards and calendars share the route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, request

from newel.metadata.model import View
from newel.runtime.records import finding, reading
from newel.runtime.records.errors import FieldProblem, Invalid
from newel.runtime.records.listing import COUNTED
from newel.runtime.records.record import Count, Page
from newel.runtime.web.screens import answers, boards, calendars
from newel.runtime.web.screens.binding import BoundObject, Column, bind_columns, bind_object
from newel.runtime.web.screens.chips import Chip, chips_of, fixed_chips, taken_in
from newel.runtime.web.screens.list_state import (
    COLUMNS_COOKIE,
    DENSITIES,
    DENSITY_COOKIE,
    PER_PAGE,
    Arguments,
    ListState,
    chosen_view,
    column_paths,
    density,
    is_open,
    read_state,
    sort_keys,
    state_query,
    whole_filter,
)
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("lists", __name__)
VIEW_ICONS = {"list": "list", "kanban": "layout-kanban", "calendar": "calendar"}
_YEAR = 60 * 60 * 24 * 365
_HOLE = "\0"


@dataclass(frozen=True)
class BoundList:
    """One list as its reader sees it: what all layouts share."""

    viewer: Viewer
    object: BoundObject
    view: View
    state: ListState

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The views to choose from, as the menu shows them."""
        found = []
        for each in _in_order(self.viewer, self.object.name):
            short = each.name.rpartition(".")[2]
            url = ListState(self.object.name, short, each.type).url()
            label = each.label.say(self.viewer.language)
            found.append(
                {"label": label, "icon": VIEW_ICONS[each.type], "url": url, "current": each is self.view, "type": each.type}
            )
        return found

    @cached_property
    def title(self) -> str:
        return self.view.label.say(self.viewer.language)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The title and what was chosen; the bare id for who may read nothing else."""
        found = bind_columns(self.viewer, self.object.name, column_paths(self.state, self.view))
        return found or bind_columns(self.viewer, self.object.name, ("id",))

    @cached_property
    def choosable(self) -> tuple[Column, ...]:
        """Every column that may be chosen: the shown ones in their order, then the rest."""
        readable = self.viewer.verdict(self.object.name).readable
        own = [
            name
            for name, each in self.object.object.fields.items()
            if name in readable and not each.is_many and name not in ("id", "version", "deleted_at")
        ]
        return bind_columns(self.viewer, self.object.name, (*(column.path for column in self.columns), *own))

    @cached_property
    def chips(self) -> list[Chip]:
        return chips_of(self.viewer, self.object.name, self.state)

    @cached_property
    def fixed_chips(self) -> list[Chip]:
        """What the view itself asks for: shown, not to be taken off."""
        return fixed_chips(self.viewer, self.object.name, self.view)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state.q or self.state.filter)

    @cached_property
    def may_create(self) -> bool:
        return self.object.object.kind == "plain" and bool(self.viewer.verdict(self.object.name).create)

    @cached_property
    def may_update(self) -> bool:
        return bool(self.viewer.verdict(self.object.name).update)

    @cached_property
    def may_delete(self) -> bool:
        return bool(self.viewer.verdict(self.object.name).delete)

    @cached_property
    def may_export(self) -> bool:
        return self.viewer.verdict(self.object.name).export

    @cached_property
    def may_assign(self) -> bool:
        return "owner" in self.viewer.verdict(self.object.name).writable

    @cached_property
    def filter(self) -> str | None:
        return whole_filter(self.viewer, self.state, self.view)

    @cached_property
    def sort(self) -> tuple[str, ...]:
        return sort_keys(self.viewer, self.state, self.view)

    def order_of(self, column: Column) -> tuple[str, int]:
        """How a column takes part in the order: "ascending", "descending" or "", and its rank among several."""
        for rank, key in enumerate(self.sort, 1):
            if key.removeprefix("-") == column.path:
                return ("descending" if key.startswith("-") else "ascending"), rank
        return "", 0

    def sort_url(self, column: Column, *, also: bool = False) -> str:
        """Where the header leads: this column up, then down, then as the view says; `also` keeps the others and its place."""
        order, _ = self.order_of(column)
        turned = {"": column.path, "ascending": f"-{column.path}", "descending": ""}[order]
        keys = list(self.sort) if also else []
        place = next((at for at, key in enumerate(keys) if key.removeprefix("-") == column.path), len(keys))
        keys[place : place + 1] = [turned] if turned else []
        return self.state.url(sort=",".join(keys))

    @property
    def total_url(self) -> str:
        """Where the list says how many records it holds."""
        return f"{self.object.url}/total?{state_query(self.state)}"

    def hidden(self, *without: str) -> Sequence[tuple[str, str]]:
        return tuple(self.state.hidden(*without))


def _in_order(viewer: Viewer, object_name: str) -> list[View]:
    """The views that the viewer may use, in the order of the solution."""
    return [each for each in viewer.model.views_of[object_name] if is_open(viewer, each)]


def bind_list(viewer: Viewer, object_name: str, args: Arguments | None = None) -> BoundList:
    """The list that the address asks for, or that `args` ask for as an address would."""
    asked = request.args if args is None else args
    bound = bind_object(viewer, object_name)
    view = chosen_view(viewer, asked, object_name)
    g.view_name = view.name.rpartition(".")[2]
    return BoundList(viewer, bound, view, read_state(request, asked, view))


@screen.get("/o/<object_name>")
def show(object_name: str) -> Response:
    """The records of an object in one of its views."""
    seen = viewer()
    bound = bind_list(seen, object_name)
    changed = taken_in(seen, bound.state, request.args)
    if changed is not None:
        return _moved(changed)
    if bound.view.type == "kanban":
        return boards.show(bound)
    if bound.view.type == "calendar":
        return calendars.show(bound)
    return _keep_choices(_table(bound), bound)


def _table(bound: BoundList) -> Response:
    page, problems = _found(bound)
    template = "parts/table.html" if answers.wants_fragment() else "pages/list.html"
    rows = page.records if page else ()
    return answers.page(
        template,
        422 if problems else 200,
        list=bound,
        page=page,
        rows=rows,
        place=place_of(bound, page) if page else None,
        previous_url=_page_url(bound, page.previous_cursor, -PER_PAGE) if page else None,
        next_url=_page_url(bound, page.next_cursor, len(rows)) if page else None,
        problems=[each.say(bound.viewer.language) for each in problems],
        density=density(request),
        densities=DENSITIES,
    )


def _found(bound: BoundList) -> tuple[Page | None, Sequence[FieldProblem]]:
    """The page of records; None with what is wrong where the filter or the cursor can't be taken."""
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        try:
            found = finding.find(
                work,
                bound.object.name,
                filter=bound.filter,
                sort=bound.sort,
                fields=[column.path for column in bound.columns],
                limit=PER_PAGE,
                cursor=bound.state.cursor or None,
            )
        except Invalid as error:
            return None, error.problems
        return found, ()


@dataclass(frozen=True)
class Place:
    """Where a page stands in its list: "1-50 of 10,000+". `total` is None until it is counted, which no page waits for."""

    viewer: Viewer
    start: int
    end: int
    total: str | None
    url: str  # where the total is counted

    @property
    def said(self) -> str:
        return self._said(self.total or "")

    @property
    def before(self) -> str:
        return self._said(_HOLE).partition(_HOLE)[0]

    @property
    def after(self) -> str:
        return self._said(_HOLE).partition(_HOLE)[2]

    @property
    def widest(self) -> str:
        return self._said(total(Count(COUNTED, False)))

    @property
    def alone(self) -> str:
        return f"{self.start:,}–{self.end:,}"

    def _said(self, total: str) -> str:
        return self.viewer.t("{start}–{end} of {total}", start=f"{self.start:,}", end=f"{self.end:,}", total=total)


def place_of(bound: BoundList, page: Page) -> Place | None:
    """Where the page stands; None for an empty one. A page that is the whole list needs no counting."""
    if not page.records:
        return None
    is_whole = page.next_cursor is None and page.previous_cursor is None
    start, counted = bound.state.start, f"{len(page.records):,}" if is_whole else None
    return Place(bound.viewer, start, start + len(page.records) - 1, counted, bound.total_url)


@screen.get("/o/<object_name>/total")
def counted(object_name: str) -> str:
    """How many records the list holds, as its page asks once it is shown."""
    bound = bind_list(viewer(), object_name)
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        try:
            return total(finding.count_of(work, bound.object.name, filter=bound.filter))
        except Invalid:
            return ""


def total(count: Count) -> str:
    return f"{count.value:,}" if count.exact else f"{count.value:,}+"


def _page_url(bound: BoundList, cursor: str | None, step: int) -> str | None:
    if cursor is None:
        return None
    return bound.state.url(cursor=cursor, start=max(1, bound.state.start + step))


def _moved(url: str) -> Response:
    """To the address that the state now has; htmx follows by itself and shows that address."""
    return make_response(redirect(url))


def _keep_choices(answer: Response, bound: BoundList) -> Response:
    """Remembers columns for the object, and density for all lists, in this browser."""
    if "columns" in request.args:
        path = bound.object.url
        if bound.state.columns:
            answer.set_cookie(
                COLUMNS_COOKIE, f"{bound.state.view}:{bound.state.columns}", max_age=_YEAR, path=path, samesite="Lax"
            )
        else:
            answer.delete_cookie(COLUMNS_COOKIE, path=path)
    if request.args.get("density") in DENSITIES:
        answer.set_cookie(DENSITY_COOKIE, request.args["density"], max_age=_YEAR, samesite="Lax")
    return answer
