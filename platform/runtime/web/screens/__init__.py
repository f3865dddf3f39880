"""The generated workspace: screens for any object, bound to the one who looks. Nothing here is written for one object."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Puts every screen on the app. Each module brings a blueprint named `screen`; their order is of no account."""
    from newel.runtime.web.screens import templating
    from newel.runtime.web.screens import apps, boards, bulk, calendars, cards, exporting, filters, home, lists, moving, palette
    from newel.runtime.web.screens import preferences, search

    templating.prepare(app)
    for each in (home, apps, lists, filters, boards, moving, calendars, bulk, exporting, cards, search, palette, preferences):
        app.register_blueprint(each.screen)
