"""Writes docs/reference out of the code: `make docs`. The same code gives the same pages; a test fails when one is stale.

Every page is a function here, listed in PAGES. What a page lacks is missing in the code: a `help`, a `description`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from newel import cli
from newel.metadata import faults, problems, sample_recipes, scenario_faults, shapes, vocabulary
from newel.metadata.field_types import reference
from newel.metadata.samples import faults as sample_faults
from newel.rules import faults as rule_faults
from newel.rules.functions import page
from newel.rules.vectors import faults as vector_faults
from newel.runtime.settings import VARIABLES
from newel.runtime.storage import refusals

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
# The rooms that define problems; importing them fills the catalogue.
DEFINING = (faults, sample_faults, scenario_faults, rule_faults, vector_faults, refusals)
GROUPS = {
    "NW-E0": "Reading files",
    "NW-E1": "The shape of a document",
    "NW-E2": "Solutions and layers",
    "NW-E3": "Objects and fields",
    "NW-E4": "Forms and views",
    "NW-E5": "Roles and apps",
    "NW-E6": "Translations and samples",
    "NW-E7": "Scenario tests",
    "NW-X1": "Expressions: the text",
    "NW-X2": "Expressions: names",
    "NW-X3": "Expressions: functions",
    "NW-X4": "Expressions: types",
    "NW-X5": "Expressions: computed fields",
    "NW-X9": "Files of vectors",
    "NW-P1": "Plans that are refused",
}
# One pinned problem of each kind: what it looks like when it happens.
PINNED = (ROOT / "tests/metadata/wording.txt", ROOT / "tests/rules/wording.txt")
BETWEEN = ("<!-- made by make docs: from here -->", "<!-- to here -->")


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        text = make()
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"Wrote {path.relative_to(ROOT)}")
    return 0


def field_types() -> str:
    return reference.as_markdown()


def functions() -> str:
    return page.as_markdown()


def problem_codes() -> str:
    """Every kind of problem: its sentence, what to do, and one that was really found."""
    found = examples()
    lines = [
        "# Problem codes",
        "",
        "What `newel check`, `plan` and `apply` may find. A problem says its place (file:line:column), its code, the sentence,",
        "what was expected, the nearest known name and a way out; all of them are shown at once. With `--json`, programs read",
        "the same. A code is given once and keeps its meaning.",
        "",
    ]
    group = ""
    for code, kind in problems.catalogue().items():
        if code[:5] != group:
            group = code[:5]
            lines += [f"## {GROUPS[group]}", ""]
        lines += [f"### {code}", "", _escaped(kind.sentence[:1].upper() + kind.sentence[1:]), "", kind.help, ""]
        if code in found:
            lines += ["```text", found[code], "```", ""]
    return "\n".join(lines)


def examples() -> dict[str, str]:
    """The first pinned problem of each code."""
    found: dict[str, str] = {}
    for each in "\n".join(path.read_text("utf-8") for path in PINNED).splitlines():
        code = next((word for word in each.split()[:2] if word.rstrip(":") in problems.catalogue()), None)
        if code:
            last = code.rstrip(":")
            fresh = last not in found
            found.setdefault(last, each[:600])
        elif each.startswith("    ") and fresh:
            found[last] += f"\n{each[:200]}"
    return found


def settings() -> str:
    lines = [
        "# Settings",
        "",
        "An installation is told where it lives by the environment, once, when it starts. Everything else is metadata or",
        "a record.",
        "",
        "| Variable | Meaning |",
        "|---|---|",
        *(f"| `{name}` | {_cell(meaning)} |" for name, meaning in VARIABLES.items()),
        "",
    ]
    return "\n".join(lines)


def commands() -> str:
    """Every command with its arguments, options and example."""
    lines = [
        "# Commands",
        "",
        "`.venv/bin/newel COMMAND --help` says the same. A command ends with 0 (done), 1 (problems found, or refused) or 2",
        "(wrong use). What `--json` prints is meant for programs and stays as it is.",
        "",
        "Commands and their help speak the language of the terminal (`LC_ALL`, `LANG`), or the one that `NEWEL_LANGUAGE` names;",
        "`newel --language zh-CN COMMAND` chooses it for once.",
        "",
    ]
    for words, command in every_command():
        lines += [f"## newel {words}", "", "```text", _usage(words, command), "```", "", _sentences(command.help or ""), ""]
        rows = [_option(each) for each in command.params if isinstance(each, click.Option)]
        if rows:
            lines += ["| Option | Default | Meaning |", "|---|---|---|", *rows, ""]
        lines += ["```sh", (command.epilog or "").removeprefix("Example: "), "```", ""]
    return "\n".join(lines)


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Each command that can be called, by the words that call it; groups are walked into."""
    for name in cli.COMMANDS:
        found = cli.cli.get_command(click.Context(cli.cli), name)
        assert found is not None, name
        if isinstance(found, click.Group):
            yield from ((f"{name} {below}", each) for below, each in found.commands.items())
        else:
            yield name, found


def documents() -> str:
    """Every kind of document with its properties, from the schemas that check them."""
    lines = [
        "# Documents",
        "",
        "A solution is a folder of YAML files. Each file holds one document, and its first key says which kind it is. Where the",
        "files lie is up to you; `objects/`, `forms/`, `views/`, `roles/`, `apps/`, `translations/`, `data/`",
        "and `tests/` are the custom.",
        "A *name* in italics stands for names that you give. `newel schemas FOLDER` writes the same as JSON Schema, for editors.",
        "",
    ]
    for kind, make in vocabulary.KINDS.items():
        schema = make()
        shown, also = _apart(kind, schema)
        lines += [
            f"## {kind}",
            "",
            " ".join([schema["description"], *also]),
            "",
            "| Property | Value | Meaning |",
            "|---|---|---|",
        ]
        lines += [*_properties(shown, "", schema.get("definitions", {})), ""]
        if kind == "object":
            lines += ["### Fields", "", *_about_fields()]
    return "\n".join(lines)


def _apart(kind: str, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """The properties that are this kind's own, and where the others are described."""
    if kind == "extend":
        own = {name: each for name, each in schema["properties"].items() if name in ("extend", "fields")}
        either = {name: {**schema["properties"][name], "additionalProperties": {}} for name in ("forms", "views")}
        said = (
            "Beside these it may say what an [object](#object) says, but for `ownership`, `parent`, `history` and `files`. "
            "What it says is laid over the object; forms and views take what a [form](#form) and a [view](#view) take."
        )
        return {**schema, "properties": {**own, **either}}, [said]
    if kind == "form":
        tab = schema["properties"]["tabs"]["additionalProperties"]
        inner = {name: {**each, "additionalProperties": {}} for name, each in tab["properties"].items()}
        tabs = {**schema["properties"]["tabs"], "additionalProperties": {**tab, "properties": inner}}
        said = "With `sections` and `related` at its top it has one tab; with `tabs`, each tab has its own."
        return {**schema, "properties": {**schema["properties"], "tabs": tabs}}, [said]
    if kind == "test":
        step = schema["properties"]["steps"]["additionalProperties"]
        plain = {name: {key: each[key] for key in each if key != "properties"} for name, each in step["properties"].items()}
        steps = {**schema["properties"]["steps"], "additionalProperties": {**step, "properties": plain}}
        said = "It says `when` and `expect`, or `steps`, each of which takes the same `when` and `expect`."
        return {**schema, "properties": {**schema["properties"], "steps": steps}}, [said]
    return schema, []


def _about_fields() -> list[str]:
    said = "What every field may say, beside its `type` and [what its type takes](field-types.md)."
    return [said, "", "| Property | Value | Meaning |", "|---|---|---|", *_properties({"properties": vocabulary.COMMON}, ""), ""]


def _properties(schema: Mapping[str, Any], above: str, definitions: Mapping[str, Any] = MappingProxyType({})) -> Iterator[str]:
    """One row for each property, and for those within it; what is defined apart is gone into once."""
    for name, said in schema.get("properties", {}).items():
        path = f"{above}{name}"
        each = definitions[said["$ref"].rpartition("/")[2]] if "$ref" in said and definitions else said
        needed = ", needed" if name in schema.get("required", ()) else ""
        yield f"| {path} | {_cell(_value(each))}{needed} | {_cell(each.get('description', 'Again such entries.'))} |"
        yield from _properties(each, f"{path}.")
        entry = each.get("additionalProperties")
        if isinstance(entry, Mapping) and "properties" in entry:
            yield from _properties(entry, f"{path}.*name*.")


def _value(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    return str(shapes.expected_of(schema) if "expects" in schema else "entries")


def sample_data() -> str:
    """The page that people wrote, with the table of recipes made anew between its marks."""
    text = (FOLDER / "samples.md").read_text("utf-8")
    before, rest = text.split(BETWEEN[0])
    after = rest.split(BETWEEN[1])[1]
    rows = [_recipe(name, schema) for name, schema in sample_recipes.RECIPES.items()]
    table = "\n".join(["| Recipe | Makes | With |", "|---|---|---|", *rows])
    return f"{before}{BETWEEN[0]}\n{table}\n{BETWEEN[1]}{after}"


def _recipe(name: str, schema: Mapping[str, Any]) -> str:
    more = [
        f"`{key}`" + (f" ({_cell(each['description'].rstrip('.'))})" if "description" in each else "")
        for key, each in schema["properties"].items()
        if key not in (name, "blank")
    ]
    return f"| `{name}:` {_cell(_value(schema['properties'][name]))} | {_cell(schema['description'])} | {'; '.join(more)} |"


def _usage(words: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"newel {words}", max_content_width=100, terminal_width=100)
    return command.get_usage(context).removeprefix("Usage: ")


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{each}`" for each in (*option.opts, *option.secondary_opts))
    if not option.is_flag:
        names += f" {option.make_metavar(click.Context(click.Command('newel')))}"
    default = "" if option.is_flag or option.required or option.multiple else option.default
    shown = f"`{default}`" if isinstance(default, str | int) and default != "" else ""
    needed = " Needed." if option.required else ""
    return f"| {_cell(names)} | {shown} | {_cell(option.help or '')}{needed} |"


def _sentences(text: str) -> str:
    """A docstring as paragraphs."""
    return "\n\n".join(" ".join(each.split()) for each in text.split("\n\n"))


def _cell(text: str) -> str:
    """Text within a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text that holds no markup."""
    return text.replace("<", "&lt;").replace("*", "\\*")


PAGES: Mapping[str, Callable[[], str]] = {
    "documents.md": documents,
    "field-types.md": field_types,
    "functions.md": functions,
    "problems.md": problem_codes,
    "settings.md": settings,
    "commands.md": commands,
    "samples.md": sample_data,
}

if __name__ == "__main__":
    sys.exit(main())
