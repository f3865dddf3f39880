"""Calendars: records by their day, in the reader's time zone, and moving them."""

from __future__ import annotations

from typing import Any

from tests.support.site import Site

WEEK = "/o/visit?view=week"
EVENTS = "/o/visit/events?view=week&from=2026-11-01&to=2026-12-01"


def visit(site: Site, subject: str = "Kick-off", **values: Any) -> dict[str, Any]:
    given = {"subject": subject, "start_at": "2026-11-20T08:00:00Z", "end_at": "2026-11-20T09:30:00Z", **values}
    return site.api("manager").create("visit", **given)


def test_events_are_in_the_readers_time_zone_with_colour_and_facts(site: Site) -> None:
    company = site.api("manager").create("company", name="Acme")
    visit(site, kind="long", company=company["id"])
    site.person("manager", name="shanghai", time_zone="Asia/Shanghai")
    (event,) = site.browser("manager", name="shanghai").get(EVENTS).json["events"]
    assert event["start"] == "2026-11-20T16:00:00"
    assert event["end"] == "2026-11-20T17:30:00"
    assert event["className"] == "c-orange"
    assert event["extendedProps"]["facts"] == "Acme"
    assert event["editable"]


def test_what_began_before_and_ends_within_the_time_is_shown(site: Site) -> None:
    visit(site, "long one", start_at="2026-10-30T08:00:00Z", end_at="2026-11-02T08:00:00Z")
    visit(site, "over", start_at="2026-10-29T08:00:00Z", end_at="2026-10-30T08:00:00Z")
    events = site.browser("manager").get(EVENTS).json["events"]
    assert [each["title"] for each in events] == ["long one"]


def test_the_page_lists_the_month_by_itself(site: Site) -> None:
    visit(site)
    html = site.browser("manager").get(f"{WEEK}&date=2026-11-15").text
    assert "Kick-off" in html
    assert "Nov 20, 2026" in html
    assert "Kick-off" not in site.browser("manager").get(f"{WEEK}&date=2026-12-15").text


def test_an_event_is_moved_and_stretched(site: Site) -> None:
    made = visit(site)
    site.person("manager", name="shanghai", time_zone="Asia/Shanghai")
    browser = site.browser("manager", name="shanghai")
    data = {"start": "2026-11-21T10:00:00", "end": "2026-11-21T12:00:00", "version": str(made["version"])}
    answer = browser.post(f"/o/visit/{made['id']}/when?view=week", data)
    assert answer.status_code == 200
    found = site.api("manager").get(f"/records/visit/{made['id']}").json
    assert (found["start_at"], found["end_at"]) == ("2026-11-21T02:00:00Z", "2026-11-21T04:00:00Z")
    assert answer.json["version"] == found["version"]


def test_a_refused_move_says_why(site: Site) -> None:
    made = visit(site)
    answer = site.browser("manager").post(f"/o/visit/{made['id']}/when?view=week", {"start": "tomorrow-ish", "version": "1"})
    assert answer.status_code == 422
    assert answer.json["reason"]
    stale = site.browser("manager").post(
        f"/o/visit/{made['id']}/when?view=week", {"start": "2026-11-21T10:00:00", "version": "9"}
    )
    assert stale.status_code == 409


def test_a_stretch_of_days_has_a_beginning_an_end_and_a_limit(site: Site) -> None:
    browser = site.browser("manager")
    for bad in ("from=x&to=y", "from=2026-01-01&to=2027-01-01", "from=2026-01-02&to=2026-01-01"):
        assert browser.get(f"/o/visit/events?view=week&{bad}").status_code == 404


def test_who_may_only_read_gets_events_that_stay(site: Site) -> None:
    visit(site)
    (event,) = site.browser("caller").get(EVENTS).json["events"]
    assert not event["editable"]
