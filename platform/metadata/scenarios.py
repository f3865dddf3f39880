"""What a scenario test says, once linked: who and what is given, what somebody tries, and what is to come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newel.metadata.problems import NOWHERE, Place

if TYPE_CHECKING:
    from newel.metadata.model import Source, Text

_NOTHING: Mapping[str, Any] = {}

# What somebody may try, each with what may be said beside it.
ATTEMPTS: Mapping[str, frozenset[str]] = {
    "create": frozenset({"set"}),
    "update": frozenset({"set"}),
    "delete": frozenset(),
    "perform": frozenset({"with", "choices"}),
    "read": frozenset(),
    "list": frozenset({"filter"}),
}
# What may be expected of the fields of a form, and what the field is then.
STATES = ("visible", "hidden", "required", "optional", "editable", "read_only")
OF_RECORDS = frozenset({"done", "denied", "problem", "value", *STATES})
# What may be expected of each attempt.
EXPECTED: Mapping[str, frozenset[str]] = {
    "create": OF_RECORDS,
    "update": OF_RECORDS,
    "delete": frozenset({"done", "denied", "problem"}),
    "perform": OF_RECORDS,
    "read": OF_RECORDS - {"problem"},
    "list": frozenset({"done", "denied", "list", "count"}),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A record that is there before anything is tried. People have roles; others belong to who acts, unless they say whose.

    `values` are in their JSON form; a reference is "@key".
    """

    key: str
    object: str
    values: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    roles: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody tries: create | update | delete | perform | read | list."""

    kind: str
    object: str
    record: str | None = None  # the key of the record; of a new one the key that later steps know it by
    values: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    action: str | None = None  # perform
    choices: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    filter: Source | None = None  # list
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that is to come of an attempt; `field` is the field or path that it is about."""

    kind: str  # done | denied | problem | value | list | count, or one of STATES
    field: str | None = None
    value: Any = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One attempt of one person, and all that is to come of it."""

    name: str
    address: str
    by: str  # the key of the person
    attempt: Attempt
    expectations: tuple[Expectation, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario test. `given` holds people and records in an order in which they can be made."""

    name: str
    address: str
    by: str  # to whom the given records belong
    given: tuple[Given, ...]
    steps: Mapping[str, ScenarioStep]
    now: str | None = None  # a day or a moment, in the time zone of who acts; None: the real one
    label: Text | None = None
    help: Text | None = None
    place: Place = NOWHERE
    layer: str = ""
