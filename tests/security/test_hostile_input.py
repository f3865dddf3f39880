"""Whatever is sent, the answer is a refusal that says what is wrong, never a fault of ours."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote
from zlib import crc32

import pytest

from newel.runtime.records.actors import zone
from tests.support.site import Site

ID = "00000000-0000-7000-8000-000000000000"
DEEP = "[" * 100_000


def cursor(sort: str, value: Any) -> str:
    """A cursor that nobody was given, though it belongs to the list."""
    body = [crc32(f"gallery|{sort}|0".encode()), 0, value, ID]
    return base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")


CURSORS = [
    ("short", "\ud800"),
    ("short", "a\x00"),
    ("exact", {"n": "1e999999"}),
    ("exact", {"n": "1e30"}),
    ("exact", {"n": "NaN"}),
    ("whole", 2**63),
    ("moment", {"m": "0001-01-01T00:00:00+14:00"}),
    ("moment", {"m": "9999-12-31T23:59:59-14:00"}),
]
QUERIES = [
    *(f"/records/gallery?sort={sort}&cursor={cursor(sort, value)}" for sort, value in CURSORS),
    *(f"/records/order/aggregate?measure={each}(lines)" for each in ("count", "sum", "min")),
    "/records/campaign/aggregate?measure=count(accounts)",
    *(f"/records/account?limit={each}" for each in ("0", "-1", "1000000000", "1&limit=2", "²")),
    f"/records/account?filter={'a' * 4001}",
    f"/records/account?filter={'(' * 500}",
    "/records/order?sort=lines",
    "/records/account?filter=%00",
]
BODIES = [
    b'{"short": "a", "whole": 1e99999999999999999999}',
    b'{"short": "a", "whole": NaN}',
    b'{"short": "\\ud800"}',
    DEEP.encode(),
]
PAGES = [
    "/o/account/lane/%00?view=board",
    "/o/account/lane/a%00b?view=board",
    "/o/account/filter?at=%C2%B2",
    "/o/account?f.field=name&f.operator=is&f.value=a&f.at=%C2%B2",
    "/search?q=a%00b",
    "/o/account?q=a%00b",
    "/o/account/suggest?q=a%00b",
    *(f"/o/order?view=dates&date={day}&span={span}" for day in ("0001-01-01", "9999-12-31") for span in ("month", "week", "day")),
    "/o/order/events?view=dates&from=9999-12-30&to=9999-12-31",
]


@pytest.fixture
def site(site: Site) -> Site:
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    return site


def test_no_query_is_a_fault_of_ours(site: Site) -> None:
    api = site.api("manager")
    assert {path: status for path in QUERIES if (status := api.get(path).status_code) != 400} == {}


def test_no_body_is_a_fault_of_ours(site: Site) -> None:
    api = site.api("rep")
    sent = {"Content-Type": "application/json"}
    answers = [api.call("POST", "/records/gallery", data=body, headers=sent).status_code for body in BODIES]
    assert answers == [400] * len(BODIES)


def test_no_address_of_a_page_is_a_fault_of_ours(site: Site) -> None:
    browser = site.browser("manager")
    assert {path: status for path in PAGES if (status := browser.get(path).status_code) >= 500} == {}


def test_no_form_is_a_fault_of_ours(site: Site) -> None:
    account = site.api("manager").create("account", name="A")
    browser = site.browser("manager")
    assert browser.post(f"/o/account/{account['id']}/edit", {"name": "B", "was": DEEP}).status_code < 500
    assert browser.post("/profile/keys", {"name": "a\x00b"}).status_code == 200
    assert site.stranger().post("/sign-in", {"email": "a\x00@example.com", "password": "\x00"}).status_code == 422


def test_the_folder_of_time_zones_is_no_time_zone() -> None:
    assert zone("America").key == "UTC"


def test_a_word_in_a_filter_can_not_leave_its_quotes(site: Site) -> None:
    api = site.api("manager")
    api.create("account", name="it's")
    assert [
        each["name"] for each in api.get(f"/records/account?filter={quote(chr(34) + 'x' + chr(34) + ' == name')}").json["data"]
    ] == []
    browser = site.browser("manager")
    assert browser.get("/o/account?q=it's").text.count("it&#39;s") > 0
    assert browser.get("/o/account?q=" + quote("') or 1 == 1 or icontains(name, '")).status_code == 200
