"""What samples may say: every fault is found, told by its code at its place, with a way out."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from newel.metadata.compiling import compile_model
from newel.metadata.model import Model
from newel.metadata.problems import Problems
from newel.metadata.sample_recipes import RECIPES
from newel.metadata.solutions import Layer

SOLUTION = "solution: shop\nversion: 1.0.0\nlanguage: en\n"
CUSTOMER = """
object: customer
fields:
  name:   {type: text, max_length: 40, required: true}
  kind:   {type: choice, options: {company: Company, person: Person}}
  since:  {type: date}
  limit:  {type: money}
  friend: {type: lookup, to: customer, on_delete: clear}
  shop:   {type: lookup, to: shop, on_delete: clear}
  lines:  {type: child_table, of: customer_line}
"""
LINE = """
object: customer_line
ownership: parent
parent: customer
fields:
  customer: {type: lookup, to: customer, required: true, on_delete: cascade}
  note:     {type: text}
  amount:   {type: money}
"""
SHOP = "object: shop\nfields:\n  name: {type: text}\n"


def _compiled(*samples: str) -> tuple[Model | None, Problems]:
    files = {"solution.yaml": SOLUTION, "objects/customer.yaml": CUSTOMER, "objects/line.yaml": LINE, "objects/shop.yaml": SHOP}
    files |= {f"data/sample_{number}.yaml": dedent(text).lstrip() for number, text in enumerate(samples)}
    return compile_model([Layer("shop", files)])


def _codes(*samples: str) -> list[str]:
    return [each.code for each in _compiled(*samples)[1]]


def test_stated_and_made_up_records_that_fit_are_taken() -> None:
    model, problems = _compiled(
        """
        sample: shops
        object: shop
        mode: reference
        key: name
        records: {north: {}, south: {}}
        """,
        """
        sample: customers
        object: customer
        mode: demo
        lists:
          names: {columns: [hanzi, latin], rows: [[王, wang], [李, li]]}
        columns: [name, kind, friend, shop]
        records:
          first: [Ada, person, null, "@north"]
          second: [Acme, company, "@first"]
        generate:
          count: [2, 5]
          variants:
            chinese: {weight: 60, parts: {surname: {pick: names}}, fields: {name: {text: "{surname.hanzi}{n:03}", unique: true}}}
            english: {weight: 40, fields: {name: {text: "{names.latin|title}"}}}
          fields:
            kind: {weights: {company: 3, person: 1}}
            since: {by: kind, is: {company: {days: [-100, 0], workdays: true}}, else: {days: 3}}
            limit: {number: [100, 9000], step: 100, spread: wide, blank: 20}
            friend: {reference: customer, where: {kind: {copy: kind}}}
            shop: {pick: ["@north", "@south"]}
            lines: {rows: [1, 3], fields: {note: {text: "{above.name}"}, amount: {number: [1, 9]}}}
        """,
    )
    assert not problems, problems.as_text()
    assert model is not None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("records: {one: {nam: Ada}}", "NW-E302"),
        ("records: {one: {name: Ada, kind: firm}}", "NW-E308"),
        ('records: {one: {name: Ada, friend: "@nobody"}}', "NW-E622"),
        ("records: {one: {name: Ada, friend: Ada}}", "NW-E103"),
        ("records: {one: {name: Ada, since: soon}}", "NW-E628"),
        ("records: {one: [Ada]}", "NW-E629"),
        ("columns: [name]\nrecords: {one: [Ada, person]}", "NW-E625"),
        ("columns: [nmae]\nrecords: {one: [Ada]}", "NW-E302"),
        ("key: code\nrecords: {one: {}}", "NW-E302"),
        ("set: {kind: firm}\nrecords: {one: {name: Ada}}", "NW-E308"),
        ("records: {one: {name: {pick: nowhere}}}", "NW-E620"),
        ("records: {one: {name: {pick: [a], often: true}}}", "NW-E105"),
        ("records: {one: {name: {text: 3}}}", "NW-E103"),
        ("generate: {fields: {name: Ada}}", "NW-E106"),
        ("generate: {count: many, fields: {name: Ada}}", "NW-E103"),
        ("generate: {count: [5, 2], fields: {name: Ada}}", "NW-E626"),
        ("generate: {count: 2, fields: {since: {days: [9, -9]}}}", "NW-E626"),
        ("generate: {count: 2, each: name, fields: {name: Ada}}", "NW-E627"),
        ("generate: {count: 2, each: shopp, fields: {name: Ada}}", "NW-E302"),
        ("generate: {count: 2, each: shop, where: {city: x}, fields: {name: Ada}}", "NW-E302"),
        ('generate: {count: 2, fields: {name: {text: "{surname}"}}}', "NW-E624"),
        ("generate: {count: 2, fields: {name: {copy: kind}, kind: person}}", "NW-E624"),
        ("generate: {count: 2, fields: {kind: {weights: {firm: 1}}}}", "NW-E308"),
        ("generate: {count: 2, fields: {kind: {pick: [company, firm]}}}", "NW-E308"),
        ("generate: {count: 2, fields: {kind: person, name: {by: kind, is: {firm: Ada}}}}", "NW-E308"),
        ("generate: {count: 2, fields: {friend: {reference: client}}}", "NW-E301"),
        ("generate: {count: 2, fields: {friend: {reference: shop}}}", "NW-E630"),
        ("generate: {count: 2, fields: {friend: {reference: customer, where: {city: x}}}}", "NW-E302"),
        ("generate: {count: 2, fields: {shop: {reference: shop}, name: {copy: shop.city}}}", "NW-E302"),
        ("generate: {count: 2, fields: {name: Ada, since: {copy: name.length}}}", "NW-E305"),
        ("generate: {count: 2, fields: {limit: {sum: lines.total}}}", "NW-E302"),
        ("generate: {count: 2, fields: {lines: {rows: 2, fields: {remark: x}}}}", "NW-E302"),
        ("generate: {count: 2, fields: {name: {rows: 2, fields: {note: x}}}}", "NW-E103"),
        ('generate: {count: 2, fields: {kind: person, name: {text: "{kind|shout}"}}}', "NW-E107"),
        ("lists: {names: {columns: [a, b], rows: [[1, 2], [3]]}}", "NW-E625"),
        ("lists: {names: []}", "NW-E108"),
    ],
)
def test_a_fault_is_told_by_its_code_at_its_line(body: str, code: str) -> None:
    _, problems = _compiled(f"sample: customers\nobject: customer\nmode: demo\n{body}\n")
    assert [each.code for each in problems] == [code], problems.as_text()
    place = next(iter(problems)).place
    assert place.file == "shop/data/sample_0.yaml"
    assert place.line >= 4


def test_a_key_is_used_once_for_an_object() -> None:
    one = "sample: {name}\nobject: shop\nmode: demo\nrecords: {{north: {{}}}}\n"
    assert _codes(one.format(name="here"), one.format(name="there")) == ["NW-E623"]


def test_a_list_has_a_name_of_its_own() -> None:
    one = "sample: {name}\nobject: shop\nmode: demo\nlists: {{towns: [a, b]}}\n"
    assert _codes(one.format(name="here"), one.format(name="there")) == ["NW-E621"]


def test_all_faults_are_told_at_once() -> None:
    found = _codes("sample: customers\nobject: customer\nrecords: {one: {nam: Ada, kind: firm}, two: {since: soon}}\n")
    assert sorted(found) == ["NW-E302", "NW-E308", "NW-E628"]


def test_the_nearest_name_is_offered() -> None:
    _, problems = _compiled("sample: customers\nobject: customer\nrecords: {one: {kind: compny}}\n")
    assert [each.nearest for each in problems] == ["company"]


def test_every_recipe_says_what_it_is_for() -> None:
    for name, shape in RECIPES.items():
        assert shape["description"].endswith("."), name
        assert next(iter(shape["properties"])) == name


BRANCH = """
object: branch
fields:
  name: {type: text}
  code: {type: text, unique: true}
  open: {type: boolean}
  parent_branch: {type: tree_parent}
"""
VISIT = """
object: visit
fields:
  name: {type: text}
  branch: {type: lookup, to: branch}
  email: {type: email}
  minutes: {type: integer}
  day: {type: date}
  status: {type: choice, options: {planned: Planned, done: Done}}
"""


def test_the_reference_page_names_every_recipe_and_its_examples_are_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "samples.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([a-z]+):", page, re.MULTILINE))
    assert named == set(RECIPES)
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    files = {"solution.yaml": SOLUTION, "objects/branch.yaml": BRANCH, "objects/visit.yaml": VISIT}
    files |= {f"data/{number}.yaml": text for number, text in enumerate(examples)}
    _, problems = compile_model([Layer("shop", files)])
    assert len(examples) == 2
    assert not problems, problems.as_text()
