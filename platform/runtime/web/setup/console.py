"""The console: one Flask-Admin `Admin` over all views of Setup, made when it is first asked for."""

from __future__ import annotations

from threading import Lock

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Theme

from newel.runtime.web.setup.computed import ComputedView
from newel.runtime.web.setup.health import HealthView
from newel.runtime.web.setup.keys import KeysView
from newel.runtime.web.setup.metadata import MetadataView
from newel.runtime.web.setup.roles import RolesView
from newel.runtime.web.setup.rules import RulesView
from newel.runtime.web.setup.search_index import SearchIndexView
from newel.runtime.web.setup.sessions import SessionsView
from newel.runtime.web.setup.sign_ins import SignInsView
from newel.runtime.web.setup.tasks import TasksView
from newel.runtime.web.setup.users import UsersView
from newel.runtime.web.setup.views import View

KEPT = "newel.setup"
_LOCK = Lock()


class Console(Admin):
    """Flask-Admin with our views; they are bound to the app, whose routes lead to them, but never registered as blueprints."""

    def __init__(self, app: Flask) -> None:
        theme = Theme(folder="setup", base_template="setup/page.html")
        super().__init__(name="Setup", url="/setup", endpoint="setup", index_view=TasksView(), theme=theme)
        self.add_views(UsersView(), RolesView(), SessionsView(), SignInsView(), KeysView())
        self.add_views(MetadataView(), RulesView(), ComputedView(), SearchIndexView(), HealthView())
        self.app = app
        for view in self._views:
            view.create_blueprint(self)

    @property
    def views(self) -> dict[str, View]:
        """The views by the name that routes call them."""
        return {view.endpoint: view for view in self._views}


def console(app: Flask) -> Console:
    """The app's console."""
    found: Console | None = app.extensions.get(KEPT)
    if found is None:
        with _LOCK:
            found = app.extensions.get(KEPT) or app.extensions.setdefault(KEPT, Console(app))
    return found
