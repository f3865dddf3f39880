"""What a plan refuses: everything that could lose or contradict what is stored. Each refusal says why, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, String, func, select

from newel.metadata.model import Field, Model, Object
from newel.metadata.problems import NOWHERE, Kind, Path, Place, Problems
from newel.metadata.words import Phrase, phrase
from newel.runtime.storage import refusals
from newel.runtime.storage.layout import ColumnLayout, IndexLayout, TableLayout
from newel.runtime.storage.tables import ObjectTable
from newel.runtime.storage.types import LONGEST_DECIMAL


class Guard:
    """Looks at the stored records on behalf of one plan, and collects what stands against it."""

    def __init__(self, connection: Connection, model: Model, recorded: Mapping[str, TableLayout]) -> None:
        self.connection = connection
        self.model = model
        self.recorded = recorded
        self.problems = Problems()
        self._rows: dict[str, int] = {}

    def rows(self, name: str) -> int:
        """How many records the object has, the recycle bin included; none where its table is yet to be made."""
        if name not in self._rows:
            known = self.recorded.get(name)
            self._rows[name] = self._number(select(func.count()).select_from(ObjectTable(known).table)) if known else 0
        return self._rows[name]

    def objects_stay(self) -> None:
        for name in self.recorded:
            if name not in self.model.objects:
                self.problems.add(
                    refusals.OBJECT_REMOVED,
                    NOWHERE,
                    Path(("objects", name)),
                    object=name,
                    rows=self.rows(name),
                    fix=phrase("Bring the object back; roles decide who sees it."),
                )

    def column_stays(self, target: Object, known: TableLayout, key: str) -> None:
        """Called for a recorded column that the Model no longer asks for."""
        if key == "owner":
            self.problems.add(refusals.OWNER_REMOVED, target.place, object=target.name, fix=phrase("Keep `ownership: user`."))
        elif ":" not in key:  # the further columns of a composite go unmentioned: the first one speaks for the field
            table = ObjectTable(known)
            rows = self._number(select(func.count()).select_from(table.table).where(table.columns[key].is_not(None)))
            self.refuse(
                refusals.FIELD_REMOVED, target, key, rows=rows, fix=phrase("Bring the field back; `visible: false` hides it.")
            )

    def change_is_widening(self, target: Object, key: str, old: ColumnLayout, new: ColumnLayout) -> bool:
        """True where all that is stored fits the changed column as it is."""
        if old.references and new.references and old.references != new.references:
            self.refuse(refusals.TARGET_CHANGED, target, key, old=old.references, new=new.references)
            return False
        verdict = _widening(old, new)
        if verdict != "widen":
            kind = refusals.NARROWED if verdict == "narrow" else refusals.TYPE_CHANGED
            self.refuse(kind, target, key, old=kind_words(old), new=kind_words(new))
        return verdict == "widen"

    def values_stay(self, target: Object, before: Field | None, now: Field) -> None:
        """Called for a computed field: what people wrote into it, when it was none yet, is not overwritten."""
        known = self.recorded.get(target.name)
        if known is None or before is None or before.is_computed or before.name not in known.columns:
            return
        column = ObjectTable(known).column(before.name)
        rows = self._number(select(func.count()).select_from(column.table).where(column.is_not(None)))
        if rows:
            fix = phrase("Give the computed value a field of its own.")
            self.refuse(refusals.VALUES_OVERWRITTEN, target, now.name, rows=rows, fix=fix)

    def decimals_fit(self, target: Object, columns: Mapping[str, ColumnLayout], keys: Iterable[str]) -> None:
        for key in keys:
            column = columns[key]
            if (
                column.kind == "decimal"
                and (column.precision or 0) > LONGEST_DECIMAL
                and self.connection.dialect.name == "sqlite"
            ):
                self.refuse(refusals.DECIMAL_TOO_LONG, target, key, precision=column.precision, limit=LONGEST_DECIMAL)

    def new_field_has_values(self, target: Object, each: Field) -> None:
        """Called for a new field without a plain default: existing records must be able to do without."""
        rows = self.rows(target.name)
        if rows and each.required.always and each.type != "auto_number":
            fix = phrase("Give it a plain `default:`, or make it optional.")
            self.refuse(refusals.REQUIRED_WITHOUT_VALUE, target, each.name, rows=rows, fix=fix)

    def records_differ(self, target: Object, known: TableLayout, index: IndexLayout) -> None:
        """Called for a new unique index over a table that may have records."""
        new = [key for key in index.columns if key not in known.columns]
        if new:
            self._defaults_differ(target, index, new)
            return
        table = ObjectTable(known)
        columns = [table.columns[key] for key in index.columns]
        filled = (column.is_not(None) for column in columns)
        groups = select(*columns).where(table.live, *filled).group_by(*columns).having(func.count() > 1)
        found = self.connection.execute(groups.limit(1)).first()
        if found is not None:
            count = self._number(select(func.count()).select_from(groups.subquery()))
            self._refuse_equal(target, index, count, " / ".join(str(value) for value in found))

    def _defaults_differ(self, target: Object, index: IndexLayout, new: list[str]) -> None:
        """A new field is blank in all records, which is fine, or has one default in all, which is not unique."""
        default = target.fields[new[0]].default if new[0] in target.fields else None
        given = default is not None and default.value is not None and target.fields[new[0]].required.always
        if len(index.columns) == 1 and given and default is not None and self.rows(target.name) > 1:
            self._refuse_equal(target, index, 1, str(default.value))

    def _refuse_equal(self, target: Object, index: IndexLayout, groups: int, example: str) -> None:
        fields = ", ".join(f'"{key}"' for key in index.columns)
        fix = phrase("Make the records differ, then apply again.")
        self.refuse(refusals.DUPLICATES, target, index.columns[0], fields=fields, groups=groups, example=f'"{example}"', fix=fix)

    def options_stay(self, old: Model | None) -> None:
        """An option that some record has chosen can't go."""
        for name, before in old.objects.items() if old is not None else ():
            known = self.recorded.get(name)
            now = self.model.objects.get(name)
            if known is None or now is None:
                continue
            for each in before.declared:
                kept = now.fields.get(each.name)
                for option in each.choices if kept is not None else ():
                    if kept is not None and option not in kept.choices:
                        self._option_stays(now, known, each.name, option)

    def _option_stays(self, target: Object, known: TableLayout, name: str, option: str) -> None:
        table = ObjectTable(known)
        column: Any = table.column(name)
        if known.columns[name].kind == "list":
            chosen = column.cast(String).contains(f'"{option}"', autoescape=True)
        else:
            chosen = column == option
        rows = self._number(select(func.count()).select_from(table.table).where(chosen))
        if rows:
            fix = phrase("Bring the option back, or give these records another value first.")
            self.refuse(refusals.OPTION_REMOVED, target, name, option=option, rows=rows, fix=fix)

    def refuse(self, kind: Kind, target: Object, key: str, **values: Any) -> None:
        name = key.partition(":")[0]
        each = target.fields.get(name)
        place: Place = each.place if each is not None else target.place
        path = Path(("objects", target.name, "fields", name))
        self.problems.add(kind, place, path, object=target.name, field=name, **values)

    def _number(self, statement: Any) -> int:
        return int(self.connection.execute(statement).scalar_one())


def kind_words(column: ColumnLayout) -> Phrase:
    if column.references:
        return phrase("a reference to {object}", object=column.references)
    if column.kind == "string":
        return phrase("text of {length} characters", length=column.length)
    if column.kind == "decimal":
        return phrase("a number of {precision} digits, {scale} after the point", precision=column.precision, scale=column.scale)
    return _KINDS.get(column.kind) or phrase("of kind {kind}", kind=column.kind)


_KINDS = {"uuid": phrase("a reference"), "text": phrase("text of any length"), "list": phrase("a list")}


def _widening(old: ColumnLayout, new: ColumnLayout) -> str:
    """widen: everything stored still fits; narrow: it might not; change: it is something else."""
    if old.references != new.references:
        return "change"
    if (old.kind, new.kind) == ("string", "text"):
        return "widen"
    if old.kind != new.kind:
        return "change"
    if old.kind == "decimal":
        scale, before = new.scale or 0, old.scale or 0
        whole = (new.precision or 0) - scale >= (old.precision or 0) - before
        return "widen" if scale >= before and whole else "narrow"
    return "widen" if (new.length or 0) >= (old.length or 0) else "narrow"
