"""Several records in one request, records by their own keys, sums, and requests that are sent twice."""

from __future__ import annotations

from tests.support.site import Site


def test_a_bulk_request_creates_updates_and_deletes_together(site: Site) -> None:
    api = site.api("manager")
    old, gone = api.create("account", name="Old"), api.create("account", name="Gone")
    body = {
        "create": [{"name": "A"}, {"name": "B"}],
        "update": [{"id": old["id"], "version": 1, "city": "Wuhan"}],
        "delete": [{"id": gone["id"], "version": 1}],
    }
    answer = api.post("/records/account/bulk", body)
    assert answer.status_code == 200, answer.text
    assert [each["version"] for each in answer.json["created"]] == [1, 1]
    assert answer.json["updated"] == [{"id": old["id"], "version": 2}]
    assert answer.json["deleted"] == [{"id": gone["id"]}]
    names = {each["name"] for each in api.get("/records/account?fields=name").json["data"]}
    assert names == {"Old", "A", "B"}


def test_a_bulk_request_happens_whole_or_not_at_all(site: Site) -> None:
    api = site.api("manager")
    old = api.create("account", name="Old")
    bad_row = api.post("/records/account/bulk", {"create": [{"name": "A"}, {"stage": "x"}]})
    assert bad_row.status_code == 422
    assert {(each["field"]) for each in bad_row.json["errors"]} == {"create.1.name", "create.1.stage"}
    stale = api.post(
        "/records/account/bulk", {"create": [{"name": "A"}], "update": [{"id": old["id"], "version": 9, "city": "x"}]}
    )
    assert stale.status_code == 409
    assert stale.json["errors"][0]["field"] == "update.0"
    assert [each["name"] for each in api.get("/records/account?fields=name").json["data"]] == ["Old"]


def test_the_envelope_of_a_bulk_request_is_checked(site: Site) -> None:
    api = site.api("manager")
    for body in (
        {"insert": []},
        {"create": {}},
        {"create": [1]},
        {"update": [{"version": 1}]},
        {"delete": [{"id": "x", "version": "1"}]},
    ):
        assert api.post("/records/account/bulk", body).status_code == 422, body
    assert api.post("/records/account/bulk", {"create": [{}] * 1001}).status_code == 413


def test_a_record_is_put_by_its_own_key(site: Site) -> None:
    api = site.api("manager")
    first = api.put("/records/account/by/code/C-1", {"name": "Acme"})
    assert (first.status_code, first.json["code"]) == (201, "C-1")
    second = api.put("/records/account/by/code/C-1", {"city": "Wuhan"})
    assert (second.status_code, second.json["id"], second.json["city"]) == (200, first.json["id"], "Wuhan")
    assert api.get("/records/account/by/code/C-1").json["name"] == "Acme"


def test_only_a_unique_field_names_a_record(site: Site) -> None:
    api = site.api("manager")
    for path in ("/records/account/by/name/Acme", "/records/account/by/nothing/x", "/records/account/by/code/absent"):
        assert api.get(path).status_code == 404
    assert api.put("/records/account/by/name/Acme", {"city": "x"}).status_code == 404


def test_sums_by_group_are_exact(site: Site) -> None:
    api = site.api("manager")
    for city, amount in (("Wuhan", "0.10"), ("Wuhan", "0.20"), ("Xi'an", "5.00")):
        api.create("account", name="x", city=city, amount=amount)
    answer = api.get("/records/account/aggregate?group=city&measure=count(),sum(amount)")
    assert answer.status_code == 200, answer.text
    rows = {row["city"]: (row["count()"], row["sum(amount)"]) for row in answer.json["data"]}
    assert rows["Wuhan"][0] == 2
    assert "0.30" in str(rows["Wuhan"][1])


def test_sums_count_only_what_the_caller_sees(site: Site) -> None:
    site.api("manager").create("account", name="x")
    rep = site.api("rep")
    rep.create("account", name="mine")
    assert rep.get("/records/account/aggregate?measure=count()").json["data"] == [{"count()": 1}]


def test_a_request_sent_twice_with_a_key_happens_once(site: Site) -> None:
    api = site.api("manager")
    sent = [api.post("/records/account", {"name": "Once"}, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    assert len(api.get("/records/account").json["data"]) == 1


def test_a_key_belongs_to_one_request_and_one_caller(site: Site) -> None:
    api = site.api("manager")
    api.post("/records/account", {"name": "One"}, headers={"Idempotency-Key": "k-1"})
    other = api.post("/records/account", {"name": "Two"}, headers={"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json["code"]) == (409, "conflict")
    assert site.api("rep").post("/records/account", {"name": "Mine"}, headers={"Idempotency-Key": "k-1"}).status_code == 201


def test_a_request_that_failed_may_be_sent_again_with_its_key(site: Site) -> None:
    api = site.api("manager")
    assert api.post("/records/account", {}, headers={"Idempotency-Key": "k-1"}).status_code == 422
    assert api.post("/records/account", {"name": "Now"}, headers={"Idempotency-Key": "k-1"}).status_code == 201


def test_an_action_is_prepared_and_performed(site: Site) -> None:
    api = site.api("manager")
    made = api.create("account", name="Acme", amount="5.00")
    path = f"/records/account/{made['id']}/actions"
    assert api.get(f"{path}/win").status_code == 200
    done = api.post(f"{path}/win")
    assert done.status_code == 200, done.text
    assert api.get(f"/records/account/{made['id']}").json["stage"] == "won"
    assert api.post(f"{path}/nothing").status_code == 404


def test_words_are_found_in_records_that_the_caller_sees(site: Site) -> None:
    site.api("manager").create("account", name="Acme Steel")
    rep = site.api("rep")
    mine = rep.create("account", name="Acme Paper")
    hits = rep.get("/search?q=acme").json["data"]
    assert [(hit["object"], hit["id"], hit["title"]) for hit in hits] == [("account", mine["id"], "Acme Paper")]
    assert rep.get("/search").status_code == 400
