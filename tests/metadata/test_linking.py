"""A solution that holds no fault becomes a Model, whatever it calls its things."""

from __future__ import annotations

from newel.metadata.compiling import compile_model
from newel.metadata.model import SYSTEM_FIELDS
from tests.metadata.building import compiled, faults, layer

ACCOUNT = "object: account\nfields:\n  name: {type: text}\n"
CONTACT = "object: contact\nfields:\n  name: {type: text}\n  account: {type: lookup, to: account, inverse: contacts}\n"
ORDER = "object: order\nfields:\n  name: {type: text}\n  lines: {type: child_table, of: line}\n"
LINE = "object: line\nownership: parent\nparent: order\nfields:\n  order: {type: lookup, to: order}\n  amount: {type: money}\n"


def test_words_that_are_keywords_elsewhere_name_objects_and_fields() -> None:
    fields = "".join(
        f"  {name}: {{type: text}}\n" for name in ("from", "type", "key", "order", "select", "class", "import", "group")
    )
    objects = {name: ACCOUNT.replace("account", name) + fields for name in ("order", "group", "user", "case", "limit")}
    model = compiled(layer(**objects))
    assert set(objects) <= set(model.objects)
    assert [each.name for each in model.objects["limit"].declared][:3] == ["name", "from", "type"]


def test_labels_may_be_chinese_long_and_repeated() -> None:
    long = "客" * 131
    model = compiled(
        layer(
            account=f"object: account\nlabel: {long}\nfields:\n"
            f"  name: {{type: text, label: {long}}}\n  nick: {{type: text, label: {long}}}\n"
        )
    )
    assert model.objects["account"].fields["nick"].label.source == long


def test_a_picklist_may_have_453_options() -> None:
    options = "".join(f"      i{number}: {{label: 行业 {number}}}\n" for number in range(453))
    model = compiled(layer(account=f"{ACCOUNT}  industry:\n    type: choice\n    options:\n{options}"))
    assert len(model.objects["account"].fields["industry"].choices) == 453


def test_an_object_may_have_318_fields() -> None:
    fields = "".join(f"  f{number}: {{type: text}}\n" for number in range(317))
    assert len(compiled(layer(account=ACCOUNT + fields)).objects["account"].declared) == 318


def test_options_may_be_codes_in_capitals_and_digits() -> None:
    model = compiled(
        layer(
            account=ACCOUNT
            + '  country: {type: choice, options: {CN: China, "840": USA, zh-CN: 中文, no: Norway}, default: no}\n'
        )
    )
    field = model.objects["account"].fields["country"]
    assert list(field.choices) == ["CN", "840", "zh-CN", "no"]
    assert field.default is not None
    assert field.default.value == "no"


def test_every_object_has_the_system_fields_behind_its_own() -> None:
    fields = compiled(layer(account=ACCOUNT)).objects["account"].fields
    assert tuple(fields)[1:] == SYSTEM_FIELDS
    assert fields["owner"].to == ("nw_user",)
    assert fields["created_at"].label.say("zh-CN") == "创建时间"


def test_only_records_that_a_user_owns_have_an_owner() -> None:
    model = compiled(layer(order=ORDER, line=LINE, region="object: region\nownership: none\nfields:\n  name: {type: text}\n"))
    assert "owner" in model.objects["order"].fields
    assert "owner" not in model.objects["line"].fields
    assert "owner" not in model.objects["region"].fields


def test_an_object_without_form_and_view_gets_both() -> None:
    model = compiled(layer(account=ACCOUNT + "  city: {type: text}\n", contact=CONTACT))
    form = model.main_form("account")
    assert list(form.tabs["details"].sections["main"].fields) == ["name", "city", "owner"]
    assert list(form.tabs["details"].related) == ["contacts"]
    assert form.tabs["details"].related["contacts"].columns == ("name",)
    assert model.default_view("account").columns == ("name", "city", "owner", "updated_at")


def test_a_lookup_gives_the_other_object_an_inverse() -> None:
    model = compiled(layer(account=ACCOUNT, contact=CONTACT))
    inverse = model.objects["account"].inverses["contacts"]
    assert (inverse.object, inverse.field, inverse.label.source) == ("contact", "account", "Contacts")


def test_two_inverses_from_one_object_are_told_apart_by_their_labels() -> None:
    model = compiled(
        layer(account=ACCOUNT, contact=CONTACT + "  former: {type: lookup, to: account, inverse: former_contacts}\n")
    )
    labels = [each.label.source for each in model.objects["account"].inverses.values()]
    assert labels == ["Contacts (Account)", "Contacts (Former)"]


def test_a_polymorphic_lookup_gives_every_target_an_inverse() -> None:
    task = "object: task\nfields:\n  name: {type: text}\n  about: {type: polymorphic, to: [account, contact], inverse: tasks}\n"
    model = compiled(layer(account=ACCOUNT, contact=CONTACT, task=task))
    assert "tasks" in model.objects["account"].inverses
    assert "tasks" in model.objects["contact"].inverses


def test_a_tree_has_children() -> None:
    model = compiled(layer(unit="object: unit\nfields:\n  name: {type: text}\n  above: {type: tree_parent}\n"))
    assert model.objects["unit"].fields["above"].to == ("unit",)
    assert "children" in model.objects["unit"].inverses
    assert model.objects["unit"].tree is not None


def test_lines_go_with_their_master() -> None:
    model = compiled(layer(order=ORDER, line=LINE))
    lines, line = model.objects["order"].fields["lines"], model.objects["line"]
    assert (lines.of, lines.by, line.kind) == ("line", "order", "child")
    assert line.fields["order"].on_delete == "cascade"
    assert line.fields["order"].required.always


def test_a_many_to_many_field_keeps_its_links_in_an_object_of_its_own() -> None:
    friends = (
        "  friends: {type: many_to_many, to: contact, inverse: friends_of, fields: {since: {type: date, label: Since when}}}\n"
    )
    model = compiled(layer(account=ACCOUNT + friends, contact=CONTACT))
    field, link = model.objects["account"].fields["friends"], model.objects["account_friends"]
    assert (field.of, field.by, field.by_other) == ("account_friends", "account", "contact")
    assert [each.name for each in link.declared] == ["account", "contact", "since"]
    assert (link.kind, link.ownership, link.parent, link.keys) == ("link", "parent", "account", {"pair": ("account", "contact")})


def test_a_many_to_many_field_may_lead_to_its_own_object() -> None:
    model = compiled(layer(account=ACCOUNT + "  partners: {type: many_to_many, to: account, inverse: partner_of}\n"))
    field = model.objects["account"].fields["partners"]
    assert (field.by, field.by_other) == ("account", "account_other")


def test_links_may_be_records_of_a_declared_object() -> None:
    member = (
        LINE.replace("object: line", "object: member").replace("order", "account") + "  contact: {type: lookup, to: contact}\n"
    )
    model = compiled(
        layer(account=ACCOUNT + "  people: {type: many_to_many, to: contact, through: member}\n", contact=CONTACT, member=member)
    )
    field = model.objects["account"].fields["people"]
    assert (field.of, field.by, field.by_other) == ("member", "account", "contact")


def test_a_default_is_a_value_or_an_expression_by_the_type_of_its_field() -> None:
    fields = (
        "  a: {type: text, default: today()}\n  b: {type: date, default: today()}\n  c: {type: date, default: 2026-01-31}\n"
        "  d: {type: integer, default: 7}\n  e: {type: text, default: {expr: upper(name)}}\n  f: {type: money, default: 12.5}\n"
        "  g: {type: choice, options: {x: X, y: Y}, default: x}\n  h: {type: boolean, default: true}\n"
    )
    found = compiled(layer("case", "currency: EUR\n", account=ACCOUNT + fields)).objects["account"].fields
    values = {name: each.default.value for name, each in found.items() if each.default and each.default.expression is None}
    assert values == {"a": "today()", "c": "2026-01-31", "d": 7, "f": {"amount": "12.50", "currency": "EUR"}, "g": "x", "h": True}
    sources = {name: each.default.expression for name, each in found.items() if each.default and each.default.expression}
    assert {name: source.text for name, source in sources.items()} == {"b": "today()", "e": "upper(name)"}
    assert str(sources["e"].place) == "case/account.yaml:8:35"


def test_translations_reach_every_label() -> None:
    zh = (
        "translation: zh-CN\nsolution: 案例\n"
        "objects:\n  account:\n    label: 客户\n    help: 说明\n    fields:\n      name: 名称\n"
        "      stage: {label: 阶段, options: {open: 打开}}\n    validations: {v: 不行}\n"
        "    actions: {go: {label: 走, steps: {one: 第一步}}}\n"
        "forms: {account.main: {label: 表单, tabs: {t: 页}, sections: {s: 段}}}\nviews: {account.all: 全部客户}\n"
        "apps: {sales: {label: 销售, menu: {more: 更多}}}\nroles: {rep: {label: 代表}}\n"
    )
    account = (
        "object: account\nhelp: Help\nfields:\n  name: {type: text}\n  stage: {type: choice, options: {open: Open}}\n"
        "validations: {v: {require: name != '', message: No}}\n"
        "actions: {go: {label: Go, steps: {one: {update: self, label: One}}}}\n"
    )
    model = compiled(
        layer(
            account=account,
            zh=zh,
            form="form: account.main\nlabel: Form\ntabs: {t: {label: T, sections: {s: {label: S, fields: [name]}}}}\n",
            view="view: account.all\nlabel: All\n",
            app="app: sales\nmenu: {more: {label: More, items: {a: {object: account}}}}\n",
            role="role: rep\n",
        )
    )
    thing = model.objects["account"]
    assert thing.label.say("zh-CN") == thing.plural.say("zh-CN") == "客户"
    assert thing.fields["stage"].choices["open"].label.say("zh-CN") == "打开"
    assert thing.validations["v"].message.say("zh-CN") == "不行"
    step = thing.actions["go"].steps["one"]
    assert step.label is not None
    assert step.label.say("zh-CN") == "第一步"
    tab = model.forms["account.main"].tabs["t"]
    section = tab.sections["s"].label
    assert section is not None
    assert (tab.label.say("zh-CN"), section.say("zh-CN")) == ("页", "段")
    more = model.apps["sales"].menu["more"].label
    assert more is not None
    assert (more.say("zh-CN"), more.say("fr")) == ("更多", "More")


def test_samples_load_what_is_referred_to_first() -> None:
    samples = {
        "one": "sample: one\nobject: contact\nrecords: {c: {name: C, account: '@a'}}\n",
        "two": "sample: two\nobject: account\nrecords: {a: {name: A}}\n",
        "three": "sample: three\nmode: reference\nobject: region\nrecords: {r: {name: R}}\n",
    }
    model = compiled(layer(account=ACCOUNT, contact=CONTACT, region="object: region\nfields:\n  name: {type: text}\n", **samples))
    assert list(model.samples) == ["three", "two", "one"]


def test_uses_say_who_mentions_an_element() -> None:
    view = "view: contact.all\ncolumns: [name, account.name]\n"
    model = compiled(
        layer(
            account=ACCOUNT, contact=CONTACT, view=view, role="role: rep\nobjects: {account: {read: all, fields: {name: read}}}\n"
        )
    )
    assert "view:contact.all" in model.uses["object:account/field:name"]
    assert "role:rep/object:account" in model.uses["object:account/field:name"]
    assert "object:contact/field:account" in model.uses["object:account"]


def test_every_element_has_a_place() -> None:
    from newel.metadata.changes import elements

    model = compiled(
        layer(account=ACCOUNT, contact=CONTACT, order=ORDER, line=LINE, role="role: rep\nobjects: {account: {read: all}}\n")
    )
    assert [address for address in elements(model) if address not in model.places and "/key:" not in address] == []


def test_a_fault_gives_no_model_at_all() -> None:
    model, problems = compile_model([layer(account=ACCOUNT + "  x: {type: wibble}\n")])
    assert model is None
    assert len(problems) == 1


def test_what_refers_to_a_broken_field_is_not_blamed_too() -> None:
    view = "view: account.all\ncolumns: [name, x]\n"
    assert faults(layer(account=ACCOUNT + "  x: {type: wibble}\n", view=view)) == ["account.yaml:4:13 NW-E104"]
