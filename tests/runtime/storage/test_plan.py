"""A plan says what has to happen; additive changes are planned and carried out, all others are refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from newel.metadata.model import Model
from newel.runtime.storage import applying, catalog, plan
from newel.runtime.storage.database import Database
from newel.runtime.storage.tables import Tables
from tests.support.models import a_model, a_view, an_object

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def an_id(number: int) -> str:
    return f"0190f7a0-0000-7000-8000-{number:012d}"


def applied(database: Database, model: Model, old: Model | None = None) -> Tables:
    made = plan.make(database, model, old=old)
    assert not made.problems, made.problems.as_text()
    applying.apply(database, made)
    with database.reading() as connection:
        return Tables(model, catalog.layout(connection), database.dialect)


def add(database: Database, tables: Tables, name: str, *rows: dict[str, Any]) -> None:
    table = tables[name]
    system = {"version": 1, "created_at": NOW, "updated_at": NOW}
    with database.writing() as connection:
        for number, row in enumerate(rows, 1):
            columns = {table.columns[key].name: value for key, value in {"id": an_id(number), **system, **row}.items()}
            connection.execute(insert(table.table).values(columns))


def values_of(database: Database, tables: Tables, name: str, field: str) -> list[Any]:
    column = tables[name].column(field)
    with database.reading() as connection:
        return list(connection.execute(select(column).order_by(tables[name].column("id"))).scalars())


def codes(database: Database, model: Model, old: Model | None = None) -> list[str]:
    return [each.code for each in plan.make(database, model, old=old).problems]


def deal(**fields: Any) -> Model:
    return a_model({"deal": an_object("deal", {"name": "text", **fields})})


HOSTILE = {
    name: an_object(name, {"from": "text", "type": "text", "key": "integer", "order": "date", "select": "money", "class": "tags"})
    for name in ("order", "group", "user", "case", "limit", "pg_class", "sqlite_master", "table", "date", "text")
}


def test_a_new_model_becomes_tables(database: Database) -> None:
    tables = applied(database, deal(amount="money"))
    add(database, tables, "deal", {"name": "Big", "amount": Decimal("12.50"), "amount:_currency": "CNY"})
    assert values_of(database, tables, "deal", "amount") == [Decimal("12.50")]


def test_hostile_names_work(database: Database) -> None:
    tables = applied(database, a_model(HOSTILE))
    for name in HOSTILE:
        add(database, tables, name, {"from": name, "type": "x", "key": 1})
        assert values_of(database, tables, name, "from") == [name]


def test_an_applied_model_leaves_nothing_to_do(database: Database) -> None:
    model = a_model(HOSTILE)
    applied(database, model)
    again = plan.make(database, model)
    assert again.empty
    assert again.as_text().startswith("Nothing to do")


def test_objects_may_refer_to_each_other_in_a_circle(database: Database) -> None:
    model = a_model(
        {
            "a": an_object("a", {"name": "text", "b": {"type": "lookup", "to": "b"}}),
            "b": an_object("b", {"name": "text", "c": {"type": "lookup", "to": "c"}, "over": {"type": "tree_parent", "to": "b"}}),
            "c": an_object("c", {"name": "text", "a": {"type": "lookup", "to": "a"}}),
        }
    )
    tables = applied(database, model)
    add(database, tables, "a", {"name": "x"})
    add(database, tables, "c", {"name": "x", "a": an_id(1)})
    for name, field in (("a", "b"), ("b", "c"), ("b", "over"), ("c", "a")):
        with pytest.raises(IntegrityError):
            add(database, tables, name, {"id": an_id(9), "name": "y", field: an_id(77)})


def test_new_fields_become_columns_and_records_stay(database: Database) -> None:
    tables = applied(database, deal())
    add(database, tables, "deal", {"name": "kept"})
    tables = applied(database, deal(amount="money", account={"type": "lookup", "to": "deal"}, at="datetime", tags="tags"))
    assert values_of(database, tables, "deal", "name") == ["kept"]
    assert values_of(database, tables, "deal", "account") == [None]
    with pytest.raises(IntegrityError):
        add(database, tables, "deal", {"id": an_id(9), "name": "y", "account": an_id(77)})


def test_a_required_new_field_gives_its_default_to_existing_records(database: Database) -> None:
    tables = applied(database, deal())
    add(database, tables, "deal", {"name": "kept"})
    stage = {"type": "choice", "required": True, "default": "new", "choices": ["new", "won"]}
    tables = applied(
        database,
        deal(
            stage=stage,
            active={"type": "boolean", "default": True},
            price={"type": "money", "required": True, "default": "9.50 CNY"},
        ),
    )
    assert values_of(database, tables, "deal", "stage") == ["new"]
    assert values_of(database, tables, "deal", "active") == [True]
    assert values_of(database, tables, "deal", "price") == [Decimal("9.50")]


def test_a_required_new_field_without_default_is_refused_where_records_exist(database: Database) -> None:
    tables = applied(database, deal())
    assert codes(database, deal(stage={"type": "text", "required": True})) == []
    add(database, tables, "deal", {"name": "kept"})
    assert codes(database, deal(stage={"type": "text", "required": True})) == ["NW-P105"]


def test_text_widens_and_values_stay(database: Database) -> None:
    tables = applied(database, deal(code={"type": "text", "options": {"max_length": 5}}))
    add(database, tables, "deal", {"name": "x", "code": "abcde"})
    tables = applied(database, deal(code={"type": "text", "options": {"max_length": 500}}))
    assert values_of(database, tables, "deal", "code") == ["abcde"]
    add(database, tables, "deal", {"id": an_id(2), "name": "x", "code": "y" * 500})
    tables = applied(database, deal(code="long_text"))
    assert values_of(database, tables, "deal", "code") == ["abcde", "y" * 500]


def test_decimals_widen_and_stay_exact(database: Database) -> None:
    tables = applied(database, deal(rate={"type": "decimal", "options": {"precision": 8, "scale": 2}}))
    add(database, tables, "deal", {"name": "x", "rate": Decimal("-123456.78")}, {"name": "y"})
    wider = deal(rate={"type": "decimal", "options": {"precision": 12, "scale": 4}})
    made = plan.make(database, wider)
    assert [(each.kind, each.rows) for each in made.operations if each.kind == "widen"] == [("widen", 2)]
    tables = applied(database, wider)
    assert values_of(database, tables, "deal", "rate") == [Decimal("-123456.7800"), None]


REFUSED: dict[str, tuple[Model, Model, list[str]]] = {
    "an object that goes": (a_model({**deal().objects, "x": an_object("x", {"name": "text"})}), deal(), ["NW-P101"]),
    "a field that goes": (deal(code="text"), deal(), ["NW-P102"]),
    "a composite field that goes": (deal(price="money"), deal(), ["NW-P102"]),
    "another type": (deal(code="text"), deal(code="integer"), ["NW-P103"]),
    "a text that becomes a lookup": (deal(code="text"), deal(code={"type": "lookup", "to": "deal"}), ["NW-P103"]),
    "a shorter text": (deal(), deal(name={"type": "text", "options": {"max_length": 20}}), ["NW-P104"]),
    "fewer digits after the point": (
        deal(rate={"type": "decimal", "options": {"precision": 12, "scale": 4}}),
        deal(rate={"type": "decimal", "options": {"precision": 12, "scale": 2}}),
        ["NW-P104"],
    ),
    "fewer digits before the point": (
        deal(rate={"type": "decimal", "options": {"precision": 12, "scale": 2}}),
        deal(rate={"type": "decimal", "options": {"precision": 12, "scale": 4}}),
        ["NW-P104"],
    ),
    "owners given up": (deal(), a_model({"deal": an_object("deal", {"name": "text"}, ownership="none")}), ["NW-P111"]),
    "another target": (
        a_model({"a": an_object("a", {"name": "text"}), **deal(x={"type": "lookup", "to": "a"}).objects}),
        a_model({"a": an_object("a", {"name": "text"}), **deal(x={"type": "lookup", "to": "deal"}).objects}),
        ["NW-P108"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_lose_data_is_refused(database: Database, case: str) -> None:
    before, after, expected = REFUSED[case]
    applied(database, before)
    made = plan.make(database, after)
    assert [each.code for each in made.problems] == expected
    with pytest.raises(applying.Refused):
        applying.apply(database, made)
    assert plan.make(database, before).empty


def test_all_refusals_are_told_at_once(database: Database) -> None:
    applied(database, deal(code="text", rate="integer"))
    assert codes(database, deal(rate="text", name={"type": "text", "options": {"max_length": 20}})) == [
        "NW-P102",
        "NW-P103",
        "NW-P104",
    ]


def test_an_option_in_use_stays(database: Database) -> None:
    before = deal(stage={"type": "choice", "choices": ["a_b", "axb"]}, many={"type": "multi_choice", "choices": ["a_b", "axb"]})
    after = deal(stage={"type": "choice", "choices": ["axb"]}, many={"type": "multi_choice", "choices": ["axb"]})
    tables = applied(database, before)
    add(database, tables, "deal", {"name": "x", "stage": "axb", "many": ("axb",)})
    assert codes(database, after, before) == []
    add(database, tables, "deal", {"id": an_id(2), "name": "x", "stage": "a_b", "many": ("axb", "a_b")})
    assert codes(database, after, before) == ["NW-P107", "NW-P107"]


def test_a_field_with_equal_values_does_not_become_unique(database: Database) -> None:
    tables = applied(database, deal())
    add(database, tables, "deal", {"name": "same"}, {"name": "same", "deleted_at": NOW})
    unique = a_model({"deal": an_object("deal", {"name": {"type": "text", "unique": True}})})
    assert codes(database, unique) == []
    add(database, tables, "deal", {"id": an_id(3), "name": "same"})
    assert codes(database, unique) == ["NW-P106"]


def test_unique_holds_among_live_records_only(database: Database) -> None:
    tables = applied(database, a_model({"deal": an_object("deal", {"name": {"type": "text", "unique": True}})}))
    add(database, tables, "deal", {"name": "one", "deleted_at": NOW}, {"name": "one"}, {"name": None}, {"name": None})
    with pytest.raises(IntegrityError):
        add(database, tables, "deal", {"id": an_id(9), "name": "one"})


def test_indexes_follow_the_views(database: Database) -> None:
    one = deal(amount="money")
    applied(database, a_model(dict(one.objects), {"deal.big": a_view("deal.big", ("-amount", "name"))}))
    names = {each["name"] for each in inspect(database.engine).get_indexes("deal")}
    assert {"nw_ix_deal_amount_name_id", "nw_ix_deal_owner_amount_name_id"} <= names
    applied(database, one)
    names = {each["name"] for each in inspect(database.engine).get_indexes("deal")}
    assert "nw_ix_deal_amount_name_id" not in names


def test_a_sorted_list_is_read_from_its_index(database: Database) -> None:
    one = deal(amount="money")
    applied(database, a_model(dict(one.objects), {"deal.big": a_view("deal.big", ("-amount",))}))
    query = "SELECT id FROM deal WHERE deleted_at IS NULL AND owner = '{}' ORDER BY amount DESC NULLS LAST, id LIMIT 50"
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    with database.writing() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        shown = "\n".join(str(row) for row in connection.exec_driver_sql(explain + query.format(an_id(1))))
    assert "nw_ix_deal_owner_amount_id" in shown
    assert "Sort" not in shown
    assert "TEMP B-TREE" not in shown


def test_an_object_of_318_fields_works(database: Database) -> None:
    kinds = ["text", "money", "date", "boolean", "decimal", "integer", "datetime", "choice", "long_text", "percent"]
    fields = {f"field_{n}": kinds[n % len(kinds)] for n in range(317)}
    tables = applied(database, deal(**fields))
    add(database, tables, "deal", {"name": "wide", **{key: "x" for key, kind in fields.items() if kind == "text"}})
    assert values_of(database, tables, "deal", "field_310") == ["x"]


def test_a_decimal_too_long_for_sqlite_is_refused_there(new_database: Callable[[str], Database]) -> None:
    model = deal(rate={"type": "decimal", "options": {"precision": 30, "scale": 2}})
    database = new_database("sqlite")
    assert codes(database, model) == ["NW-P109"]


def test_a_plan_is_data(database: Database) -> None:
    made = plan.make(database, deal())
    assert json.loads(json.dumps(made.as_json()))["hash"] == made.hash
    assert plan.make(database, deal()).hash == made.hash
    assert plan.make(database, deal(code="text")).hash != made.hash


def test_a_plan_reads_as_signs_sentences_and_statements(database: Database) -> None:
    text = plan.make(database, deal()).as_text()
    assert "  + object:deal: new object, table deal with 9 columns\n        CREATE TABLE deal (" in text
    assert "to add" in text.splitlines()[-1]
