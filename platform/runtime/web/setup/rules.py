"""Rules: every rule of the installed solutions read out, an editor that checks and tries one, and publishing what is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO

from flask import Response, g, jsonify, request, send_file
from flask_admin import expose
from werkzeug.exceptions import NotFound

from newel.metadata.amending import begun
from newel.metadata.model import Field, Object
from newel.metadata.problems import Problem
from newel.metadata.words import word
from newel.rules.sentences import sentence
from newel.rules.standing import CONDITIONS
from newel.runtime import amending
from newel.runtime.handing_out import as_archive
from newel.runtime.publishing import Candidate
from newel.runtime.records import reading
from newel.runtime.records.finding import titles
from newel.runtime.records.ids import is_id
from newel.runtime.storage import refusals
from newel.runtime.storage.applying import Refused
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.viewer import Viewer, viewer
from newel.runtime.web.setup import rule_change, rule_list, rule_names
from newel.runtime.web.setup.rule_change import Change
from newel.runtime.web.setup.rule_check import Checked, check
from newel.runtime.web.setup.rule_list import Rule
from newel.runtime.web.setup.rule_wording import reworded, wording
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
        return self.render("setup/rules.html", q=text, groups=found, model=seen.model, layer=amending.own_layer(g.installation))

    @expose("/new/")
    def new(self) -> Response:
        """Where a rule may yet be written: the fields of an object, and a validation of its own."""
        seen = viewer()
        target = seen.model.objects.get(asked("object"))
        fields = [(each, list(_places(each))) for each in target.declared] if target else []
        around = list(_around(seen, target)) if target else []
        return self.render(
            "setup/rule_new.html", target=target, fields=fields, around=around, model=seen.model, url_of=addresses.rule
        )

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
            checked, amendment = _checked(seen, rule, text), rule_change.write(seen, rule, text)
            return answers.page("setup/rule_answer.html", checked=checked, rule=rule, amendment=amendment)
        return self._page(seen, rule, text)

    @expose("/names/")
    def names(self) -> Response:
        """What the editor completes: all that the place of a rule knows, or the fields of one object."""
        seen = viewer()
        if asked("object") in seen.model.objects:
            return jsonify(rule_names.of_object(seen, asked("object")))
        return jsonify(rule_names.of_place(seen, _rule(seen, asked("address", 400)).place))

    @expose("/layer/")
    def layer(self) -> Response:
        """The organisation's own layer as its files, for whoever keeps it in a folder."""
        found = amending.own_layer(g.installation) or begun()
        content = BytesIO(as_archive(found))
        return send_file(content, "application/zip", as_attachment=True, download_name=f"{found.name}.zip", max_age=0, etag=False)

    @expose("/plan/", methods=("POST",))
    def plan(self) -> Response:
        """What the change of a rule would change."""
        seen, rule, text = _posted()
        change = _change(seen, rule, text)
        return self._page(seen, rule, text, 422) if change is None else self._plan(seen, rule, change)

    @expose("/save/", methods=("POST",))
    def save(self) -> Response:
        """Publishes the change by the plan that was shown."""
        seen, rule, text = _posted()
        change = _change(seen, rule, text)
        if change is None or not change.amendment.is_possible:
            return self._page(seen, rule, text, 422)
        if not amending.may_amend(g.installation, g.actor, change.expressions):
            return self._plan(seen, rule, change)
        steps, untested = request.form.get("steps", "")[:100], "untested" in request.form
        by = f"{g.identity.email} ({'Setup, without the scenario tests' if untested else 'Setup'})"
        try:
            outcome = amending.publish(g.installation, change.amendment, steps, by, tests=not untested)
        except Refused as refused:
            return self._plan(seen, rule, change, refused.problems)
        if outcome is None:
            return self._plan(seen, rule, change, moved=True)
        is_gone = change.act == "back" and rule_change.possible(seen, rule).made_here
        said = seen.t(_DONE[change.act]) if outcome.applied else seen.t("Nothing had to be changed.")
        return answers.go("/setup/rules/" if is_gone else rule.url, note=said)

    def _page(self, seen: Viewer, rule: Rule, text: str, status: int = 200) -> Response:
        record, words = _record_asked(), wording(seen, rule)
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
            amendment=rule_change.write(seen, rule, text),
            record=record,
            record_title=title,
            is_new=_is_new(rule),
            words=words,
            lacks_message=status == 422 and words is not None and not words.message,
            lacks_text=status == 422 and not text.strip(),
            can=rule_change.possible(seen, rule),
            without=rule_change.WITHOUT.get(rule.place.kind, ""),
            beside=[each for each in around if each.element == rule.element and each.place.address != rule.place.address],
            crumbs=_crumbs(seen),
            when_url=addresses.rule(f"{rule.place.address.rpartition('/')[0]}/when") if rule.place.kind == "validation" else "",
            may_try=seen.reads(rule.place.object) and not rule.place.context.steps and rule.place.kind not in ("step", "set"),
        )

    def _plan(
        self, seen: Viewer, rule: Rule, change: Change, problems: Sequence[Problem] = (), *, moved: bool = False
    ) -> Response:
        """The plan as it is now; what refused it before stands in its place."""
        may = amending.may_amend(g.installation, g.actor, change.expressions)
        found = amending.candidate(g.installation, change.amendment) if may and change.amendment.is_possible else None
        problems = problems or (found.problems.errors if found else ())
        only_tests = bool(problems) and all(each.kind is refusals.TEST_FAILED for each in problems)
        return self.render(
            "setup/rule_plan.html",
            422 if problems or not may else 200,
            rule=rule,
            change=change,
            then=_then(seen, rule, change, found),
            worded=reworded(seen, rule) if change.act == "write" else [],
            plan=found.plan if found and (only_tests or not problems) else None,
            only_tests=only_tests,
            problems=problems,
            may=may,
            moved=moved,
            posted={name: value for name, value in request.form.items() if name in _SENT or name.startswith("message_")},
            crumbs=[*_crumbs(seen), Crumb(rule.about, rule.url)],
            tests=len(seen.model.tests),
        )


_SENT = ("address", "act", "message", "field")
_DONE = {
    "write": word("Published: it holds everywhere now."),
    "off": word("Switched off: it holds nowhere now."),
    "on": word("Switched on: it holds everywhere now."),
    "back": word("Taken back: nothing of it is left."),
}


def _change(seen: Viewer, rule: Rule, text: str) -> Change | None:
    """What is asked for; None where it is faulty, or can't be done with this rule."""
    act = request.form.get("act", "write")
    words = wording(seen, rule)
    if act == "write" and words is not None and not words.message:
        return None
    return rule_change.change_of(seen, rule, act, text, check(seen, rule.place, text, "").expression if act == "write" else None)


def _then(seen: Viewer, rule: Rule, change: Change, found: Candidate | None) -> tuple[str, str]:
    """What holds afterwards: as a sentence, and as it is written."""
    if change.act == "off":
        return seen.t(rule_change.WITHOUT[rule.place.kind]), ""
    if change.act == "write":
        return sentence(change.expressions[0], seen.model, seen.language), change.text
    rules = found.rulebook.expressions if found and found.rulebook else {}
    left = rules.get(rule.place.address)
    return (sentence(left, found.model, seen.language), left.text) if left and found and found.model else ("", "")


def _places(field: Field) -> Iterator[tuple[str, str]]:
    """Where a field may say a rule: what kind, at which address."""
    words = ["formula" if field.formula else "rollup"] if field.is_computed else [*CONDITIONS, "default"]
    for each in [*words, *(["filter"] if field.is_reference and len(field.to) == 1 else [])]:
        yield rule_list.KINDS["offered" if each == "filter" else each][0], f"{field.address}/{each}"


def _around(seen: Viewer, target: Object) -> Iterator[tuple[str, str, str]]:
    """Where views, actions and sections of forms of an object may say a rule: what it is called, the kind, the address."""
    model, language = seen.model, seen.language
    for view in model.views.values():
        if view.object == target.name:
            yield view.label.say(language), rule_list.KINDS["filter"][0], f"view:{view.name}/filter"
    for action in target.actions.values():
        yield action.label.say(language), rule_list.KINDS["action"][0], f"{action.address}/when"
    for form in model.forms.values():
        sections = [(name, each) for tab in form.tabs.values() for name, each in tab.sections.items()]
        for name, section in sections if form.object == target.name else ():
            if section.label:
                yield section.label.say(language), rule_list.KINDS["visible"][0], f"form:{form.name}/section:{name}/visible"


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


def _checked(seen: Viewer, rule: Rule, text: str) -> Checked:
    return check(seen, rule.place, text, _record_asked())


def _crumbs(seen: Viewer) -> list[Crumb]:
    return [Crumb(seen.t("Setup"), "/setup/"), Crumb(seen.t("Rules"), "/setup/rules/")]
