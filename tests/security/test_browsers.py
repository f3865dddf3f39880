"""What a browser is told with every answer, and what hostile requests do not achieve."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from newel.runtime.records.identity import signing_in
from tests.support.site import API, Site

INLINE = re.compile(
    r"""\son[a-z]+\s*=|<script(?![^>]*\b(?:src=|nonce=|type="application/json"))|style\s*=\s*["']|javascript:""", re.I
)


def policy_of(answer: object) -> dict[str, list[str]]:
    said = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return {part.split()[0]: part.split()[1:] for part in said.split(";") if part.strip()}


def test_pages_run_only_our_own_scripts(sqlite_site: Site) -> None:
    for answer in (sqlite_site.stranger().get("/sign-in"), sqlite_site.browser("manager").get("/profile")):
        policy = policy_of(answer)
        assert policy["default-src"] == ["'none'"]
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
        assert policy["form-action"] == ["'self'"]
        for kind in ("script-src", "style-src"):
            assert policy[kind][0] == "'self'"
            assert re.fullmatch(r"'nonce-[\w-]{22}'", policy[kind][1])
            assert len(policy[kind]) == 2
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_nonce_is_never_used_twice(sqlite_site: Site) -> None:
    stranger = sqlite_site.stranger()
    assert policy_of(stranger.get("/sign-in"))["script-src"] != policy_of(stranger.get("/sign-in"))["script-src"]


def test_our_pages_hold_nothing_that_the_policy_forbids(sqlite_site: Site) -> None:
    browser = sqlite_site.browser("manager")
    for page in (
        sqlite_site.stranger().get("/sign-in"),
        browser.get("/profile"),
        browser.get("/api/docs"),
        browser.get("/no/such/page"),
    ):
        assert INLINE.search(page.text) is None, INLINE.search(page.text)


def test_every_answer_is_shielded(sqlite_site: Site) -> None:
    browser = sqlite_site.browser("manager")
    for path in ("/sign-in", "/health", "/profile", f"{API}/records/account", "/no/such/page", "/static/mark.svg"):
        answer = browser.get(path)
        answer.close()
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Content-Security-Policy" in headers
        assert "Strict-Transport-Security" not in headers


def test_on_https_cookies_are_bound_to_the_host_and_the_line(sqlite_site: Site) -> None:
    secure = replace(sqlite_site.installation.settings, base_url="https://crm.example")
    site = Site(replace(sqlite_site.installation, settings=secure))
    person = site.person("manager")
    client = site.app.test_client()
    page = client.get("/sign-in", base_url="https://crm.example")
    token = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert token is not None
    words = {"email": person.email, "password": "a quiet walk by the river", "csrf_token": token[1]}
    answer = client.post("/sign-in", data=words, base_url="https://crm.example", headers={"Origin": "https://crm.example"})
    assert answer.status_code == 303
    cookies = [value for value in answer.headers.getlist("Set-Cookie") if "Expires=Thu, 01 Jan 1970" not in value]
    assert cookies
    assert all(value.startswith("__Host-") and "; Secure" in value and "HttpOnly" in value for value in cookies)
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.4, 198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, '"[2001:db8::7]:4711"', "2001:db8::7"),
    ],
)
def test_who_calls_is_told_by_as_many_proxies_as_are_trusted(
    sqlite_site: Site, proxies: int, forwarded: str, address: str
) -> None:
    behind = replace(sqlite_site.installation.settings, trusted_proxies=proxies)
    site = Site(replace(sqlite_site.installation, settings=behind))
    person, browser = site.person("manager"), site.stranger()
    assert browser.sign_in(person, headers={"X-Forwarded-For": forwarded}).status_code == 303
    assert signing_in.knocks(site.installation)[0].address == address


HOSTILE_PATHS = [
    "/o/../../etc/passwd",
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/static/..%5capp.py",
    f"{API}/records/account/..%2f..%2fvault",
    f"{API}/records/%00",
    f"{API}/records/account/%00",
    f"{API}/records/" + "a" * 5000,
    f"{API}/records/account/" + "0" * 5000,
    f"{API}/records/account'; DROP TABLE account; --",
    f"{API}/records/nw_session",
    f"{API}/records/nw_credential",
    f"{API}/records/sqlite_master",
    f"{API}/records/__class__",
    f"{API}/meta/objects/__proto__",
    f"{API}/records/account/by/id/%F0%9F%98%80",
    f"{API}/records/account/by/code/%FF%FE",
    f"{API}//records/account",
    "//evil.example/%2e%2e",
]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_a_hostile_path_finds_nothing_and_breaks_nothing(site: Site, path: str) -> None:
    key = site.key(site.person("manager"))
    answer = site.app.test_client().get(path, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code in (302, 308, 400, 401, 404)
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Accept-Language": "zh-CN," * 2000},
        {"Accept-Language": "\x7f\x80"},
        {"Accept": "application/json;q=" + "9" * 500},
        {"If-Match": '"' + "9" * 400 + '"'},
        {"Cookie": "newel_session=" + "A" * 4000},
        {"Content-Length": "-1"},
        {"Range": "bytes=0-"},
        {"HX-Request": "true"},
    ],
)
def test_a_hostile_header_changes_nothing(sqlite_site: Site, headers: dict[str, str]) -> None:
    api = sqlite_site.api("manager")
    answer = api.get("/records/account", headers=headers)
    assert answer.status_code == 200
    assert answer.json["data"] == []
    assert "evil.example" not in str(answer.headers) + answer.text


def test_links_are_never_made_of_the_host_header(sqlite_site: Site) -> None:
    answer = sqlite_site.app.test_client().get("/profile", headers={"Host": "evil.example"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")
    page = sqlite_site.app.test_client().get("/sign-in", headers={"Host": "evil.example"})
    assert "evil.example" not in page.text


def test_what_was_typed_comes_back_as_text(sqlite_site: Site) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = sqlite_site.stranger().post("/sign-in", {"email": hostile, "password": "x", "next": "/" + hostile})
    assert "<script>alert" not in answer.text


def test_a_fault_of_ours_tells_nothing(sqlite_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from newel.runtime.records import finding

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(finding, "find", broken)
    answer = sqlite_site.api("manager").get("/records/account")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert re.fullmatch(r"[0-9a-f]{12}", answer.json["fault"])
