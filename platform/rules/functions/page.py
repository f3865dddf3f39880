"""The reference page of the functions, docs/reference/functions.md, made from the registry. Run as a module, it prints it."""

from __future__ import annotations

import sys

from newel.rules.functions import FORM_GROUPS, GROUPS, sample
from newel.rules.functions.forms import Form
from newel.rules.functions.registry import Function, Param
from newel.rules.types import Type

_HEAD = """# Functions of expressions

Made from the function registry (`platform/rules/functions`); every example runs as a test on Python, SQLite and PostgreSQL.
A blank among the values gives a blank (or *no*), unless the function says otherwise.
The examples are asked in Asia/Shanghai, in an organisation that works from Monday to Friday, has no holidays and no exchange
rates, and whose fiscal year is the calendar year.
"""


def as_markdown() -> str:
    """The whole page."""
    parts = [_HEAD]
    for group in GROUPS:
        parts.append(f"## {group[0].group}\n")
        parts.extend(_entry(each) for each in group)
    for forms in FORM_GROUPS:
        parts.append(f"## {forms[0].group}\n\n{sample.WORDS}")
        parts.extend(_form(each) for each in forms)
    return "\n".join(parts)


def _entry(function: Function) -> str:
    lines = [f"### `{function.signature}`\n", f"{function.help} Gives {_result(function)}.\n"]
    lines += [f"- `{param.name}`: {_takes(param)}" for param in function.params]
    lines += ["", "```text", *(f"{each.expression}  gives  {each.gives}" for each in function.examples), "```", ""]
    return "\n".join(lines)


def _form(form: Form) -> str:
    lines = [f"### `{form.signature}`\n", f"{form.help} Gives {form.gives}.\n"]
    lines += [f"- `{name}`: {words}" for name, words in form.takes]
    lines += ["", "```text", *(f"{each.expression}  gives  {each.gives}" for each in form.examples), "```", ""]
    return "\n".join(lines)


def _result(function: Function) -> str:
    if isinstance(function.result, Type):
        return str(function.result)
    return "what the first value is" if function.result == "first" else "what its values are"


def _takes(param: Param) -> str:
    kinds = "any value" if len(param.kinds) > 8 else ", ".join(str(Type(kind)) for kind in param.kinds)
    notes = [kinds]
    if param.among:
        notes = ["one of " + ", ".join(f"`'{each}'`" for each in param.among)]
    if param.literal:
        notes.append("written out")
    if param.optional:
        notes.append("may be left out")
    if param.many:
        notes.append("may be repeated")
    return ", ".join(notes)


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
