"""Objects: drafted, their fields linked, and then all that an object says about its own fields."""

from __future__ import annotations

from collections.abc import Mapping

from newel.metadata import faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.linking.fields import check_new_name, link_fields
from newel.metadata.linking.workbench import Draft, Spot, Workbench, a_type, entries, key_spot, source, spot
from newel.metadata.model import EMPTY, Action, Activity, Field, Inverse, Object, Step, Text, Validation
from newel.metadata.naming import named, nearest, plural_of
from newel.metadata.problems import Path
from newel.metadata.reading import EMPTY_BRANCH, Branch
from newel.metadata.shapes import Document
from newel.metadata.solutions import CORE
from newel.metadata.words import phrase

_NUMBERED = ("auto_number",)
_LONG = ("long_text", "rich_text", "markdown", "file", "image")


def draft_objects(bench: Workbench) -> None:
    """Makes a draft of every object, and links its fields; references between objects come later."""
    for document in bench.stack.of_kind("object"):
        draft = _draft(bench, document)
        if draft:
            bench.drafts[draft.name] = draft
    for draft in bench.drafts.values():
        link_fields(bench, draft, Path())


def _draft(bench: Workbench, document: Document) -> Draft | None:
    data, name = document.data, document.name
    if not check_new_name(bench, name, document.place, Path(("object",)), document.layer == CORE):
        bench.stack.broken.add(("object", name))
        return None
    address = f"object:{name}"
    bench.element(address, document.place)
    label = bench.text(address, data, name=name)
    plural = bench.texts.take(address, "plural", data.get("plural") or plural_of(label.source))
    if "plural" not in data and not plural.translations:
        plural = Text(plural.source, label.translations)  # other languages (Chinese) know no plural
    ownership = data.get("ownership", "user")
    return Draft(name, data, document.layer, document.place, label, plural, ownership=ownership, parent=data.get("parent"))


def link_objects(bench: Workbench, inverses: Mapping[str, Mapping[str, Inverse]]) -> None:
    """Makes the objects out of the drafts, once every field knows what it points at."""
    for draft in bench.drafts.values():
        bench.objects[draft.name] = _object(bench, draft, inverses.get(draft.name, EMPTY))


def _object(bench: Workbench, draft: Draft, inverses: Mapping[str, Inverse]) -> Object:
    data = draft.data
    _refuse_empty_rollups(bench, draft, inverses)
    own = draft.kind != "link"  # a link object's document is that of the field that makes it
    about = data if own else EMPTY_BRANCH
    return Object(
        name=draft.name,
        label=draft.label,
        plural=draft.plural,
        address=draft.address,
        fields=draft.fields,
        title=_title(bench, draft, about),
        icon=about.get("icon", "link" if not own else "box"),
        color=about.get("color"),
        help=bench.optional_text(draft.address, about, "help"),
        ownership=draft.ownership,
        parent=draft.parent,
        kind=draft.kind,
        search=_search(bench, draft, about),
        keys=_keys(bench, draft, about),
        facts=_facts(bench, draft, about),
        path=_stage_path(bench, draft, about),
        history=about.get("history", True),
        files=about.get("files", own),
        validations=_validations(bench, draft, about),
        actions=_actions(bench, draft, about),
        activity=_activity(bench, draft, about),
        inverses=inverses,
        platform=draft.layer == CORE,
        place=draft.place,
        layer=draft.layer,
    )


def _refuse_empty_rollups(bench: Workbench, draft: Draft, inverses: Mapping[str, Inverse]) -> None:
    """A rollup goes over the records of a collection; where the object has none, there is nothing to go over."""
    if inverses or draft.missing or any(each.is_many for each in draft.fields.values()):
        return
    for field in draft.fields.values():
        if field.rollup is not None:
            at = Path(("fields", field.name, "rollup"))
            bench.problems.add(faults.NOTHING_TO_GATHER, field.rollup.place, at, name=field.name, object=draft.name)


def _title(bench: Workbench, draft: Draft, data: Branch) -> str:
    said = data.get("title")
    if isinstance(said, str):
        found = bench.field_named(draft, said, spot(data, "title", Path()), draft.address)
        if found and not REGISTRY[found.type].can_be_title:
            where = spot(data, "title", Path())
            fitting = [each.name for each in draft.fields.values() if not each.system and REGISTRY[each.type].can_be_title]
            expected = named(fitting) if fitting else None
            bench.problems.add(
                faults.CANT_BE_TITLE, where.place, where.path, name=said, type=a_type(found.type), expected=expected
            )
        return said if found else "id"
    declared = [each for each in draft.fields.values() if not each.system and REGISTRY[each.type].can_be_title]
    found = next((each for each in declared if each.name == "name"), None) or next(
        (each for each in declared if each.type == "text"), None
    )
    found = found or next(iter(declared), None)
    if (
        found is None
        and draft.kind == "plain"
        and not draft.missing
        and draft.ownership != "parent"
        and "fields" not in (draft.data.missing or ())
    ):
        place = draft.data.value_place("object")
        bench.problems.add(
            faults.NO_TITLE, place, Path(), object=draft.name, fix=phrase("Such as `name: {type: text, required: true}`.")
        )
    return found.name if found else "id"


def _search(bench: Workbench, draft: Draft, data: Branch) -> tuple[str, ...]:
    found = []
    for name, where in entries(data, "search", Path()):
        field = bench.path_to(draft, name, where, draft.address, limit=1)
        if field and not REGISTRY[field.type].can_be_searched:
            bench.problems.add(faults.SEARCH_NOT_POSSIBLE, where.place, where.path, name=name, type=a_type(field.type))
        elif field:
            found.append(name)
    found += [each.name for each in draft.fields.values() if each.searchable and each.name not in found]
    return tuple(found)


def _keys(bench: Workbench, draft: Draft, data: Branch) -> Mapping[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = dict(draft.keys)
    declared = data.branch("keys")
    for name in declared:
        at = Path(("keys",))
        address = f"{draft.address}/key:{name}"
        bench.element(address, declared.key_place(name))
        keys[name] = tuple(each for each, where in entries(declared, name, at) if _can_be_key(bench, draft, each, where, address))
    return keys


def _can_be_key(bench: Workbench, draft: Draft, name: str, where: Spot, address: str) -> bool:
    field = bench.field_named(draft, name, where, address)
    if field is None:
        return False
    if field.is_computed:
        bench.problems.add(faults.COMPUTED_AND, where.place, where.path, name=name, property="keys")
        return False
    kind = REGISTRY[field.type]
    if kind.can_be_unique or (kind.plain and kind.sortable and not field.is_many and field.type not in _LONG):
        return True
    return _not_unique(bench, field, where)


def _not_unique(bench: Workbench, field: Field, where: Spot) -> bool:
    bench.problems.add(faults.UNIQUE_NOT_POSSIBLE, where.place, where.path, name=field.name, type=a_type(field.type))
    return False


def _facts(bench: Workbench, draft: Draft, data: Branch) -> tuple[str, ...]:
    found = []
    for name, where in entries(data, "facts", Path()):
        field = bench.path_to(draft, name, where, draft.address)
        if field and field.is_many:
            bench.problems.add(faults.NOT_A_COLUMN, where.place, where.path, name=name)
        elif field:
            found.append(name)
    return tuple(found)


def _stage_path(bench: Workbench, draft: Draft, data: Branch) -> str | None:
    if "path" not in data:
        return None
    where = spot(data, "path", Path())
    field = bench.own_field(draft, data["path"], where, draft.address, "choice", wanted=phrase("a choice"))
    if field and field.is_computed:
        bench.problems.add(faults.COMPUTED_AND, where.place, where.path, name=field.name, property="path")
    return field.name if field else None


def _validations(bench: Workbench, draft: Draft, data: Branch) -> Mapping[str, Validation]:
    declared = data.branch("validations")
    found: dict[str, Validation] = {}
    at = Path(("validations",))
    for name, said in declared.items():
        address = f"{draft.address}/validation:{name}"
        require = source(said, "require")
        missing = [key for key in ("require", "message") if key not in said]
        for key in missing:
            if key not in (said.missing or ()):
                bench.problems.add(faults.MISSING_PROPERTY, declared.key_place(name), at.key(name), key=key)
        if missing or require is None:
            continue
        bench.element(address, declared.key_place(name))
        at_field = said.get("field")
        if at_field is not None:
            bench.field_named(draft, at_field, spot(said, "field", at.key(name)), address)
        message = bench.texts.take(address, "message", said["message"])
        found[name] = Validation(name, address, require, message, source(said, "when"), at_field, declared.key_place(name))
    return found


def _actions(bench: Workbench, draft: Draft, data: Branch) -> Mapping[str, Action]:
    declared = data.branch("actions")
    found: dict[str, Action] = {}
    for name, said in declared.items():
        address = f"{draft.address}/action:{name}"
        bench.element(address, declared.key_place(name))
        steps = _steps(bench, draft, said, address, Path(("actions", name)))
        label = bench.text(address, said, name=name)
        found[name] = Action(name, address, label, steps, source(said, "when"), said.get("icon"), declared.key_place(name))
    return found


def _steps(bench: Workbench, draft: Draft, action: Branch, address: str, at: Path) -> Mapping[str, Step]:
    declared = action.branch("steps")
    found: dict[str, Step] = {}
    for name in declared:
        step = _step(bench, draft, declared, name, found, f"{address}/step:{name}", at.key("steps").key(name))
        if step:
            found[name] = step
    return found


def _step(
    bench: Workbench, draft: Draft, declared: Branch, name: str, earlier: Mapping[str, Step], address: str, at: Path
) -> Step | None:
    data = declared[name]
    bench.element(address, declared.key_place(name))
    made = [key for key in ("create", "update") if key in data]
    if len(made) != 1:
        if not (data.missing or set()) & {"create", "update"}:
            fix = phrase("Give it `create: object`, or `update: self`.")
            bench.problems.add(faults.STEP_KIND, declared.key_place(name), at, name=name, fix=fix)
        return None
    target = (
        _step_target(bench, draft, data, earlier, address, at)
        if made == ["update"]
        else bench.object_named(data["create"], spot(data, "create", at), address)
    )
    if target is None:
        return None
    values = data.branch("set")
    written = {}
    for key in values:
        if _writable(bench, target, key, key_spot(values, key, at.key("set")), address):
            written[key] = source(values, key)
    match = tuple(each for each, where in entries(data, "match", at) if bench.field_named(target, each, where, address))
    return Step(
        name=name,
        kind=made[0],
        object=target.name,
        target=data.get("update"),
        set={key: each for key, each in written.items() if each},
        when=source(data, "when"),
        match=match,
        optional=data.get("optional", False),
        label=bench.optional_text(address, data, "label"),
        place=declared.key_place(name),
    )


def _step_target(
    bench: Workbench, draft: Draft, data: Branch, earlier: Mapping[str, Step], address: str, at: Path
) -> Draft | None:
    target = data["update"]
    if target == "self":
        return draft
    if target in earlier:
        return bench.drafts.get(earlier[target].object)
    where = spot(data, "update", at)
    known = ["self", *earlier]
    bench.problems.add(
        faults.UNKNOWN_STEP, where.place, where.path, name=target, nearest=nearest(target, known), expected=named(known)
    )
    return None


def _writable(bench: Workbench, target: Draft, name: str, where: Spot, address: str) -> bool:
    field = bench.field_named(target, name, where, address)
    if field is None:
        return False
    if (field.system and name != "owner") or field.type in _NUMBERED or field.is_computed:
        reason = phrase("it is computed") if field.is_computed else phrase("the platform gives it itself")
        bench.problems.add(faults.NOT_WRITABLE, where.place, where.path, name=name, reason=reason)
        return False
    return True


def _activity(bench: Workbench, draft: Draft, data: Branch) -> Activity | None:
    said = data.get("activity")
    if not isinstance(said, Branch) or "kind" not in said or "regarding" not in said:
        return None
    at, by = Path(("activity",)), draft.address
    bench.own_field(draft, said["regarding"], spot(said, "regarding", at), by, "polymorphic", "lookup", wanted=phrase("a lookup"))
    for key in ("when", "until"):
        if key in said:
            bench.own_field(draft, said[key], spot(said, key, at), by, "date", "datetime", wanted=phrase("a date"))
    return Activity(said["kind"], said["regarding"], said.get("when"), said.get("until"), source(said, "done"))
