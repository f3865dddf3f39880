"""Users: found, made, changed, switched off; their passwords, sessions and keys are on their own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, request
from flask_admin import expose

from newel.metadata.words import word
from newel.runtime.records.errors import FieldProblem, Invalid, Stale
from newel.runtime.records.identity import administering, api_keys, password_links, sessions, signing_in, users
from newel.runtime.records.record import Count, Record
from newel.runtime.web.auth_profile import OUTCOMES
from newel.runtime.web.screens import answers
from newel.runtime.web.screens.viewer import viewer
from newel.runtime.web.setup.sign_ins import COLORS
from newel.runtime.web.setup.user_form import READ, UserForm
from newel.runtime.web.setup.views import PEOPLE, PER_PAGE, ModelView, asked, who

STATES = {"active": True, "off": False}
LATEST = 8  # sign-ins on a user's page
CHANGED_MEANWHILE = word("Somebody else has changed this user since you opened the page. Look at it again, then save.")
LINK_DAYS = password_links.GOOD_FOR.days


@dataclass(frozen=True)
class Row:
    """A user as the list shows them."""

    id: str
    record: Record
    roles: tuple[str, ...]
    last: datetime | None


class UsersView(ModelView):
    """The list of users, and a page for each."""

    can_create = can_edit = True
    list_template = "setup/users.html"
    create_template = "setup/user_new.html"
    edit_template = "setup/user.html"
    column_sortable_list = ("name", "email", "created_at")

    def __init__(self) -> None:
        super().__init__(word("Users"), "setup_users", "users", PEOPLE, "users")

    @expose("/")
    def index_view(self) -> Response:
        roles = viewer().model.roles
        role = asked("role") if asked("role") in roles else None
        order = asked("order") if asked("order").removeprefix("-") in self.column_sortable_list else "name"
        page = administering.listed(
            who(),
            READ,
            text=asked("q"),
            active=STATES.get(asked("state")),
            role=role,
            sort=(order,),
            cursor=asked("cursor", 2000) or None,
            limit=PER_PAGE,
        )
        return self.render(
            self.list_template,
            rows=self._rows(page.records),
            page=page,
            count=page.count or Count(0, True),
            roles=roles,
            role=role,
            order=order,
            q=asked("q"),
            state=asked("state"),
        )

    def _rows(self, records: Any) -> list[Row]:
        ids = [record.id for record in records]
        roles, last = users.roles_of(g.installation, ids), signing_in.last_signed_in(g.installation, ids)
        return [Row(record.id, record, roles[record.id], last.get(record.id)) for record in records]

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Response:
        """The form of a new user; afterwards the new user's page, with the link to hand over."""
        form = UserForm(viewer(), is_posted=request.method == "POST")
        if form.is_posted and (user_id := self.create_model(form)):
            if request.form.get("password"):
                return answers.go(self.get_url(".edit_view", id=user_id), viewer().t("The user can sign in now."))
            return self._page(user_id, link=administering.make_link(who(), user_id))
        return self.render(self.create_template, 422 if form.problems else 200, form=form, link_days=LINK_DAYS)

    def create_model(self, form: UserForm) -> str | None:
        try:
            return administering.create(who(), form.data, request.form.get("password") or None, form.roles)
        except Invalid as error:
            form.problems = error.problems
            return None

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Response:
        """A user's page: who they are and what they may, and how they come in."""
        user_id = asked("id")
        if request.method == "GET":
            return self._page(user_id)
        form = self._form(user_id, is_posted=True)
        if self.update_model(form, user_id):
            return answers.go(self.get_url(".edit_view", id=user_id), viewer().t("Saved."))
        return self._page(user_id, form, 422)

    def update_model(self, form: UserForm, user_id: str) -> bool:
        try:
            administering.change(who(), user_id, form.data, form.roles, form.version)
        except Invalid as error:
            form.problems = error.problems
        except Stale as error:
            form.problems = (FieldProblem(None, error.code, CHANGED_MEANWHILE),)
        return not form.problems

    @expose("/switch/", methods=("POST",))
    def switch_view(self) -> Response:
        """Switches a user off, or on again."""
        user_id, active = request.form.get("id", ""), request.form.get("active") == "1"
        try:
            administering.switch(who(), user_id, active)
        except Invalid as error:
            return self._page(user_id, status=422, problems=error)
        said = word("The user can sign in again.") if active else word("Switched off. Sessions and keys have ended.")
        return answers.go(self.get_url(".edit_view", id=user_id), viewer().t(said))

    @expose("/password/", methods=("POST",))
    def password_view(self) -> Response:
        user_id = request.form.get("id", "")
        try:
            administering.set_password(who(), user_id, request.form.get("password", ""))
        except Invalid as error:
            return self._page(user_id, status=422, problems=error)
        said = viewer().t("The password is set. Sessions and keys have ended.")
        return answers.go(self.get_url(".edit_view", id=user_id), said)

    @expose("/link/", methods=("POST",))
    def link_view(self) -> Response:
        """Makes a link with which the user sets a password, and shows it, this once."""
        user_id = request.form.get("id", "")
        return self._page(user_id, link=administering.make_link(who(), user_id))

    @expose("/sign-out/", methods=("POST",))
    def sign_out_view(self) -> Response:
        user_id = request.form.get("id", "")
        administering.end_sessions(who(), user_id)
        return answers.go(self.get_url(".edit_view", id=user_id), viewer().t("Signed out everywhere."))

    def _form(self, user_id: str, *, is_posted: bool = False) -> UserForm:
        user = administering.one(who(), user_id, READ)
        roles = users.roles_of(g.installation, [user.id])[user.id]
        return UserForm(viewer(), user, roles, may_decide=administering.may_decide_about(who(), roles), is_posted=is_posted)

    def _page(
        self,
        user_id: str,
        form: UserForm | None = None,
        status: int = 200,
        problems: Invalid | None = None,
        link: str | None = None,
    ) -> Response:
        if form is None:
            form = self._form(user_id)
            form.problems = problems.problems if problems else ()
        now = viewer().now
        base = g.installation.settings.base_url
        return self.render(
            self.edit_template,
            status,
            form=form,
            user=form.user,
            link=f"{base}/set-password/{link}" if link else None,
            link_days=LINK_DAYS,
            sessions=sessions.of_user(g.installation, user_id, now),
            keys=api_keys.of_user(g.installation, user_id),
            outcomes=OUTCOMES,
            colors=COLORS,
            knocks=signing_in.knocks(g.installation, user_id, LATEST),
        )
