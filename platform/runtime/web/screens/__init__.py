"""The generated workspace: screens for any object, bound to the one who looks. Nothing here is written for one object."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from newel.runtime.web.screens import templating

# Every screen is a module with a blueprint named `screen`; their order is of no account.
SCREENS = (
    *("home", "apps", "lists", "filters", "boards", "moving", "calendars", "bulk", "exporting"),
    *("cards", "search", "palette", "preferences"),
    *(
        "record_page",
        "why",
        "related",
        "timeline",
        "attachments",
        "forms",
        "links",
        "uploads",
        "lookups",
        "actions",
        "recycle_bin",
    ),
)


def register(app: Flask) -> None:
    """Puts every screen on the app."""
    templating.prepare(app)
    for name in SCREENS:
        app.register_blueprint(import_module(f"newel.runtime.web.screens.{name}").screen)
