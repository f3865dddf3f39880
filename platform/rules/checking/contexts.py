"""Where an expression stands, and which names it may use there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from newel.metadata.model import EMPTY, Field
from newel.rules.types import BOOLEAN, Type


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a kind of expression may read beside the record's fields and paths.

    `prior`: the record as it was before the change. `children`: the records of its collections. `steps`: an action's earlier
    steps. `record`: the record that is being edited, beside the one of which the expression must hold.
    """

    prior: bool = False
    children: bool = False
    steps: bool = False
    record: bool = False


ALLOWED: Mapping[str, Allowed] = {
    "default": Allowed(),
    "formula": Allowed(children=True),
    "rollup": Allowed(children=True),
    "validate": Allowed(prior=True, children=True),
    "condition": Allowed(prior=True),  # visible, required, read-only, an action's `when`
    "options": Allowed(),  # an option's `when`
    "offered": Allowed(record=True),  # a lookup's `filter`
    "filter": Allowed(children=True),
    "permission": Allowed(children=True),
    "action": Allowed(steps=True),
    "workflow": Allowed(prior=True, children=True),
}
KINDS = tuple(ALLOWED)


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands: what kind of rule it is, on which object, and what it must give.

    `expects` None takes any result. `steps`: in an action, the object that each earlier step's record belongs to. `field`: the
    field that the result goes into. `record`: for `offered`, the object of the record that is being edited.
    """

    kind: str
    object: str | None = None
    expects: Type | None = BOOLEAN
    steps: Mapping[str, str] = dataclass_field(default_factory=lambda: EMPTY)
    field: Field | None = None
    record: str | None = None

    @property
    def allowed(self) -> Allowed:
        return ALLOWED[self.kind]
