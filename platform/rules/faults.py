"""What can be wrong with an expression: the closed catalogue NW-X, and the excerpt that underlines the fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from newel.metadata.model import Source
from newel.metadata.problems import Kind, Path, Place, Problem, define, problem, sentence_of

TOO_LONG = define(
    "NW-X101",
    "This expression has {length} characters; at most {limit} are allowed.",
    "Expressions are bounded, so that none can hold a server up.",
)
TOO_MANY_PARTS = define(
    "NW-X102", "This expression has more than {limit} parts.", "Names, values, operators and calls each count as one part."
)
TOO_DEEP = define(
    "NW-X103",
    "This expression is nested deeper than {limit} levels.",
    "Brackets, calls and operators inside one another count as levels.",
)
TOO_COSTLY = define(
    "NW-X104",
    "This expression costs too much to run.",
    "Some functions use a value several times; nested in one another their cost multiplies.",
)
EMPTY = define("NW-X105", "The expression is empty.", "Leave the property out, or write an expression.")
SYNTAX = define("NW-X110", "{fault}", "The text can't be read as an expression.")
FORBIDDEN = define(
    "NW-X111",
    "{what} can't be used in expressions.",
    "Expressions know a closed set of operators and functions, and nothing else of Python.",
)
BAD_NUMBER = define(
    "NW-X112", "{text} is not a number as expressions write it.", "Numbers are written 10, 2.5 or 1_000, with at most 38 digits."
)
BAD_TEXT = define(
    "NW-X113", "{fault}", "Texts stand between single or double quotes; a backslash writes \\', \\\", \\\\, \\n or \\t."
)

UNKNOWN_NAME = define(
    "NW-X201",
    '{where} has no field "{name}".',
    "A name in an expression is a field of the record, or one that the context gives (user).",
)
NOT_A_REFERENCE = define(
    "NW-X202", '"{name}" does not point at one record, so nothing follows after its dot.', "A path goes through lookups only."
)
SEVERAL_OBJECTS = define(
    "NW-X203",
    '"{name}" may point at records of several objects, so a path can\'t go through it.',
    "A path needs to know which object it reads.",
)
TOO_MANY_HOPS = define(
    "NW-X204", "This path has {hops} hops; at most {limit} are allowed.", "A path goes through at most five lookups."
)
UNREADABLE_FIELD = define(
    "NW-X205",
    '"{name}" can\'t be read in an expression: {why}.',
    "Some types of field have no value that an expression can hold.",
)
UNKNOWN_OPTION = define("NW-X206", '"{key}" is not an option of {field}.', "Choices are compared by the key of an option.")
NOT_AN_ID = define(
    "NW-X207",
    '"{text}" is not the id of a record.',
    "A reference is compared with a record's id, with another reference or with user.",
)
CONTEXT_ONLY = define(
    "NW-X208", '"{name}" is not known here: {why}.', "Which names exist depends on where the expression stands."
)
BARE_STEPS = define(
    "NW-X209", 'Write which step is meant: "steps.<name>".', "`steps` holds the records of the action's earlier steps."
)
NOT_A_COLLECTION = define(
    "NW-X210",
    "{function} gathers from the records of a collection; {what} is none.",
    "A collection is a child table, a many-to-many field or an inverse: lines, opportunities.",
)
VALUE_NEEDED = define(
    "NW-X211",
    "{function} needs a field of the records of {collection}.",
    "Only count and any work on records alone.",
)
NO_SUCH_PROPERTY = define(
    "NW-X212",
    'No option of {field} has a property "{name}".',
    "What an option says beside its label is read with option(field).property.",
)
MIXED_PROPERTY = define(
    "NW-X213",
    'The options of {field} do not say "{name}" in one type: {kinds}.',
    "A property is read as a number, a text, a day, or yes or no; for all options alike.",
)
PROPERTY_NEEDED = define(
    "NW-X214",
    "option(...) is followed by the property that is meant.",
    "An option has several properties: its probability, weight...",
)
UNKNOWN_OBJECT = define("NW-X215", 'There is no object "{name}".', "lookup names the object whose records it looks through.")
NAME_NEEDED = define("NW-X216", "The name of {what} is needed here.", "Some functions take a name, not a value.")
NO_UNIQUE_FIELD = define(
    "NW-X217",
    'Object "{object}" is looked up by a unique field of plain type; it is not clear which.',
    "A key must name at most one record.",
)
OWN_FIELD_NEEDED = define(
    "NW-X218",
    "{name} takes a field of the record's own.",
    "The record as it was holds its own fields, not those behind lookups, and no formula over others.",
)

UNKNOWN_FUNCTION = define("NW-X301", 'There is no function "{name}".', "The reference page lists all functions.")
ARGUMENT_COUNT = define("NW-X302", "{name} takes {takes}; {given} given.", "Each function says how many values it takes.")
ARGUMENT_TYPE = define(
    "NW-X303", "{name} takes {takes} as its {position} value; this is {given}.", "Values are never converted silently."
)
LITERAL_NEEDED = define(
    "NW-X305", "{name} needs {takes} written out as its {position} value.", "Some values must be known before any record is read."
)
NO_KEYWORDS = define("NW-X306", '{name} takes no value named "{keyword}".', "Values are given in order, without names.")
BAD_VALUE = define("NW-X307", '"{text}" is not {wanted}.', "A date, time or number that is written as a text must be one.")

NOT_CALCULABLE = define(
    "NW-X401",
    "{left} and {right} can't be put together with {op}.",
    "Arithmetic works on numbers, money and durations; + also joins texts.",
)
NOT_COMPARABLE = define("NW-X402", "{left} is compared with {right}.", "Only values of one type can be compared.")
NO_ORDER = define("NW-X403", "{what} has no order for {op}.", "Only numbers, money, dates, times and durations have an order.")
NOT_YES_OR_NO = define(
    "NW-X404", "{role} must be yes or no; this is {given}.", "and, or, not, if and conditions work on yes or no."
)
WRONG_RESULT = define(
    "NW-X405", "The expression gives {given}; {wanted} is needed here.", "Each property says what its expression must give."
)
BRANCHES_DIFFER = define(
    "NW-X406", "{left} and {right} are the two outcomes of one condition.", "Both outcomes must be of one type."
)
CURRENCIES_DIFFER = define(
    "NW-X407", "{left} and {right} are different currencies.", "Amounts of different currencies can't be added or compared."
)
LIST_NEEDED = define(
    "NW-X408", "in needs a list after it; this is {given}.", "Write the values in square brackets: stage in ['won', 'lost']."
)
MISPLACED_LIST = define(
    "NW-X409", "A list can't stand here.", "A list of values stands after in, or as a value of has_any and has_all."
)
NEVER_EQUAL = define(
    "NW-X410", "{left} and {right} never point at the same record.", "References to different objects are never equal."
)
NO_NEGATIVE = define("NW-X411", "{what} has no negative.", "A minus stands before numbers, money and durations.")

CIRCLE = define(
    "NW-X501",
    "These computed fields need one another: {fields}.",
    "A formula is computed after the fields that it reads; none may lead back to itself, on its own or on another record.",
)
NOT_A_ROLLUP = define(
    "NW-X502",
    "A rollup is one sum, count, avg, min or max over the records of a collection.",
    "A rollup is kept with every write of those records; what takes more is a formula.",
)
ROLLUP_TOO_FAR = define(
    "NW-X503",
    "A rollup can't read {what}.",
    "A rollup changes only with the records that it gathers: it reads their own stored fields.",
)
SELF_DEFAULT = define(
    "NW-X504", "The default of {field} reads {field} itself.", "A default is what a field holds before anybody has filled it."
)
NOT_KEPT = define(
    "NW-X505",
    "{field} is computed anew wherever it is read, so {what}.",
    "A formula over other records, the day or the reader has no column. `index` and `search` need values that are kept: those of "
    "a formula over the record's own stored fields, or of a rollup.",
)


class Fault(Exception):  # noqa: N818 - it becomes a Problem, which is how faults are told
    """A fault at characters `start` to `end` of an expression."""

    def __init__(self, kind: Kind, start: int, end: int, **values: Any) -> None:
        self.message = sentence_of(kind, values)
        super().__init__(self.message)
        self.kind = kind
        self.start = start
        self.end = end
        self.values = values


MOST_TOLD = 10  # faults of one expression: whoever mends these sees the next


class Enough(Exception):  # noqa: N818 - it says when to stop
    """So many faults are found in one expression that looking for more helps nobody."""


@dataclass(slots=True)
class Faults:
    """The faults found so far in one expression; they become Problems at its place."""

    source: Source
    at: Path
    found: list[Problem] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        place = place_of(self.source, fault.start)
        excerpt = underlined(self.source.text, fault.start, fault.end)
        self.found.append(problem(fault.kind, place, self.at, excerpt=excerpt, **fault.values))
        if len(self.found) >= MOST_TOLD:
            raise Enough


def place_of(source: Source, offset: int) -> Place:
    """Where the character at `offset` stands in its file, exact for an expression of one line."""
    place = source.place
    if not place.line or "\n" in source.text.strip():
        return place
    return Place(place.file, place.line, place.column + offset)


def underlined(text: str, start: int, end: int) -> str:
    """The line of `text` that holds the fault, and below it carets under the fault; long lines are cut to what matters."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    line = text[begin : len(text) if stop < 0 else stop]
    column = start - begin
    width = max(1, min(end - start, len(line) - column))
    line, column = _window(line, column)
    return f"{line}\n{_as_wide(line[:column], ' ')}{_as_wide(line[column : column + width], '^') or '^'}"


def _window(line: str, column: int, width: int = 100) -> tuple[str, int]:
    if len(line) <= width:
        return line, column
    begin = max(0, column - width // 2)
    return ("…" if begin else "") + line[begin : begin + width], column - begin + (1 if begin else 0)


def _as_wide(text: str, mark: str) -> str:
    """Marks as wide as `text` looks: Chinese characters take two columns of a terminal."""
    return "".join(mark * 2 if ord(char) >= 0x2E80 else mark for char in text)
