"""What every field type answers: how it is stored, read, checked, shown and edited. One pure file a type.

Values in memory (the whole platform speaks these; None is blank):
text-like str · integer int · decimal, percent Decimal · money Money · boolean bool · date date ·
datetime aware datetime in UTC · time time · duration int seconds · choice str key · multi_choice, tags tuple[str, ...] ·
address, person_name, geolocation frozen values · lookup, tree_parent, user, team str id · polymorphic Reference ·
file, image str file id · many_to_many tuple[str, ...] ids · child_table tuple of mappings.
Blank is None, but False for boolean and () for many_to_many and child_table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from newel.metadata.model import Field
from newel.metadata.words import Phrase

# What counts as nothing, as JSON Schema: null, ASCII white space, U+00A0, U+3000.
BLANK: dict[str, Any] = {"type": ["null", "string"], "pattern": "^[ \\t\\n\\r\\f\\v\\xa0\u3000]*$"}


@dataclass(frozen=True, slots=True)
class Locale:
    """For whom a value is written or read: a language tag (zh-CN, en) and a time zone."""

    language: str = "en"
    time_zone: tzinfo = ZoneInfo("UTC")  # noqa: RUF009 - a ZoneInfo never changes


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a field. `suffix` is '' for the first, which filters, sorts and titles use.

    kind: text | string | integer | decimal | boolean | date | datetime | time | uuid | list
    (string has a length; decimal precision and scale; list is an ordered list of texts).
    """

    kind: str
    suffix: str = ""
    length: int | None = None
    precision: int | None = None
    scale: int | None = None


class ValueProblem(ValueError):  # noqa: N818 - it is a problem with a value, and named so everywhere
    """What a person wrote can't be taken. `message` is an English sentence with {placeholders}; the door translates it."""

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message.format(**params) if params else message)
        self.code = code
        self.message = message
        self.params = params

    @property
    def sentence(self) -> Phrase:
        """What is wrong, to be said in any language."""
        return Phrase(self.message, self.params, str(self))


class FieldType:
    """The common ground of all types; a type overrides what differs. Instances hold no state."""

    name: ClassVar[str]
    help: ClassVar[str]  # one sentence, for the reference page and the designers
    expression_type: ClassVar[str]  # text number money boolean date datetime time duration choice list reference none
    widget: ClassVar[str] = "text"  # templates/fields/<widget>.html edits it
    shown_as: ClassVar[str] = "text"  # templates/values/<shown_as>.html shows it
    sortable: ClassVar[bool] = True
    can_be_unique: ClassVar[bool] = False
    can_be_searched: ClassVar[bool] = False
    can_be_title: ClassVar[bool] = False
    can_be_computed: ClassVar[bool] = False  # a formula or rollup may give it
    text_default: ClassVar[bool] = False  # a string under `default:` is the text itself, not an expression
    # JSON Schema of the type's own properties in YAML (max_length, scale...); `type`, `label` etc. are common to all.
    properties: ClassVar[Mapping[str, Any]] = {}
    plain: ClassVar[bool] = True  # one column whose database value is the value in memory
    internal: ClassVar[bool] = False  # the platform's own (record ids), not for solutions to declare

    def option_problems(self, options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """What the JSON Schema of `properties` can't see (min above max, a broken pattern): pairs of property and sentence."""
        return ()

    def columns(self, field: Field) -> tuple[Column, ...]:
        raise NotImplementedError

    def to_columns(self, field: Field, value: Any) -> tuple[Any, ...]:
        """The value as one database value a column."""
        return (value,)

    def from_columns(self, field: Field, values: tuple[Any, ...]) -> Any:
        return values[0]

    def parse(self, field: Field, raw: Any, locale: Locale) -> Any:
        """What came from a form, the API or an import (text, number, bool, list, mapping) as a value; None for blank.

        Raises ValueProblem. Liberal in what it takes: the JSON form of `dump`, the text of `format`, what a form posts.
        """
        raise NotImplementedError

    def check(self, field: Field, value: Any) -> None:
        """Raises ValueProblem where a value breaks the field's own bounds (length, range, pattern, known option)."""

    def format(self, field: Field, value: Any, locale: Locale) -> str:
        """The value for people, '' for blank. parse(format(v)) == v for every type that has a text form."""
        return "" if value is None else str(value)

    def edit_text(self, field: Field, value: Any, locale: Locale) -> Any:
        """What the widget starts with: `format`, but in the form that an HTML input wants (2026-11-21, 1234.50)."""
        return self.format(field, value, locale)

    def expression_value(self, field: Field, value: Any) -> Any:
        """What expressions see: the value, or for composite types its first column, as SQL does."""
        return value

    def dump(self, field: Field, value: Any) -> Any:
        """The value as JSON holds it. Decimals, dates and ids are text."""
        return value

    def json_schema(self, field: Field) -> dict[str, Any]:
        """What `dump` gives of a value that is not blank, for OpenAPI."""
        return {"type": "string"}

    def input_schema(self, field: Field) -> dict[str, Any]:
        """What `parse` and `check` take as a value that is not blank, where that is wider than `json_schema`."""
        return self.json_schema(field)

    def write_schema(self, field: Field, required: bool = False) -> dict[str, Any]:
        """What the API takes: `input_schema`, and null or white space where the field may be blank."""
        given = self.input_schema(field)
        return given if required else {"anyOf": [given, dict(BLANK)]}

    def search_text(self, field: Field, value: Any) -> str:
        """What full-text search knows the value by."""
        return "" if value is None else str(value)
