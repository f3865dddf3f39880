"""The frame around every page: apps, the chosen app's menu, what may be created, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flask import g, request

from newel.metadata.model import App, MenuItem, View
from newel.runtime.records.statements import kept
from newel.runtime.web.screens import addresses
from newel.runtime.web.screens.colors import color_class, color_of, initials
from newel.runtime.web.screens.list_state import is_open
from newel.runtime.web.screens.viewer import Viewer

APP_COOKIE = "newel_app"
RAIL_COOKIE = "newel_rail"


class AppEntry(NamedTuple):
    name: str
    label: str
    icon: str
    color: str
    url: str
    current: bool


class Entry(NamedTuple):
    """One thing to go to: an object, or one view of it."""

    label: str
    icon: str
    url: str
    object: str
    view: str | None = None


class EntryGroup(NamedTuple):
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Frame:
    """What is the same for everybody of one app, language and set of roles; kept while the Installation lives."""

    apps: tuple[AppEntry, ...]
    app: AppEntry | None
    menu: tuple[EntryGroup, ...]
    creatable: tuple[Entry, ...]
    may_set_up: bool


@dataclass(frozen=True)
class Shell:
    """The frame of one page."""

    frame: Frame
    user: str
    user_email: str
    narrow: bool
    here: str  # home, bin, search, or the object that the page shows
    here_view: str | None
    app_label: str
    app_icon: str
    app_color: str

    @property
    def apps(self) -> tuple[AppEntry, ...]:
        return self.frame.apps

    @property
    def menu(self) -> tuple[EntryGroup, ...]:
        return self.frame.menu

    @property
    def creatable(self) -> tuple[Entry, ...]:
        return self.frame.creatable

    @property
    def may_set_up(self) -> bool:
        return self.frame.may_set_up

    @property
    def user_initials(self) -> str:
        return initials(self.user)

    @property
    def user_color(self) -> str:
        return color_of(self.user)

    def is_here(self, entry: Entry) -> bool:
        """Whether the page shows the entry: its very view, or its object where no other entry names the view."""
        if entry.object != self.here:
            return False
        others = [each for group in self.menu for each in group.entries if each.object == self.here]
        exact = [each for each in others if each.view == self.here_view]
        return entry == (exact or others)[0]


def shell(viewer: Viewer) -> Shell:
    """The shell of this request's page."""
    here, here_view = _here()
    frame = _frame(viewer, _current_app(viewer, here))
    app = frame.app
    identity = g.get("identity")
    return Shell(
        frame=frame,
        user=viewer.actor.name or viewer.t("You"),
        user_email=getattr(identity, "email", "") or "",
        narrow=request.cookies.get(RAIL_COOKIE) == "narrow",
        here=here,
        here_view=here_view,
        app_label=app.label if app else "Newel",
        app_icon=app.icon if app else "apps",
        app_color=app.color if app else "c-blue",
    )


def visible_apps(viewer: Viewer) -> tuple[App, ...]:
    """The apps for one of the viewer's roles that hold something to read: those made for the role first, then the largest."""
    roles = set(viewer.actor.roles)
    found = (app for app in viewer.model.apps.values() if not app.roles or roles & set(app.roles) or "admin" in roles)
    open_to = [app for app in found if any(_readable(viewer, app.menu.values()))]
    return tuple(
        sorted(open_to, key=lambda app: (not app.roles[:1] or app.roles[0] not in roles, -len(list(items_of(app.menu.values())))))
    )


def current_app(viewer: Viewer) -> App | None:
    """The app that the viewer is in."""
    return _current_app(viewer, _here()[0])


def menu_of(viewer: Viewer, app: App) -> tuple[EntryGroup, ...]:
    """The app's menu as far as the viewer may go; entries outside of a group come first."""
    groups: list[EntryGroup] = []
    loose: list[Entry] = []
    for item in app.menu.values():
        if item.items:
            entries = tuple(_entry(viewer, each) for each in _readable(viewer, item.items.values()))
            if entries:
                groups.append(EntryGroup(item.label.say(viewer.language) if item.label else "", entries))
        elif _is_for(viewer, item):
            loose.append(_entry(viewer, item))
    return (EntryGroup("", tuple(loose)), *groups) if loose else tuple(groups)


def _here() -> tuple[str, str | None]:
    endpoint = request.endpoint or ""
    arguments = request.view_args or {}
    if "object_name" in arguments:
        view: str | None = request.args.get("view") or g.get("view_name")
        return str(arguments["object_name"]), view
    return endpoint.rpartition(".")[2], None


def _current_app(viewer: Viewer, here: str) -> App | None:
    """The app last chosen, unless only another one holds what the page shows."""
    apps = visible_apps(viewer)
    named = str((request.view_args or {}).get("app_name") or "") or request.cookies.get(APP_COOKIE, "")
    chosen = next((app for app in apps if app.name == named), None)
    if here in viewer.model.objects:
        holding = [app for app in apps if any(item.object == here for item in items_of(app.menu.values()))]
        if holding and chosen not in holding:
            return holding[0]
    return chosen or (apps[0] if apps else None)


def _frame(viewer: Viewer, app: App | None) -> Frame:
    key = ("frame", app.name if app else "", viewer.actor.role_set, viewer.language)
    found: Frame = kept(viewer.installation, key, lambda: _make_frame(viewer, app))
    return found


def _make_frame(viewer: Viewer, app: App | None) -> Frame:
    apps = tuple(_app_entry(viewer, each, each is app) for each in visible_apps(viewer))
    menu = menu_of(viewer, app) if app else ()
    creatable = tuple(_creatable(viewer, menu))
    setup = any(viewer.model.roles[name].setup for name in viewer.actor.roles if name in viewer.model.roles)
    return Frame(apps, next((each for each in apps if each.current), None), menu, creatable, setup)


def _app_entry(viewer: Viewer, app: App, current: bool) -> AppEntry:
    return AppEntry(app.name, app.label.say(viewer.language), app.icon, color_class(app.color), addresses.app(app.name), current)


def _creatable(viewer: Viewer, menu: Iterable[EntryGroup]) -> Iterator[Entry]:
    """The objects of the menu, and the activities of the model, that the viewer may create."""
    in_menu = [entry.object for group in menu for entry in group.entries]
    activities = [each.name for each in viewer.model.objects.values() if each.activity]
    for name in dict.fromkeys((*in_menu, *activities)):
        found = viewer.model.objects[name]
        if viewer.verdict(name).create and found.kind == "plain":
            yield Entry(found.label.say(viewer.language), found.icon, addresses.new(name), name)


def _entry(viewer: Viewer, item: MenuItem) -> Entry:
    found = viewer.model.objects[item.object or ""]
    view = _view(viewer, item)
    plain = Entry(found.plural.say(viewer.language), item.icon or found.icon, addresses.records(found.name), found.name)
    if view is not None:
        short = view.name.rpartition(".")[2]
        plain = plain._replace(label=view.label.say(viewer.language), url=addresses.records(found.name, view=short), view=short)
    return plain._replace(label=item.label.say(viewer.language)) if item.label else plain


def _view(viewer: Viewer, item: MenuItem) -> View | None:
    """The view that the entry names, where it is not the one that the object opens with."""
    found = _named(viewer, item)
    return None if found is None or found is viewer.model.default_view(found.object) else found


def _named(viewer: Viewer, item: MenuItem) -> View | None:
    if not item.view or not item.object:
        return None
    return viewer.model.views.get(item.view if "." in item.view else f"{item.object}.{item.view}")


def _readable(viewer: Viewer, items: Iterable[MenuItem]) -> Iterator[MenuItem]:
    return (item for item in items_of(items) if _is_for(viewer, item))


def _is_for(viewer: Viewer, item: MenuItem) -> bool:
    if not item.object or not viewer.reads(item.object):
        return False
    view = _named(viewer, item)
    return view is None or is_open(viewer, view)


def items_of(items: Iterable[MenuItem]) -> Iterator[MenuItem]:
    """The entries of a menu, those within groups too."""
    for item in items:
        yield from items_of(item.items.values()) if item.items else (item,)
