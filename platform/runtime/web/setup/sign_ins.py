"""Sign-ins: who came in, who was refused, and when; the latest first."""

from __future__ import annotations

from datetime import datetime

from flask import Response, g
from flask_admin import expose

from newel.metadata.words import word
from newel.runtime.records.identity import administering, signing_in
from newel.runtime.records.identity.signing_in import Knock
from newel.runtime.records.ids import is_id
from newel.runtime.web.auth_profile import OUTCOMES
from newel.runtime.web.setup.views import PEOPLE, PER_PAGE, View, asked, who

COLORS = {"signed_in": "green", "refused": "red", "slowed": "orange", "set_up": "blue", "password_set": "blue"}


class SignInsView(View):
    """The sign-in log."""

    def __init__(self) -> None:
        super().__init__(word("Sign-ins"), PEOPLE, "setup_sign_ins", "sign-ins", menu_icon_value="login")

    @expose("/")
    def index_view(self) -> Response:
        outcome = asked("outcome") if asked("outcome") in OUTCOMES else None
        user = asked("user") if is_id(asked("user")) else None
        found = signing_in.knocks(g.installation, user, PER_PAGE + 1, outcome=outcome, email=asked("q"), before=_before())
        rows = found[:PER_PAGE]
        return self.render(
            "setup/sign_ins.html",
            rows=rows,
            older=_cursor(rows[-1]) if len(found) > PER_PAGE else None,
            names=administering.names(who(), {each.user_id for each in rows if each.user_id}),
            outcomes=OUTCOMES,
            colors=COLORS,
            outcome=outcome,
            user=user,
            q=asked("q"),
            is_first=not asked("before"),
        )


def _cursor(knock: Knock) -> str:
    return f"{knock.at.isoformat()}~{knock.id}"


def _before() -> tuple[datetime, str] | None:
    """The last entry that the reader has seen; None for the first page, and for what is no such entry."""
    at, _, last = asked("before").partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, last) if is_id(last) and moment.tzinfo else None
