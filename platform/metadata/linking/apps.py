"""Apps: menus whose entries lead to objects and views."""

from __future__ import annotations

from collections.abc import Mapping

from newel.metadata import faults
from newel.metadata.linking.workbench import Draft, Workbench, entries, spot
from newel.metadata.model import App, MenuItem, Role, View
from newel.metadata.naming import ELEMENTS, named, nearest
from newel.metadata.problems import Path, Place
from newel.metadata.reading import Branch
from newel.metadata.shapes import Document
from newel.metadata.words import phrase


def link_apps(bench: Workbench, roles: Mapping[str, Role], views: Mapping[str, View]) -> dict[str, App]:
    """All apps by name."""
    return {document.name: _app(bench, document, roles, views) for document in bench.stack.of_kind("app")}


def _app(bench: Workbench, document: Document, roles: Mapping[str, Role], views: Mapping[str, View]) -> App:
    data, address = document.data, f"app:{document.name}"
    bench.element(address, document.place)
    for name, where in entries(data, "roles", Path()):
        if name in roles:
            bench.use(roles[name].address, address)
        elif ("role", name) not in bench.stack.broken:
            bench.problems.unknown(faults.UNKNOWN_ROLE, where.place, where.path, name, roles, name=name)
    menu = _Menu(bench, address, views).entries(data, Path(), "menu")
    granted = tuple(name for name, _ in entries(data, "roles", Path()) if name in roles)
    label = bench.text(address, data, name=document.name)
    bench.optional_text(address, data, "help")
    return App(
        document.name, label, address, menu, data.get("icon", "apps"), data.get("color"), granted, document.place, document.layer
    )


class _Menu:
    """The menu of one app; the names of its entries are unique, however deep they lie."""

    def __init__(self, bench: Workbench, app: str, views: Mapping[str, View]) -> None:
        self.bench = bench
        self.app = app
        self.views = views
        self.seen: dict[str, Place] = {}

    def entries(self, data: Branch, at: Path, key: str) -> dict[str, MenuItem]:
        declared = data.branch(key)
        found = {}
        for name in declared:
            item = self._item(declared, name, at.key(key).key(name))
            if item:
                found[name] = item
        return found

    def _item(self, declared: Branch, name: str, at: Path) -> MenuItem | None:
        data, place = declared[name], declared.key_place(name)
        address = f"{self.app}/item:{name}"
        first = self.seen.setdefault(name, place)
        if first is not place:
            self.bench.problems.add(faults.DEFINED_TWICE, place, at, kind=ELEMENTS["item"].as_beginning, name=name, first=first)
            return None
        self.bench.element(address, place)
        if "object" in data and "items" in data:
            self.bench.problems.add(faults.MENU_BOTH, place, at, name=name)
        elif "object" not in data and not data.get("items") and "view" not in data and not data.missing:
            self.bench.problems.add(
                faults.EMPTY_GROUP, place, at, name=name, fix=phrase("Give it `object: ...`, or `items: ...`.")
            )
        draft = self.bench.object_named(data["object"], spot(data, "object", at), address) if "object" in data else None
        view = self._view(draft, data, address, at) if "view" in data else None
        items = self.entries(data, at, "items") if "items" in data else {}
        label = (
            self.bench.text(address, data, name=name) if "label" in data or items else None
        )  # else it is called as what it leads to
        return MenuItem(name, address, label, data.get("icon"), draft.name if draft else None, view, items)

    def _view(self, draft: Draft | None, data: Branch, address: str, at: Path) -> str | None:
        where = spot(data, "view", at)
        if draft is None:
            if "object" not in data and "object" not in (data.missing or ()):
                self.bench.problems.add(
                    faults.MISSING_PROPERTY, where.place, at, key="object", fix=phrase("A view belongs to an object.")
                )
            return None
        full = f"{draft.name}.{data['view']}"
        if full in self.views:
            self.bench.use(self.views[full].address, address)
            return str(data["view"])
        if ("view", full) not in self.bench.stack.broken:
            known = [each.partition(".")[2] for each in self.views if each.startswith(f"{draft.name}.")]
            near = nearest(data["view"], known)
            expected = None if near else named(known)
            self.bench.problems.add(
                faults.UNKNOWN_VIEW,
                where.place,
                where.path,
                object=draft.name,
                name=data["view"],
                nearest=near,
                expected=expected,
            )
        return None
