"""First files of a solution or an object: YAML to begin with, its translation, a sample, and a scenario test that passes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from newel.metadata.naming import fault_of_name, label_of, plural_of, suggested_name
from newel.metadata.reading import File, read
from newel.metadata.solutions import DESCRIPTION
from newel.metadata.versions import parse_version
from newel.metadata.words import Phrase, phrase

_SOLUTION = """\
solution: {name}
version: 0.1.0
label: {label}
description: What {label} is for, in a sentence.
language: en
prefix: {prefix}
{requires}
"""
_SOLUTION_TRANSLATION = """\
translation: zh-CN
solution: {{label: {label}, description: 用一句话说明 {label} 的用途。}}
"""
_OBJECT = """\
# What one record of {label} stands for.
object: {name}
label: {label}
plural: {plural}
icon: box
search: [name]
facts: [status]

fields:
  name:   {{type: text, max_length: 120, required: true, search: true}}
  status:
    type: choice
    default: new
    options:
      new:  {{label: New, color: blue}}
      done: {{label: Done, color: green, closed: true}}
  days:   {{type: integer, label: Days since, formula: "days_between(date(created_at), today())"}}  # computed, never filled in
  notes:  {{type: long_text}}
"""
_OBJECT_TRANSLATION = """\
translation: zh-CN
objects:
  {name}:
    label: {label}
    plural: {label}
    fields:
      name: 名称
      status: {{label: 状态, options: {{new: 新建, done: 完成}}}}
      days: 已有天数
      notes: 备注
"""
_SAMPLE = """\
# Records to try the object with: `newel init --demo` loads them, and so do tests.
sample: {name}_demo
object: {name}
mode: demo
records:
  first:  {{name: First {lower}, status: new}}
  second: {{name: Second {lower}, status: done}}
"""
_SOLUTION_TEST = """\
# The first promise of {label}: `newel test {name}` tries it, together with whatever it builds on.
test: {name}.first
as: {actor}
when: {{create: {object}, set: {{name: First}}}}
expect: {{value: {{name: First}}}}
"""
_OBJECT_TEST = """\
# What must stay true of {plural_lower}, whatever else is installed: `newel test` tries it.
test: {name}.basics
users: {{reader: {reader}}}  # {who}
as: admin
given:
  {name}: {{first: First {lower}}}
steps:
  without_a_name:
    when: {{create: {name}, set: {{notes: Something}}}}
    expect: {{problem: {{field: name, code: required}}}}
  with_a_name:
    when: {{create: {name}, set: {{name: Second {lower}}}}}
    expect: {{value: {{name: Second {lower}, status: new}}}}
  by_who_may_not:
    as: reader
    when: {{update: first, set: {{name: Another name}}}}
    expect: denied
"""
_STANDARD = "standard"


class BadName(ValueError):  # noqa: N818 - it says what is wrong, for people
    """The name can't be taken; what is said of it can be said in every language."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(str(said))
        self.said = said


def new_solution(name: str, folder: Path, builds_on: Mapping[str, str] = MappingProxyType({})) -> list[Path]:
    """Writes the first files of a solution into `folder`/`name`; the paths that were written.

    `builds_on` holds the solutions that it may extend, with their versions.
    """
    _check(name)
    about = {"name": name, "label": label_of(name), "prefix": _prefix(name), "requires": _requires(builds_on)}
    tried = {"actor": "sales_rep", "object": "account"} if _STANDARD in builds_on else {"actor": "admin", "object": "nw_team"}
    files = {
        DESCRIPTION: _SOLUTION,
        "translations/zh-CN/solution.yaml": _SOLUTION_TRANSLATION,
        f"tests/{name}.yaml": _SOLUTION_TEST,
    }
    return _write({folder / name / path: text.format(**about, **tried) for path, text in files.items()})


def new_object(name: str, folder: Path) -> list[Path]:
    """Writes an object, its translation, a sample and a test into the solution in `folder`; the paths that were written."""
    _check(name)
    label = label_of(name)
    about = {"name": name, "label": label, "plural": plural_of(label), "lower": label.lower()}
    about |= {"plural_lower": plural_of(label).lower(), **_reader(folder)}
    files = {
        f"objects/{name}.yaml": _OBJECT,
        f"translations/zh-CN/{name}.yaml": _OBJECT_TRANSLATION,
        f"data/demo/{name}.yaml": _SAMPLE,
        f"tests/{name}.yaml": _OBJECT_TEST,
    }
    return _write({folder / path: text.format(**about) for path, text in files.items()})


def _reader(folder: Path) -> dict[str, str]:
    """Somebody who may not change records: a reader of the standard CRM where the solution builds on it, else nobody's role."""
    path = folder / DESCRIPTION
    described, _ = read(File(DESCRIPTION, folder.name), path.read_text("utf-8") if path.exists() else "")
    if described is not None and _STANDARD in described.branch("requires"):
        return {"reader": "read_only", "who": "somebody who only looks"}
    return {"reader": "[]", "who": "somebody without a role"}


def _requires(builds_on: Mapping[str, str]) -> str:
    """What is installed, up to its next major version; where nothing is, an example that waits to be wanted."""
    ranges = []
    for name, said in builds_on.items():
        major, minor, _ = parse_version(said) or (0, 0, 0)
        ranges.append(f'{name}: ">={major}.{minor} <{major + 1}"')
    return f"requires: {{{', '.join(ranges)}}}" if ranges else '# requires: {standard: ">=1.0 <2"}  # what it extends'


def _prefix(name: str) -> str:
    """The first letters of the words: real_estate gives re."""
    words = [word for word in name.split("_") if word[:1].isalpha()]
    return "".join(word[0] for word in words) if len(words) > 1 else name[:3]


def _check(name: str) -> None:
    if fault := fault_of_name(name):
        near = suggested_name(name)
        said = phrase('"{name}" {fault}.', name=name, fault=fault)
        raise BadName(phrase("{first} {second}", first=said, second=phrase('Such as "{text}".', text=near)) if near else said)
    if name.startswith("nw_"):
        raise BadName(phrase("Names that begin with nw_ are the platform's."))


def _write(files: dict[Path, str]) -> list[Path]:
    """Writes all files, or none where one of them is there already."""
    there = [path for path in files if path.exists()]
    if there:
        raise BadName(phrase("{path} is there already; nothing was written.", path=there[0]))
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)
