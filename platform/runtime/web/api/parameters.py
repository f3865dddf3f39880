"""What a query string may say. Every fault is named at once, with the parameter as its field; nothing unknown is passed over."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from newel.metadata.words import word
from newel.runtime.records.errors import FieldProblem
from newel.runtime.web.failures import Failure

LIMIT = 50
MOST = 1_000
COUNTS = ("none", "capped", "exact")
LONGEST = 8_000  # characters of one parameter
BAD_QUERY = ("bad_query", word("The address has parameters that can't be used."))


@dataclass(frozen=True, slots=True)
class ListQuery:
    """How to list records: what `finding.find` takes."""

    filter: str | None
    sort: tuple[str, ...]
    fields: tuple[str, ...] | None
    limit: int
    cursor: str | None
    count: str
    deleted: bool


class Query:
    """Reads parameters one by one and gathers what is wrong with them; `done` raises all of it."""

    def __init__(self, *known: str) -> None:
        self.problems: list[FieldProblem] = []
        for name, values in request.args.lists():
            if name not in known:
                nearby = {"name": name[:100], "known": ", ".join(known) or "-"}
                self._add(
                    name[:100],
                    "unknown_parameter",
                    word('There is no parameter "{name}" here. Known parameters: {known}.'),
                    **nearby,
                )
            elif len(values) > 1:
                self._add(name, "repeated_parameter", word('The parameter "{name}" is given more than once.'), name=name)
            elif len(values[0]) > LONGEST:
                self._add(name, "too_long", word("This is longer than {limit} characters."), limit=LONGEST)
            elif "\x00" in values[0]:
                self._add(name, "bad_text", word("This holds a character that can't be stored."))

    def text(self, name: str) -> str | None:
        value = request.args.get(name)
        return value if value and value.strip() else None

    def names(self, name: str) -> tuple[str, ...] | None:
        """A list with commas; None where it is not given."""
        value = self.text(name)
        if value is None:
            return None
        return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))

    def number(self, name: str, otherwise: int, most: int) -> int:
        value = request.args.get(name)
        if value is None:
            return otherwise
        if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= most or len(value) > 9:
            self._add(name, "not_in_range", word("This must be a whole number from {low} to {high}."), low=1, high=most)
            return otherwise
        return int(value)

    def one_of(self, name: str, otherwise: str, known: tuple[str, ...]) -> str:
        value = request.args.get(name, otherwise)
        if value not in known:
            self._add(name, "unknown_value", word("This must be one of: {known}."), known=", ".join(known))
            return otherwise
        return value

    def yes(self, name: str) -> bool:
        return self.one_of(name, "false", ("true", "false")) == "true"

    def miss(self, name: str) -> None:
        """Notes that a parameter is needed and was not given."""
        self._add(name, "required", word("This parameter is needed."))

    def done(self) -> None:
        if self.problems:
            raise Failure(400, *BAD_QUERY, problems=self.problems)

    def _add(self, where: str, code: str, message: str, /, **params: object) -> None:
        self.problems.append(FieldProblem(where, code, message, params))


def list_query() -> ListQuery:
    """The parameters of a list."""
    query = Query("filter", "sort", "fields", "limit", "cursor", "count", "deleted")
    asked = ListQuery(
        filter=query.text("filter"),
        sort=query.names("sort") or (),
        fields=query.names("fields"),
        limit=query.number("limit", LIMIT, MOST),
        cursor=query.text("cursor"),
        count=query.one_of("count", "none", COUNTS),
        deleted=query.yes("deleted"),
    )
    query.done()
    return asked


def fields_only() -> tuple[str, ...] | None:
    """The parameter of one record: which fields."""
    query = Query("fields")
    fields = query.names("fields")
    query.done()
    return fields


def no_parameters() -> None:
    """For addresses that take none."""
    if request.args:
        Query().done()
