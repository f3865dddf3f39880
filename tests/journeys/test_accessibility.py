"""axe finds nothing on any kind of screen: light wide and dark narrow in English, the other two in Chinese."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import everything
from tests.journeys.conftest import Person
from tests.support.site_process import Site

Screen = Callable[[Person], None]


def at(path: str, shown: str = "main") -> Screen:
    """The screen at an address, once `shown` is there."""

    def go(person: Person) -> None:
        person.page.goto(person.site.address + path)
        expect(person.page.locator(shown).first).to_be_visible()

    return go


def clicked(path: str, button: str, shown: str) -> Screen:
    """The screen at an address after a click on `button`, once `shown` is there."""

    def go(person: Person) -> None:
        at(path)(person)
        person.page.locator(button).first.click()
        expect(person.page.locator(shown).first).to_be_visible()

    return go


def record(object_name: str, rest: str = "", shown: str = "main", button: str = "", sort: str = "-updated_at") -> Screen:
    """The page of a record from the demo data, or a part of it; after a click on `button`, if one is named."""

    def go(person: Person) -> None:
        found = person.ask("GET", f"/records/{object_name}?limit=1&fields=id&sort={sort}")["data"][0]["id"]
        path = f"/o/{object_name}/{found}{rest}"
        if button:
            clicked(path, button, shown)(person)
        else:
            at(path, shown)(person)

    return go


def edited_minutes(person: Person) -> None:
    held = person.ask("GET", "/records/meeting?limit=1&fields=id&filter=status == 'held'")["data"][0]["id"]
    clicked(f"/o/meeting/{held}/edit", "[data-does=link]", ".rich-link input")(person)


def typed_in_palette(person: Person) -> None:
    person.open("/")
    person.page.keyboard.press("Control+k")
    person.page.keyboard.type(person.words("ac", "客户"))
    expect(person.page.locator("#palette [role=option]").nth(2)).to_be_visible()


def form_with_errors(person: Person) -> None:
    person.open("/o/opportunity/new")
    person.page.locator("#f-amount").fill("many")
    person.button(person.t("Save")).click()
    expect(person.page.locator("[data-problems]")).to_be_visible()


def lookup_open(person: Person) -> None:
    person.open("/o/opportunity/new")
    person.page.locator("input#f-account").click()
    person.page.keyboard.type(person.words("co", "公司"))
    expect(person.page.locator("li[role=option]:visible").first).to_be_visible()


def two_versions(person: Person) -> None:
    account = person.create("account", name=person.name("Twice"), phone="+86 21 1111 1111")
    person.open_record("account", account, "/edit")
    person.page.locator("#f-phone").fill("+86 21 2222 2222")
    person.change("account", account, phone="+86 21 3333 3333", grade="a")
    person.button(person.t("Save")).click()
    expect(person.page.locator("[name$='keep.phone']").first).to_be_visible()


def lead_to_convert(person: Person) -> None:
    company = person.name("Axe")
    person.create("account", name=company)
    lead = person.create("lead", name="Bea", company=company)
    clicked(f"/o/lead/{lead}", "a[href$='/actions/convert']", "dialog[open] [data-part]")(person)


def picked_rows(person: Person) -> None:
    at("/o/opportunity", "table[data-rows]")(person)
    person.page.locator("input[name=id]").first.check()
    expect(person.page.locator("[data-pick-bar]")).to_be_visible()


def filter_chip(person: Person) -> None:
    at("/o/opportunity?filter=stage in ['propose', 'negotiate'] and amount > 1000", ".chip .chip-off")(person)
    person.page.locator(".chip summary").first.click()
    expect(person.page.locator(".chip form")).to_be_visible()


def move_that_asks(person: Person) -> None:
    account = person.create("account", name=person.name("Axe"))
    deal = person.create("opportunity", name=person.name("Axe"), account=account)
    clicked(f"/o/opportunity/{deal}", "form.path button[value=lost]", "dialog[open] [name$=loss_reason]")(person)


def needed_record(person: Person) -> None:
    account = person.create("account", name=person.name("Axe"))
    person.create("opportunity", name="Deal", account=account)
    clicked(f"/o/account/{account}/delete", "main button.btn-danger, main .btn-danger", "main ul")(person)


def about_to_delete(person: Person) -> None:
    record("account", "", ".record-actions .menu[open] .menu-item", ".record-actions summary")(person)
    person.page.locator(".record-actions a.danger").click()
    expect(person.page.locator("dialog[open] .btn-danger")).to_be_visible()


def refused_at_the_door(guest: Person) -> None:
    at("/sign-in", "[name=password]")(guest)
    guest.page.fill("[name=email]", "nobody@example.com")
    guest.page.fill("[name=password]", "not a password")
    guest.page.press("[name=password]", "Enter")
    expect(guest.page.get_by_role("alert").first).to_be_visible()


def bin_with_records(person: Person) -> None:
    account = person.create("account", name=person.name("Axe"))
    clicked(f"/o/account/{account}/delete", "main .btn-danger", "#toasts .toast-note")(person)
    at("/bin?object=account", "main table")(person)


STRANGERS: dict[str, Screen] = {
    "sign-in": at("/sign-in", "[name=password]"),
    "sign-in refused": refused_at_the_door,
    "a set-up link that is used up": at("/setup-token/used-up-long-ago"),
}
SCREENS: dict[str, Screen] = {
    "home": at("/", "#my-day"),
    "app": at("/app/sales"),
    "account menu": clicked("/", "summary:has(.avatar-large)", "button[name=theme]"),
    "app switcher": clicked("/", ".rail-apps > summary, .rail-open", ".rail"),
    "list": at("/o/opportunity", "table[data-rows]"),
    "list, narrowed to nothing": at("/o/opportunity?q=nosuchthinganywhere", ".empty"),
    "list, filters open": clicked("/o/opportunity", "#add-filter > summary", "#filter-sheet a.menu-item"),
    "list, filter chip open": filter_chip,
    "list, filter as an expression": at("/o/opportunity/filter?as=expression"),
    "list, a filter that is wrong": at("/o/opportunity?filter=nothing ==", "[role=alert]"),
    "list, display open": clicked("/o/opportunity", ".list-tools .push > details > summary", "form[data-columns]"),
    "list, rows selected": picked_rows,
    "list, views open": clicked("/o/opportunity", ".view-name", ".menu[open] .menu-item"),
    "record": record("opportunity", shown="#timeline .timeline-day, #timeline .timeline-none"),
    "record of an account": record("account", shown="#timeline .timeline-day, #timeline .timeline-none"),
    "record, people": record("account", "?tab=people", ".related table, .related-none"),
    "record, business": record("account", "?tab=business", ".related table, .related-none"),
    "record, files": record("account", "/files"),
    "record, history": record("opportunity", "/history"),
    "record, activity": record("opportunity", "/activity"),
    "record, more": record("opportunity", "", ".record-actions .menu[open] .menu-item", ".record-actions summary"),
    "record, one field": record("account", "", "dialog[open] form", ".values a.pencil"),
    "record, to delete": about_to_delete,
    "record, a related list": record("account", "/related/contacts"),
    "record, moving asks": move_that_asks,
    "record, still needed": needed_record,
    "converting": lead_to_convert,
    "new": at("/o/opportunity/new", "form[data-record-form]"),
    "new of a private customer": at("/o/account/new", "form[data-record-form]"),
    "edit": record("opportunity", "/edit", "form[data-record-form]"),
    "edit with lines": record("opportunity", "/edit", "[data-lines] tbody tr", sort="-amount"),
    "edit with formatted text": edited_minutes,
    "edit links": record("meeting", "/links/guests", "[data-lines] tbody tr"),
    "form with errors": form_with_errors,
    "form, lookup open": lookup_open,
    "quick form": clicked("/o/opportunity?view=pipeline", "a.lane-new", "dialog[open] form"),
    "two versions": two_versions,
    "kanban": at("/o/opportunity?view=pipeline", ".board-card"),
    "kanban, move to": clicked("/o/opportunity?view=pipeline", "[data-move-link]", "dialog[open] form.move-to"),
    "calendar": at("/o/meeting?view=calendar", ".fc-event, .fc-view"),
    "calendar, a week": at("/o/meeting?view=calendar&span=week", ".fc-event, .fc-view"),
    "calendar, a day": at("/o/meeting?view=calendar&span=day", ".fc-view"),
    "calendar as a list": at("/o/meeting?view=calendar&span=list", ".fc-view"),
    "search": at("/search?q=co", ".found-group, .empty"),
    "search without a word": at("/search", "main .empty"),
    "palette": typed_in_palette,
    "keys": clicked("/", "[data-opens=keys]", "dialog#keys[open]"),
    "bin": bin_with_records,
    "bin, empty": at("/bin?object=campaign"),
    "profile": at("/profile", "form[action='/profile']"),
    "not found": at("/no/such/page"),
    "no such record": at("/o/account/00000000-0000-7000-8000-000000000000"),
    "API": at("/api/docs", "main h2, main summary"),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(visitor: Callable[..., Person], screen: str) -> None:
    person = visitor("manager")
    SCREENS[screen](person)
    assert not (found := everything(person)), "\n".join(found)


@pytest.mark.parametrize("screen", STRANGERS)
def test_axe_finds_nothing_before_signing_in(visitor: Callable[..., Person], screen: str) -> None:
    guest = visitor()
    STRANGERS[screen](guest)
    assert not (found := everything(guest)), "\n".join(found)


def test_axe_finds_nothing_in_setup(visitor: Callable[..., Person], site: Site) -> None:
    """Every page that Setup's own menu leads to."""
    admin = visitor("business_admin")
    admin.open("/setup/")
    paths = admin.page.evaluate(
        "[...new Set([...document.links].map(each => each.pathname))].filter(each => /^.setup.../.test(each))"
    )
    assert paths
    found = [f"/setup/: {each}" for each in everything(admin)]
    for path in paths:
        at(path)(admin)
        found += [f"{path}: {each}" for each in everything(admin)]
    assert not found, "\n".join(found)
