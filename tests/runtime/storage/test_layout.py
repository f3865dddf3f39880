"""A layout says which tables and columns a Model asks for; names are given once."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from newel.metadata.model import Source
from newel.runtime.storage.layout import LONGEST_NAME, from_json, lay_out
from tests.support.models import a_model, a_view, an_object

LONG = "a" * 60


def test_an_object_and_its_fields_keep_their_own_names() -> None:
    layout = lay_out(a_model({"order": an_object("order", {"key": "text", "from": "date"})}))["order"]
    assert layout.table == "order"
    assert layout.columns["key"].name == "key"
    assert layout.columns["from"].name == "from"


def test_a_composite_field_is_several_columns() -> None:
    columns = lay_out(a_model({"deal": an_object("deal", {"name": "text", "amount": "money"})}))["deal"].columns
    assert columns["amount"].kind == "decimal"
    assert columns["amount:_currency"].name == "amount_currency"


def test_a_field_named_like_a_part_of_another_gets_a_name_of_its_own() -> None:
    fields = {"name": "text", "amount": "money", "amount_currency": "text"}
    columns = lay_out(a_model({"deal": an_object("deal", fields)}))["deal"].columns
    assert columns["amount:_currency"].name != columns["amount_currency"].name


def test_names_that_a_database_keeps_for_itself_are_avoided() -> None:
    model = a_model({"pg_class": an_object("pg_class", {"xmin": "text", "ctid": "text", "rowid": "text"})})
    layout = lay_out(model)["pg_class"]
    assert layout.table == "o_pg_class"
    assert not {column.name for column in layout.columns.values()} & {"xmin", "ctid", "rowid"}


def test_every_name_is_short_enough_and_unique() -> None:
    fields = {f"{LONG[:58]}{n}": "money" for n in range(10)}
    layouts = lay_out(a_model({f"{LONG[:58]}{n}": an_object(f"{LONG[:58]}{n}", fields) for n in range(5)}))
    relations = [layout.table for layout in layouts.values()]
    relations += [index.name for layout in layouts.values() for index in layout.indexes.values()]
    assert len(set(relations)) == len(relations)
    for layout in layouts.values():
        names = [column.name for column in layout.columns.values()]
        assert len(set(names)) == len(names)
        assert all(len(name) <= LONGEST_NAME for name in [*names, *relations])


def test_a_recorded_name_is_kept_whatever_comes_later() -> None:
    first = a_model({"deal": an_object("deal", {"name": "text", "amount": "money"})})
    later = a_model({"deal": an_object("deal", {"amount_currency": "text", "name": "text", "amount": "money"})})
    columns = lay_out(later, lay_out(first))["deal"].columns
    assert columns["amount:_currency"].name == "amount_currency"
    assert columns["amount_currency"].name != "amount_currency"


def test_records_without_owners_have_no_owner_column() -> None:
    model = a_model({"city": an_object("city", {"name": "text"}, ownership="none"), "deal": an_object("deal", {"name": "text"})})
    layout = lay_out(model)
    assert "owner" not in layout["city"].columns
    assert "owner" in layout["deal"].columns


def test_a_view_asks_for_an_index_in_its_order_for_all_and_for_one_owner() -> None:
    deal = an_object("deal", {"name": "text", "amount": "money"})
    layout = lay_out(a_model({"deal": deal}, {"deal.big": a_view("deal.big", ("-amount",))}))["deal"]
    assert "-amount,id live" in layout.indexes
    assert "owner,-amount,id live" in layout.indexes


def test_a_view_sorted_by_a_field_of_another_object_asks_for_no_index() -> None:
    deal = an_object("deal", {"name": "text"})
    layout = lay_out(a_model({"deal": deal}, {"deal.all": a_view("deal.all", ("account.name",))}))["deal"]
    assert not any("account" in signature for signature in layout.indexes)


def test_unique_fields_and_keys_are_unique_among_live_records() -> None:
    fields = {"name": {"type": "text", "unique": True}, "city": "text"}
    layout = lay_out(a_model({"shop": an_object("shop", fields, keys={"by_city": ("name", "city")})}))["shop"]
    assert layout.indexes["unique name live"].unique
    assert layout.indexes["unique name,city live"].rows == "live"


def test_references_and_indexed_fields_have_indexes() -> None:
    fields = {
        "name": "text",
        "account": {"type": "lookup", "to": "account"},
        "about": {"type": "polymorphic", "to": ("account", "deal")},
        "code": {"type": "text", "indexed": True},
    }
    model = a_model({"account": an_object("account", {"name": "text"}), "deal": an_object("deal", fields)})
    indexes = lay_out(model)["deal"].indexes
    assert {"account all", "about,about:_object all", "code,id live"} <= set(indexes)
    assert lay_out(model)["deal"].columns["account"].references == "account"
    assert lay_out(model)["deal"].columns["about"].references is None


names = st.from_regex(r"[a-z][a-z0-9]{0,3}(_currency|_object)?", fullmatch=True)
fields = st.dictionaries(names, st.sampled_from(["text", "money", "boolean", "person_name"]), min_size=1, max_size=6)


@given(st.dictionaries(names, fields, min_size=1, max_size=4))
def test_a_layout_is_stable_and_survives_json(said: dict[str, dict[str, str]]) -> None:
    model = a_model({name: an_object(name, dict(each)) for name, each in said.items()})
    layout = lay_out(model)
    assert lay_out(model, layout) == layout
    assert {name: from_json(json.loads(json.dumps(each.as_json()))) for name, each in layout.items()} == layout


def test_an_order_names_each_field_once_and_ends_with_the_id() -> None:
    deal = an_object("deal", {"name": "text"}, title="id")
    layout = lay_out(a_model({"deal": deal}, {"deal.odd": a_view("deal.odd", ("-name", "name", "-id"))}))["deal"]
    assert [index.columns for index in layout.indexes.values() if index.rows == "live"] == [
        ("-name", "id"),
        ("owner", "-name", "id"),
    ]


def test_what_does_not_sort_by_its_column_ends_the_index() -> None:
    fields = {"name": "text", "stage": {"type": "choice", "choices": ["a"]}}
    views = {"deal.a": a_view("deal.a", ("-name", "stage")), "deal.b": a_view("deal.b", ("stage", "name"))}
    layout = lay_out(a_model({"deal": an_object("deal", fields, ownership="none")}, views))["deal"]
    assert [index.columns for index in layout.indexes.values() if index.rows == "live"] == [("name", "id"), ("-name",)]


def test_what_rollups_gather_is_found_by_one_index_of_live_records() -> None:
    """Any other index over live records would look as good to a database that has not counted its rows yet, and read them all."""
    lines = an_object("line", {"order": {"type": "lookup", "to": "order"}, "amount": "decimal"})
    rollup = {"type": "decimal", "rollup": Source("sum( lines.amount, where=amount > 0)"), "computed": "rollup"}
    order = an_object("order", {"name": "text", "lines": {"type": "child_table", "of": "line", "by": "order"}, "total": rollup})
    found = lay_out(a_model({"order": order, "line": lines}))["line"].indexes
    assert "order live" in found
    assert "order live" not in lay_out(a_model({"line": lines, "order": an_object("order", {"name": "text"})}))["line"].indexes
