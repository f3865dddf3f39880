"""One object's records over REST: made, read, listed, changed, deleted, brought back."""

from __future__ import annotations

import pytest

from tests.support.site import Site

NOBODY = "00000000-0000-7000-8000-000000000000"


def codes(answer: object) -> set[tuple[str | None, str]]:
    return {(each["field"], each["code"]) for each in answer.json["errors"]}  # type: ignore[attr-defined]


def test_a_created_record_has_an_address_and_an_etag(site: Site) -> None:
    api = site.api("manager")
    answer = api.post("/records/account", {"name": "Acme", "amount": {"amount": "12.50", "currency": "CNY"}, "tags": ["a", "b"]})
    assert answer.status_code == 201
    made = answer.json
    assert answer.headers["Location"] == f"/api/v1/records/account/{made['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert made["version"] == 1
    assert made["amount"] == {"amount": "12.50", "currency": "CNY"}
    assert made["tags"] == ["a", "b"]
    assert made["owner"] == api.person.id
    again = api.get(f"/records/account/{made['id']}")
    assert again.status_code == 200
    assert again.json == made
    assert again.headers["ETag"] == '"1"'


def test_values_come_back_in_the_json_form_of_their_types(site: Site) -> None:
    api = site.api("admin")
    account = api.create("account", name="Acme")
    given = {
        "short": "s",
        "whole": 7,
        "exact": "1.250",
        "price": {"amount": "10.00", "currency": "EUR"},
        "share": "12.5",
        "flag": True,
        "day": "2026-11-21",
        "moment": "2026-11-21T08:00:00Z",
        "hour": "08:30:00",
        "span": 5400,
        "pick": "b",
        "picks": ["x", "z"],
        "labels": ["red"],
        "one": account["id"],
        "either": {"object": "account", "id": account["id"]},
        "person": {"family": "Li", "given": "Lei"},
    }
    made = api.create("gallery", **given)
    for name in ("whole", "price", "flag", "day", "moment", "hour", "span", "pick", "picks", "labels", "one", "either"):
        assert made[name] == given[name], name
    assert made["exact"] == "1.250"
    assert made["number"] == "G-0001"


def test_only_the_asked_fields_come_each_under_its_path(site: Site) -> None:
    api = site.api("manager")
    account = api.create("account", name="Acme", city="Xi'an")
    contact = api.create("contact", name={"family": "Li", "given": "Lei"}, account=account["id"])
    answer = api.get(f"/records/contact/{contact['id']}?fields=account,account.name,account.city")
    assert answer.json == {
        "id": contact["id"],
        "version": 1,
        "account": account["id"],
        "account.name": "Acme",
        "account.city": "Xi'an",
    }


def test_a_list_is_filtered_sorted_paged_and_counted(site: Site) -> None:
    api = site.api("manager")
    for number in range(7):
        api.create("account", name=f"A{number}", city="Xi'an" if number % 2 else "Wuhan", amount=f"{number}.00")
    first = api.get("/records/account?filter=city == 'Wuhan'&sort=-amount&fields=name&limit=3&count=exact").json
    assert [each["name"] for each in first["data"]] == ["A6", "A4", "A2"]
    assert first["count"] == {"value": 4, "exact": True}
    assert first["previous_cursor"] is None
    rest = api.get(
        "/records/account",
        query_string={
            "filter": "city == 'Wuhan'",
            "sort": "-amount",
            "fields": "name",
            "limit": "3",
            "cursor": first["next_cursor"],
        },
    ).json
    assert [each["name"] for each in rest["data"]] == ["A0"]
    assert rest["next_cursor"] is None
    assert rest["count"] is None


def test_a_change_names_its_version_and_gives_the_next(site: Site) -> None:
    api = site.api("manager")
    made = api.create("account", name="Acme")
    path = f"/records/account/{made['id']}"
    answer = api.patch(path, {"city": "Wuhan"}, 1)
    assert answer.status_code == 200, answer.text
    assert (answer.json["city"], answer.json["name"], answer.json["version"]) == ("Wuhan", "Acme", 2)
    assert answer.headers["ETag"] == '"2"'


def test_a_change_without_if_match_is_428_and_a_stale_one_412(site: Site) -> None:
    api = site.api("manager")
    path = f"/records/account/{api.create('account', name='Acme')['id']}"
    assert api.patch(path, {"city": "Wuhan"}).status_code == 428
    assert api.delete(path).status_code == 428
    assert api.patch(path, {"city": "Wuhan"}, 1).status_code == 200
    stale = api.patch(path, {"city": "Xi'an"}, 1)
    assert (stale.status_code, stale.json["code"], stale.json["current_version"]) == (412, "stale", 2)
    assert stale.headers["ETag"] == '"2"'
    assert api.delete(path, 1).status_code == 412
    assert api.patch(path, {"city": "Xi'an"}, '"nonsense"').status_code == 412
    assert api.get(path).json["city"] == "Wuhan"


def test_a_star_takes_whatever_version_is_stored(site: Site) -> None:
    api = site.api("manager")
    path = f"/records/account/{api.create('account', name='Acme')['id']}"
    assert api.patch(path, {"city": "Wuhan"}, "*").json["version"] == 2
    assert api.delete(path, "*").status_code == 204


def test_a_deleted_record_is_gone_until_it_is_restored(site: Site) -> None:
    api = site.api("manager")
    made = api.create("account", name="Acme")
    path = f"/records/account/{made['id']}"
    gone = api.delete(path, 1)
    assert (gone.status_code, gone.data) == (204, b"")
    assert api.get(path).status_code == 404
    assert api.delete(path, 2).status_code == 404
    binned = api.get("/records/account?deleted=true&fields=name").json["data"]
    assert [each["name"] for each in binned] == ["Acme"]
    restored = api.post(f"{path}/restore")
    assert restored.status_code == 200, restored.text
    assert api.get(path).json["name"] == "Acme"


def test_every_fault_of_a_record_is_named_at_once(site: Site) -> None:
    api = site.api("manager")
    answer = api.post("/records/account", {"nickname": "x", "version": 3, "stage": "lost", "code": "c" * 30})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    found = codes(answer)
    assert {("nickname", "unknown_field"), ("version", "unknown_field")} <= found
    assert {name for name, _ in found} == {"nickname", "version", "stage", "code", "name"}
    assert answer.json["code"] == "invalid"


def test_a_validation_speaks_for_its_field(site: Site) -> None:
    answer = site.api("manager").post("/records/account", {"name": "Acme", "stage": "won"})
    assert answer.status_code == 422
    assert [(each["field"], each["message"]) for each in answer.json["errors"]] == [("amount", "A won account needs an amount.")]


def test_lines_are_saved_with_their_document(site: Site) -> None:
    api = site.api("manager")
    order = api.create(
        "order", **{"from": "2026-11-21", "type": "select"}, lines=[{"product": "Desk", "quantity": 2}, {"product": "Lamp"}]
    )
    lines = api.get(f"/records/order/{order['id']}").json["lines"]
    assert [(each["product"], each["quantity"]) for each in lines] == [("Desk", 2), ("Lamp", None)]
    kept = {"id": lines[0]["id"], "quantity": 3}
    changed = api.patch(f"/records/order/{order['id']}", {"lines": [kept, {"product": "Chair"}]}, order["version"])
    assert changed.status_code == 200, changed.text
    lines = api.get(f"/records/order/{order['id']}").json["lines"]
    assert [(each["product"], each["quantity"]) for each in lines] == [("Desk", 3), ("Chair", None)]


def test_a_many_to_many_is_a_list_of_ids(site: Site) -> None:
    api = site.api("manager")
    ids = [api.create("account", name=name)["id"] for name in ("A", "B")]
    campaign = api.create("campaign", name="Spring", accounts=ids)
    assert sorted(api.get(f"/records/campaign/{campaign['id']}").json["accounts"]) == sorted(ids)


def test_history_tells_who_changed_what(site: Site) -> None:
    api = site.api("manager")
    made = api.create("account", name="Acme")
    api.patch(f"/records/account/{made['id']}", {"amount": "5.00"}, 1)
    latest, first = api.get(f"/records/account/{made['id']}/history").json["data"]
    assert (first["event"], latest["event"], latest["version"], latest["door"]) == ("created", "updated", 2, "api")
    assert latest["who"] == api.person.id
    change = next(each for each in latest["changes"] if each["field"] == "amount")
    assert (change["old"], change["new"]) == (None, {"amount": "5.00", "currency": "CNY"})


@pytest.mark.parametrize("path", ["/records/nothing", "/records/vault", "/records/vault/" + NOBODY, "/records/account/" + NOBODY])
def test_unknown_forbidden_and_absent_are_one_answer(site: Site, path: str) -> None:
    answer = site.api("rep").get(path)
    assert answer.status_code == 404
    assert answer.json == {
        "type": "urn:newel:problem:not_found",
        "title": "There is no such record.",
        "status": 404,
        "code": "not_found",
    }


def test_somebody_else_s_record_is_as_if_it_were_not(site: Site) -> None:
    theirs = site.api("manager").create("account", name="Acme")
    rep = site.api("rep")
    path = f"/records/account/{theirs['id']}"
    unknown = rep.get("/records/account/" + NOBODY)
    for answer in (rep.get(path), rep.patch(path, {"city": "x"}, 1), rep.delete(path, 1), rep.get(f"{path}/history")):
        assert (answer.status_code, answer.json) == (404, unknown.json)


def test_a_hidden_field_is_answered_like_one_that_is_not_there(site: Site) -> None:
    rep = site.api("rep")
    made = rep.create("account", name="Mine")
    assert "credit_limit" not in made
    path = f"/records/account/{made['id']}"
    for name in ("credit_limit", "no_such_field"):
        for answer in (
            rep.get(f"/records/account?fields={name}"),
            rep.get(f"/records/account?sort={name}"),
            rep.get(f"/records/account?filter=not is_blank({name})"),
            rep.get(f"{path}?fields={name}"),
            rep.get(f"/records/account/aggregate?group={name}"),
        ):
            assert answer.status_code == 400, answer.text
            assert {each["code"] for each in answer.json["errors"]} == {"unknown_field"}
        assert codes(rep.patch(path, {name: "1.00"}, 1)) == {(name, "unknown_field")}


def test_a_field_that_may_only_be_read_is_not_written(site: Site) -> None:
    rep = site.api("rep")
    made = rep.create("account", name="Mine")
    answer = rep.patch(f"/records/account/{made['id']}", {"code": "X-1"}, 1)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} == {"code"}


def test_messages_are_said_in_the_language_that_was_asked_for(site: Site) -> None:
    api = site.api("manager")
    chinese = api.get("/records/nothing", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    english = api.get("/records/nothing", headers={"Accept-Language": "en-GB"})
    assert english.json["title"] == "There is no such record."
    assert chinese.json["title"] != english.json["title"]
