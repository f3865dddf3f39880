"""Rules: every rule of the installed solutions read out, an editor that checks and tries one, and publishing what is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, g, jsonify, request
from flask_admin import expose
from werkzeug.exceptions import NotFound

from newel.metadata.amending import Amendment
from newel.metadata.model import Field
from newel.metadata.problems import Problem
from newel.metadata.words import word
from newel.rules.standing import CONDITIONS
from newel.runtime import amending
from newel.runtime.records import reading
from newel.runtime.records.finding import titles
from newel.runtime.records.ids import is_id
from newel.runtime.storage.applying import Refused
from newel.runtime.storage.plan import Plan
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.viewer import Viewer, viewer
from newel.runtime.web.setup import rule_list, rule_names
from newel.runtime.web.setup.rule_check import Checked, check
from newel.runtime.web.setup.rule_list import Rule
from newel.runtime.web.setup.views import MODEL, Crumb, View, asked

MOST_TEXT = 5_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


class RulesView(View):
    """The list of rules, the page of each, and what its editor asks."""

    def __init__(self) -> None:
        super().__init__(word("Rules"), MODEL, "setup_rules", "rules", menu_icon_value="scale")

    @expose("/")
    def index(self) -> Response:
        seen, text = viewer(), asked("q")
        rules = rule_list.rules_of(g.installation, seen.language)
        found = rule_list.search(rules, seen.model, text, seen.language) if text else rules
        return self.render("setup/rules.html", q=text, groups=found, model=seen.model)

    @expose("/new/")
    def new(self) -> Response:
        """Where a rule may yet be written: the fields of an object, and a validation of its own."""
        seen = viewer()
        target = seen.model.objects.get(asked("object"))
        fields = [(each, list(_places(each))) for each in target.declared] if target else []
        return self.render("setup/rule_new.html", target=target, fields=fields, model=seen.model, url_of=addresses.rule)

    @expose("/rule/")
    def rule(self) -> Response:
        seen = viewer()
        rule = _rule(seen, asked("address", 400) or _new_validation())
        return self._page(seen, rule, rule.text)

    @expose("/check/", methods=("POST",))
    def check(self) -> Response:
        """What the text in the editor would mean; the answer alone where the editor asks, else the page."""
        seen, rule, text = _posted()
        if answers.wants_fragment():
            checked = _checked(seen, rule, text)
            return answers.page("setup/rule_answer.html", checked=checked, rule=rule, amendment=_amendment(rule, text))
        return self._page(seen, rule, text)

    @expose("/names/")
    def names(self) -> Response:
        """What the editor completes: all that the place of a rule knows, or the fields of one object."""
        seen = viewer()
        if asked("object") in seen.model.objects:
            return jsonify(rule_names.of_object(seen, asked("object")))
        return jsonify(rule_names.of_place(seen, _rule(seen, asked("address", 400)).place))

    @expose("/plan/", methods=("POST",))
    def plan(self) -> Response:
        """What publishing the rule would change."""
        seen, rule, text = _posted()
        checked = check(seen, rule.place, text, "")
        if checked.expression is None or (_is_new(rule) and not _message()):
            return self._page(seen, rule, text, 422)
        amendment = _amendment(rule, text)
        if not amendment.is_possible:
            return self._plan(rule, text, checked, amendment)
        if not amending.may_amend(g.installation, g.actor, [checked.expression]):
            return self._plan(rule, text, checked, amendment, may=False)
        found = amending.candidate(g.installation, amendment)
        return self._plan(rule, text, checked, amendment, found.plan, found.problems.errors)

    @expose("/save/", methods=("POST",))
    def save(self) -> Response:
        """Publishes the rule by the plan that was shown."""
        seen, rule, text = _posted()
        checked, amendment = check(seen, rule.place, text, ""), _amendment(rule, text)
        if checked.expression is None or not amendment.is_possible or (_is_new(rule) and not _message()):
            return self._page(seen, rule, text, 422)
        if not amending.may_amend(g.installation, g.actor, [checked.expression]):
            return self._plan(rule, text, checked, amendment, may=False)
        try:
            outcome = amending.publish(
                g.installation, amendment, request.form.get("steps", "")[:100], f"{g.identity.email} (Setup)"
            )
        except Refused as refused:
            return self._plan(rule, text, checked, amendment, problems=refused.problems)
        if outcome is None:
            found = amending.candidate(g.installation, amendment)
            return self._plan(rule, text, checked, amendment, found.plan, found.problems.errors, moved=True)
        said = seen.t("Published: it holds everywhere now.") if outcome.applied else seen.t("Nothing had to be changed.")
        return answers.go(rule.url, note=said)

    def _page(self, seen: Viewer, rule: Rule, text: str, status: int = 200) -> Response:
        record = _record_asked()
        with reading(seen.installation, seen.actor) as work:
            title = titles(work, rule.place.object, [record]).get(record, "") if record and seen.reads(rule.place.object) else ""
        around = rule_list.rules_of(g.installation, seen.language).get(rule.place.object, [])
        return self.render(
            "setup/rule.html",
            status,
            rule=rule,
            text=text,
            target=seen.model.objects[rule.place.object],
            checked=_checked(seen, rule, text) if text.strip() else None,
            amendment=_amendment(rule, text),
            record=record,
            record_title=title,
            is_new=_is_new(rule),
            message=_message(),
            lacks_message=status == 422 and _is_new(rule) and not _message(),
            shown_at=request.form.get("field", ""),
            beside=[each for each in around if each.element == rule.element and each.place.address != rule.place.address],
            crumbs=_crumbs(seen),
            when_url=addresses.rule(f"{rule.place.address.rpartition('/')[0]}/when") if rule.place.kind == "validation" else "",
            may_try=seen.reads(rule.place.object) and not rule.place.context.steps and rule.place.kind not in ("step", "set"),
        )

    def _plan(
        self,
        rule: Rule,
        text: str,
        checked: Checked,
        amendment: Amendment,
        plan: Plan | None = None,
        problems: Sequence[Problem] = (),
        **more: Any,
    ) -> Response:
        return self.render(
            "setup/rule_plan.html",
            422 if problems or not more.get("may", True) else 200,
            rule=rule,
            text=text,
            checked=checked,
            amendment=amendment,
            plan=plan if plan is not None and not problems else None,
            problems=problems,
            may=more.get("may", True),
            moved=more.get("moved", False),
            posted={name: request.form.get(name, "") for name in ("address", "message", "field")},
            crumbs=[*_crumbs(viewer()), Crumb(rule.about, rule.url)],
            tests=len(viewer().model.tests),
        )


def _places(field: Field) -> Iterator[tuple[str, str]]:
    """Where a field may say a rule: what kind, at which address."""
    words = ["formula" if field.formula else "rollup"] if field.is_computed else [*CONDITIONS, "default"]
    for each in [*words, *(["filter"] if field.is_reference and len(field.to) == 1 else [])]:
        yield rule_list.KINDS["offered" if each == "filter" else each][0], f"{field.address}/{each}"


def _new_validation() -> str:
    """The address of a validation that the request names."""
    target, name = asked("object"), asked("name", 60).lower().removeprefix("x_")
    return f"object:{target}/validation:x_{name}/require" if _NAME.fullmatch(name) else ""


def _rule(seen: Viewer, address: str) -> Rule:
    found = rule_list.rule_at(g.installation, address, seen.language)
    if found is None or (found.place.validation and not _NAME.fullmatch(found.place.validation)):
        raise NotFound
    if _is_new(found) and not (found.place.validation or "").startswith("x_"):
        raise NotFound
    return found


def _is_new(rule: Rule) -> bool:
    """Whether the rule is a validation that is yet to be made."""
    place = rule.place
    return place.validation is not None and place.validation not in g.installation.model.objects[place.object].validations


def _posted() -> tuple[Viewer, Rule, str]:
    seen = viewer()
    return (
        seen,
        _rule(seen, request.form.get("address", "")[:400]),
        request.form.get("text", "")[:MOST_TEXT].replace("\r\n", "\n").strip(),
    )


def _record_asked() -> str:
    """The record to try the rule on; none where what is sent can't be the id of one."""
    record = request.form.get("record") or asked("record")
    return record if is_id(record) else ""


def _message() -> str:
    return request.form.get("message", "").strip()[:500]


def _checked(seen: Viewer, rule: Rule, text: str) -> Checked:
    return check(seen, rule.place, text, _record_asked())


def _amendment(rule: Rule, text: str) -> Amendment:
    """What is to be said so that the rule holds."""
    place = rule.place
    values: dict[tuple[str, ...], Any] = {place.keys: text}
    if _is_new(rule):
        values[*place.keys[:-1], "message"] = _message()
        if request.form.get("field") in g.installation.model.objects[place.object].fields:
            values[*place.keys[:-1], "field"] = request.form["field"]
    return Amendment(place.object, place.document, values)


def _crumbs(seen: Viewer) -> list[Crumb]:
    return [Crumb(seen.t("Setup"), "/setup/"), Crumb(seen.t("Rules"), "/setup/rules/")]
