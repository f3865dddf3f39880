"""Which records of a list: the filter's text, compiled for the actor, and plain equalities.

A filter may only name what the actor can read. Names are looked at before types, so that a hidden field and one that does not
exist give the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, select
from sqlalchemy import Text as PlainText

from newel.metadata.field_types import type_of
from newel.metadata.model import Object, Source
from newel.metadata.problems import Path as At
from newel.metadata.problems import Place, problem
from newel.metadata.words import Phrase
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.faults import Fault, underlined
from newel.rules.parsing import parse
from newel.rules.sql import emit
from newel.rules.tree import Call, Name, Node
from newel.runtime.records.access import knows_of_self, verdict_of
from newel.runtime.records.errors import FieldProblem, Invalid, unknown_field
from newel.runtime.records.ids import is_id
from newel.runtime.records.reach import LONGEST_PATH, Path, Reach
from newel.runtime.storage.types import Id

if TYPE_CHECKING:
    from newel.runtime.installation import Installation

PLACE = Place("<filter>")
NOBODY = "00000000-0000-0000-0000-000000000000"


def filtered(reach: Reach, text: str) -> ColumnElement[bool]:
    """The filter as SQL over the masked columns that the actor sees."""
    expression, problems = _compiled(reach, text)
    if expression is None:
        raise Invalid(problems)
    return emit(expression, reach)


def faults_of(installation: Installation, roles: frozenset[str], object_name: str, text: str) -> list[FieldProblem]:
    """What is wrong with a filter for whoever has these roles; `excerpt` among a problem's params underlines where."""
    return _compiled(Reach(installation, roles, object_name), text)[1]


def _compiled(reach: Reach, text: str) -> tuple[Expression | None, list[FieldProblem]]:
    try:
        hidden = _hidden(reach, text)
    except Fault as fault:
        said = problem(fault.kind, PLACE, **fault.values).sentences
        return None, [_bad(said, underlined(text, fault.start, fault.end))]
    if hidden:
        named = {".".join(node.path): node for node in reversed(hidden)}
        return None, [_unknown(name, underlined(text, node.start, node.end)) for name, node in reversed(named.items())]
    context = Context(object=reach.object.name, kind="filter")
    expression, problems = compile_expression(Source(text, PLACE), reach.installation.model, context, At())
    return expression, [_bad(each.sentences, each.excerpt or "") for each in problems]


def _bad(sentence: Phrase, excerpt: str) -> FieldProblem:
    return FieldProblem("filter", "bad_filter", "{sentence}", {"sentence": sentence, "excerpt": excerpt})


def _unknown(name: str, excerpt: str) -> FieldProblem:
    unknown = unknown_field(name)
    return replace(unknown, params={**unknown.params, "excerpt": excerpt})


def is_open(installation: Installation, roles: frozenset[str], object_name: str, text: str) -> bool:
    """Whether whoever has these roles may know all that an expression over an object names."""
    try:
        return not _hidden(Reach(installation, roles, object_name), text)
    except Fault:
        return False


def _hidden(reach: Reach, text: str) -> list[Name]:
    """The names in a filter that its reader must not know, or that lead nowhere."""
    return list(_unknown_in(reach, reach.object, parse(text)))


def _unknown_in(reach: Reach, holder: Object, node: Node) -> Iterator[Name]:
    """The same of one part, whose names are fields of `holder`; what gathers from a collection reads the collection's records."""
    if isinstance(node, Name):
        if not _may_be_named(reach, holder, node.path):
            yield node
        return
    first = node.args[0] if isinstance(node, Call) and node.args and isinstance(node.args[0], Name) else None
    if isinstance(node, Call) and first is not None and holder.children(first.path[0]) is not None:
        yield from _unknown_in_collection(reach, holder, node, first)
    elif isinstance(node, Call) and first is not None and node.name == "lookup":
        yield from _unknown_in_table(reach, holder, node, first)
    else:
        for part in node.parts:
            yield from _unknown_in(reach, holder, part)


def _unknown_in_collection(reach: Reach, holder: Object, node: Call, first: Name) -> Iterator[Name]:
    name = first.path[0]
    child, by = holder.children(name) or ("", "")
    told = _is_readable(reach, holder.name, name) if name in holder.fields else _is_readable(reach, child, by)
    target = reach.installation.model.objects[child]
    if not told or (len(first.path) > 1 and not _leads_somewhere(reach, target, first.path[1:])):
        yield first
    for part in node.parts[1:]:
        yield from _unknown_in(reach, target, part)


def _unknown_in_table(reach: Reach, holder: Object, node: Call, first: Name) -> Iterator[Name]:
    """`lookup(rate_card, level, discount, by=code)`: an object, a value of the record's own, and fields of that object."""
    target = reach.installation.model.objects.get(first.path[0])
    if target is None or len(first.path) > 1 or not _may_be_looked_up(reach, target):
        yield first
        return
    for at, part in enumerate(node.parts[1:]):
        yield from _unknown_in(reach, holder if at == 0 else target, part)


def _may_be_looked_up(reach: Reach, target: Object) -> bool:
    """Whether the reader knows the object, and all that its records can be looked up by: faults and hints name it unasked."""
    single = {names[0] for names in target.keys.values() if len(names) == 1}
    keys = {each.name for each in target.fields.values() if each.unique or each.name in single}
    judged = verdict_of(reach.installation, reach.roles, target.name)
    return bool(judged.read) and keys <= judged.readable.keys()


def _may_be_named(reach: Reach, holder: Object, path: Path) -> bool:
    if path[0] == "user" and path[0] not in holder.fields:
        return _may_ask_of_self(reach, path[1:])
    return (path[0] == "org" and path[0] not in holder.fields) or _leads_somewhere(reach, holder, path)


def _leads_somewhere(reach: Reach, holder: Object, path: Path) -> bool:
    """Whether a path goes through lookups to a field, over nothing that the reader may not read."""
    if len(path) > LONGEST_PATH + 1:
        return False
    target: Object | None = holder
    for at, name in enumerate(path):
        if target is None or not _is_readable(reach, target.name, name):
            return False
        field = target.fields[name]
        is_followed = field.is_reference and field.type != "polymorphic"
        if at < len(path) - 1 and not is_followed:
            return False
        target = reach.installation.model.objects[field.to[0]] if is_followed else None
    return True


def _is_readable(reach: Reach, object_name: str, name: str) -> bool:
    verdict = reach.verdict if object_name == reach.object.name else verdict_of(reach.installation, reach.roles, object_name)
    return name in verdict.readable and name in reach.installation.model.objects[object_name].fields


def _may_ask_of_self(reach: Reach, path: Path) -> bool:
    return not path or knows_of_self(reach.installation, reach.roles, path[0])


def equal(reach: Reach, shapes: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    """`where` as SQL, of any values of these shapes: a field or path is blank, is one of several, or equals the bound value."""
    conditions: list[ColumnElement[bool]] = []
    for at, (name, shape) in enumerate(shapes):
        column, *rest = reach.columns(tuple(name.split(".")))
        if shape == "blank":
            conditions.append(column.is_(None))
        elif shape == "list":
            conditions.append(within(column, f"eq_{at}", reach.installation.database.dialect))
        elif shape == "parts":
            parts = enumerate((column, *rest))
            conditions += [part.is_not_distinct_from(bindparam(f"eq_{at}_{n}", type_=part.type)) for n, part in parts]
        else:
            conditions.append(column == bindparam(f"eq_{at}", type_=column.type))
    return and_(*conditions)


def shape_of(where: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What makes two sets of equalities the same statement."""
    return tuple((name, _shape(value)) for name, value in where.items())


def _shape(value: Any) -> str:
    """How a value is compared; one of several parts (money, a person's name) is the same where all of them are."""
    if value is None:
        return "blank"
    if isinstance(value, tuple | list):
        return "list"
    return "parts" if is_dataclass(value) else "one"


def parameters_of(where: Mapping[str, Any], reach: Reach) -> dict[str, Any]:
    """The values as `equal` binds them; what can't be an id is bound as one that nothing has."""
    found: dict[str, Any] = {}
    for at, (name, value) in enumerate(where.items()):
        if is_dataclass(value):
            field = reach.field(tuple(name.split(".")))
            found |= {f"eq_{at}_{n}": part for n, part in enumerate(type_of(field).to_columns(field, value))}
            continue
        ids = isinstance(reach.column(tuple(name.split("."))).type, Id)
        if isinstance(value, tuple | list):
            found[f"eq_{at}"] = listed(known_ids(value) if ids else value, reach.installation.database.dialect)
        elif value is not None:
            found[f"eq_{at}"] = (value if is_id(value) else NOBODY) if ids else value
    return found


def within(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """The column is one of a list of ids or texts that is bound as one parameter, so that the statement stays the same."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY

        return column == func.any(bindparam(name, type_=ARRAY(column.type)))
    each = func.json_each(bindparam(name, type_=PlainText())).table_valued("value")
    return column.in_(select(literal_column("value")).select_from(each))


def listed(values: Iterable[str], dialect: str) -> Any:
    """The values as `within` binds them."""
    return list(values) if dialect == "postgresql" else json.dumps(list(values))


def known_ids(ids: Iterable[str]) -> list[str]:
    """The ids that could be ones, each once, in small letters."""
    return [each for each in dict.fromkeys(str(each).lower() for each in ids) if is_id(each)]
