"""API keys: whose they are, what they may, when they were last used; made for a user, shown once, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, g, request
from flask_admin import expose
from werkzeug.exceptions import NotFound

from newel.metadata.words import word
from newel.runtime.records.errors import FieldProblem
from newel.runtime.records.identity import administering, api_keys
from newel.runtime.records.identity.api_keys import ApiKey
from newel.runtime.records.ids import is_id
from newel.runtime.web.auth_profile import LIFETIMES
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup.views import PEOPLE, ModelView, asked, who


class KeysView(ModelView):
    """The keys that nobody has ended."""

    can_create = can_delete = True
    list_template = "setup/keys.html"
    create_template = "setup/key_new.html"

    def __init__(self) -> None:
        super().__init__(word("API keys"), "setup_keys", "keys", PEOPLE, "key")

    @expose("/")
    def index_view(self) -> Response:
        return self._list()

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Response:
        """The form of a new key; afterwards the list, with the key above it, this once."""
        if request.method == "GET":
            return self._new({"user": asked("user"), "days": "90", "read_only": "1"})
        typed = request.form.to_dict()
        if not is_id(typed.get("user", "")):
            return self._new(typed, FieldProblem("user", "required", "Say whose key it is."))
        days = LIFETIMES.get(typed.get("days", "90"), 90)
        ends = viewer().now + timedelta(days=days) if days else None
        key = administering.make_key(who(), typed["user"], typed.get("name", ""), read_only="read_only" in typed, expires_at=ends)
        return self._list(key)

    def get_one(self, pk: Any) -> ApiKey:
        found = next((each for each in api_keys.of_user(g.installation, None) if each.id == pk), None)
        if found is None:
            raise NotFound
        return found

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Response:
        """Ends a key: its next request is nobody's."""
        administering.end_key(who(), self.get_one(request.form.get("id")))
        back = answers.inside(request.form.get("back"), self.get_url(".index_view"))
        return answers.go(back, viewer().t("That key no longer works."))

    def _list(self, new_key: str | None = None) -> Response:
        found = api_keys.of_user(g.installation, None)
        names = administering.names(who(), {each.user_id for each in found})
        text = asked("q").casefold()
        rows = [each for each in found if text in f"{names.get(each.user_id, '')} {each.name} {each.start}".casefold()]
        return self.render(self.list_template, rows=rows, names=names, q=asked("q"), new_key=new_key, today=viewer().now)

    def _new(self, typed: dict[str, str], problem: FieldProblem | None = None) -> Response:
        user = typed.get("user", "")
        name = administering.names(who(), [user]).get(user) if is_id(user) else None
        said = problem.say(viewer().language) if problem else None
        return self.render(self.create_template, 422 if problem else 200, typed=typed, user_name=name, problem=said)
