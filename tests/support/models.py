"""Models written in Python, for tests of what lies beneath the compiler."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from newel.metadata.model import Condition, Default, Field, Model, Object, Option, Text, View


def a_model(objects: Mapping[str, Object], views: Mapping[str, View] | None = None) -> Model:
    digest = hashlib.sha256(repr((objects, views)).encode()).hexdigest()
    return Model(digest, {}, dict(objects), {}, dict(views or {}), {}, {}, {}, {}, {})


def an_object(name: str, fields: Mapping[str, Field | str | dict[str, Any]], **values: Any) -> Object:
    """Fields are given as a Field, as the name of a type, or as the type with what Field takes."""
    made = {key: a_field(name, key, value) for key, value in fields.items()}
    label = Text(name.title())
    values.setdefault("title", next(iter(made)))
    return Object(name=name, label=label, plural=label, address=f"object:{name}", fields=made, **values)


def a_field(owner: str, name: str, value: Field | str | dict[str, Any]) -> Field:
    if isinstance(value, Field):
        return value
    said = {"type": value} if isinstance(value, str) else dict(value)
    if isinstance(said.get("required"), bool):
        said["required"] = Condition(always=said["required"])
    if "default" in said:
        said["default"] = Default(said["default"])
    if "choices" in said:
        said["choices"] = {key: Option(key, Text(key)) for key in said["choices"]}
    if isinstance(said.get("to"), str):
        said["to"] = (said["to"],)
    return Field(name=name, label=Text(name), address=f"object:{owner}/field:{name}", **said)


def a_view(name: str, sort: tuple[str, ...], **values: Any) -> View:
    return View(
        name=name, object=name.partition(".")[0], type="list", label=Text(name), address=f"view:{name}", sort=sort, **values
    )
