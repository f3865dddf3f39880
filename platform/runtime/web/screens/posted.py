"""What a form posted, as the raw values that the kernel parses: one entry a field that the form had."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from newel.runtime.web.screens.binding import BoundField

# Editors with several inputs: <name>.<part>. A value whose deciding parts are all blank is blank.
PARTS: dict[str, tuple[str, ...]] = {
    "money": ("amount", "currency"),
    "address": ("country", "province", "city", "district", "street", "postal_code"),
    "person_name": ("family", "given", "middle", "salutation"),
    "geolocation": ("latitude", "longitude"),
}
_NOT_DECIDING = {"currency", "salutation"}
MANY = frozenset({"multi_choice", "many_to_many"})


def read(fields: Iterable[BoundField], form: MultiDict[str, str], prefix: str = "") -> dict[str, Any]:
    """Raw values by field name, of those fields whose inputs the form had; `prefix` goes before the inputs' names."""
    found: dict[str, Any] = {}
    for field in fields:
        name = prefix + field.name
        if is_in(field, form, name):
            found[field.name] = value(field, form, name)
    return found


def is_in(field: BoundField, form: MultiDict[str, str], name: str) -> bool:
    parts = PARTS.get(field.type.widget)
    return any(f"{name}.{part}" in form for part in parts) if parts else name in form


def value(field: BoundField, form: MultiDict[str, str], name: str) -> Any:
    """The raw value of one field: text, a list, or a mapping of parts."""
    widget = field.type.widget
    if widget in PARTS:
        return _whole(form, name, PARTS[widget])
    if widget in MANY:
        return [each for each in form.getlist(name) if each]
    if widget == "boolean":
        return form.getlist(name)[-1]
    if widget == "polymorphic":
        target, _, target_id = form.get(name, "").partition("/")
        return {"object": target, "id": target_id} if target_id else None
    return form.get(name, "")


def _whole(form: MultiDict[str, str], name: str, parts: tuple[str, ...]) -> dict[str, str] | None:
    given = {part: form.get(f"{name}.{part}", "").strip() for part in parts}
    if any(text for part, text in given.items() if part not in _NOT_DECIDING):
        return {part: text for part, text in given.items() if text}
    return None
