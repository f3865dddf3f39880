"""Views: declared ones are linked; an object without a list gets one of its most telling fields."""

from __future__ import annotations

from typing import Any

from newel.metadata import faults
from newel.metadata.field_types import REGISTRY
from newel.metadata.linking.texts import platform_text
from newel.metadata.linking.workbench import Draft, Spot, Workbench, a_type, entries, source, spot
from newel.metadata.model import Object, View
from newel.metadata.problems import Path
from newel.metadata.reading import Branch
from newel.metadata.shapes import Document
from newel.metadata.words import Phrase, phrase

NUMBERS = ("integer", "decimal", "money", "percent", "duration", "rating")
DATES = ("date", "datetime")
_UNLISTED = frozenset({"long_text", "rich_text", "markdown", "image", "file", "geolocation"})
_FEW = 6


def link_views(bench: Workbench) -> dict[str, View]:
    """All views by full name, those of one object together; every object has a list."""
    from newel.metadata.linking.forms import object_of

    declared: dict[str, list[View]] = {}
    for document in bench.stack.of_kind("view"):
        draft = object_of(bench, document)
        if draft:
            declared.setdefault(draft.name, []).append(_view(bench, draft, document))
    views: dict[str, View] = {}
    for thing in bench.objects.values():
        own = declared.get(thing.name, [])
        defaults = [each for each in own if each.is_default]
        for second in defaults[1:]:
            bench.problems.add(
                faults.TWO_DEFAULTS,
                second.place,
                Path(("default",)),
                object=thing.name,
                what=phrase("default view"),
                first=defaults[0].place,
            )
        if not any(each.type == "list" for each in own):
            own.insert(0, _generated(bench, thing, {each.name for each in own}))
        views.update((each.name, each) for each in own)
    return views


def _view(bench: Workbench, draft: Draft, document: Document) -> View:
    data, address, top = document.data, f"view:{document.name}", Path()
    bench.element(address, document.place)
    kind = data.get("type", "list")
    _check_needs(bench, document, kind)
    columns = columns_of(bench, draft, data, "columns", top, address)
    if not columns and "columns" not in data:
        columns = sensible_columns(bench.objects[draft.name], _FEW)[: _FEW if kind == "list" else 3]
    label = bench.text(address, data, name=document.name.partition(".")[2])
    return View(
        name=document.name,
        object=draft.name,
        type=kind,
        label=label,
        address=address,
        columns=columns,
        sort=_sort(bench, draft, data, address),
        filter=source(data, "filter"),
        group_by=_field(bench, draft, data, "group_by", address, phrase("a choice"), "choice"),
        sum=_field(bench, draft, data, "sum", address, phrase("a number"), *NUMBERS),
        start=_field(bench, draft, data, "start", address, phrase("a date"), *DATES),
        end=_field(bench, draft, data, "end", address, phrase("a date"), *DATES),
        color_by=_field(bench, draft, data, "color_by", address, phrase("a choice"), "choice"),
        is_default=data.get("default", False),
        place=document.place,
        layer=document.layer,
    )


def _check_needs(bench: Workbench, document: Document, kind: str) -> None:
    needs = {"kanban": "group_by", "calendar": "start"}
    key = needs.get(kind)
    data = document.data
    if key and key not in data and key not in (data.missing or ()):
        place = data.value_place("type")
        bench.problems.add(faults.VIEW_NEEDS, place, Path(("type",)), type=kind, what=f"`{key}`")


def columns_of(bench: Workbench, draft: Draft, data: Branch, key: str, at: Path, address: str) -> tuple[str, ...]:
    """The columns of a list: fields that hold one value, or paths to such."""
    found = []
    for name, where in entries(data, key, at):
        field = bench.path_to(draft, name, where, address)
        if field and field.is_many:
            bench.problems.add(faults.NOT_A_COLUMN, where.place, where.path, name=name)
        elif field:
            found.append(name)
    return tuple(found)


def _sort(bench: Workbench, draft: Draft, data: Branch, address: str) -> tuple[str, ...]:
    said = data.get("sort")
    found = [(said, spot(data, "sort", Path()))] if isinstance(said, str) else entries(data, "sort", Path())
    return tuple(text for text, where in found if _sortable(bench, draft, text, where, address))


def _sortable(bench: Workbench, draft: Draft, text: str, where: Spot, address: str) -> bool:
    name, _, direction = text.partition(" ")
    if direction.strip().lower() in ("asc", "desc"):
        fix = phrase("Write {text}.", text=f"{'-' if direction.strip().lower() == 'desc' else ''}{name}")
        bench.problems.add(faults.UNKNOWN_FIELD, where.place, where.path, object=draft.name, name=text, fix=fix)
        return False
    field = bench.path_to(draft, text.removeprefix("-"), where, address)
    if field and not REGISTRY[field.type].sortable:
        bench.problems.add(faults.NOT_SORTABLE, where.place, where.path, name=field.name, type=a_type(field.type))
        return False
    return field is not None


def _field(bench: Workbench, draft: Draft, data: Branch, key: str, address: str, wanted: Phrase, *types: str) -> str | None:
    if key not in data:
        return None
    found = bench.own_field(draft, data[key], spot(data, key, Path()), address, *types, wanted=wanted)
    return found.name if found else None


def _generated(bench: Workbench, thing: Object, taken: set[str]) -> View:
    name = f"{thing.name}.all" if f"{thing.name}.all" not in taken else f"{thing.name}.list"
    address = f"view:{name}"
    bench.element(address, thing.place)
    columns = sensible_columns(thing, _FEW)
    tail = [each for each in ("owner", "updated_at") if each in thing.fields and each not in columns]
    return View(
        name=name,
        object=thing.name,
        type="list",
        label=platform_text("All"),
        address=address,
        columns=(*columns, *tail),
        sort=("-updated_at",),
        generated=True,
        place=thing.place,
        layer=thing.layer,
    )


def sensible_columns(thing: Object, limit: int) -> tuple[str, ...]:
    """The title, then the facts, or where there are none the first fields that read well in a row."""
    others: Any = thing.facts or [each.name for each in thing.declared if not each.is_many and each.type not in _UNLISTED]
    columns = dict.fromkeys([*([thing.title] if thing.title != "id" else []), *others])
    return tuple(columns)[:limit]
