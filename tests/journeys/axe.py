"""What axe says about a page, in light and dark, wide and narrow."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import Person
from tests.support.site_process import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
RUN = """options => axe.run(document, options).then(({violations}) => violations.map(({id, help, nodes}) =>
  [id + ": " + help, ...nodes.slice(0, 5).flatMap(({target, html, any}) => [
    "    " + target.join(" "), "      " + html.slice(0, 200), "      " + (any[0]?.message ?? "")])].join("\\n")))"""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


def violations(page: Page, **options: Any) -> list[str]:
    """What axe finds on the page as it stands. Its script comes in by the debugger's door, past the page's policy."""
    page.evaluate(axe() + ";0")
    return [str(each) for each in page.evaluate(RUN, {"resultTypes": ["violations"], **options})]


def everything(person: Person) -> list[str]:
    """Light and dark, wide and narrow, each pair in one of the languages; what only dark can change is colours."""
    page, heard, found = person.page, len(person.faults), []
    light, dark = (WIDE, NARROW) if person.language == "en" else (NARROW, WIDE)
    for colours, size, rules in (("light", light, {}), ("dark", dark, COLOURS)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        found += [f"{colours}, {size['width']} wide: {each}" for each in violations(page, **rules)]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    del person.faults[heard:]  # axe itself tries inline styles, which the page's policy stops
    return found
