"""What `lookup` asks for in Python: a field of the record that a key names, remembered until the end of the transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from newel.metadata.field_types import type_of
from newel.metadata.model import Field
from newel.rules.arithmetic import rounded
from newel.runtime.records import rolling
from newel.runtime.records.statements import prepared

if TYPE_CHECKING:
    from newel.runtime.records.work import Work


class ReferenceTables:
    """The tables of one work, read with system rights; records in the bin are not there."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def find(self, object_name: str, key: str, value: Any, field: str) -> Any:
        """The `field` of the record whose `key` is `value`; None where there is no such record."""
        from newel.runtime.records.loading import Seen, raw

        record_id = self._record(object_name, key, value)
        found = raw(self._work, object_name, record_id)
        return None if found is None else Seen(self._work, self._work.model.objects[object_name], found)[field]

    def _record(self, object_name: str, key: str, value: Any) -> str | None:
        work, asked = self._work, ("lookup", object_name, key, value)
        rolling.settle_before(work, object_name)
        if asked not in work.kept:
            work.kept[asked] = self._read(object_name, key, value)
        found: str | None = work.kept[asked]
        return found

    def _read(self, object_name: str, key: str, value: Any) -> str | None:
        table = self._work.installation.tables[object_name]
        column = table.column(key)
        wanted = _as_kept(self._work.model.objects[object_name].fields[key], value)
        if wanted is None:
            return None
        same = column == bindparam("nw_key", type_=column.type)
        statement = prepared(
            self._work, ("lookup", object_name, key), lambda: select(table.column("id")).where(same, table.live).limit(1)
        )
        row = statement.one(self._work, {"nw_key": wanted})
        return None if row is None else str(row[0])


def _as_kept(field: Field, value: Any) -> Any:
    """The value as the field's column holds it; None where it can hold none that equals it."""
    if field.system or not isinstance(value, Decimal):
        return value
    kept = type_of(field).columns(field)[0]
    if kept.kind == "integer":
        return int(value) if value == value.to_integral_value() else None
    return value if value == rounded(value, kept.scale or 0) else None
