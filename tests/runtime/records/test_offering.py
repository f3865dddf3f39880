"""Choices that depend on the record hold at every door: options, references, what becomes blank when it is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from newel.runtime.records import acting, history, saving, suggesting
from newel.runtime.records.errors import Invalid
from tests.runtime.records.conftest import Firm

ASSET = """
object: asset
label: Asset
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: assets}
  category: {type: choice, options: {hardware: Hardware, software: Software, service: Service}}
  kind:
    type: choice
    default: laptop
    options:
      laptop: {label: Laptop, when: category == 'hardware'}
      phone: {label: Phone, when: category == 'hardware'}
      licence: {label: Licence, when: category == 'software'}
      other: Other
  extras:
    type: multi_choice
    options:
      dock: {label: Dock, when: "category == 'hardware' and account.vip"}
      support: Support
  contact: {type: lookup, to: contact, filter: account == record.account and not retired, on_delete: clear, inverse: assets}
  people: {type: many_to_many, to: contact, inverse: used, filter: account == record.account}
  serial: {type: text, visible: category == 'hardware', clear_when_hidden: true}
  seal: {type: text, visible: not_blank(serial), clear_when_hidden: true}
  note: {type: text, visible: category == 'hardware'}
  tested: {type: boolean, visible: category == 'hardware', clear_when_hidden: true}
  parts: {type: child_table, of: asset_part}
actions:
  soften:
    label: Soften
    steps:
      turn: {update: self, set: {category: "'software'"}}
  fit:
    label: Fit
    steps:
      turn: {update: self, set: {category: "'software'", kind: "'licence'"}}
"""
PART = """
object: asset_part
label: Part
ownership: parent
parent: asset
title: what
fields:
  asset: {type: lookup, to: asset, required: true, on_delete: cascade}
  what: {type: text, required: true}
  size: {type: choice, options: {small: Small, large: Large}}
  colour: {type: choice, options: {red: {label: Red, when: size == 'small'}, blue: Blue}}
  plug: {type: choice, options: {usb: {label: USB, when: asset.category == 'hardware'}, none: None}}
  maker: {type: lookup, to: contact, filter: account == record.asset, inverse: made}
"""
PART = PART.replace("filter: account == record.asset", "filter: size == record.size")
ACCOUNT = """
object: account
label: Account
fields:
  name: {type: text, required: true}
  vip: {type: boolean}
"""
CONTACT = """
object: contact
label: Contact
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: contacts}
  retired: {type: boolean}
  size: {type: choice, options: {small: Small, large: Large}}
"""
ROLES = {
    "boss": 'role: boss\nlabel: Boss\nobjects: {"*": {read: all, create: true, update: all, delete: all}}\n',
    "clerk": "role: clerk\nlabel: Clerk\nobjects:\n  account: {read: all}\n  contact: {read: all}\n"
    "  asset: {read: all, create: true, update: all, fields: {kind: none, '*': edit}}\n",
    "blind": "role: blind\nlabel: Blind\nobjects:\n  account: {read: all}\n"
    "  contact: {read: all, fields: {account: none, '*': read}}\n"
    "  asset: {read: all, create: true, update: all}\n",
    "unseeing": "role: unseeing\nlabel: Unseeing\nobjects:\n  account: {read: all}\n  contact: {read: all}\n"
    "  asset: {read: all, create: true, update: all, fields: {account: none, '*': edit}}\n",
}
FILES = {
    "objects/asset.yaml": ASSET,
    "objects/asset_part.yaml": PART,
    "objects/account.yaml": ACCOUNT,
    "objects/contact.yaml": CONTACT,
    **{f"roles/{name}.yaml": text for name, text in ROLES.items()},
}


@pytest.fixture
def firm(make_firm: Callable[[Mapping[str, str]], Firm]) -> Firm:
    return make_firm(FILES)


def refused(act: Callable[[], Any]) -> dict[str | None, str]:
    with pytest.raises(Invalid) as caught:
        act()
    return {problem.field: problem.code for problem in caught.value.problems}


def test_an_option_must_be_offered_for_the_record_as_it_will_be(firm: Firm) -> None:
    assert firm.create("boss", "asset", name="A", category="hardware", kind="phone")["kind"] == "phone"
    with pytest.raises(Invalid) as caught:
        firm.create("boss", "asset", name="B", category="software", kind="phone")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("kind", "not_offered")
    assert problem.say("en") == "“Phone” can't be chosen in this record. Choose another."
    assert "“Phone”" in problem.say("zh-CN")
    assert problem.say("zh-CN") != problem.say("en")


def test_who_changes_what_a_choice_depends_on_is_told_to_choose_again(firm: Firm) -> None:
    asset = firm.create("boss", "asset", name="A", category="hardware", kind="phone")
    with pytest.raises(Invalid) as caught:
        firm.update("boss", asset, category="software")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == ("kind", "not_offered")
    assert problem.say("en") == "“Phone” no longer goes with the rest of this record. Choose another."
    assert firm.update("boss", asset, category="software", kind="licence")["kind"] == "licence"
    assert firm.update("boss", asset, category="service", kind=None)["kind"] is None


def test_a_choice_that_was_there_before_stops_nobody(firm: Firm) -> None:
    """What it depends on may have changed elsewhere; only a change of the record itself asks for another."""
    account = firm.create("boss", "account", name="A", vip=True)
    asset = firm.create("boss", "asset", name="A", category="hardware", account=account.id, extras=["dock"])
    firm.update("boss", account, vip=False)
    assert firm.update("boss", asset, name="B", extras=["dock", "support"])["extras"] == ("dock", "support")
    other = firm.create("boss", "account", name="B", vip=False)
    assert firm.update("boss", asset, account=other.id)["extras"] == ("dock", "support")
    assert refused(lambda: firm.update("boss", asset, category="service")) == {"kind": "not_offered", "extras": "not_offered"}
    again = {"category": "service", "kind": None, "extras": ["support"]}
    assert firm.update("boss", asset, **again)["extras"] == ("support",)
    assert refused(lambda: firm.update("boss", asset, extras=["support", "dock"])) == {"extras": "not_offered"}


def test_a_default_that_is_not_offered_is_none(firm: Firm) -> None:
    assert firm.create("boss", "asset", name="A", category="hardware")["kind"] == "laptop"
    assert firm.create("boss", "asset", name="B", category="software")["kind"] is None


def test_who_cannot_see_a_choice_is_told_without_its_name(firm: Firm) -> None:
    asset = firm.create("boss", "asset", name="A", category="hardware", kind="phone")
    with pytest.raises(Invalid) as caught:
        firm.update("clerk", asset, category="software")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code) == (None, "not_offered")
    assert "Phone" not in problem.say("en")
    assert "kind" not in problem.say("en")


def test_the_system_and_many_at_once_are_held_to_it_too(firm: Firm) -> None:
    assert refused(lambda: firm.create("system", "asset", name="A", category="software", kind="phone")) == {"kind": "not_offered"}
    rows = [{"name": "A", "category": "hardware", "kind": "phone"}, {"name": "B", "category": "software", "kind": "phone"}]
    with firm.writing("boss") as work:
        good, bad = saving.bulk_create(work, "asset", rows, partial=True)
    assert good.error is None
    assert [(each.field, each.code) for each in bad.problems] == [("kind", "not_offered")]
    with firm.writing("boss") as work:
        (changed,) = saving.bulk_update(work, "asset", [good.id], {"category": "software"}, partial=True)
        assert [(each.field, each.code) for each in changed.problems] == [("kind", "not_offered")]
        assert saving.bulk_update(work, "asset", [good.id], {"kind": "laptop"}, partial=True)[0].error is None


def test_the_steps_of_an_action_are_held_to_it(firm: Firm) -> None:
    asset = firm.create("boss", "asset", name="A", category="hardware", kind="phone")
    with firm.writing("boss") as work:
        assert refused(lambda: acting.perform(work, "asset", asset.id, "soften")) == {"turn.kind": "not_offered"}
    with firm.writing("boss") as work:
        acting.perform(work, "asset", asset.id, "fit")
    assert firm.get("boss", asset)["kind"] == "licence"


def test_lines_choose_by_their_own_fields(firm: Firm) -> None:
    good = [{"what": "a", "size": "small", "colour": "red"}, {"what": "b", "size": "large", "colour": "blue"}]
    asset = firm.create("boss", "asset", name="A", parts=good)
    bad = [{"what": "a", "size": "large", "colour": "red"}]
    assert refused(lambda: firm.create("boss", "asset", name="A", parts=bad)) == {"parts.0.colour": "not_offered"}
    lines = [{"id": line.id, "what": line["what"], "size": "large"} for line in asset["parts"]]
    assert refused(lambda: firm.update("boss", asset, parts=lines)) == {"parts.0.colour": "not_offered"}


def people(firm: Firm) -> tuple[Any, Any, dict[str, str]]:
    here, there = firm.create("boss", "account", name="Here"), firm.create("boss", "account", name="There")
    made = {
        "ada": firm.create("boss", "contact", name="Ada", account=here.id, size="small").id,
        "bob": firm.create("boss", "contact", name="Bob", account=there.id, size="large").id,
        "cyd": firm.create("boss", "contact", name="Cyd", account=here.id, retired=True).id,
    }
    return here, there, made


def test_lines_choose_by_their_record_and_are_judged_when_it_changes(firm: Firm) -> None:
    parts = [{"what": "a", "plug": "usb"}, {"what": "b", "plug": "none"}]
    asset = firm.create("boss", "asset", name="A", kind="other", category="hardware", parts=parts)
    first, second = ({"id": line.id} for line in asset["parts"])
    assert refused(lambda: firm.update("boss", asset, category="software")) == {"parts": "not_offered"}
    both = [second, {**first, "what": "aa"}]
    assert refused(lambda: firm.update("boss", asset, category="software", parts=both)) == {"parts.1.plug": "not_offered"}
    firm.update("boss", asset, name="B")
    firm.update("boss", asset, category="software", parts=[{**first, "plug": "none"}, second])
    again = [{**first, "plug": "usb"}, second]
    assert refused(lambda: firm.update("boss", asset, parts=again)) == {"parts.0.plug": "not_offered"}


def test_a_reference_must_be_one_that_its_filter_offers(firm: Firm) -> None:
    here, there, known = people(firm)
    asset = firm.create("boss", "asset", name="A", account=here.id, contact=known["ada"])
    for wrong in ("bob", "cyd"):
        given = {"name": "B", "account": here.id, "contact": known[wrong]}
        assert refused(lambda given=given: firm.create("boss", "asset", **given)) == {"contact": "not_offered"}
    assert refused(lambda: firm.update("boss", asset, account=there.id)) == {"contact": "not_offered"}
    moved = firm.update("boss", asset, account=there.id, contact=known["bob"])
    assert moved["contact"] == known["bob"]


def test_a_reference_that_was_there_before_stops_nobody(firm: Firm) -> None:
    here, _, known = people(firm)
    asset = firm.create("boss", "asset", name="A", account=here.id, contact=known["ada"])
    with firm.writing("boss") as work:
        saving.update(work, "contact", known["ada"], {"retired": True})
    assert firm.update("boss", asset, name="B", contact=known["ada"])["name"] == "B"
    assert refused(lambda: firm.update("boss", asset, account=None)) == {"contact": "not_offered"}


def test_links_to_many_are_held_to_their_filter(firm: Firm) -> None:
    here, there, known = people(firm)
    asset = firm.create("boss", "asset", name="A", account=here.id, people=[known["ada"], known["cyd"]])
    assert refused(lambda: firm.update("boss", asset, people=[known["ada"], known["bob"]])) == {"people": "not_offered"}
    assert refused(lambda: firm.update("boss", asset, account=there.id)) == {"people": "not_offered"}
    assert firm.update("boss", asset, account=there.id, people=[known["bob"]])["people"] == (known["bob"],)


def test_lines_point_by_their_own_fields(firm: Firm) -> None:
    _, _, known = people(firm)
    line = {"what": "a", "size": "small", "maker": known["ada"]}
    asset = firm.create("boss", "asset", name="A", parts=[line])
    assert asset["parts"][0]["maker"] == known["ada"]
    wrong = [line, {**line, "maker": known["bob"]}]
    assert refused(lambda: firm.create("boss", "asset", name="A", parts=wrong)) == {"parts.1.maker": "not_offered"}


def test_many_references_are_judged_by_one_statement(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    here, _, known = people(firm)
    several = [firm.create("boss", "contact", name=f"C{at}", account=here.id).id for at in range(5)]
    rows = [{"name": f"A{at}", "account": here.id, "contact": each} for at, each in enumerate([*several, known["bob"]])]
    with firm.writing("boss") as work:
        run, seen = work.execute, []

        def counted(text: str, *given: Any) -> Any:
            seen.append(text)
            return run(text, *given)

        monkeypatch.setattr(work, "execute", counted)
        outcomes = saving.bulk_create(work, "asset", rows, partial=True)
    assert [bool(each.problems) for each in outcomes] == [False] * 5 + [True]
    name = firm.installation.tables["contact"].table.name
    assert sum(f"FROM {name}" in text or f'FROM "{name}"' in text for text in seen) == 2  # that they are there, and their rows


def test_what_becomes_blank_when_it_is_hidden_does_so_with_the_save_and_what_depends_on_it_too(firm: Firm) -> None:
    given = {"category": "hardware", "kind": "other", "serial": "S1", "seal": "unbroken", "note": "n", "tested": True}
    asset = firm.create("boss", "asset", name="A", **given)
    assert (asset["serial"], asset["seal"], asset["tested"]) == ("S1", "unbroken", True)
    hidden = firm.update("boss", asset, category="service")
    assert (hidden["serial"], hidden["seal"], hidden["tested"]) == (None, None, False)
    assert hidden["note"] == "n"
    with firm.reading("boss") as work:
        latest = history.of(work, "asset", asset.id)[0]
    assert {"category", "serial", "seal"} <= {change["field"] for change in latest["changes"]}


def test_what_is_given_to_a_hidden_field_is_refused_and_not_thrown_away(firm: Firm) -> None:
    wrong = {"name": "A", "category": "service", "serial": "S1"}
    assert refused(lambda: firm.create("boss", "asset", **wrong)) == {"serial": "hidden"}
    asset = firm.create("boss", "asset", name="A", category="hardware", kind="other", serial="S1")
    assert firm.update("boss", asset, category="service", serial="S1")["serial"] is None


def test_only_records_that_a_reference_offers_are_suggested(firm: Firm) -> None:
    here, there, known = people(firm)
    with firm.reading("boss") as work:
        for asked in ("", "a", "Ada", "b"):
            narrowing = suggesting.narrowing_of(work, "asset", "contact", {"account": here.id})
            found = {each.title for each in suggesting.suggest(work, "contact", asked, narrowing=narrowing)}
            assert found == ({"Ada"} if asked != "b" else set())
        narrowing = suggesting.narrowing_of(work, "asset", "contact", {"account": there.id})
        assert [each.title for each in suggesting.suggest(work, "contact", "b", narrowing=narrowing)] == ["Bob"]
        assert suggesting.narrowing_of(work, "asset", "account", {}) is None
        assert suggesting.depends_on(work, "asset", "contact") == ("account",)
    assert known


def test_a_field_that_the_actor_cannot_read_tells_nothing_through_what_is_offered(firm: Firm) -> None:
    """Neither the target's fields nor the choosing record's own: they count as blank."""
    here, _, _ = people(firm)
    with firm.reading("blind") as work:
        narrowing = suggesting.narrowing_of(work, "asset", "contact", {"account": here.id})
        assert suggesting.suggest(work, "contact", "", narrowing=narrowing) == []
    with firm.reading("unseeing") as work:
        narrowing = suggesting.narrowing_of(work, "asset", "contact", {"account": here.id})
        assert suggesting.suggest(work, "contact", "", narrowing=narrowing) == []
