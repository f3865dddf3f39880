"""Filter chips: the list's filter expression as rows of field, operator and value, and back. The expression is the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newel.metadata.model import View
from newel.runtime.web.screens.list_state import Arguments, ListState
from newel.runtime.web.screens.viewer import Viewer


@dataclass(frozen=True)
class Chip:
    """One condition as people read it."""

    label: str
    operator: str
    value: str
    is_expression: bool = False
    edit_url: str = ""
    off_url: str = ""


def chips_of(viewer: Viewer, object_name: str, state: ListState) -> list[Chip]:
    return []


def fixed_chips(viewer: Viewer, object_name: str, view: View) -> list[Chip]:
    return []


def taken_in(viewer: Viewer, state: ListState, args: Arguments) -> str | None:
    return None
