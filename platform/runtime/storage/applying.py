"""Carrying out a plan: its statements, the catalog and the new revision in one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from newel.metadata.problems import NOWHERE, Problem, problem
from newel.runtime.storage import catalog, recomputations, refusals
from newel.runtime.storage.database import Database
from newel.runtime.storage.operations import Operation, Plan

Progress = Callable[[int, int, str], None]  # done, of how many, what is next


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A plan that was not carried out; the database is as it was."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems


def apply(database: Database, plan: Plan, *, by: str | None = None, progress: Progress | None = None) -> int:
    """Carries `plan` out and returns the new revision. Raises Refused where it has problems, is outdated, or fails.

    One process at a time: another waits for the lock, and then finds that the database has moved.
    """
    if plan.problems.errors:
        raise Refused(plan.problems.errors)
    try:
        with database.writing() as connection:
            catalog.lock(connection)
            found = catalog.revision(connection)
            if found != plan.revision:
                raise Refused([problem(refusals.MOVED, NOWHERE, planned=plan.revision, found=found)])
            return apply_to(connection, plan, by=by, progress=progress)
    except DBAPIError as error:
        raise Refused([_busy_or_failed(error)]) from error


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the revision that is served now, and whether this call has made it."""

    revision: int
    applied: bool


def publish(
    database: Database,
    make: Callable[[], Plan],
    agree: Callable[[Plan], bool] = lambda plan: True,
    *,
    by: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Plans, asks for consent and applies; where the database moves meanwhile, plans again, and asks again for other steps."""
    agreed: set[str] = set()
    while True:
        plan = make()
        if plan.problems.errors:
            raise Refused(plan.problems.errors)
        if plan.empty or (plan.steps_hash not in agreed and not agree(plan)):
            return Outcome(plan.revision, False)
        agreed.add(plan.steps_hash)
        try:
            return Outcome(apply(database, plan, by=by, progress=progress), True)
        except Refused as refused:
            if refused.problems[0].kind is not refusals.MOVED:
                raise


def apply_to(connection: Connection, plan: Plan, *, by: str | None = None, progress: Progress | None = None) -> int:
    """Carries `plan` out in the caller's transaction, which holds the lock and has compared the revision."""
    for step, operation in enumerate(plan.operations):
        if progress is not None:
            progress(step, len(plan.operations), operation.address)
        _run(connection, operation, step)
    revision = plan.revision + 1
    catalog.record_layers(connection, plan.layers, plan.versions, revision)
    catalog.record_layout(connection, plan.layout)
    recomputations.record(connection, plan.kept)
    catalog.record_apply(connection, revision, plan.model_hash, plan.hash, plan.as_json(), datetime.now(UTC), by)
    return revision


def _run(connection: Connection, operation: Operation, step: int) -> None:
    try:
        for statement in operation.statements:
            connection.exec_driver_sql(statement)
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise Refused([problem(refusals.FAILED, NOWHERE, step=step + 1, address=operation.address, reason=reason)]) from error


def _busy_or_failed(error: DBAPIError) -> Problem:
    reason = str(error.orig).strip().splitlines()[0]
    if "locked" in reason or "busy" in reason or "lock timeout" in reason:
        return problem(refusals.BUSY, NOWHERE)
    return problem(refusals.FAILED, NOWHERE, step=0, address="transaction", reason=reason)
