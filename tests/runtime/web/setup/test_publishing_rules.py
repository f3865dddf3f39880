"""Every kind of rule that Setup lists is changed there and holds at once, or the page says what to do instead."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from newel.metadata.amending import FOLDER
from newel.metadata.solutions import Layer
from newel.rules.standing import standing
from newel.runtime.storage import catalog
from newel.runtime.web.setup.rule_list import KINDS
from tests.support.site import Api, Browser, Site

FILES = {
    "objects/thing.yaml": """
object: thing
label: Thing
fields:
  name: {type: text, required: true}
  size: {type: integer, default: 1}
  note: {type: text, default: {expr: "'plain'"}}
  memo: {type: text, visible: size > 0}
  code: {type: text, required: size == 901, read_only: size == 902}
  spare: {type: text}
  extra: {type: text}
  kind: {type: choice, options: {a: {label: A}, b: {label: B, when: size > 900}}}
  friend: {type: lookup, to: thing, inverse: friends, filter: size > 900}
  double: {type: integer, formula: size * 2}
  friend_count: {type: integer, rollup: count(friends)}
validations:
  small: {when: size > 0, require: size < 1000, message: Too large., field: size}
actions:
  promote:
    label: Promote
    when: size > 900
    steps:
      itself: {update: self, set: {note: "'promoted'"}}
      twin: {create: thing, when: size > 900, set: {name: "'Twin'"}}
""",
    "objects/call.yaml": """
object: call
label: Call
fields:
  name: {type: text, required: true}
  thing: {type: lookup, to: thing}
  day: {type: date}
  over: {type: boolean}
activity: {kind: task, regarding: thing, when: day, done: over}
""",
    "views/thing.large.yaml": "view: thing.large\nlabel: Large\ncolumns: [name]\nfilter: size > 900\n",
    "forms/thing.main.yaml": """
form: thing.main
sections:
  first: {label: First, fields: {name: {}, size: {}, spare: {visible: size > 901}}}
  second: {label: Second, visible: size > 902, fields: [extra]}
  third: {label: Third, fields: [memo, note, code, kind, friend]}
""",
    "translations/zh-CN.yaml": "translation: zh-CN\nobjects: {thing: {validations: {small: 太大了。}}}\n",
    "roles/boss.yaml": """
role: boss
label: Boss
objects:
  "*": {read: all, create: true, update: all, delete: all, export: true}
""",
    "roles/clerk.yaml": "role: clerk\nlabel: Clerk\nobjects: {thing: {read: size > 900}}\n",
}
THING = "object:thing"
SMALL = f"{THING}/validation:small"


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    return Site(make_installation(FILES))


def publish(browser: Browser, address: str, text: str = "", **more: str) -> str:
    """Goes the way of the pages, from the rule over the plan; gives the plan."""
    asked = {"address": address, "text": text, **more}
    plan = browser.post("/setup/rules/plan/", asked)
    found = re.search(r'name="steps" value="(\w+)"', plan.text)
    assert (plan.status_code, bool(found)) == (200, True), plan.text
    answer = browser.post("/setup/rules/save/", {**asked, "steps": found[1] if found else ""})
    assert answer.status_code == 303, answer.text
    return html.unescape(plan.text)


def page(browser: Browser, address: str) -> str:
    return html.unescape(browser.get(f"/setup/rules/rule/?address={address}").text)


def status(api: Api, path: str, **values: Any) -> int:
    return api.post(path, values).status_code


def made(api: Api, **values: Any) -> dict[str, Any]:
    return api.create("thing", **{"name": "Made", **values})


def org(site: Site) -> Layer:
    with site.installation.database.reading() as connection:
        return next(each for each in catalog.layers(connection) if each.name == "org")


def test_the_world_has_every_kind_of_rule(site: Site) -> None:
    model, rules = site.installation.model, site.installation.rulebook.expressions
    places = [place for place in (standing(model, address) for address in rules) if place]
    assert {each.kind for each in places} == set(KINDS)
    offered = html.unescape(site.browser("admin").get("/setup/rules/new/?object=thing").text)
    for place in places:
        if place.object == "thing" and place.kind in ("filter", "action", "visible") and "/section:first/" not in place.address:
            assert f"address={quote(place.address, safe='')}" in offered, place.address


def test_changed_conditions_of_fields_hold_on_every_door(site: Site) -> None:
    admin, api = site.browser("admin"), site.api("boss")
    publish(admin, f"{THING}/field:code/required", "size > 5")
    publish(admin, f"{THING}/field:code/read_only", "size == 3")
    publish(admin, f"{THING}/field:memo/visible", "size != 4")
    publish(admin, f"{THING}/field:memo/required", "true")
    publish(admin, f"{THING}/field:kind/option:b/when", "size > 1")
    publish(admin, f"{THING}/field:friend/filter", "size > 1")
    publish(admin, "form:thing.main/section:first/field:spare/visible", "size > 7001")
    publish(admin, "form:thing.main/section:second/visible", "size > 7002")
    friend = made(api, size=2, memo="m")
    tries: list[tuple[int, dict[str, Any]]] = [
        (201, {"size": 4}),
        (422, {"size": 4, "spare": "s"}),
        (422, {"size": 4, "extra": "e"}),
        (422, {"size": 2}),
        (422, {"size": 6, "memo": "m"}),
        (201, {"size": 6, "memo": "m", "code": "c"}),
        (422, {"size": 3, "memo": "m", "code": "c"}),
        (201, {"size": 2, "memo": "m", "kind": "b"}),
        (422, {"size": 1, "memo": "m", "kind": "b"}),
        (201, {"size": 1, "memo": "m", "friend": friend["id"]}),
    ]
    for wanted, values in tries:
        assert status(api, "/records/thing", name="N", **values) == wanted, values
    small = made(api, size=1, memo="m")
    assert status(api, "/records/thing", name="N", size=1, memo="m", friend=small["id"]) == 422
    form = html.unescape(site.browser("boss").get("/o/thing/new").text)
    assert "7001" in form
    assert "7002" in form


def test_changed_computed_values_and_defaults_are_there_at_once(site: Site) -> None:
    admin, api = site.browser("admin"), site.api("boss")
    publish(admin, f"{THING}/field:double/formula", "size * 3")
    publish(admin, f"{THING}/field:friend_count/rollup", "sum(friends.size)")
    publish(admin, f"{THING}/field:friend/filter", "true")
    publish(admin, f"{THING}/field:note/default", "concat('by', ' rule')")
    publish(admin, f"{THING}/field:size/default", "2 + 3")
    first = made(api)
    assert (first["double"], first["note"], first["size"]) == (15, "by rule", 5)
    made(api, friend=first["id"], size=4)
    assert (api.get(f"/records/thing/{first['id']}").json or {})["friend_count"] == 4
    publish(admin, f"{THING}/field:note/default", act="back")
    assert made(api)["note"] == "plain"
    publish(admin, f"{THING}/field:note/default", act="off")
    assert made(api)["note"] is None


def test_changed_actions_views_and_activities_are_there_at_once(site: Site) -> None:
    admin, api, boss = site.browser("admin"), site.api("boss"), site.browser("boss")
    publish(admin, f"{THING}/action:promote/when", "size > 1")
    publish(admin, f"{THING}/action:promote/step:itself/set/note", "concat('size ', text(size))")
    publish(admin, f"{THING}/action:promote/step:twin/when", "size == 3")
    publish(admin, "view:thing.large/filter", "size > 2")
    publish(admin, "object:call/activity/done", "over or name == 'Done'")
    small, large = made(api, name="Small one", size=2), made(api, name="Large one", size=3)
    for record in (small, large):
        assert boss.post(f"/o/thing/{record['id']}/actions/promote").status_code == 303
    assert (api.get(f"/records/thing/{small['id']}").json or {})["note"] == "size 2"
    names = [each["name"] for each in (api.get("/records/thing").json or {})["data"]]
    assert names.count("Twin") == 1
    listed = boss.get("/o/thing?view=large").text
    assert "Large one" in listed
    assert "Small one" not in listed
    for name in ("Done", "Left"):
        api.create("call", name=name, day="2000-01-01", thing=small["id"])
    home = boss.get("/").text
    assert "Left" in home
    assert ">Done<" not in home


def test_a_validation_of_a_solution_is_worded_anew_switched_off_and_taken_back(site: Site) -> None:
    admin, api = site.browser("admin"), site.api("boss")
    chinese = site.stranger()
    chinese.sign_in(site.person("boss", name="zh", language="zh-CN"))
    address = f"{SMALL}/require"
    said = page(admin, address)
    assert 'value="Too large."' in said
    assert 'value="太大了。"' in said
    assert "It belongs to a solution (test/objects/thing.yaml)" in said
    assert ">Remove …<" not in said
    words = {"message": "At most 999.", "message_zh-CN": "最多 999。", "field": "name"}
    assert "require:" not in publish(admin, address, "size < 1000", **words)
    answer = api.post("/records/thing", {"name": "N", "size": 1000})
    assert [(each["field"], each["message"]) for each in (answer.json or {})["errors"]] == [("name", "At most 999.")]
    assert "最多 999。" in chinese.post("/o/thing/new", {"name": "N", "size": "1000"}).text
    assert (
        site.browser("admin").post("/setup/rules/plan/", {"address": address, "text": "true", "message": " "}).status_code == 422
    )

    assert "when: 'false'" in publish(admin, address, act="off")
    assert status(api, "/records/thing", name="N", size=1000) == 201
    assert "Switched off" in page(admin, address)
    assert "Switched off" in admin.get("/setup/rules/?q=small").text
    publish(admin, address, act="on")
    assert status(api, "/records/thing", name="N", size=1000) == 422
    publish(admin, f"{SMALL}/when", "size != 1000")
    assert status(api, "/records/thing", name="N", size=1000) == 201

    plan = publish(admin, address, act="back")
    assert "message: At most 999." in plan
    answer = api.post("/records/thing", {"name": "N", "size": 1000})
    assert [(each["field"], each["message"]) for each in (answer.json or {})["errors"]] == [("size", "Too large.")]
    assert [*org(site).files] == ["solution.yaml"]


def test_a_validation_of_setups_own_is_switched_off_with_its_records_and_removed(site: Site) -> None:
    admin, api = site.browser("admin"), site.api("boss")
    address = f"{THING}/validation:x_named/require"
    publish(admin, address, "name != 'x'", **{"message": "Not x.", "message_zh-CN": "不能是 x。"})
    publish(admin, address.replace("require", "when"), "size > 1")
    publish(admin, address, act="off")
    assert status(api, "/records/thing", name="x", size=2) == 201
    publish(admin, address, act="on")
    assert [status(api, "/records/thing", name="x", size=size) for size in (1, 2)] == [201, 422]
    assert ">Remove …<" in page(admin, address)
    assert "There is no such rule any more." in publish(admin, address, act="back")
    assert status(api, "/records/thing", name="x", size=2) == 201
    assert "x_named" not in admin.get("/setup/rules/").text
    assert [*org(site).files] == ["solution.yaml"]


def test_a_condition_is_switched_off_and_what_setup_added_is_taken_away(site: Site) -> None:
    admin, api = site.browser("admin"), site.api("boss")
    publish(admin, f"{THING}/field:kind/option:b/when", act="off")
    assert status(api, "/records/thing", name="N", kind="b") == 201
    publish(admin, f"{THING}/field:kind/option:b/when", act="on")
    assert status(api, "/records/thing", name="N", kind="b") == 422
    publish(admin, f"{THING}/field:memo/required", "size == 1")
    assert status(api, "/records/thing", name="N") == 422
    assert "There is no such rule any more." in publish(admin, f"{THING}/field:memo/required", act="back")
    assert status(api, "/records/thing", name="N") == 201


def test_what_cant_be_done_is_said_with_its_reason(site: Site) -> None:
    admin = site.browser("admin")
    assert "no other layer may widen it" in page(admin, "role:clerk/object:thing/read")
    assert "nothing without its formula" in page(admin, f"{THING}/field:double/formula")
    assert 'id="rule-text"' in page(admin, f"{THING}/field:name/required")
    assert ">true</textarea>" in page(admin, f"{THING}/field:name/required")
    assert ">1</textarea>" in page(admin, f"{THING}/field:size/default")
    for address, act in (
        (f"{THING}/field:double/formula", "off"),
        (f"{SMALL}/require", "back"),
        (f"{SMALL}/require", "on"),
        (f"{SMALL}/require", "tear down"),
        ("role:clerk/object:thing/read", "off"),
    ):
        assert admin.post("/setup/rules/plan/", {"address": address, "text": "", "act": act}).status_code == 422, address
        assert admin.post("/setup/rules/save/", {"address": address, "text": "", "act": act}).status_code == 422, address


def test_the_organisations_layer_is_given_out_as_its_files(site: Site) -> None:
    admin = site.browser("admin")
    assert "/setup/rules/layer/" not in admin.get("/setup/rules/").text
    with zipfile.ZipFile(io.BytesIO(admin.get("/setup/rules/layer/").data)) as archive:
        assert archive.namelist() == ["org/solution.yaml"]
    assert site.browser("boss").get("/setup/rules/layer/").status_code == 404
    publish(admin, f"{SMALL}/require", "size < 900")
    assert 'href="/setup/rules/layer/"' in admin.get("/setup/rules/").text
    answer = admin.get("/setup/rules/layer/")
    assert answer.headers["Content-Disposition"] == "attachment; filename=org.zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert found == {f"org/{path}": text for path, text in org(site).files.items()}
    assert f"org/{FOLDER}/thing.yaml" in found
    assert admin.get("/setup/rules/layer/").data == answer.data
