"""Rules that are changed from the screen: into the organisation's own layer, through the same door as every other change.

Nobody may let a rule read what they may not read themselves: a rule works with the eyes of the platform.
"""

from __future__ import annotations

from collections.abc import Sequence

from newel.metadata.amending import Amendment, amended
from newel.metadata.layers import ORGANISATION
from newel.metadata.solutions import Layer
from newel.rules.expressions import Expression
from newel.runtime import publishing
from newel.runtime.installation import Installation
from newel.runtime.publishing import Candidate
from newel.runtime.records.access import verdict_of
from newel.runtime.records.actors import Actor
from newel.runtime.records.deriving import beyond
from newel.runtime.records.statements import kept
from newel.runtime.storage import catalog
from newel.runtime.storage.applying import Outcome
from newel.runtime.storage.plan import Plan


def may_amend(installation: Installation, actor: Actor, expressions: Sequence[Expression]) -> bool:
    """Whether the actor's roles show every field that the rules mention, and in every record where they read those of others."""
    addresses = (address for each in expressions for address in each.mentions)
    elsewhere = (source for each in expressions if each.object for source in beyond(installation.model, each))
    return all(_shows(installation, actor, *_field_of(address)) for address in addresses) and all(
        _shows_everywhere(installation, actor, *source) for source in elsewhere
    )


def _field_of(address: str) -> tuple[str, str]:
    name, _, rest = address.removeprefix("object:").partition("/field:")
    return name, rest.partition("/")[0]


def _shows(installation: Installation, actor: Actor, object_name: str, field: str) -> bool:
    judged = verdict_of(installation, actor.role_set, object_name)
    return bool(judged.read) and field in judged.readable


def _shows_everywhere(installation: Installation, actor: Actor, object_name: str, field: str) -> bool:
    rows = verdict_of(installation, actor.role_set, object_name).readable.get(field)
    return rows is not None and rows.is_everything


def own_layer(installation: Installation) -> Layer | None:
    """The organisation's own layer as it is installed; None where there is none yet."""

    def read() -> list[Layer]:
        with installation.database.reading() as connection:
            return [each for each in catalog.layers(connection) if each.name == ORGANISATION]

    found: list[Layer] = kept(installation, ("the organisation's layer",), read)
    return next(iter(found), None)


def candidate(installation: Installation, amendment: Amendment) -> Candidate:
    """What would be installed: the problems, or the plan that leads there."""
    return publishing.candidate(installation.settings, installation.database, _with(amendment))


def publish(installation: Installation, amendment: Amendment, steps: str, by: str, *, tests: bool = True) -> Outcome | None:
    """Publishes the amendment by the plan whose steps were agreed to; None where it has become another one.

    The scenario tests of all solutions are played first. Raises Refused with every problem; then nothing has changed.
    Without `tests` they are not: what they expect was changed on purpose.
    """
    others: list[Plan] = []

    def agree(plan: Plan) -> bool:
        if plan.steps_hash != steps:
            others.append(plan)
        return not others

    outcome = publishing.publish(installation.settings, installation.database, _with(amendment), agree, by=by, tests=tests)
    return None if others else outcome


def _with(amendment: Amendment) -> publishing.Given:
    def layers(installed: Sequence[Layer]) -> Sequence[Layer]:
        return [amended(installed, amendment)]

    return layers
