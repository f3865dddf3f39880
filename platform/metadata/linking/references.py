"""What fields point at: targets, masters, child tables, links of many-to-many fields, and the other ends of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from newel.metadata import faults
from newel.metadata.linking.fields import TEAM_OBJECT, link_fields, linking_field
from newel.metadata.linking.texts import filled
from newel.metadata.linking.workbench import Draft, Spot, Workbench, a_type, entries, key_spot, spot
from newel.metadata.model import USER_OBJECT, Condition, Field, Inverse
from newel.metadata.naming import NAME_LENGTH, named
from newel.metadata.problems import Path
from newel.metadata.reading import Branch
from newel.metadata.words import phrase

_CIRCLES = 20  # that many are named at once
_FIXED_TARGETS = {"user": USER_OBJECT, "team": TEAM_OBJECT}


def link_references(bench: Workbench) -> dict[str, dict[str, Inverse]]:
    """Lets every field know what it points at, and gives the inverses of every object by their names."""
    for draft in [*bench.drafts.values()]:
        for name, field, data, at in _declared(draft):
            draft.fields[name] = _with_targets(bench, draft, field, data, at)
    for draft in bench.drafts.values():
        _link_master(bench, draft)
    for draft in [*bench.drafts.values()]:
        for name, field, data, at in _declared(draft):
            if field.type == "child_table":
                draft.fields[name] = _with_children(bench, draft, field, data, at)
            elif field.type == "many_to_many" and field.to:
                draft.fields[name] = _with_links(bench, draft, field, data, at)
    _refuse_circles(bench)
    return _inverses(bench)


def _declared(draft: Draft) -> Iterator[tuple[str, Field, Branch, Path]]:
    said = draft.data.branch("fields")
    for name, field in [*draft.fields.items()]:
        if not field.system and name in said:
            yield name, field, said[name], Path(("fields", name))


def _with_targets(bench: Workbench, draft: Draft, field: Field, data: Branch, at: Path) -> Field:
    if field.required.always and field.on_delete == "clear":
        where = spot(data, "on_delete", at)
        bench.problems.add(faults.CANT_CLEAR, where.place, where.path, name=field.name)
    if field.type == "tree_parent":
        _refuse_second_tree(bench, draft, field, at)
    if field.type == "tree_parent":
        return replace(field, to=(draft.name,), inverse=field.inverse or "children")
    if field.type in _FIXED_TARGETS:
        return replace(field, to=(_FIXED_TARGETS[field.type],))
    if field.type == "polymorphic":
        found = [bench.object_named(name, where, field.address) for name, where in entries(data, "to", at)]
        return replace(field, to=tuple(each.name for each in found if each))
    if field.type in ("lookup", "many_to_many"):
        target = bench.object_named(data["to"], spot(data, "to", at), field.address)
        return replace(field, to=(target.name,) if target else ())
    return field


def _refuse_second_tree(bench: Workbench, draft: Draft, field: Field, at: Path) -> None:
    first = next(each.name for each in draft.fields.values() if each.type == "tree_parent")
    if first != field.name:
        bench.problems.add(faults.TWO_TREES, field.place, at, object=draft.name, first=first, second=field.name)


def _link_master(bench: Workbench, draft: Draft) -> None:
    """ownership parent: the lookup `parent` is required, and its records go with their master."""
    data = draft.data
    if draft.ownership != "parent" or draft.kind == "link":
        if "parent" in data and draft.kind != "link":
            where = spot(data, "parent", Path())
            bench.problems.add(
                faults.BAD_MASTER,
                where.place,
                where.path,
                name=data["parent"],
                object=draft.name,
                reason=phrase("the object does not have `ownership: parent`"),
            )
        return
    lookups = [each.name for each in draft.fields.values() if each.type == "lookup"]
    if draft.parent is None:
        if "parent" not in (data.missing or ()):
            fix = phrase("Name the lookup that leads to the master.")
            bench.problems.add(
                faults.MISSING_PROPERTY,
                data.value_place("ownership"),
                Path(("ownership",)),
                key="parent",
                expected=named(lookups) if lookups else None,
                fix=fix,
            )
        return
    where = spot(data, "parent", Path())
    field = bench.own_field(draft, draft.parent, where, draft.address, "lookup", wanted=phrase("a lookup to one object"))
    if field is None:
        draft.parent = None
        return
    said = data["fields"][field.name]
    if said.get("on_delete", "cascade") != "cascade":
        place = said.value_place("on_delete")
        values = {
            "name": field.name,
            "object": draft.name,
            "reason": phrase("a record goes with its master, so `on_delete` must be `cascade`"),
        }
        bench.problems.add(faults.BAD_MASTER, place, Path(("fields", field.name, "on_delete")), **values)
    if field.to == (draft.name,):
        bench.problems.add(
            faults.BAD_MASTER,
            where.place,
            where.path,
            name=field.name,
            object=draft.name,
            reason=phrase("an object can't be its own master"),
        )
    draft.fields[field.name] = replace(field, on_delete="cascade", required=Condition(always=True))


def _with_children(bench: Workbench, draft: Draft, field: Field, data: Branch, at: Path) -> Field:
    where = spot(data, "of", at)
    lines = bench.object_named(data["of"], where, field.address)
    if lines is None:
        return field
    values = {"object": lines.name, "owner": draft.name}
    if lines.ownership != "parent":
        bench.problems.add(
            faults.BAD_CHILDREN, where.place, where.path, **values, reason=phrase("it does not have `ownership: parent`")
        )
        return field
    by = data.get("by") or lines.parent
    if by is None:
        return field  # that its master is missing is said there
    lookup = lines.fields.get(by)
    if lookup is None and "by" in data:
        bench.field_named(lines, by, spot(data, "by", at), field.address)
        return field
    if lookup is None or lookup.type != "lookup" or lookup.to != (draft.name,) or lines.parent != by:
        by_where = spot(data, "by" if "by" in data else "of", at)
        bench.problems.add(
            faults.BAD_CHILDREN,
            by_where.place,
            by_where.path,
            **values,
            reason=phrase('its master is "{parent}"', parent=lines.parent)
            if lookup and lookup.to == (draft.name,)
            else phrase('its "{by}" does not lead back', by=by),
        )
        return field
    bench.use(lookup.address, field.address)
    lines.kind = "child"
    return replace(field, of=lines.name, by=by)


def _with_links(bench: Workbench, draft: Draft, field: Field, data: Branch, at: Path) -> Field:
    if "through" in data:
        return _through(bench, draft, field, data, at)
    return _own_links(bench, draft, field, data, at)


def _through(bench: Workbench, draft: Draft, field: Field, data: Branch, at: Path) -> Field:
    """The links are records of an object that the solution declares; it has one lookup to each side."""
    where = spot(data, "through", at)
    link = bench.object_named(data["through"], where, field.address)
    if link is None:
        return field
    back = [each.name for each in link.fields.values() if each.type == "lookup" and each.to == (draft.name,)]
    other = [each.name for each in link.fields.values() if each.type == "lookup" and each.to == field.to]
    both = back[:2] if field.to == (draft.name,) else [*back[:1], *other[:1]]
    if len(both) != 2:
        lacking = draft.name if not back else field.to[0]
        reason = phrase('it has no lookup to "{lacking}"', lacking=lacking)
        values = {"through": link.name, "object": draft.name, "to": field.to[0], "reason": reason}
        bench.problems.add(faults.BAD_THROUGH, where.place, where.path, **values)
        return field
    if "fields" in data:
        place = data.key_place("fields")
        values = {
            "through": link.name,
            "object": draft.name,
            "to": field.to[0],
            "reason": phrase("the fields of the link belong into that object's own file"),
        }
        bench.problems.add(faults.BAD_THROUGH, place, at.key("fields"), **values)
    return replace(field, of=link.name, by=both[0], by_other=both[1])


def _own_links(bench: Workbench, draft: Draft, field: Field, data: Branch, at: Path) -> Field:
    """The links are records of an object that the platform makes: `<object>_<field>`."""
    name, target = f"{draft.name}_{field.name}", bench.drafts[field.to[0]]
    where = Spot(field.place, at, field.layer)
    clash = (
        phrase("is longer than {limit} characters", limit=NAME_LENGTH)
        if len(name) > NAME_LENGTH
        else phrase("is the name of another object")
        if name in bench.drafts
        else None
    )
    if clash:
        bench.problems.add(faults.LINK_CLASH, where.place, where.path, name=field.name, link=name, reason=clash)
        return field
    by = draft.name
    by_other = f"{by}_other" if target is draft else target.name
    label = filled("{first}: {second}", first=draft.label, second=field.label)
    link = Draft(
        name,
        data,
        field.layer,
        field.place,
        label,
        label,
        kind="link",
        ownership="parent",
        parent=by,
        keys={"pair": (by, by_other)},
    )
    bench.element(link.address, field.place)
    bench.drafts[name] = link
    link.fields[by] = linking_field(by, name, draft.label, draft.name, field.place, field.layer)
    link.fields[by_other] = linking_field(by_other, name, target.label, target.name, field.place, field.layer)
    for each in (by, by_other):
        bench.element(link.fields[each].address, field.place)
    for each in [key for key in (by, by_other) if key in data.branch("fields")]:
        clashing = key_spot(data["fields"], each, at.key("fields"))
        bench.problems.add(
            faults.LINK_CLASH,
            clashing.place,
            clashing.path,
            name=field.name,
            link=name,
            reason=phrase('has a lookup "{each}" already', each=each),
        )
        del data["fields"][each]
    link_fields(bench, link, at)
    for own, found, said, path in _declared(link):
        link.fields[own] = _with_targets(bench, link, found, said, Path((*at.keys, *path.keys)))
        if found.is_many:
            where = Spot(found.place, Path((*at.keys, *path.keys)), found.layer)
            bench.problems.add(
                faults.WRONG_FIELD_TYPE,
                where.place,
                where.path,
                name=own,
                type=a_type(found.type),
                wanted=phrase("a plain field"),
            )
    return replace(field, of=name, by=by, by_other=by_other)


def _inverses(bench: Workbench) -> dict[str, dict[str, Inverse]]:
    found: dict[str, dict[str, Inverse]] = {}
    for draft in bench.drafts.values():
        for field in draft.fields.values():
            if field.inverse and not field.system:
                for target in field.to:
                    _enter_inverse(bench, found, draft, field, target)
    return {name: _labelled(bench, each) for name, each in found.items()}


def _enter_inverse(bench: Workbench, found: dict[str, dict[str, Inverse]], draft: Draft, field: Field, target: str) -> None:
    name, there = field.inverse or "", bench.drafts[target]
    entered = found.setdefault(target, {})
    data = draft.data.branch("fields").get(field.name)
    place = data.value_place("inverse") if isinstance(data, Branch) and "inverse" in data else field.place
    taken = phrase("a field of it ({place})", place=there.fields[name].place) if name in there.fields else None
    if name in entered:
        other = entered[name]
        place_of_other = bench.drafts[other.object].fields[other.field].place
        taken = phrase('the inverse of "{field}" ({place})', field=f"{other.object}.{other.field}", place=place_of_other)
    if taken:
        fix = phrase("Give the field another `inverse`, such as {name}.", name=f"{draft.name}_{field.name}")
        bench.problems.add(
            faults.INVERSE_CLASH, place, Path(("fields", field.name, "inverse")), name=name, object=target, by=taken, fix=fix
        )
        return
    bench.element(f"object:{target}/inverse:{name}", place)
    bench.use(f"object:{target}", field.address)
    entered[name] = Inverse(name, draft.name, field.name, draft.plural, field.of, field.by_other)


def _labelled(bench: Workbench, inverses: Mapping[str, Inverse]) -> dict[str, Inverse]:
    """Where one object points here with several fields, the list's label names the field too."""
    objects = Counter(each.object for each in inverses.values())
    labelled = {}
    for name, each in inverses.items():
        if objects[each.object] > 1:
            field = bench.drafts[each.object].fields[each.field]
            each = replace(each, label=filled("{first} ({second})", first=each.label, second=field.label))
        labelled[name] = each
    return labelled


def _refuse_circles(bench: Workbench) -> None:
    """Objects whose records require each other could never be made."""
    needs: dict[str, set[str]] = {}
    for draft in bench.drafts.values():
        required = [
            each
            for each in draft.fields.values()
            if each.required.always and len(each.to) == 1 and each.is_reference and not each.system
        ]
        needs[draft.name] = {each.to[0] for each in required}
        for field in required:
            if field.to == (draft.name,):
                place = _required_place(draft, field)
                bench.problems.add(
                    faults.REQUIRED_CIRCLE,
                    place,
                    Path(("fields", field.name, "required")),
                    names=phrase('records of "{object}"', object=draft.name),
                )
                needs[draft.name] = needs[draft.name] - {draft.name}
    for _ in range(_CIRCLES):
        try:
            TopologicalSorter(needs).prepare()
            return
        except CycleError as circle:
            names = circle.args[1][:-1][::-1]
            start = names.index(min(names))
            names = names[start:] + names[:start]
            draft = bench.drafts[names[0]]
            field = next(
                each
                for each in draft.fields.values()
                if each.required.always and each.to and each.to[0] in names and each.is_reference
            )
            place = _required_place(draft, field)
            bench.problems.add(faults.REQUIRED_CIRCLE, place, Path(("fields", field.name, "required")), names=", ".join(names))
            needs[draft.name] = needs[draft.name] - set(names)


def _required_place(draft: Draft, field: Field) -> Any:
    data = draft.data.branch("fields").get(field.name)
    return data.value_place("required") if isinstance(data, Branch) and "required" in data else field.place
