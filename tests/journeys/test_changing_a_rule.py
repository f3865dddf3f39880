"""An administrator writes a rule with help, tries it on a record, publishes it and removes it again; each holds at once."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.axe import violations
from tests.journeys.conftest import Person

MESSAGE = {"en": "Say what the next step is.", "zh-CN": "请填写下一步计划。"}
RULE = "is_blank(amount) or amount < 5000000 or not_blank(next_step)"
MILDER = "is_blank(amount) or amount < 10000000 or not_blank(next_step)"
PUBLISHING = 120_000  # the scenario tests are played before it
AMOUNT = {"amount": "9000000", "currency": "CNY"}


def looks_right(person: Person) -> None:
    """axe finds nothing; what the page's policy says of axe's own styles is no fault of the page."""
    heard = len(person.faults)
    found = violations(person.page)
    del person.faults[heard:]
    assert not found, "\n".join(found)


def publish(admin: Person) -> None:
    """Agrees to the plan; the scenario tests of the whole installation are played before it holds."""
    admin.button(admin.t("Look at the plan")).click()
    expect(admin.page.locator("#rule-snippet")).to_contain_text("x_next")
    looks_right(admin)
    admin.button(admin.t("Publish")).click(timeout=PUBLISHING)
    admin.page.wait_for_url("**/setup/rules/rule/**", timeout=PUBLISHING)
    admin.note(admin.t("Published: it holds everywhere now."))


def test_a_validation_is_written_tried_and_published(visitor: Callable[..., Person]) -> None:
    admin = visitor("business_admin")
    page, text, answer = admin.page, admin.page.locator("#rule-text"), admin.page.locator("#rule-answer")
    title, name = admin.name("Harbour"), f"x_next_{admin.language[:2]}"
    account = admin.create("account", name=admin.name("Port"))
    record = admin.create("opportunity", name=title, account=account, close_date="2031-03-01", amount=AMOUNT)

    admin.open("/setup/rules/")
    page.get_by_role("link", name=admin.t("New rule")).click()
    page.locator("#rule-object").select_option("opportunity")
    admin.button(admin.t("Choose")).click()
    page.locator("#rule-name").fill(name)
    admin.button(admin.t("Write a validation")).click()
    admin.wait_for_scripts()

    # Names are offered; the keyboard takes them.
    offer = page.locator("#rule-offers [role=option]").first
    text.press_sequentially("amo")
    expect(offer).to_contain_text("amount")
    looks_right(admin)
    page.keyboard.press("Enter")
    expect(text).to_have_value("amount")
    text.press_sequentially(" < 5000000 or account.nam")
    expect(offer).to_contain_text("name")
    page.keyboard.press("Enter")
    text.press_sequentially(" == 'x' or stage == 'pro")
    expect(offer).to_contain_text("propose")
    page.keyboard.press("Enter")
    expect(text).to_have_value("amount < 5000000 or account.name == 'x' or stage == 'propose")

    # A fault is shown where it is, with what was meant.
    fault = answer.locator("[data-faults]")
    text.fill(RULE.replace("next_step", "next_stp"))
    expect(fault).to_contain_text("next_step")
    expect(fault.locator("pre")).to_contain_text("^^^^^^^^")
    expect(text).to_have_attribute("aria-invalid", "true")
    looks_right(admin)
    text.fill(RULE)
    expect(fault).to_have_count(0)
    expect(answer.locator(".rule-sentence")).to_contain_text(
        admin.words("Amount is less than 5,000,000", "预计金额 小于 5,000,000")
    )

    # On a record it says what came of what, and again with every change.
    admin.look_up(page.locator("#rule-record"), title[-6:], title)
    expect(answer).to_contain_text(admin.t("This record does not pass."))
    text.fill(MILDER)
    expect(answer).to_contain_text(admin.t("This record passes."))
    text.fill(RULE)
    expect(answer).to_contain_text(admin.t("This record does not pass."))
    page.locator("#rule-message").fill(MESSAGE[admin.language])
    looks_right(admin)
    publish(admin)

    # It holds for everybody at once; and the record tells why.
    rep = visitor("rep")
    port = rep.create("account", name=rep.name("Dock"))
    values = {"name": rep.name("Crane"), "account": port, "close_date": "2031-03-01", "amount": AMOUNT}
    headers = {"X-CSRF-Token": rep._csrf()}
    refused = rep.page.request.post(f"{rep.site.address}/api/v1/records/opportunity", headers=headers, data=values)
    assert refused.status == 422
    assert MESSAGE[rep.language] in refused.text()
    admin.open_record("opportunity", record, "/why")
    expect(page.locator(".why")).to_contain_text(MESSAGE[admin.language])
    looks_right(admin)

    # It is removed again, so that other journeys go their way.
    admin.open(f"/setup/rules/rule/?address=object:opportunity/validation:{name}/require")
    looks_right(admin)
    page.get_by_role("button", name=admin.t("Remove")).click()
    expect(page.locator(".rule-change")).to_contain_text(admin.t("There is no such rule any more."))
    looks_right(admin)
    admin.button(admin.t("Publish")).click(timeout=PUBLISHING)
    page.wait_for_url("**/setup/rules/", timeout=PUBLISHING)
    admin.note(admin.t("Taken back: nothing of it is left."))
    assert rep.page.request.post(f"{rep.site.address}/api/v1/records/opportunity", headers=headers, data=values).status == 201
