"""The state of a list, all of it in its address: view, words searched, filter, sort, columns, page. And back to an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Request
from werkzeug.datastructures import MultiDict

from newel.metadata.model import View
from newel.rules.filters import quoted
from newel.rules.parsing import LONGEST
from newel.runtime.records import filtering
from newel.runtime.records.statements import kept
from newel.runtime.web.screens import addresses
from newel.runtime.web.screens.binding import bind_column
from newel.runtime.web.screens.viewer import Viewer

Arguments = MultiDict[str, str]
COLUMNS_COOKIE = "newel_columns"  # set for the path of one object: "view:path,path"
DENSITY_COOKIE = "newel_density"
DENSITIES = ("normal", "compact", "roomy")
MOST_COLUMNS = 30
MOST_TERMS = 6
PER_PAGE = 50
LONGEST_SORT = 600


@dataclass(frozen=True)
class ListState:
    """What is shown of which records. Frozen: a changed state is another address."""

    object: str
    view: str
    view_type: str
    q: str = ""
    filter: str = ""
    sort: str = ""
    columns: str = ""
    cursor: str = ""
    start: int = 1
    date: str = ""  # calendars: the day that the shown stretch holds
    span: str = ""  # calendars: month, week, day, list

    def url(self, **changes: Any) -> str:
        """The address of this state with some things changed; a changed list begins with its first page."""
        if not {"cursor", "start"} & changes.keys():
            changes |= {"cursor": "", "start": 1}
        return addresses.records(self.object, **replace(self, **changes).query())

    def query(self) -> dict[str, Any]:
        given = {"view": self.view, "q": self.q, "filter": self.filter, "sort": self.sort, "columns": self.columns}
        paged = {"cursor": self.cursor, "start": self.start if self.cursor else ""}
        return {**given, **paged, "date": self.date, "span": self.span}

    def hidden(self, *without: str) -> Iterator[tuple[str, str]]:
        """What a form that changes part of the state carries along."""
        left_out = {*without, "cursor", "start"}
        return ((name, str(value)) for name, value in self.query().items() if value and name not in left_out)

    @property
    def sort_keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.sort.split(",") if key)


def read_state(request: Request, args: Arguments, view: View) -> ListState:
    """The state that an address says; columns as remembered where it says none."""
    short = view.name.rpartition(".")[2]
    start = args.get("start", "")
    return ListState(
        object=view.object,
        view=short,
        view_type=view.type,
        q=args.get("q", "").strip()[:200],
        filter=args.get("filter", "").strip()[: LONGEST + 1],  # one more tells that it is too long
        sort=args.get("sort", "").strip()[:LONGEST_SORT],
        columns=_columns(request, args, short),
        cursor=args.get("cursor", ""),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1,
        date=args.get("date", "")[:10],
        span=args.get("span", "")[:10],
    )


def chosen_view(viewer: Viewer, args: Arguments, object_name: str) -> View:
    """The view that the address names, else the one that the object opens with."""
    found, wanted = open_views(viewer, object_name), f"{object_name}.{args.get('view', '')}"
    return next((each for each in found if each.name == wanted), found[0])


def open_views(viewer: Viewer, object_name: str) -> tuple[View, ...]:
    """The views whose every part the viewer may know, the one that the object opens with first; at least a plain list."""
    key = ("open views", object_name, viewer.actor.role_set)
    found: tuple[View, ...] = kept(viewer.installation, key, lambda: _open_views(viewer, object_name))
    return found


def is_open(viewer: Viewer, view: View) -> bool:
    return any(each is view for each in open_views(viewer, view.object))


def _open_views(viewer: Viewer, object_name: str) -> tuple[View, ...]:
    default = viewer.model.default_view(object_name)
    every = (default, *(each for each in viewer.model.views_of[object_name] if each is not default))
    found = tuple(each for each in every if _is_known(viewer, each))
    return found or (replace(default, type="list", filter=None, columns=(), sort=()),)


def _is_known(viewer: Viewer, view: View) -> bool:
    """Whether the viewer may read what the view filters, groups and dates by, and what its cards are called."""
    title = viewer.model.objects[view.object].title
    needed = {"kanban": {view.group_by, title}, "calendar": {view.start, title}}.get(view.type, set())
    if not needed <= viewer.verdict(view.object).readable.keys():
        return False
    return view.filter is None or filtering.is_open(viewer.installation, viewer.actor.role_set, view.object, view.filter.text)


def column_paths(state: ListState, view: View) -> tuple[str, ...]:
    """The columns to show: as chosen, else as the view says."""
    chosen = tuple(path for path in state.columns.split(",") if path)
    return chosen[:MOST_COLUMNS] or view.columns


def sort_keys(viewer: Viewer, state: ListState, view: View) -> tuple[str, ...]:
    """The order to read in: as chosen, else as the view says, else the latest changes first. What can't be sorted is left out."""
    wanted = state.sort_keys or view.sort or ("-updated_at",)
    return tuple(key for key in wanted if _is_sortable(viewer, state.object, key.removeprefix("-")))


def _is_sortable(viewer: Viewer, object_name: str, path: str) -> bool:
    column = bind_column(viewer, object_name, path)
    return column is not None and column.sortable


def whole_filter(viewer: Viewer, state: ListState, view: View) -> str | None:
    """View, filter and searched words as one expression; None where nothing narrows the list."""
    parts = [view.filter.text if view.filter else "", state.filter, searched(viewer, state)]
    given = [part for part in parts if part]
    return " and ".join(f"({part})" for part in given) if len(given) > 1 else (given[0] if given else None)


def searched(viewer: Viewer, state: ListState) -> str:
    """The words searched in a list, as an expression: each word in one of the object's search fields."""
    paths = search_paths(viewer, state.object)
    terms = state.q.split()[:MOST_TERMS]
    if not terms or not paths:
        return ""
    return " and ".join("(" + " or ".join(f"icontains({path}, {quoted(term)})" for path in paths) + ")" for term in terms)


def search_paths(viewer: Viewer, object_name: str) -> tuple[str, ...]:
    """Where a list searches: the object's search fields that hold text and that the viewer may read."""
    found = viewer.model.objects[object_name]
    columns = (bind_column(viewer, object_name, path) for path in dict.fromkeys((found.title, *found.search)))
    return tuple(each.path for each in columns if each is not None and each.field.type.expression_type == "text")


def state_query(state: ListState) -> str:
    """The state as the query of another address."""
    return urlencode(list(state.hidden()))


def density(request: Request) -> str:
    found = request.args.get("density") or request.cookies.get(DENSITY_COOKIE, "")
    return found if found in DENSITIES else "normal"


def _columns(request: Request, args: Arguments, view: str) -> str:
    if "columns" in args:
        return ",".join(path for each in args.getlist("columns") for path in each.split(",") if path)
    remembered, _, paths = request.cookies.get(COLUMNS_COOKIE, "").partition(":")
    return paths if remembered == view else ""
