"""What the command palette offers: views, things to create, apps and settings at once; records while one types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from newel.metadata.model import View
from newel.runtime.records import reading, searching
from newel.runtime.records.statements import kept
from newel.runtime.web.screens import addresses
from newel.runtime.web.screens.icons import icon
from newel.runtime.web.screens.list_state import is_open
from newel.runtime.web.screens.shell import visible_apps
from newel.runtime.web.screens.viewer import Viewer, viewer

screen = Blueprint("palette", __name__)
MOST_RECORDS = 8


@screen.get("/palette")
def places() -> Response:
    """Everything that can be gone to or done, for the browser to search in."""
    seen = viewer()
    key = ("palette", seen.actor.role_set, seen.language)
    return jsonify(kept(g.installation, key, lambda: list(_places(seen))))


@screen.get("/palette/records")
def records() -> Response:
    """Records that match what is typed."""
    seen = viewer()
    text = request.args.get("q", "").strip()[:200]
    with reading(seen.installation, seen.actor) as work:
        hits = searching.search(work, text, limit=MOST_RECORDS) if text else []
    group = seen.t("Records")
    return jsonify([_record(seen, hit, group) for hit in hits])


def _record(seen: Viewer, hit: Any, group: str) -> dict[str, Any]:
    found = seen.model.objects[hit.object]
    return _entry(
        group,
        hit.title or seen.t("(no name)"),
        found.icon,
        addresses.record(hit.object, hit.id),
        found.label.say(seen.language),
    )


def _places(seen: Viewer) -> Iterator[dict[str, Any]]:
    yield from _actions(seen)
    go = seen.t("Go to")
    yield _entry(go, seen.t("Home"), "home", "/")
    for app in visible_apps(seen):
        yield _entry(go, app.label.say(seen.language), app.icon, addresses.app(app.name), seen.t("App"))
    for found in seen.model.objects.values():
        if found.kind == "plain" and not found.platform and seen.reads(found.name):
            yield _entry(go, found.plural.say(seen.language), found.icon, addresses.records(found.name), also=found.name)
    yield from (_view(seen, view) for view in seen.model.views.values() if _offers(seen, view))


def _actions(seen: Viewer) -> Iterator[dict[str, Any]]:
    do = seen.t("Do")
    for found in seen.model.objects.values():
        if found.kind == "plain" and not found.platform and seen.verdict(found.name).create:
            label = seen.t("New {object}", object=found.label.say(seen.language))
            yield _entry(do, label, "plus", addresses.new(found.name), also=f"new {found.name}")
    yield _entry(do, seen.t("Keyboard shortcuts"), "keyboard", click="[data-opens=keys]", key="?")
    yield _entry(do, seen.t("Profile and preferences"), "user-cog", "/profile")
    yield _entry(do, seen.t("Recycle bin"), "trash", "/bin")
    if any(seen.model.roles[name].setup for name in seen.actor.roles if name in seen.model.roles):
        yield _entry(do, seen.t("Setup"), "settings", "/setup/")


def _offers(seen: Viewer, view: View) -> bool:
    found = seen.model.objects[view.object]
    return (
        found.kind == "plain"
        and not found.platform
        and seen.reads(view.object)
        and is_open(seen, view)
        and view is not seen.model.default_view(view.object)
    )


def _view(seen: Viewer, view: View) -> dict[str, Any]:
    found = seen.model.objects[view.object]
    url = addresses.records(view.object, view=view.name.rpartition(".")[2])
    return _entry(
        seen.t("Views"), view.label.say(seen.language), found.icon, url, found.plural.say(seen.language), also=view.name
    )


def _entry(group: str, label: str, sign: str, url: str | None = None, aside: str | None = None, **more: str) -> dict[str, Any]:
    return {"group": group, "label": label, "icon": str(icon(sign)), "url": url, **({"aside": aside} if aside else {}), **more}
