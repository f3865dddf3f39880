"""Forms: declared ones are linked; an object without a main form gets one, and what packs add stands on the main form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newel.metadata import faults
from newel.metadata.linking.texts import platform_text
from newel.metadata.linking.views import columns_of, sensible_columns
from newel.metadata.linking.workbench import Draft, Spot, Workbench, condition, entries
from newel.metadata.model import Form, FormField, Object, Related, Section, Tab, Text
from newel.metadata.naming import ELEMENTS, label_of, named
from newel.metadata.problems import Path, Place
from newel.metadata.reading import Branch
from newel.metadata.shapes import Document
from newel.metadata.words import Phrase, phrase

WIDE = frozenset({"long_text", "rich_text", "markdown", "address", "person_name", "geolocation", "image"})
_RELATED_COLUMNS = 5
ADDED = "nw_added"  # the section of fields that no form places; the platform's names begin so


def link_forms(bench: Workbench) -> dict[str, Form]:
    """All forms by full name, those of one object together; every object has a main form."""
    declared: dict[str, list[Form]] = {}
    for document in bench.stack.of_kind("form"):
        draft = object_of(bench, document)
        if draft:
            declared.setdefault(draft.name, []).append(_FormLink(bench, draft, document).form())
    forms: dict[str, Form] = {}
    for thing in bench.objects.values():
        own = declared.get(thing.name, [])
        for kind in ("main", "quick"):
            _refuse_second(bench, [each for each in own if each.kind == kind], thing, phrase("{kind} form", kind=kind), "kind")
        if not any(each.kind == "main" for each in own):
            own.insert(0, _generated(bench, thing))
        own = [_with_added(bench, each, thing) if each.kind == "main" else each for each in own]
        forms.update((each.name, each) for each in sorted(own, key=lambda each: each.kind))
    return forms


def object_of(bench: Workbench, document: Document) -> Draft | None:
    """The object that a form or view is for, by the part of its name before the dot."""
    name, dot, short = document.name.partition(".")
    at = Path((document.kind,))
    if not dot or not short or "." in short:
        fix = (
            phrase('Such as "{name}.main".', name=name) if document.kind == "form" else phrase('Such as "{name}.all".', name=name)
        )
        bench.problems.add(faults.BAD_FULL_NAME, document.place, at, name=document.name, kind=ELEMENTS[document.kind], fix=fix)
        return None
    return bench.object_named(name, Spot(document.place, at, document.layer), f"{document.kind}:{document.name}")


def _refuse_second(bench: Workbench, found: list[Form], thing: Object, what: Phrase, key: str) -> None:
    for second in found[1:]:
        bench.problems.add(faults.TWO_DEFAULTS, second.place, Path((key,)), object=thing.name, what=what, first=found[0].place)


class _FormLink:
    """One declared form on its way to a Form."""

    def __init__(self, bench: Workbench, draft: Draft, document: Document) -> None:
        self.bench = bench
        self.draft = draft
        self.document = document
        self.address = f"form:{document.name}"
        self.seen: dict[str, Place] = {}  # what is on the form already
        self.listed = related_lists(bench, bench.objects[draft.name])

    def form(self) -> Form:
        data, document = self.document.data, self.document
        self.bench.element(self.address, document.place)
        if "tabs" in data and ("sections" in data or "related" in data):
            place = data.key_place("sections" if "sections" in data else "related")
            self.bench.problems.add(faults.FORM_AND_TABS, place, Path(("tabs",)))
        kind = data.get("kind", "quick" if document.name.endswith(".quick") else "main")
        label = self.bench.text(self.address, data, name=self.draft.label.source) if "label" in data else self.draft.label
        return Form(
            document.name, self.draft.name, self.address, label, self._tabs(data), kind, False, document.place, document.layer
        )

    def _tabs(self, data: Branch) -> Mapping[str, Tab]:
        declared = data.branch("tabs")
        if "tabs" in data:
            return {name: self._declared_tab(declared, name) for name in declared}
        address = f"{self.address}/tab:details"
        self.bench.element(address, self.document.place)
        label = self.bench.texts.take(address, "label", "Details")
        return {"details": self._tab("details", address, label if label.translations else platform_text("Details"), data, Path())}

    def _declared_tab(self, declared: Branch, name: str) -> Tab:
        address = f"{self.address}/tab:{name}"
        self.bench.element(address, declared.key_place(name))
        return self._tab(name, address, self.bench.text(address, declared[name], name=name), declared[name], Path(("tabs", name)))

    def _tab(self, name: str, address: str, label: Text, data: Branch, at: Path) -> Tab:
        sections = {}
        declared = data.branch("sections")
        for each in declared:
            where = declared.key_place(each)
            here = at.key("sections").key(each)
            if self._is_new(f"section:{each}", each, where, here):
                sections[each] = self._section(each, declared[each], where, here)
        related = {}
        for each, spot in entries(data, "related", at):
            if self._is_new(f"related:{each}", each, spot.place, spot.path):
                found = self._related(each, data.branch("related"), spot)
                if found:
                    related[each] = found
        return Tab(name, address, label, sections, related)

    def _is_new(self, key: str, name: str, place: Place, at: Path) -> bool:
        first = self.seen.setdefault(key, place)
        if first is place:
            return True
        self.bench.problems.add(faults.TWICE_ON_FORM, place, at, name=name, first=first)
        return False

    def _section(self, name: str, data: Branch, place: Place, at: Path) -> Section:
        address = f"{self.address}/section:{name}"
        self.bench.element(address, place)
        fields = {}
        for each, spot in entries(data, "fields", at):
            found = self._form_field(each, data.branch("fields"), address, spot)
            if found and self._is_new(f"field:{each}", each, spot.place, spot.path):
                fields[each] = found
        label = self.bench.optional_text(address, data, "label") if "label" in data else self._unlabelled(address, name)
        return Section(name, address, label, fields, data.get("columns", 2), condition(data, "visible", True))

    def _unlabelled(self, address: str, name: str) -> Text | None:
        """A section without a label stays without one, unless a translation gives it one."""
        found = self.bench.texts.take(address, "label", label_of(name))
        return found if found.translations else None

    def _form_field(self, name: str, declared: Branch, section: str, where: Spot) -> FormField | None:
        address = f"{section}/field:{name}"
        field = self.bench.field_named(self.draft, name, where, address)
        if field is None:
            return None
        self.bench.element(address, where.place)
        data = declared.get(name)
        if not isinstance(data, Branch):
            return FormField(name, address)
        conditions = {
            "visible": condition(data, "visible", True),
            "required": condition(data, "required", False),
            "read_only": condition(data, "read_only", False),
        }
        return FormField(name, address, data.get("span", 1), **conditions)

    def _related(self, name: str, declared: Branch, where: Spot) -> Related | None:
        listed = self.listed
        address = f"{self.address}/related:{name}"
        if name not in listed:
            if name not in self.draft.missing and not self._maybe_lost(name):
                near = self.bench.problems.nearest(name, listed)
                expected = None if near or not listed else named(listed)
                self.bench.problems.add(
                    faults.UNKNOWN_RELATED,
                    where.place,
                    where.path,
                    object=self.draft.name,
                    name=name,
                    nearest=near,
                    expected=expected,
                )
            return None
        self.bench.element(address, where.place)
        label, target, used = listed[name]
        self.bench.use(used, address)
        data = declared.get(name)
        if isinstance(data, Branch) and "columns" in data:
            columns = columns_of(self.bench, self.bench.drafts[target], data, "columns", where.path, address)
        else:
            columns = _columns_of_related(self.bench, self.draft.name, target)
        own = self.bench.optional_text(address, data, "label") if isinstance(data, Branch) else None
        taken = own or self.bench.texts.take(address, "label", label.source)
        return Related(name, address, taken if own or taken.translations else label, columns)

    def _maybe_lost(self, name: str) -> bool:
        """True where a broken field somewhere would have given the list."""
        return any(draft.missing for draft in self.bench.drafts.values()) or bool(self.bench.stack.broken)


def related_lists(bench: Workbench, thing: Object) -> dict[str, tuple[Text, str, str]]:
    """What can be listed on a record's page: name -> label, the object that is listed, the address of the field behind it."""
    found = {}
    for field in thing.fields.values():
        if field.is_many and field.of:
            listed = field.of if field.type == "child_table" else field.to[0]
            found[field.name] = (field.label, listed, field.address)
    for inverse in thing.inverses.values():
        field = bench.objects[inverse.object].fields[inverse.field]
        found[inverse.name] = (inverse.label, inverse.object, field.address)
    return found


def _generated(bench: Workbench, thing: Object) -> Form:
    """The main form of an object that declares none: all fields in two columns, then everything that points here."""
    address = f"form:{thing.name}.main"
    bench.element(address, thing.place)
    shown = [each for each in thing.declared if not each.is_many]
    if "owner" in thing.fields:
        shown.append(thing.fields["owner"])
    section = f"{address}/section:main"
    fields = {each.name: FormField(each.name, f"{section}/field:{each.name}", 2 if each.type in WIDE else 1) for each in shown}
    related = {
        name: Related(name, f"{address}/related:{name}", label, _columns_of_related(bench, thing.name, target))
        for name, (label, target, _) in related_lists(bench, thing).items()
    }
    tab = Tab(
        "details", f"{address}/tab:details", platform_text("Details"), {"main": Section("main", section, None, fields)}, related
    )
    return Form(f"{thing.name}.main", thing.name, address, thing.label, {"details": tab}, "main", True, thing.place, thing.layer)


def _with_added(bench: Workbench, form: Form, thing: Object) -> Form:
    """The main form with the fields that other layers brought and no form of theirs places: in a section of their own."""
    placed = {name for tab in form.tabs.values() for section in tab.sections.values() for name in section.fields}
    added = [each for each in thing.declared if each.layer not in (form.layer, thing.layer) and each.name not in placed]
    shown = [each for each in added if not each.is_many]
    if not shown or not form.tabs:
        return form
    first = next(iter(form.tabs.values()))
    address = f"{form.address}/section:{ADDED}"
    bench.element(address, form.place)
    fields = {each.name: FormField(each.name, f"{address}/field:{each.name}", 2 if each.type in WIDE else 1) for each in shown}
    section = Section(ADDED, address, platform_text("More fields"), fields)
    tab = replace(first, sections={**first.sections, ADDED: section})
    return replace(form, tabs={**form.tabs, first.name: tab})


def _columns_of_related(bench: Workbench, owner: str, target: str) -> tuple[str, ...]:
    """The first sensible columns, without those that lead back to the record that is shown."""
    thing = bench.objects[target]
    back = [each.name for each in thing.fields.values() if each.is_reference and owner in each.to and not each.system]
    return tuple(each for each in sensible_columns(thing, _RELATED_COLUMNS + len(back)) if each not in back)[:_RELATED_COLUMNS]
