"""The generated workspace: screens for any object, bound to the one who looks. Nothing here is written for one object."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Puts every screen on the app. Each module brings a blueprint; the order is of no account."""
    from newel.runtime.web.screens import (
        apps,
        boards,
        bulk,
        calendars,
        cards,
        exporting,
        home,
        lists,
        palette,
        preferences,
        search,
        templating,
    )

    templating.prepare(app)
    for module in (home, apps, lists, boards, calendars, bulk, exporting, cards, search, palette, preferences):
        app.register_blueprint(module.screen)
