"""Functions over the records of a collection: child tables, many-to-many fields, and the other ends of lookups."""

from __future__ import annotations

from newel.metadata.words import word
from newel.rules.functions.forms import Form
from newel.rules.functions.registry import Example

_GROUP = word("Children")
_WHERE = ("where", "yes or no over the record of the collection, may be left out")
_BY = ("by", "a field of the collection's records, -field for the greatest first, may be left out")


def _value(kinds: str) -> tuple[str, str]:
    return ("value", f"a collection and a field of its records, also behind lookups: {kinds}")


def _form(name: str, words: str, kinds: str, gives: str, *examples: Example, by: bool = False) -> Form:
    takes = (_value(kinds), _WHERE, *((_BY,) if by else ()))
    keywords = ("where", "by") if by else ("where",)
    shown = f"{name}(lines.value, where=condition?{', by=field?' if by else ''})"
    return Form(name, _GROUP, words, shown, takes, gives, examples, keywords=keywords)


_ADDED = "number, money or duration"
_ORDERED = "number, money, date, date with time, time or duration"

CHILDREN = (
    _form(
        "sum",
        "The sum; 0 of nothing. Blanks count nothing; amounts of several currencies have no sum and give a blank.",
        _ADDED,
        "what is summed",
        Example("sum(lines.price)", "7.5"),
        Example("sum(lines.price, where=count > 5)", "0"),
    ),
    _form(
        "count",
        "How many records there are; with a field, in how many it is filled.",
        "any value, or the collection alone",
        "a number",
        Example("count(lines)", "2"),
        Example("count(lines, where=done)", "1"),
    ),
    _form(
        "avg",
        "The mean of what is filled, to 10 places (durations in whole seconds); blank of nothing.",
        _ADDED,
        "what is averaged",
        Example("avg(lines.price)", "3.75"),
        Example("avg(lines.price, where=count > 5)", "none"),
    ),
    _form(
        "min", "The least of what is filled; blank of nothing.", _ORDERED, "what is compared", Example("min(lines.count)", "1")
    ),
    _form(
        "max",
        "The greatest of what is filled; blank of nothing.",
        _ORDERED,
        "what is compared",
        Example("max(lines.due)", "date('2026-01-31')"),
    ),
    _form(
        "any",
        "Yes where it holds of at least one record; with the collection alone, where there is one.",
        "yes or no, or the collection alone",
        "yes or no",
        Example("any(lines.done)", "true"),
        Example("any(lines, where=count > 5)", "false"),
    ),
    _form(
        "all",
        "Yes where it holds of every record; also where there is none.",
        "yes or no",
        "yes or no",
        Example("all(lines.done)", "false"),
        Example("all(lines.done, where=count > 5)", "true"),
    ),
    _form(
        "first",
        "The value of the first record: by a field (blanks last), or as they were made; blank where there is none.",
        "any value",
        "what the field is",
        Example("first(lines.item)", "'Pen'"),
        Example("first(lines.item, by=due)", "'Ink'"),
        Example("first(lines.item, by=-due)", "'Pen'"),
        by=True,
    ),
    Form(
        "concat_list",
        _GROUP,
        "The texts one after the other with a text between them, in the order of `first`; blanks are left out.",
        "concat_list(lines.value, between?, where=condition?, by=field?)",
        (_value("text or choice"), ("between", "a text, written out; ', ' where left out"), _WHERE, _BY),
        "a text",
        (Example("concat_list(lines.item)", "'Pen, Ink'"), Example("concat_list(lines.item, ' + ', by=due)", "'Ink + Pen'")),
        most=2,
        keywords=("where", "by"),
    ),
)
