"""Sessions: who is signed in now, from where; one of them ended, or all."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_admin import expose
from werkzeug.exceptions import NotFound

from newel.metadata.words import word
from newel.runtime.records.identity import administering, sessions
from newel.runtime.records.identity.sessions import Session
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup.views import PEOPLE, ModelView, asked, who


class SessionsView(ModelView):
    """The living sessions, the last used first."""

    can_delete = True
    list_template = "setup/sessions.html"

    def __init__(self) -> None:
        super().__init__(word("Sessions"), "setup_sessions", "sessions", PEOPLE, "devices")

    @expose("/")
    def index_view(self) -> Response:
        found = sessions.of_user(g.installation, None, viewer().now)
        names = administering.names(who(), {each.user_id for each in found})
        text = asked("q").casefold()
        rows = [each for each in found if text in f"{names.get(each.user_id, '')} {each.address} {each.browser}".casefold()]
        return self.render(self.list_template, rows=rows, names=names, q=asked("q"), this_one=g.identity.credential)

    def get_one(self, pk: Any) -> Session:
        found = next((each for each in sessions.of_user(g.installation, None, viewer().now) if each.id == pk), None)
        if found is None:
            raise NotFound
        return found

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Response:
        """Ends one session: its next request is nobody's."""
        administering.end_session(who(), self.get_one(request.form.get("id")))
        return answers.go(answers.inside(request.form.get("back"), self.get_url(".index_view")), viewer().t("Signed out."))

    @expose("/delete-all/", methods=("POST",))
    def delete_all_view(self) -> Response:
        """Ends every session but this one."""
        administering.end_other_sessions(who(), g.identity.credential)
        return answers.go(self.get_url(".index_view"), viewer().t("Everybody else is signed out."))
