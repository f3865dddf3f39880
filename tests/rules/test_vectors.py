"""The published vectors hold on every engine; and a file of vectors is read with patience, compared without any."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newel.cli import cli
from newel.rules.functions import REGISTRY
from newel.rules.vectors.cases import read_cases
from newel.rules.vectors.worlds import worlds_of
from newel.runtime.proving import available
from newel.runtime.proving.available import NAMES, Found
from newel.runtime.proving.running import Report, run
from tests.support.chinese import english_in

FOLDER = Path(__file__).parents[1] / "vectors"
FILES = sorted(FOLDER.glob("*.yaml"))
DOOR = (
    "is_new",
    "changed",
    "changed_to",
    "prior",
    "option",
    "lookup",
    "sum",
    "avg",
    "count",
    "any",
    "all",
    "first",
    "concat_list",
)


@pytest.fixture(scope="module")
def engines(postgres_url: str) -> Iterator[Found]:
    with available.engines(NAMES, postgres_url) as found:
        yield found


def reported(text: str, engines: Found) -> Report:
    cases, problems = read_cases("given.yaml", text)
    worlds, wrong = worlds_of(cases)
    assert not problems.errors + wrong.errors, problems.as_text() + wrong.as_text()
    return run(worlds, engines.engines)


def refused(text: str, language: str = "en") -> list[str]:
    """The problems of a file, each as code, line and message."""
    cases, problems = read_cases("given.yaml", text)
    _, wrong = worlds_of(cases) if not problems.errors else ([], problems)
    return [f"{each.code} {each.place.line} {each.message.say(language)}" for each in wrong.errors]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_engine_gives_what_the_vectors_say(file: Path, engines: Found) -> None:
    assert not engines.missing
    report = reported(file.read_text(encoding="utf-8"), engines)
    told = [json.dumps(each.as_json(), ensure_ascii=False) for each in report.differences]
    assert not told, f"{len(told)} differences:\n" + "\n".join(told[:20])
    assert len(report.tallies) == 1 + len(NAMES)


def test_there_are_very_many_vectors_and_they_mention_every_function() -> None:
    cases = [case for file in FILES for case in read_cases(file.name, file.read_text(encoding="utf-8"))[0]]
    assert len(cases) >= 1_500
    mentioned = Counter(name for case in cases for name in set(re.findall(r"\b([a-z_]+)\(", case.expr)))
    assert not [name for name in (*REGISTRY, *DOOR) if mentioned[name] < 3]
    for operator in (
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        " in ",
        " not in ",
        " and ",
        " or ",
        "not ",
    ):
        assert sum(operator in case.expr for case in cases) >= 10, operator


def test_no_vector_is_there_twice() -> None:
    seen: dict[str, str] = {}
    for file in FILES:
        for case in read_cases(file.name, file.read_text(encoding="utf-8"))[0]:
            key = json.dumps([case.expr, case.kind, case.fields, case.record, case.context], default=str, sort_keys=True)
            assert key not in seen, f"{case.place} is {seen[key]}"
            seen[key] = str(case.place)


TAKEN = """
- {expr: 1 + 1, value: 2}
- {expr: 1 + 1, value: "2"}
- {expr: 1 + 1, value: 2.0}
- {expr: 1 / 4, value: 0.25}
- {expr: "''", value: null}
- {expr: a + b, fields: {a: {type: decimal}, b: {type: number}}, record: {a: 1.005, b: "0.1"}, value: 1.105}
- {expr: a, fields: {a: {type: decimal, scale: 2}}, record: {a: 1}, value: 1}
- {expr: m, fields: {m: {type: money}}, record: {m: 5}, value: CNY 5}
- {expr: m, fields: {m: money}, record: {m: {amount: 5.10, currency: USD}}, value: 5.10 USD}
- {expr: d, fields: {d: {type: date}}, record: {d: 2026-11-21}, value: 2026-11-21}
- {expr: s, fields: {s: {type: datetime}}, record: {s: 2026-11-21T08:00:00Z}, value: "2026-11-21T16:00:00+08:00"}
- {expr: s, fields: {s: {type: datetime}}, record: {s: 2026-11-21 08:00}, context: {tz: Asia/Tokyo}, value: 2026-11-20T23:00:00Z}
- {expr: h, fields: {h: {type: time}}, record: {h: "08:30"}, value: "08:30:00"}
- {expr: x, fields: {x: {type: duration}}, record: {x: "1:30"}, value: 5400}
- {expr: c, fields: {c: {type: choice, options: [a, b]}}, record: {c: a}, value: a}
- {expr: tg, fields: {tg: {type: list}}, record: {tg: [a, b]}, value: [a, b]}
- {expr: r == me(), fields: {r: {type: user}}, record: {r: ada}, context: {user: ada}, value: true}
- {expr: r.name, fields: {r: {type: reference, fields: {name: {type: text}}}}, record: {r: {name: Ada}}, value: Ada}
- {expr: r.name, fields: {r.name: {type: text}}, record: {r.name: Ada}, value: Ada}
- {expr: today(), context: {today: 2026-01-01}, value: 2026-01-01}
- {expr: today(), context: {now: "2026-01-01T20:00:00Z", tz: Asia/Shanghai}, value: 2026-01-02}
- {expr: "'10' > 9", error: NW-X402}
- {expr: "'10' > 9", error: true}
- {expr: f, fields: {f: {type: boolean}}, value: false}
- {expr: created_at < now(), fields: {created_at: {type: datetime}}, record: {created_at: 2020-01-01T00:00:00Z}, value: true}
- {expr: n > 1, kind: filter, fields: {n: {type: integer}}, record: {n: 2}, value: true, note: as a filter stands}
- {expr: 'n', fields: {n: {type: integer}}, record: null, context: null, value: null}
"""


def test_a_vector_may_be_written_in_many_ways(engines: Found) -> None:
    report = reported(TAKEN, engines)
    assert not report.differences, [each.as_json() for each in report.differences]


def test_a_file_may_be_json_and_may_repeat_itself_by_alias(engines: Found) -> None:
    assert not reported('[{"expr": "1 + 1", "value": 2}]', engines).differences
    aliased = (
        "- &first {expr: n, fields: &f {n: {type: integer}}, record: {n: 1}, value: 1}\n- {expr: n + 1, fields: *f, value: null}"
    )
    assert not reported(aliased, engines).differences


@pytest.mark.parametrize(
    "case",
    [
        "{expr: 1 + 1, value: 3}",
        "{expr: 1 + 1, value: true}",
        "{expr: 1 < 2, value: 1}",
        "{expr: 1 < 2, value: 'true'}",
        "{expr: \"'1'\", value: 1}",
        "{expr: \"'a'\", value: A}",
        "{expr: \"'a'\", value: null}",
        "{expr: none, value: 0}",
        "{expr: 'money(5, ''CNY'')', value: 5 USD}",
        "{expr: 'date(''2026-11-21'')', value: 2026-11-22}",
        "{expr: 'date(''2026-11-21'')', value: 2026-11-21T00:00:00Z}",
        "{expr: 1 / 3, value: 0.333}",
        "{expr: 1 +, value: 1}",
        "{expr: 1 + 1, error: NW-X402}",
        "{expr: \"'10' > 9\", error: NW-X401}",
        "{expr: \"'10' > 9\", value: true}",
        "{expr: tg, fields: {tg: {type: tags}}, record: {tg: [a, b]}, value: [b, a]}",
    ],
)
def test_what_differs_in_value_or_type_is_told(case: str, engines: Found) -> None:
    assert reported(f"- {case}", engines).differences


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "NW-X901 0 A file of vectors is a list of cases"),
        ("a: 1", "NW-X901 1 A file of vectors is a list of cases"),
        ("- 5", "NW-X901 1 A case is a mapping"),
        ("- {expr: 1}", "NW-X901 1 A case has an expr, which is a text"),
        ("- {value: 1}", "NW-X901 1 A case has an expr"),
        ("- {expr: 1 + 1}", "NW-X901 1 A case has a value, or the error"),
        ("- {expr: 1 + 1, value: 2, error: NW-X402}", "NW-X901 1 A case has a value, or the error"),
        ("- {expr: 1 + 1, value: 2, fields: [a]}", "NW-X901 1 fields is a mapping"),
        ("- {expr: 1 + 1, vale: 2, value: 2}", 'NW-X902 1 "vale" is no part of a case'),
        (
            "- {expr: 'n', fields: {n: {type: integer}}, record: {m: 1}, value: 1}",
            'NW-X903 1 This case: the record has no field "m"',
        ),
        ("- {expr: today(), context: {tody: 2026-01-01}, value: 1}", 'NW-X903 1 This case: the context has no part "tody"'),
        ("- {expr: today(), context: {tz: Mars}, value: 1}", "NW-X903 1 This case: 'Mars' is not a time zone"),
        (
            "- {expr: 'n', fields: {n: {type: integer}}, record: {n: 1.5}, value: 1}",
            "NW-X903 1 This case: n: 1.5 is not a whole number",
        ),
        ("- {expr: 'n', fields: {n: {type: integer}}, record: {n: x}, value: 1}", "NW-X903 1 This case: n: 'x' is not a number"),
        ("- {expr: d, fields: {d: {type: date}}, record: {d: 21.11.2026}, value: null}", "NW-X903 1 This case: d: '21.11.2026'"),
        ("- {expr: d, kind: dream, value: null}", 'NW-X903 1 This case: an expression has no kind "dream"'),
        ("- {expr: 1 + 1, value: 2}\n\n- {expr: 'n', fields: {n: {type: intger}}, value: 1}", "NW-E"),
        ("- {expr: 1, value: [}", "NW-X901 1 This is not YAML"),
        ("[" * 60 + "]" * 60, "NW-X901 1 The file is nested deeper than 40 levels"),
        ("- {expr: a, expr: b, value: 1}", 'NW-X901 1 The key "expr" stands here twice'),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(text: str, said: str) -> None:
    assert any(each.startswith(said) for each in refused(text)), refused(text)
    assert not [each for each in refused(text, "zh-CN") if english_in(each)]


def test_a_problem_names_the_line_of_its_case() -> None:
    text = "- {expr: 1 + 1, value: 2}\n- expr: n\n  fields: {n: {type: intger}}\n  value: 1\n"
    cases, _ = read_cases("given.yaml", text)
    place = worlds_of(cases)[1].errors[0].place
    assert (place.file, place.line) == ("given.yaml", 2)


def test_a_fault_of_an_expression_names_its_line_and_column() -> None:
    cases, _ = read_cases("given.yaml", "- value: 1\n  expr: \"1 + 'a'\"\n")
    bound = worlds_of(cases)[0][0].cases[0]
    assert (bound.problems[0].place.line, bound.problems[0].place.column) == (2, 10)


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    def call(text: str, *options: str) -> Any:
        file = tmp_path / "given.yaml"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(cli, ["expr", "vectors", str(file), "--engine", "python", "--engine", "reference", *options])

    return call


def test_the_command_prints_what_differs_and_ends_with_one(shell: Any) -> None:
    said = shell("- {expr: 1 + 1, value: 2}\n- {expr: 1 + 1, value: 3}\n")
    assert said.exit_code == 1
    assert "given.yaml:2:3 case 2 on python: 1 + 1\n    wanted 3\n    got    2\n" in said.output
    assert "python      1 of 2 right" in said.output
    assert "2 vectors, 1 of them differ." in said.output


def test_the_command_ends_well_where_nothing_differs(shell: Any) -> None:
    said = shell("- {expr: 1 + 1, value: 2}\n")
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "1 vector, no difference.")


def test_the_command_says_the_same_in_json(shell: Any) -> None:
    said = json.loads(shell("- {expr: 1 + 1, value: 3}\n", "--json").output)
    assert said["ok"] is False
    assert said["engines"]["python"] == {"ran": 1, "right": 0, "silent": 0}
    assert [each["engine"] for each in said["differences"]] == ["python", "reference"]


def test_the_command_refuses_a_wrong_file(shell: Any) -> None:
    said = shell("- {expr: 1 + 1, vale: 3, value: 2}\n")
    assert said.exit_code == 1
    assert "NW-X902" in said.output


def evaluated(*arguments: str) -> Any:
    return CliRunner().invoke(cli, ["expr", "eval", *arguments])


def test_an_expression_is_computed_over_values_that_say_their_own_type() -> None:
    said = evaluated(
        "amount * (1 - d / 100) > 50 and due < today()", *_fields("amount=99.90", "d=15", "due=2020-01-01"), "--json"
    )
    found = json.loads(said.output)
    assert (found["value"], found["type"]) == (True, "boolean")
    assert {"text": "d / 100", "depth": 4, "value": "0.15"} in found["parts"]
    assert found["reads"] == ["amount", "d", "due"]


def test_an_expression_is_said_in_words_in_sql_and_for_the_browser() -> None:
    said = evaluated("m * 2", *_fields("m=12.50 CNY"), "--sql", "--tree", "--language", "en").output
    assert said.startswith('{"amount": "25", "currency": "CNY"}\ntype     money\n')
    assert "-- sqlite\nSELECT t.m * ?" in said
    assert "-- postgresql\nSELECT t.m * " in said
    assert "sentence M × 2" in said
    assert '{"gives": "money", "tree": ' in said


def test_a_wrong_expression_is_refused_with_its_fault_underlined() -> None:
    said = evaluated("1 + 'a'")
    assert said.exit_code == 1
    assert "NW-X401" in said.output
    assert "^^^^^^^" in said.output


def test_wrong_use_of_eval_is_told() -> None:
    assert evaluated("a", "--field", "a").exit_code == 2
    assert evaluated("a", "--record", "x").exit_code == 2


def _fields(*pairs: str) -> list[str]:
    return [part for pair in pairs for part in ("--field", pair)]
