"""Names that databases and languages keep for themselves, objects of 318 fields, and picklists of 453 values all work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from newel.runtime.records import finding, history, saving, searching
from tests.runtime.records.conftest import Firm

NAMES = ("order", "group", "user", "case", "limit")
FIELDS = (
    "from",
    "type",
    "key",
    "order",
    "select",
    "class",
    "import",
    "index",
    "values",
    "items",
    "count",
    "t",
    "j1",
    "nw_at",
    "c_0",
)
LABEL = "很长的标签" * 26 + "!"


def _object(name: str) -> str:
    fields = "".join(
        f"  {field}: {{type: text, label: {LABEL}, unique: {str(field == 'key').lower()}}}\n"
        for field in FIELDS
        if field != "nw_at"
    )
    others = "".join(f"  to_{other}: {{type: lookup, to: {other}, on_delete: clear}}\n" for other in NAMES)
    return f"object: {name}\nlabel: {LABEL}\ntitle: from\nsearch: [from, key]\nfields:\n{fields}{others}"


ROLE = "role: boss\nlabel: Boss\nobjects:\n  '*': {read: \"owner == user\", create: true, update: all, delete: all}\n"


@pytest.fixture
def firm(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm({**{f"objects/{name}.yaml": _object(name) for name in NAMES}, "roles/boss.yaml": ROLE})


def test_reserved_words_are_names_like_any_other(firm: Firm) -> None:
    before: dict[str, str] = {}
    for name in NAMES:
        values = {field: f"{name} {field}" for field in FIELDS if field != "nw_at"}
        record = firm.create("boss", name, **values, **{f"to_{other}": record_id for other, record_id in before.items()})
        before[name] = record.id
        assert firm.update("boss", record, select="changed; drop table user")["select"] == "changed; drop table user"
        filtered = firm.find(
            "boss", name, filter="key == '" + f"{name} key" + "' and not_blank(order)", sort=["-from", "import", "class"]
        )
        assert [each.id for each in filtered] == [record.id]
        with firm.reading("boss") as work:
            assert finding.aggregate(work, name, group=["type", "values"], measures=["count()", "count(key)"])
            assert [hit.id for hit in searching.search(work, f"{name} key", (name,))] == [record.id]
            assert len(history.of(work, name, record.id)) == 2
    last = firm.find("boss", "limit", fields=["to_order.from", "to_case.to_user.to_order.key", "to_group"]).records[0]
    assert last["to_case.to_user.to_order.key"] == "order key"
    assert last.titles["to_group"] == "group from"
    with firm.writing("boss") as work:
        saving.delete(work, "order", before["order"])
        saving.restore(work, "order", before["order"])
    assert firm.find("boss", "limit", fields=["to_order"]).records[0]["to_order"] == before["order"]


def test_an_object_may_have_318_fields_and_a_choice_453_options(make_firm: Callable[[Mapping[str, str]], Firm]) -> None:
    options = ", ".join(f"o{n}: 选项{n}" for n in range(453))
    fields = "".join(f"  f{n}: {{type: {('text', 'integer', 'date', 'boolean')[n % 4]}}}\n" for n in range(316))
    head = "object: wide\nlabel: Wide\ntitle: name\nfields:\n  name: {type: text}\n"
    wide = f"{head}  pick: {{type: choice, options: {{{options}}}}}\n{fields}"
    firm = make_firm(
        {
            "objects/wide.yaml": wide,
            "roles/boss.yaml": "role: boss\nlabel: B\nobjects: {wide: {read: own, create: true, update: own}}\n",
        }
    )
    record = firm.create("boss", "wide", name="w", pick="o452", **{f"f{n}": "7" for n in range(1, 316, 4)})
    assert record["f313"] == 7
    assert firm.names("boss", "wide", sort=["pick", "-f1"], filter="pick == 'o452' and f1 == 7") == ["w"]
    assert len(firm.get("boss", record).values) >= 318
    with firm.writing("boss") as work:
        saving.bulk_create(work, "wide", [{"name": f"n{n}", **{f"f{k}": k for k in range(1, 316, 4)}} for n in range(150)])
    assert len(firm.find("boss", "wide", limit=200)) == 151
