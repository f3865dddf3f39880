"""Column types of values that expressions bind or give. They are written as the storage room writes the columns they meet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, TIMESTAMP, UUID, BigInteger, Boolean, Date, Dialect, Integer, Numeric, String, Text, Time
from sqlalchemy.types import TypeDecorator, TypeEngine


class Ids(TypeDecorator[str]):
    """The id of a record: a native UUID on PostgreSQL, text on SQLite."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(UUID(as_uuid=False) if dialect.name == "postgresql" else String(36))


class Moments(TypeDecorator[datetime]):
    """A moment: TIMESTAMPTZ on PostgreSQL, on SQLite a text of fixed width in UTC."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).isoformat(" ", "microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return datetime.fromisoformat(value)


class Lists(TypeDecorator[tuple[str, ...]]):
    """A list of texts: JSONB on PostgreSQL, JSON text on SQLite."""

    impl = String()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(String())
        from sqlalchemy.dialects.postgresql import JSONB  # only here: the dialect takes long to load

        return dialect.type_descriptor(JSONB())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return None if value is None else list(value)
        return json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return None if value is None else tuple(value)
        return tuple(json.loads(value))


class _Arrays(TypeDecorator[Any]):
    """Many values in one bind: an array on PostgreSQL, JSON text on SQLite."""

    impl = String()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.member) if dialect.name == "postgresql" else String())

    @property
    def member(self) -> TypeEngine[Any]:
        raise NotImplementedError

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value), ensure_ascii=False)


class Texts(_Arrays):
    """Texts, for PostgreSQL to search."""

    cache_ok = True

    @property
    def member(self) -> TypeEngine[Any]:
        return Text()


class Wholes(_Arrays):
    """Whole numbers of 32 bits."""

    cache_ok = True

    @property
    def member(self) -> TypeEngine[Any]:
        return Integer()


class IdLists(_Arrays):
    """Ids of records."""

    cache_ok = True

    @property
    def member(self) -> TypeEngine[Any]:
        return UUID(as_uuid=False)


class Numbers(TypeDecorator[Decimal]):
    """A number that SQLite calculated: an integer of the smallest unit at a scale, or a decimal text; NUMERIC on PostgreSQL."""

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int = 0) -> None:
        super().__init__()
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value if isinstance(value, int) and abs(value) < 2**63 else f"{Decimal(value):f}"

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        return Decimal(value).scaleb(-self.scale) if self.scale else Decimal(value)


_BY_KIND: dict[str, TypeEngine[Any]] = {
    "text": String(),
    "choice": String(),
    "number": Numbers(),
    "money": Numbers(),
    "duration": BigInteger(),
    "boolean": Boolean(create_constraint=False),
    "date": Date(),
    "datetime": Moments(),
    "time": Time(),
    "reference": Ids(),
    "list": Lists(),
    "blank": String(),
}


def sql_type(kind: str) -> TypeEngine[Any]:
    """The type in which values of an expression type are bound and given."""
    return _BY_KIND[kind]
