"""Scenario tests: people, records and attempts are found by their names, and every value is one that its field takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any
from zoneinfo import ZoneInfo

from newel.metadata import faults, scenario_faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.field_types.moments import read_date, read_moment
from newel.metadata.layers import full_name
from newel.metadata.linking.expected import Expected
from newel.metadata.linking.stated import Keys, Stated
from newel.metadata.linking.workbench import Draft, Workbench, a_type, key_spot, plain, source, spot
from newel.metadata.model import USER_OBJECT, Role, Text
from newel.metadata.naming import fault_of_name, label_of, named, suggested_name
from newel.metadata.problems import Path, Place
from newel.metadata.reading import EMPTY_BRANCH, Branch, Items
from newel.metadata.scenarios import ATTEMPTS, Attempt, Given, Scenario, ScenarioStep
from newel.metadata.shapes import Document
from newel.metadata.words import phrase

TOP = Path()


def link_scenarios(bench: Workbench, roles: Mapping[str, Role]) -> dict[str, Scenario]:
    """All scenario tests, by the names of their solution and their own."""
    return {full_name(each): _Link(bench, roles, each).scenario() for each in bench.stack.of_kind("test")}


@dataclass(slots=True)
class _Link:
    """One test on its way to a Scenario."""

    bench: Workbench
    roles: Mapping[str, Role]
    document: Document
    keys: Keys = field(default_factory=Keys)
    given: dict[str, Given] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)  # of each given record, what it refers to

    @property
    def data(self) -> Branch:
        return self.document.data

    @property
    def address(self) -> str:
        return f"test:{full_name(self.document)}"

    def scenario(self) -> Scenario:
        document = self.document
        self.bench.element(self.address, document.place)
        self._check_name()
        self._name_everybody()
        by = self._person(self.data, TOP, self.address)
        self._link_given(by)
        steps = {each.name: each for each in self._steps(by)}
        label, help_ = (Text(self.data[key]) if key in self.data else None for key in ("label", "help"))
        given = tuple(self.given[key] for key in self._order())
        return Scenario(
            document.name, self.address, by, given, steps, self._moment(), label, help_, document.place, document.layer
        )

    def _check_name(self) -> None:
        name = self.document.name
        fault = next((fault for part in name.split(".") if (fault := fault_of_name(part))), None)
        if fault:
            near = ".".join(filter(None, map(suggested_name, name.split("."))))
            self.bench.problems.add(
                faults.BAD_NAME, self.document.place, Path(("test",)), name=name, fault=fault, nearest=near or None
            )

    # What is given

    def _name_everybody(self) -> None:
        """Every key first: records and people may refer to one another in whatever order they are written."""
        users, records = self.data.branch("users"), self.data.branch("given")
        for key in users:
            self._name(key, USER_OBJECT, users.key_place(key), Path(("users", key)))
        for object_name in records:
            for key in records.branch(object_name):
                at = Path(("given", object_name, key))
                self._name(key, object_name, records.branch(object_name).key_place(key), at)

    def _name(self, key: str, object_name: str, place: Place, at: Path) -> None:
        first = self.keys.places.get(key)
        if first is not None:
            self.bench.problems.add(scenario_faults.SAME_KEY, place, at, key=key, first=first)
            return
        self.keys.objects[key], self.keys.places[key] = object_name, place

    def _person(self, data: Branch, at: Path, by: str) -> str:
        """The key of who acts; a person with these roles is made up where only roles are named."""
        said = data.get("as")
        if isinstance(said, str) and self.keys.objects.get(said) == USER_OBJECT:
            return said
        if isinstance(said, str) and said not in self.roles:
            self._report_person(data, at, said)
            return said
        roles = self._roles(data, "as", at, by)
        key = "+".join(roles)
        if key and key not in self.given:
            self.keys.objects.setdefault(key, USER_OBJECT)
            self._give(Given(key, USER_OBJECT, _named_after(key, EMPTY_BRANCH), roles, data.value_place("as")), set())
        return key

    def _report_person(self, data: Branch, at: Path, said: str) -> None:
        if ("role", said) not in self.bench.stack.broken:
            known, where = [*self.data.branch("users"), *self.roles], spot(data, "as", at)
            fault = (scenario_faults.UNKNOWN_PERSON, where.place, where.path, said, known)
            self.bench.problems.unknown(*fault, limit=12, name=said)

    def _roles(self, data: Branch, key: str, at: Path, by: str) -> tuple[str, ...]:
        said = data.get(key, ())
        found = []
        for index, name in enumerate([said] if isinstance(said, str) else said):
            place = said.item_place(index) if isinstance(said, Items) else data.value_place(key)
            if name in self.roles:
                found.append(name)
                self.bench.use(f"role:{name}", by)
            elif ("role", name) not in self.bench.stack.broken:
                self.bench.problems.unknown(faults.UNKNOWN_ROLE, place, at.key(key), name, self.roles, name=name)
        return tuple(found)

    def _link_given(self, by: str) -> None:
        users, records = self.data.branch("users"), self.data.branch("given")
        for key in users:
            self._link_user(users, key)
        for object_name in records:
            where = key_spot(records, object_name, Path(("given",)))
            if object_name == USER_OBJECT:
                fix = phrase("Name them under `users`, with their roles.")
                self.bench.problems.add(scenario_faults.PEOPLE_APART, where.place, where.path, fix=fix)
                continue
            draft = self.bench.object_named(object_name, where, self.address)
            for key in records.branch(object_name) if draft else ():
                self._link_record(draft, records[object_name], key, by)  # type: ignore[arg-type]

    def _link_user(self, users: Branch, key: str) -> None:
        said, at = users[key], Path(("users", key))
        if not isinstance(said, Branch):
            roles = self._roles(users, key, Path(("users",)), self.address)
            self._give(Given(key, USER_OBJECT, _named_after(key, EMPTY_BRANCH), roles, users.key_place(key)), set())
            return
        roles = self._roles(said, "roles", at, self.address)
        stated = Stated(self.bench, self.keys, self.address)
        values = _without(said, "roles")
        stated.fields(self.bench.drafts[USER_OBJECT], values, at)
        self._give(Given(key, USER_OBJECT, _named_after(key, values), roles, users.key_place(key)), stated.mentioned - {key})

    def _link_record(self, draft: Draft, records: Branch, key: str, by: str) -> None:
        said, at = records[key], Path(("given", draft.name, key))
        stated = Stated(self.bench, self.keys, self.address)
        if isinstance(said, Branch):
            self._check_settable(draft, said, at)
            stated.fields(draft, said, at)
            values = plain(said)
        else:
            values = self._titled(draft, records, key, at)
        self._give(Given(key, draft.name, values, (), records.key_place(key)), {*stated.mentioned, by} - {key})

    def _titled(self, draft: Draft, records: Branch, key: str, at: Path) -> dict[str, Any]:
        """A record that is given by the text of its title."""
        title = self.bench.objects[draft.name].fields[self.bench.objects[draft.name].title]
        if REGISTRY[title.type].expression_type != "text" or title.type == "auto_number":
            self.bench.problems.add(
                scenario_faults.NO_TITLE_TEXT,
                records.value_place(key),
                at,
                object=draft.name,
                title=title.name,
                type=a_type(title.type),
            )
        return {title.name: records[key]}

    def _check_settable(self, draft: Draft, values: Branch, at: Path) -> None:
        """What the platform stamps or works out itself can't be given."""
        for name in values:
            found = draft.fields.get(name)
            if found and ((found.system and name != "owner") or found.is_computed):
                where = key_spot(values, name, at)
                reason = phrase("it is worked out") if found.is_computed else phrase("the platform sets it")
                self.bench.problems.add(faults.NOT_WRITABLE, where.place, where.path, name=name, reason=reason)

    def _give(self, given: Given, needs: set[str]) -> None:
        if given.key not in self.given:
            self.given[given.key] = given
            self.needs[given.key] = needs

    def _order(self) -> list[str]:
        """The given in an order in which they can be made: people first, and each behind what it refers to."""
        order = sorted(self.given, key=lambda key: self.given[key].object != USER_OBJECT)
        ranks = {key: rank for rank, key in enumerate(order)}
        sorter = TopologicalSorter({key: [each for each in self.needs[key] if each in ranks] for key in order})
        try:
            sorter.prepare()
        except CycleError as circle:
            names = sorted(set(circle.args[1]), key=lambda key: ranks[key])
            place = max(self.given[key].place for key in names)
            self.bench.problems.add(scenario_faults.GIVEN_CIRCLE, place, Path(("given",)), names=", ".join(names))
            return order
        found: list[str] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready(), key=lambda key: ranks[key])
            found.extend(ready)
            sorter.done(*ready)
        return found

    def _moment(self) -> str | None:
        """When it all happens, as it was written; a day, or a moment."""
        zone = ZoneInfo("UTC")
        for key, what, known in (
            ("now", phrase("moment"), read_moment),
            ("today", phrase("day"), lambda text, _: read_date(text)),
        ):
            said = self.data.get(key)
            if isinstance(said, str) and known(said, zone) is None:
                where = spot(self.data, key, TOP)
                self.bench.problems.add(scenario_faults.NO_MOMENT, where.place, where.path, value=said, what=what)
        found = self.data.get("now") or self.data.get("today")
        return str(found) if found else None

    # What is tried

    def _steps(self, by: str) -> Iterator[ScenarioStep]:
        data, lost = self.data, self.data.missing or set()
        short = {key for key in ("when", "expect") if key in data} | (lost & {"when", "expect"})
        if ("steps" in data or "steps" in lost) == bool(short):
            self.bench.problems.add(scenario_faults.EITHER, self.document.place, Path(("test",)))
            return
        if short:
            if {"when", "expect"} <= data.keys():
                step = self._step(data, TOP, "", self.address, by)
                yield from [step] if step else []
            elif short != {"when", "expect"}:
                self.bench.problems.add(scenario_faults.EITHER, self.document.place, Path(("test",)))
            return
        steps = data.branch("steps")
        for name in steps:
            address, at = f"{self.address}/step:{name}", Path(("steps", name))
            self.bench.element(address, steps.key_place(name))
            actor = self._person(steps[name], at, address) if "as" in steps[name] else by
            step = self._step(steps[name], at, name, address, actor)
            if step:
                yield step

    def _step(self, said: Branch, at: Path, name: str, address: str, by: str) -> ScenarioStep | None:
        expected = Expected(self.bench, self.keys, address)
        attempt = _Try(self.bench, self.keys, address, expected.refused(said)).attempt(said["when"], at.key("when"), name)
        if attempt is None:
            return None
        if attempt.kind == "create" and name:
            self._name(name, attempt.object, said.value_place("when"), at)
        found = tuple(expected.of(attempt, said, at.key("expect")))
        return ScenarioStep(name, address, by, attempt, found, said.key_place("expect"))


@dataclass(slots=True)
class _Try:
    """One `when` on its way to an Attempt."""

    bench: Workbench
    keys: Keys
    by: str
    unfit: frozenset[str]  # fields whose values are meant to be refused

    def attempt(self, said: Branch, at: Path, name: str) -> Attempt | None:
        kinds = [kind for kind in ATTEMPTS if kind in said]
        if len(kinds) != 1:
            if not said.missing:
                self.bench.problems.add(scenario_faults.NO_ATTEMPT, said.place, at, count=len(kinds), expected=named(ATTEMPTS))
            return None
        kind = kinds[0]
        for key in said:
            if key != kind and key not in ATTEMPTS[kind]:
                where = key_spot(said, key, at)
                expected = named(sorted(ATTEMPTS[kind])) if ATTEMPTS[kind] else phrase("nothing beside it")
                self.bench.problems.add(
                    scenario_faults.NOT_WITH, where.place, where.path, key=key, attempt=kind, expected=expected
                )
        if kind == "perform":
            return self._performed(said, at)
        if kind in ("create", "list"):
            draft = self.bench.object_named(said[kind], spot(said, kind, at), self.by)
            record = name if kind == "create" else None
        else:
            object_name = Stated(self.bench, self.keys, self.by).record(said[kind], spot(said, kind, at))
            draft, record = self.bench.drafts.get(object_name or ""), said[kind]
        if draft is None:
            return None
        self._check_set(draft, said, at)
        return Attempt(
            kind, draft.name, record, plain(said.branch("set")), filter=source(said, "filter"), place=said.key_place(kind)
        )

    def _check_set(self, draft: Draft, said: Branch, at: Path) -> None:
        Stated(self.bench, self.keys, self.by, self.unfit).fields(draft, said.branch("set"), at.key("set"))

    def _performed(self, said: Branch, at: Path) -> Attempt | None:
        name = said["perform"]
        if "with" not in said:
            if "with" not in (said.missing or ()):
                fix = phrase("Say the record that the action is performed with.")
                self.bench.problems.add(faults.MISSING_PROPERTY, said.place, at, key="with", fix=fix)
            return None
        object_name = Stated(self.bench, self.keys, self.by).record(said["with"], spot(said, "with", at))
        target = self.bench.objects.get(object_name or "")
        if target is None:
            return None
        action = target.actions.get(name)
        if action is None:
            if name not in (self.bench.drafts[target.name].data.branch("actions").missing or ()):
                where = spot(said, "perform", at)
                fault = (scenario_faults.UNKNOWN_ACTION, where.place, where.path, name, target.actions)
                self.bench.problems.unknown(*fault, object=target.name, name=name)
            return None
        self.bench.use(action.address, self.by)
        self._check_choices(action, said.branch("choices"), at.key("choices"))
        return Attempt(
            "perform",
            target.name,
            said["with"],
            action=name,
            choices=plain(said.branch("choices")),
            place=said.key_place("perform"),
        )

    def _check_choices(self, action: Any, choices: Branch, at: Path) -> None:
        stated = Stated(self.bench, self.keys, self.by, self.unfit)
        for name in choices:
            step = action.steps.get(name)
            if step is None:
                where = key_spot(choices, name, at)
                fault = (scenario_faults.UNKNOWN_CHOICE, where.place, where.path, name, action.steps)
                self.bench.problems.unknown(*fault, action=action.name, name=name)
                continue
            chosen, here = choices[name], at.key(name)
            if "use" in chosen:
                stated.record(chosen["use"], spot(chosen, "use", here), step.object)
            stated.fields(self.bench.drafts[step.object], chosen.branch("set"), here.key("set"))


def _without(branch: Branch, key: str) -> Branch:
    rest = Branch(branch.file, branch.mark)
    rest.update((name, value) for name, value in branch.items() if name != key)
    rest.marks = branch.marks
    return rest


def _named_after(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A user as it is given; name and address are made of the key where they are not said."""
    name = label_of(key.replace("+", ", "))
    return {"name": name, "email": f"{key.replace('+', '-')}@test.example", **plain(values)}
