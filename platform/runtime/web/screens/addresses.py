"""Where things are: every address of the workspace is made here, so that every state has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode


def records(object_name: str, /, **state: Any) -> str:
    """The list of an object, with view=, filter=, sort=, columns=, q=, cursor= as given; what is blank is left out."""
    return f"/o/{object_name}{query(state)}"


def record(object_name: str, record_id: str, /, **state: Any) -> str:
    return f"/o/{object_name}/{record_id}{query(state)}"


def new(object_name: str, /, **values: Any) -> str:
    """The form of a new record; `values` fill it in."""
    return f"/o/{object_name}/new{query(values)}"


def edit(object_name: str, record_id: str) -> str:
    return f"/o/{object_name}/{record_id}/edit"


def card(object_name: str, record_id: str) -> str:
    """The small card that opens over a reference."""
    return f"/o/{object_name}/{record_id}/card"


def app(name: str) -> str:
    return f"/app/{name}"


def search(text: str = "") -> str:
    return f"/search{query({'q': text})}"


def rule(address: str, record_id: str | None = None) -> str:
    """The page of a rule in Setup, tried on a record where one is named."""
    return f"/setup/rules/rule/{query({'address': address, 'record': record_id})}"


def query(values: Mapping[str, Any]) -> str:
    given = [(name, value) for name, value in values.items() if value not in (None, "", ())]
    return f"?{urlencode(given, doseq=True, quote_via=quote)}" if given else ""
