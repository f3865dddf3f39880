"""`newel expr eval`: one expression looked at closely: its value and that of each part, its type, what it reads, its SQL."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from newel.metadata.model import Model, Source
from newel.metadata.naming import nearest
from newel.metadata.problems import Place, Problem
from newel.metadata.words import LANGUAGES
from newel.rules.expressions import Context, Expression, compile_expression
from newel.rules.facts import Facts
from newel.rules.vectors.values import Misfit, as_json, read_value
from newel.runtime.commands.speaking import command, language, spoken, with_hint

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
DIALECTS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Looked:
    """An expression with the record that it is computed over."""

    expression: Expression
    model: Model
    record: Mapping[str, Any]
    facts: Facts


@command("eval", epilog='Example: newel expr eval "amount * 0.13" --field amount=99.90 --sql')
@click.argument("text", metavar="EXPRESSION")
@click.option("--object", "object_name", metavar="NAME", help="The object over whose fields it is written.")
@click.option("--record", "record_id", metavar="ID", help="Compute it over this record of the object.")
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="A value of the record; may be repeated.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Also say the expression as a sentence.")
@click.option("--sql", is_flag=True, help="Also print the SQL of both databases.")
@click.option("--tree", is_flag=True, help="Also print what the browser gets of it.")
@click.option("--json", "as_json_", is_flag=True, help="Print JSON.")
def evaluate(
    text: str,
    object_name: str | None,
    record_id: str | None,
    fields: tuple[str, ...],
    language: str | None,
    sql: bool,
    tree: bool,
    as_json_: bool,
) -> None:
    """Compute an EXPRESSION and show the value of each of its parts.

    With --object it is written over the fields of an object that is installed here; without, over the values given by --field.
    """
    if record_id and not object_name:
        raise click.UsageError(spoken("--record needs --object, which says of which object the record is."))
    given = dict(_pair(each) for each in fields)
    with _installed(text, object_name, record_id, given) if object_name else _alone(text, given) as looked:
        told = _told(looked, language, sql, tree)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json_ else _shown(told))


def _pair(said: str) -> tuple[str, str]:
    name, found, value = said.partition("=")
    if not found or not name:
        raise click.UsageError(spoken('--field takes NAME=VALUE, not "{said}".', said=said))
    return name.strip(), value


# Over an installed object


@contextmanager
def _installed(text: str, object_name: str, record_id: str | None, given: Mapping[str, str]) -> Iterator[Looked]:
    from newel.runtime.commands.opening import installation as opened
    from newel.runtime.records.actors import as_system
    from newel.runtime.records.work import reading

    installation = opened()
    model = installation.model
    if object_name not in model.objects:
        said = spoken('There is no object "{name}".', name=object_name)
        raise click.UsageError(with_hint(said, nearest(object_name, model.objects)))
    expression = _compiled(text, model, object_name)
    with reading(installation, as_system(installation, "newel expr eval")) as work:
        values = _values(model, object_name, given, work.facts)
        record = _seen(work, object_name, record_id, values) if record_id else {**_nothing(expression), **values}
        yield Looked(expression, model, record, work.facts)


def _nothing(expression: Expression) -> dict[str, Any]:
    """A record of which nothing is known: blank lookups, and no children."""
    return {**{".".join(path): None for path in expression.paths}, **dict.fromkeys(expression.collections, ())}


def _seen(work: Any, object_name: str, record_id: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    from newel.runtime.records.loading import Seen, raw

    values = raw(work, object_name, record_id)
    if values is None:
        raise click.UsageError(spoken("There is no record {id} of {object}.", id=record_id, object=object_name))
    return Seen(work, work.model.objects[object_name], {**values, **given})


def _values(model: Model, object_name: str, given: Mapping[str, str], facts: Facts) -> dict[str, Any]:
    from newel.rules.types import type_of_field

    fields = model.objects[object_name].fields
    found = {}
    for name, said in given.items():
        kind = type_of_field(fields[name], object_name) if name in fields else None
        if kind is None:
            unknown = spoken('{object} has no field "{name}" to compute with.', object=object_name, name=name)
            raise click.UsageError(with_hint(unknown, nearest(name, fields)))
        raw = said in ("true", "yes") if kind.kind == "boolean" else said.split(",") if kind.kind == "list" else said
        try:
            found[name] = read_value(kind.kind, raw, facts.time_zone, fields[name].options.get("currency") or "")
        except Misfit as fault:
            raise click.UsageError(spoken("--field {name}: {fault}.", name=name, fault=fault.said)) from None
    return found


# Over values alone


@contextmanager
def _alone(text: str, given: Mapping[str, str]) -> Iterator[Looked]:
    """Each value says its own type: a number, a day, true or false, an amount of money, or else a text."""
    from newel.rules.vectors.cases import Case
    from newel.rules.vectors.worlds import worlds_of

    values = {name: _typed(said) for name, said in given.items()}
    fields = {name: {"type": kind} for name, (kind, _) in values.items()}
    record = {name: value for name, (_, value) in values.items()}
    place = Place("<expression>")
    worlds, problems = worlds_of([Case(1, place, text, place, fields, record, {}, None)])
    _end_with(problems.errors)
    bound = worlds[0].cases[0]
    if bound.expression is None:
        _end_with(bound.problems)
        raise AssertionError("what is refused has its problems")
    yield Looked(bound.expression, worlds[0].model, bound.record, bound.facts)


def _typed(said: str) -> tuple[str, Any]:
    if said in ("true", "false"):
        return "boolean", said == "true"
    if _NUMBER.fullmatch(said):
        return "number", said
    if _DAY.fullmatch(said):
        return "date", said
    if re.fullmatch(r"-?\d+(\.\d+)? ?[A-Z]{3}", said):
        return "money", said
    return "text", said


def _compiled(text: str, model: Model, object_name: str) -> Expression:
    expression, problems = compile_expression(Source(text, Place("<expression>")), model, Context("validate", object_name, None))
    if expression is None:
        _end_with(problems)
        raise AssertionError("what is refused has its problems")
    return expression


def _end_with(problems: Sequence[Problem]) -> None:
    if problems:
        for each in problems:
            click.echo(each.shown(language()), err=True)
        sys.exit(1)


# What is told


def _told(looked: Looked, language: str | None, sql: bool, tree: bool) -> dict[str, Any]:
    from newel.rules.browser import obstacle, tree_of
    from newel.rules.explaining import explained

    expression = looked.expression
    parts = explained(expression, looked.record, looked.facts)
    value = expression.run(looked.record, looked.facts)
    told: dict[str, Any] = {"value": as_json(value), "type": expression.type.kind}
    told["parts"] = [{"text": each.text, "depth": each.depth, "value": as_json(each.value)} for each in parts]
    told["reads"] = [".".join(path) for path in expression.paths]
    told["collections"] = {name: [".".join(path) for path in paths] for name, paths in expression.collections.items()}
    told["context"] = list(expression.given)
    if language:
        from newel.rules.sentences import sentence

        told["sentence"] = sentence(expression, looked.model, language)
    if sql:
        told["sql"] = {dialect: _sql(looked, dialect) for dialect in DIALECTS}
    if tree:
        told["tree"] = tree_of(expression) if obstacle(expression) is None else obstacle(expression)
    return told


def _sql(looked: Looked, dialect: str) -> str:
    from newel.runtime.proving.databases import sql_of

    return sql_of(looked.expression, looked.model, dialect)


def _shown(told: Mapping[str, Any]) -> str:
    lines = [json.dumps(told["value"], ensure_ascii=False), spoken("type     {what}", what=told["type"])]
    if told["reads"] or told["collections"]:
        lines.append(spoken("reads    {what}", what=", ".join([*told["reads"], *told["collections"]])))
    lines += [spoken("context  {what}", what=", ".join(told["context"]))] if told["context"] else []
    lines += [spoken("sentence {what}", what=told["sentence"])] if "sentence" in told else []
    for part in told["parts"][1:]:
        lines.append(f"{'  ' * part['depth']}{part['text']} = {json.dumps(part['value'], ensure_ascii=False)}")
    for dialect, statement in told.get("sql", {}).items():
        lines += [f"-- {dialect}", statement]
    if "tree" in told:
        lines.append(json.dumps(told["tree"], ensure_ascii=False))
    return "\n".join(lines)
