"""What any request to the API must look like, and what it is told where it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.site import API, Site


def test_nobody_gets_401_and_is_told_how(site: Site) -> None:
    answer = site.app.test_client().get(f"{API}/records/account")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer nwl_wrong", "Basic bGk6eA==", "nwl_wrong", "Bearer \x7f", ""])
def test_a_bad_authorization_is_401_even_beside_a_good_session(site: Site, header: str) -> None:
    browser = site.browser("manager")
    assert browser.get(f"{API}/records/account").status_code == 200
    assert browser.get(f"{API}/records/account", headers={"Authorization": header}).status_code == 401


def test_a_key_is_no_session_for_pages(site: Site) -> None:
    key = site.key(site.person("manager"))
    assert site.app.test_client().get("/profile", headers={"Authorization": f"Bearer {key}"}).status_code == 302


def test_a_key_that_ran_out_is_worth_nothing(site: Site) -> None:
    key = site.key(site.person("manager"), expires_at=datetime.now(UTC) - timedelta(seconds=1))
    answer = site.app.test_client().get(f"{API}/records/account", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


def test_a_read_only_key_reads_and_changes_nothing(site: Site) -> None:
    made = site.api("manager").create("account", name="Acme")
    api = site.api("manager", read_only=True)
    path = f"/records/account/{made['id']}"
    assert api.get(path).status_code == 200
    refused = [api.post("/records/account", {"name": "x"}), api.patch(path, {"city": "x"}, 1), api.delete(path, 1)]
    assert {(answer.status_code, answer.json["code"]) for answer in refused} == {(403, "read_only_key")}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("limit=１", "limit"),
        ("count=all", "count"),
        ("deleted=1", "deleted"),
        ("page=2", "page"),
        ("limit=1&limit=2", "limit"),
        ("filter=name%00", "filter"),
        ("filter=" + "(" * 9000, "filter"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(site: Site, query: str, parameter: str) -> None:
    answer = site.api("manager").get(f"/records/account?{query}")
    assert answer.status_code == 400
    assert {each["field"] for each in answer.json["errors"]} == {parameter}


@pytest.mark.parametrize(
    "query",
    [
        "filter=name ==",
        "filter=name == 'x' or __import__('os')",
        "filter=(" * 60,
        "filter=name < 5",
        "filter=" + "+".join(["1"] * 600),
        "cursor=nonsense",
        "cursor=" + "A" * 500,
        "sort=tags",
        "fields=account..name",
        "fields=.",
        "fields=name.x.y.z.a.b.c.d",
    ],
)
def test_a_filter_cursor_or_path_that_makes_no_sense_is_400(site: Site, query: str) -> None:
    name, _, value = query.partition("=")
    answer = site.api("manager").get("/records/account", query_string={name: value})
    assert answer.status_code == 400, answer.text
    assert answer.json["errors"]


def test_a_cursor_of_another_list_is_refused(site: Site) -> None:
    api = site.api("manager")
    for name in "ABC":
        api.create("account", name=name)
    cursor = api.get("/records/account?sort=name&limit=1").json["next_cursor"]
    assert api.get("/records/account", query_string={"sort": "-name", "cursor": cursor}).status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
)
def test_another_content_type_is_415(site: Site, kind: str) -> None:
    answer = site.api("manager").post("/records/account", data=b'{"name": "x"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_broken_json_is_400_with_its_place(site: Site) -> None:
    answer = site.api("manager").post("/records/account", data=b'{"name": }', content_type="application/json")
    assert (answer.status_code, answer.json["line"], answer.json["column"]) == (400, 1, 10)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"1"])
def test_a_record_is_an_object(site: Site, body: bytes) -> None:
    answer = site.api("manager").post("/records/account", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_body")


def test_a_huge_body_is_413(site: Site) -> None:
    answer = site.api("manager").post("/records/account", data=b" " * (10 * 1024 * 1024 + 1), content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_method_that_an_address_does_not_take_is_405_with_those_that_it_takes(site: Site) -> None:
    answer = site.api("manager").call("DELETE", "/records/account")
    assert answer.status_code == 405
    assert answer.mimetype == "application/problem+json"
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_an_answer_in_another_format_is_406(site: Site) -> None:
    api = site.api("manager")
    assert api.get("/records/account", headers={"Accept": "text/csv"}).status_code == 406
    assert api.get("/records/account", headers={"Accept": "application/*"}).status_code == 200
    assert api.get("/records/account", headers={"Accept": "application/problem+json, application/json;q=0.5"}).status_code == 200


def test_an_unknown_address_is_a_problem_document_too(site: Site) -> None:
    answer = site.api("manager").get("/nothing/here")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_answers_are_neither_kept_nor_framed_nor_sniffed(site: Site) -> None:
    headers = site.api("manager").get("/records/account").headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_session_may_use_the_api_with_the_page_s_token(site: Site) -> None:
    browser = site.browser("manager")
    assert browser.client.post(f"{API}/records/account", json={"name": "x"}).status_code == 403
    answer = browser.client.post(f"{API}/records/account", json={"name": "x"}, headers={"X-CSRF-Token": browser.token()})
    assert answer.status_code == 201, answer.text
