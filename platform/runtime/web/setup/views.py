"""What all views of Setup share: who may enter, who acts, how pages and lists are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from flask import Response, g, request
from flask_admin import BaseView
from flask_admin.model import BaseModelView
from werkzeug.exceptions import NotFound

from newel.metadata.words import word
from newel.runtime.records.identity.administering import Administrator
from newel.runtime.records.record import Record
from newel.runtime.web import auth, auth_pages
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.viewer import viewer

PEOPLE = word("People and access")
ORGANISATION = word("The organisation")
MODEL = word("Data model")
SYSTEM = word("System")
PER_PAGE = 50


class Crumb(NamedTuple):
    label: str
    url: str


class View(BaseView):
    """A view of Setup. It closes itself to all who may not set up, whatever leads to it."""

    extra_css: ClassVar[list[str]] = []
    extra_js: ClassVar[list[str]] = []

    def is_accessible(self) -> bool:
        return g.actor is not None and auth.may_set_up(g.installation, g.actor)

    def inaccessible_callback(self, name: str, **values: Any) -> Response:
        raise NotFound

    def _run_view(self, function: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """Runs it once: Flask-Admin's own would run it again after a TypeError, and save twice."""
        return function(self, *args, **values)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page in the workspace's look; Flask-Admin's own way of rendering would bring its theme along."""
        return answers.page(
            template, status, admin_view=self, title=self.name, sections=self.admin.menu()[1:], here=here, **values
        )


class ModelView(View, BaseModelView):
    """A list of things that our services hold, with Flask-Admin's ways of making, changing and removing one."""

    page_size = PER_PAGE
    can_create = can_edit = can_delete = False

    def __init__(self, name: str, endpoint: str, url: str, category: str, sign: str) -> None:
        super().__init__(Record, name, category, endpoint, url, menu_icon_value=sign)

    def get_pk_value(self, model: Any) -> str:
        return str(model.id)

    def scaffold_list_columns(self) -> list[str]:
        return list(self.column_sortable_list or ())

    def scaffold_sortable_columns(self) -> dict[str, str]:
        return {name: name for name in self.column_sortable_list or ()}

    def scaffold_form(self) -> type[Any]:
        return object

    def init_search(self) -> bool:
        return True


def here(**changes: Any) -> str:
    """This page's address with some of its parameters changed; None takes one away."""
    kept = {**request.args.to_dict(), **changes}
    return request.path + addresses.query(kept)


def who() -> Administrator:
    """The person who sets up, as services want to know them."""
    return Administrator(g.installation, g.actor, auth_pages.visitor(), viewer().now)


def asked(name: str, most: int = 200) -> str:
    """A parameter of the address, without white space around it."""
    return request.args.get(name, "").strip()[:most]
