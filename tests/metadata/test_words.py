"""The platform's words: said in the reader's language, complete in Chinese, none left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

import click
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newel.cli import COMMANDS, cli
from newel.metadata import vocabulary, words
from newel.runtime.commands.speaking import help_of

PLATFORM = Path(words.__file__).parents[2]
# Where a call's text stands among its arguments; `many` is the key of a count.
PYTHON = {
    "say": 1,
    "say_count": 2,
    "t": 0,
    "tn": 1,
    "word": 0,
    "phrase": 0,
    "define": 1,
    "platform_text": 0,
    "filled": 0,
    "ValueProblem": 1,
    "FieldProblem": 2,
    "Forbidden": 0,
    "Function": 2,
    "Form": 2,
    "_form": 1,
    "_part": 1,
    "spoken": 0,
    "spoken_count": 1,
    "speak": 0,
}
TEMPLATE = {"t": 0, "tn": 1}
# What problems call the parts of their sentences.
PARTS = {"fix", "reason", "wanted", "expected", "why", "fault", "what", "bound", "takes", "by", "given", "said", "taken", "clash"}
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def test_a_text_is_said_in_the_language_asked_for() -> None:
    assert words.say("zh-CN", "This must be a number.") == "请填写数字。"
    assert words.say("en", "This must be a number.") == "This must be a number."
    assert words.say("zh", "This must be a number.") == "请填写数字。"
    assert words.say("fr", "This must be a number.") == "This must be a number."


def test_placeholders_are_filled_in() -> None:
    assert words.say("zh-CN", "Use at most {most} tags.", most=5) == "最多 5 个标签。"
    assert words.say("en", "Use at most {most} tags.", most=5) == "Use at most 5 tags."


def test_a_count_has_its_own_words_for_one_where_the_language_tells() -> None:
    assert words.say_count("en", "one line", "{n} lines", 1) == "one line"
    assert words.say_count("en", "one line", "{n} lines", 1234) == "1,234 lines"
    assert words.say_count("zh-CN", "one line of {of}", "{n} lines of {of}", 2, of="A") == "2 lines of A"


@given(st.text(), st.dictionaries(st.sampled_from(["name", "n", "text"]), st.text()))
def test_saying_never_fails_whatever_the_text(text: str, params: dict[str, str]) -> None:
    for language in words.LANGUAGES:
        assert isinstance(words.say(language, text, **params), str)


def test_a_value_is_put_in_as_it_is() -> None:
    """Braces in what a person typed are no placeholders."""
    assert words.say("en", "Hello {name}, {other}", name="{other}", other="x") == "Hello {other}, x"


def test_every_word_of_the_platform_has_its_chinese() -> None:
    known = words.catalogue("zh-CN")
    missing = sorted({f"{file.relative_to(PLATFORM)}: {text}" for file, text in all_texts() if text not in known})
    assert not missing, "\n".join(["say these in platform/metadata/words/<area>.zh-CN.yaml:", *missing])


def test_no_translation_is_left_over() -> None:
    used = {text for _, text in all_texts()}
    left = [f"{file.name}: {text}" for file in words.areas("zh-CN") for text in words.read(file) if text not in used]
    assert not left, "\n".join(["nobody says these any more:", *left])


def test_a_word_has_one_translation_whatever_the_area() -> None:
    said: dict[str, set[str]] = {}
    for file in words.areas("zh-CN"):
        for text, translation in words.read(file).items():
            said.setdefault(text, set()).add(translation)
    assert not {text: both for text, both in said.items() if len(both) > 1}


@pytest.mark.parametrize("file", words.areas("zh-CN"), ids=lambda file: file.stem)
def test_a_translation_has_the_placeholders_of_its_text(file: Path) -> None:
    lines = re.findall(r"^(?!#)\S", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == len(words.read(file)), "a text is translated twice"
    for text, translation in words.read(file).items():
        assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(translation)), text
        assert translation.strip(), text


def test_what_a_missing_property_is_for_is_said_in_chinese() -> None:
    """Its help is the way out, so where it is required it is a word of the platform."""
    schemas = [*(make() for make in vocabulary.KINDS.values()), *map(vocabulary.field_schema, vocabulary.type_names())]
    needed = {text for schema in schemas for name, text in required(schema) if name not in (*vocabulary.KINDS, "type") and text}
    assert len(needed) > 15
    assert needed <= words.catalogue("zh-CN").keys()


def required(schema: Any) -> Iterator[tuple[str, str]]:
    """The required properties of a schema and all beneath it, each with its help."""
    if isinstance(schema, dict):
        properties, names = schema.get("properties"), schema.get("required")
        for name in names if isinstance(properties, dict) and isinstance(names, list) else ():
            yield name, properties.get(name, {}).get("description", "")
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from required(each)


def test_no_part_of_a_problem_is_bare_english() -> None:
    """A sentence's parts are phrases, so that no English is left in a Chinese sentence."""
    bare = [
        f"{file.relative_to(PLATFORM)}:{line}: {text}"
        for floor in ("metadata", "rules", "runtime/storage", "runtime/scenarios")
        for file in sorted((PLATFORM / floor).rglob("*.py"))
        for name, value, line in named_values(ast.parse(file.read_text(encoding="utf-8")))
        if name in PARTS
        for text in (*_literals(value), *_put_together(value))
        if re.search("[A-Za-z]+ [a-z]+", text)
    ]
    assert not bare, "\n".join(["put these into phrase(...):", *bare])


def named_values(tree: ast.AST) -> Iterator[tuple[str, ast.expr, int]]:
    """What is handed over, kept or assigned under a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            yield node.arg or "", node.value, node.value.lineno
        elif isinstance(node, ast.Dict):
            yield from (
                (key.value, value, value.lineno) for key, value in zip(node.keys, node.values, strict=True) if _is_text(key)
            )
        elif isinstance(node, ast.Assign):
            yield from ((each.id, node.value, node.lineno) for each in node.targets if isinstance(each, ast.Name))


def _is_text(node: ast.expr | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _put_together(node: ast.expr) -> Iterator[str]:
    """The text of f-strings, with x for what is put in."""
    if isinstance(node, ast.IfExp):
        yield from (*_put_together(node.body), *_put_together(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


def all_texts() -> Iterator[tuple[Path, str]]:
    """Every text that the platform's source says to people, with its file."""
    for file in sorted(PLATFORM.rglob("*.py")):
        if file != Path(words.__file__):
            for text in python_texts(file.read_text(encoding="utf-8")):
                yield file, text
    reader = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
    yield from ((PLATFORM / "cli.py", text) for text in (*help_of(cli), *help_texts()))
    for file in sorted((PLATFORM / "runtime/web/templates").rglob("*.*")):
        for text in template_texts(reader, file.read_text(encoding="utf-8")):
            yield file, text


def help_texts() -> Iterator[str]:
    """What the help of the commands says."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield from help_of(command)


def python_texts(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "KernelError" for base in node.bases):
            yield from _handed_up(node)
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        place = PYTHON.get(name or "")
        if place is not None and len(node.args) > place:
            yield from _literals(node.args[place])


def _handed_up(node: ast.ClassDef) -> Iterator[str]:
    """What a kind of error says: the text that its class gives to KernelError."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", None) == "__init__" and call.args:
            yield from _literals(call.args[0])


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def template_texts(reader: jinja2.Environment, source: str) -> Iterator[str]:
    for call in reader.parse(source).find_all(jinja2.nodes.Call):
        name = getattr(call.node, "name", None)
        if name in TEMPLATE and len(call.args) > TEMPLATE[name]:
            yield from _template_literals(call.args[TEMPLATE[name]])


def _template_literals(node: jinja2.nodes.Node) -> Iterator[str]:
    if isinstance(node, jinja2.nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes() if isinstance(node, jinja2.nodes.CondExpr) else ():
        yield from _template_literals(child)
