"""Column types that mean the same on SQLite and PostgreSQL: what goes in comes out, exactly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from sqlalchemy import JSON, TIMESTAMP, UUID, BigInteger, Boolean, Date, Dialect, Numeric, String, Time
from sqlalchemy import Text as PlainText
from sqlalchemy.types import TypeDecorator, TypeEngine

from newel.metadata.field_types.base import Column

# SQLite keeps a decimal as an integer of 64 bits: this many digits always fit.
LONGEST_DECIMAL = 18


class Id(TypeDecorator[str]):
    """An id: text in Python, a native UUID on PostgreSQL, 36 characters on SQLite."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(UUID(as_uuid=False) if dialect.name == "postgresql" else String(36))


class Decimals(TypeDecorator[Decimal]):
    """An exact decimal: NUMERIC on PostgreSQL, an integer of the smallest unit on SQLite (12.50 is 1250 at scale 2)."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        wanted: TypeEngine[Any] = Numeric(self.precision, self.scale) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(wanted)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return int(Decimal(value).scaleb(self.scale).to_integral_value(ROUND_HALF_UP))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return Decimal(value).scaleb(-self.scale)


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC; on SQLite a text of fixed width, so that it sorts as time does."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or isinstance(value, str):
            return value
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(" ", "microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]
        return datetime.fromisoformat(value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """An ordered list of texts, kept as JSON."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_json(dialect))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value)


class Document(TypeDecorator[Any]):
    """Any JSON value: JSONB on PostgreSQL, JSON text on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_json(dialect))


def _json(dialect: Dialect) -> TypeEngine[Any]:
    if dialect.name != "postgresql":
        return JSON(none_as_null=True)
    from sqlalchemy.dialects.postgresql import JSONB  # only here: it takes long to load, and on SQLite nobody needs it

    return JSONB(none_as_null=True)


def document() -> TypeEngine[Any]:
    """The type of a column that holds any JSON value."""
    return Document()


class Words(TypeDecorator[str]):
    """What a record is found by: a text search vector on PostgreSQL; SQLite keeps the words in a table of its own."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(String())
        from sqlalchemy.dialects.postgresql import TSVECTOR

        return dialect.type_descriptor(TSVECTOR())


def text() -> TypeEngine[str]:
    """Text of any length that compares by code point on both databases."""
    return PlainText().with_variant(PlainText(collation="C"), "postgresql")


def string(length: int) -> TypeEngine[str]:
    """Text of at most `length` characters that compares by code point on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def sql_type(column: Column) -> TypeEngine[Any]:
    """The type of a field's column."""
    return _made(column.kind, column.length, column.precision, column.scale)


@cache
def _made(kind: str, length: int | None, precision: int | None, scale: int | None) -> TypeEngine[Any]:
    """Types hold no state, so that thousands of columns share a few of them."""
    if kind == "string":
        return string(length or 255)
    if kind == "decimal":
        return Decimals(precision or LONGEST_DECIMAL, scale or 0)
    return _PLAIN[kind]


_PLAIN: dict[str, TypeEngine[Any]] = {
    "text": text(),
    "integer": BigInteger(),
    "boolean": Boolean(create_constraint=False),
    "date": Date(),
    "datetime": Moment(),
    "time": Time(),
    "uuid": Id(),
    "list": Texts(),
}
