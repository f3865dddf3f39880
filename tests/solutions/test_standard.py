"""The standard solution: it compiles, it speaks Chinese throughout, its parts fit together and its roles are sane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from newel.metadata.model import MenuItem, Model, Text

ICONS = Path(__file__).parents[2] / "platform" / "runtime" / "web" / "static" / "vendor" / "icons"
OBJECTS = (
    *("account", "contact", "lead", "opportunity", "opportunity_line", "competitor"),
    *("product", "product_family", "price_book", "price_book_entry", "campaign", "campaign_member", "case"),
    *("task", "call", "meeting", "note", "resource", "region", "document"),
)
ROLES = ("sales_rep", "sales_manager", "marketing", "service_agent", "business_admin", "read_only")
MINIMAL = {
    "account": {"name"},
    "contact": {"name"},
    "lead": {"name"},
    "opportunity": {"name", "account"},
    "product": {"name"},
    "campaign": {"name"},
    "case": {"subject"},
    "task": {"subject"},
    "call": {"subject"},
    "meeting": {"subject"},
    "note": {"subject"},
    "document": {"name"},
}


def test_the_standard_solution_compiles_without_a_problem(standard: Model) -> None:
    """Also its rules: every condition, default, filter, validation and action step."""
    from newel.rules.rulebook import compile_rules

    _, problems = compile_rules(standard)
    assert not problems, problems.as_text()


def test_it_has_the_objects_and_apps_and_roles_that_others_rely_on(standard: Model) -> None:
    assert set(OBJECTS) <= set(standard.objects)
    assert set(standard.apps) == {"sales", "marketing", "service"}
    assert set(ROLES) <= set(standard.roles)


def test_every_word_of_the_standard_solution_is_translated_into_chinese(standard: Model) -> None:
    untranslated = [path for path, text in _texts(standard) if not text.translations.get("zh-CN")]
    assert untranslated == []


def test_a_chinese_word_is_never_the_english_one(standard: Model) -> None:
    """Apart from brand names and the like, a translation that repeats the source is one that was forgotten."""
    repeated = {text.source for _, text in _texts(standard) if text.translations.get("zh-CN") == text.source}
    assert repeated <= {"中文", "English"}


def test_a_record_needs_little_more_than_its_name(standard: Model) -> None:
    """Few required fields: whoever types or posts a name has a record."""
    for name, needed in MINIMAL.items():
        required = {each.name for each in standard.objects[name].declared if each.required.always and each.default is None}
        assert required == needed, name


def test_an_opportunity_has_a_path_from_qualify_to_won_or_lost(standard: Model) -> None:
    opportunity = standard.objects["opportunity"]
    options = list(opportunity.fields["stage"].choices.values())
    assert opportunity.path == "stage"
    assert options[0].key == "qualify"
    assert {each.key for each in options if each.closed} == {"won", "lost"}


def test_activities_can_be_about_whatever_people_work_on(standard: Model) -> None:
    for name in ("task", "call", "meeting", "note"):
        activity = standard.objects[name].activity
        assert activity is not None
        assert {"account", "contact", "lead", "opportunity", "case"} <= set(standard.objects[name].fields[activity.regarding].to)


def test_every_object_has_a_form_and_a_list_of_its_own(standard: Model) -> None:
    for name in OBJECTS:
        if standard.objects[name].ownership == "parent" and name != "campaign_member":
            continue  # edited as lines of their master
        assert standard.main_form(name).layer == "standard", name
        assert standard.default_view(name).layer == "standard", name
        assert standard.default_view(name).type == "list", name


@pytest.mark.parametrize("name", ["opportunity", "lead", "case", "task"])
def test_what_moves_through_stages_has_a_board(standard: Model, name: str) -> None:
    assert any(view.type == "kanban" for view in standard.views_of[name])


@pytest.mark.parametrize("name", ["meeting", "task", "call", "campaign"])
def test_what_has_a_date_has_a_calendar(standard: Model, name: str) -> None:
    assert any(view.type == "calendar" for view in standard.views_of[name])


@pytest.mark.skipif(not ICONS.is_dir(), reason="the icons are not built; make setup builds them")
def test_every_icon_is_one_that_we_ship(standard: Model) -> None:
    used = {each.icon for each in standard.objects.values() if not each.platform} | {each.icon for each in standard.apps.values()}
    used |= {item.icon for app in standard.apps.values() for item in _items(app.menu) if item.icon}
    used |= {action.icon for each in standard.objects.values() for action in each.actions.values() if action.icon}
    assert [icon for icon in sorted(used) if not (ICONS / f"{icon}.svg").is_file()] == []


def test_nobody_but_managers_sees_what_a_product_costs(standard: Model) -> None:
    seeing = {name for name in ROLES if _field_right(standard, name, "product", "cost") != "none"}
    assert seeing == {"sales_manager", "business_admin"}


def test_only_managers_set_credit_limits(standard: Model) -> None:
    setting = {name for name in ROLES if _may_edit(standard, name, "account", "credit_limit")}
    assert setting == {"sales_manager", "business_admin"}


def test_who_only_reads_writes_nothing(standard: Model) -> None:
    for grant in standard.roles["read_only"].grants.values():
        assert (grant.create, grant.update, grant.delete) == (False, "none", "none")
        assert "edit" not in grant.fields.values()


def test_only_the_business_administrator_enters_setup(standard: Model) -> None:
    assert [name for name in ROLES if standard.roles[name].setup] == ["business_admin"]


def test_what_a_role_may_change_it_may_read(standard: Model) -> None:
    for name in ROLES:
        for grant in standard.roles[name].grants.values():
            changes = grant.create or grant.update != "none" or grant.delete != "none" or grant.export
            assert grant.read != "none" or not changes, (name, grant.object)


def test_every_role_sees_the_names_of_users(standard: Model) -> None:
    """Without them an owner would be a blank."""
    for name in ROLES:
        grants = standard.roles[name].grants
        assert grants.get("nw_user", grants.get("*")) is not None, name


def test_an_app_opens_only_what_its_roles_may_read(standard: Model) -> None:
    for app in standard.apps.values():
        assert app.roles
        opened = {item.object for item in _items(app.menu) if item.object}
        for role in app.roles:
            grants = standard.roles[role].grants
            closed = {name for name in opened if not _readable(standard, grants, name)}
            assert closed == set(), (app.name, role)


def test_the_solution_holds_not_one_line_of_code() -> None:
    folder = Path(__file__).parents[2] / "solutions" / "standard"
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= {".yaml", ".md"}


def _texts(model: Model) -> Iterator[tuple[str, Text]]:
    for kind in ("solutions", "objects", "forms", "views", "roles", "apps"):
        yield from _walk(getattr(model, kind), kind)


def _walk(value: Any, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _walk(getattr(value, each.name), f"{path}.{each.name}")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _walk(each, f"{path}/{key}")


def _items(menu: Mapping[str, MenuItem]) -> Iterator[MenuItem]:
    for item in menu.values():
        yield item
        yield from _items(item.items)


def _field_right(model: Model, role: str, object_name: str, field: str) -> str:
    grants = model.roles[role].grants
    grant = grants.get(object_name, grants.get("*"))
    if grant is None or grant.read == "none":
        return "none"
    return grant.fields.get(field, grant.fields.get("*", "edit"))


def _may_edit(model: Model, role: str, object_name: str, field: str) -> bool:
    grants = model.roles[role].grants
    grant = grants.get(object_name, grants.get("*"))
    return grant is not None and grant.update != "none" and _field_right(model, role, object_name, field) == "edit"


def _readable(model: Model, grants: Mapping[str, Any], name: str) -> bool:
    target = model.objects[name]
    if target.ownership == "parent" and target.parent:
        return _readable(model, grants, target.fields[target.parent].to[0])
    grant = grants.get(name, grants.get("*"))
    return grant is not None and grant.read != "none"
