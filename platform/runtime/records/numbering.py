"""Auto-numbers: counted in the transaction that uses them, so that a number is neither lost nor given twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam

from newel.metadata.field_types.auto_number import number_text, period
from newel.metadata.model import Field
from newel.runtime.records.statements import prepared
from newel.runtime.storage.dialects import postgresql, sqlite
from newel.runtime.storage.system_records import COUNTER

if TYPE_CHECKING:
    from newel.runtime.records.work import Work


def numbers(work: Work, object_name: str, field: Field, many: int = 1) -> list[str]:
    """The next numbers of a field as texts. Their counter row stays locked until the transaction ends."""
    span = period(field, work.today)
    statement = prepared(work, ("count up",), lambda: _count_up(work.dialect))
    row = statement.one(work, {"name": f"{object_name}.{field.name}", "span": span, "many": many})
    last = int(row[0]) if row else many
    return [number_text(field, number, work.today) for number in range(last - many + 1, last + 1)]


def _count_up(dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    many = bindparam("many", type_=COUNTER.c.value.type)
    values = {"name": bindparam("name"), "period": bindparam("span"), "value": many}
    counting = insert(COUNTER).values(values)
    return counting.on_conflict_do_update(
        index_elements=[COUNTER.c.name, COUNTER.c.period], set_={"value": COUNTER.c.value + many}
    ).returning(COUNTER.c.value)
