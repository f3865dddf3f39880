"""Roles: what people may do with each object, and with each of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newel.metadata import faults
from newel.metadata.linking.fields import check_new_name
from newel.metadata.linking.workbench import Draft, Spot, Workbench, key_spot, source, spot
from newel.metadata.model import Grant, Role, Source
from newel.metadata.naming import nearest
from newel.metadata.problems import Path
from newel.metadata.reading import Branch
from newel.metadata.shapes import Document
from newel.metadata.solutions import CORE
from newel.metadata.words import phrase

SCOPES = ("none", "own", "all")
EVERY = "*"
_WORD = re.compile(r"\w+")


def link_roles(bench: Workbench) -> dict[str, Role]:
    """All roles by name."""
    return {document.name: _role(bench, document) for document in bench.stack.of_kind("role")}


def _role(bench: Workbench, document: Document) -> Role:
    data, address = document.data, f"role:{document.name}"
    bench.element(address, document.place)
    check_new_name(bench, document.name, document.place, Path(("role",)), document.layer == CORE)
    declared = data.branch("objects")
    grants = {}
    for name in declared:
        grant = _grant(bench, declared, name, address)
        if grant:
            grants[name] = grant
    label = bench.text(address, data, name=document.name)
    help_ = bench.optional_text(address, data, "help")
    return Role(document.name, label, address, grants, data.get("setup", False), help_, document.place, document.layer)


def _grant(bench: Workbench, declared: Branch, name: str, role: str) -> Grant | None:
    at = Path(("objects", name))
    where = key_spot(declared, name, Path(("objects",)))
    address = f"{role}/object:{name}"
    draft = None
    if name != EVERY:
        draft = bench.object_named(name, where, address)
        if draft is None:
            return None
    bench.element(address, where.place)
    data = declared[name]
    return Grant(
        object=name,
        read=_scope(bench, draft, data, "read", at),
        create=data.get("create", False),
        update=_scope(bench, draft, data, "update", at),
        delete=_scope(bench, draft, data, "delete", at),
        export=data.get("export", False),
        fields=_fields(bench, draft, data, at, address),
        place=where.place,
    )


def _scope(bench: Workbench, draft: Draft | None, data: Branch, key: str, at: Path) -> str | Source:
    said = data.get(key, "none")
    where = spot(data, key, at) if key in data else Spot(data.place, at, data.file.layer)
    if said == "own" and draft and draft.ownership == "none":
        bench.problems.add(faults.NO_OWNER, where.place, where.path, object=draft.name)
    if said in SCOPES:
        return str(said)
    if _WORD.fullmatch(said) and not (draft and said in draft.fields):
        bench.problems.add(
            faults.BAD_SCOPE,
            where.place,
            where.path,
            value=said,
            nearest=nearest(said, SCOPES),
            expected=phrase("none, own, all, or a rule about the record"),
        )
        return "none"
    return source(data, key) or "none"


def _fields(bench: Workbench, draft: Draft | None, data: Branch, at: Path, address: str) -> Mapping[str, str]:
    declared = data.branch("fields")
    rights: dict[str, str] = {}
    for name, right in declared.items():
        named = (
            name == EVERY or draft is None or bench.field_named(draft, name, key_spot(declared, name, at.key("fields")), address)
        )
        if named:
            rights[name] = right
    return {EVERY: "edit", **rights}
