"""Takes the pictures of README and docs from a fresh installation with demo data: `make screenshots`; names take only those."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.site_process import Site, serving  # noqa: E402 - the path is set above
from tools.small_png import shrink  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1440, "height": 900}
LARGEST = 250_000  # bytes
PEOPLE = {"en": "rep@example.com", "zh-CN": "li.na@example.com"}
PASSWORD = "welcome-to-newel"
MINE = "filter=owner%20%3D%3D%20user.id"
PICTURES = {  # name: (address, what must be there)
    "list": ("/o/opportunity", "table[data-rows] tbody tr"),
    "record": ("/o/opportunity/{deal}", "#timeline .happening"),
    "kanban": ("/o/opportunity?view=pipeline", ".board-card"),
    "calendar": (f"/o/meeting?view=calendar&span=month&{MINE}", ".fc-event"),
}
WANTED = (
    *(f"{picture}.{language}" for language in PEOPLE for picture in PICTURES),
    "record.zh-CN.dark",
)


def main(names: list[str]) -> None:
    if unknown := set(names) - set(WANTED):
        sys.exit(f"Not known: {', '.join(sorted(unknown))}. Known: {', '.join(WANTED)}")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium on PATH; on Debian: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), f"sqlite:///{folder}/newel.sqlite") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        for name in names or WANTED:
            take(browser, site, name)
        browser.close()


def take(browser: Browser, site: Site, name: str) -> None:
    """One picture, as the demo person of its language sees it."""
    picture, language, *dark = name.split(".")
    context = browser.new_context(
        viewport=SIZE,  # type: ignore[arg-type]
        locale=language,
        color_scheme="dark" if dark else "light",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, site, PEOPLE[language])
    path, shown = PICTURES[picture]
    page.goto(site.address + path.format(deal=deal(page, site) if "{deal}" in path else ""))
    page.locator(shown).first.wait_for()
    page.wait_for_load_state("networkidle")
    target = IMAGES / f"{name}.png"
    page.screenshot(path=target, scale="css", animations="disabled", caret="hide")
    context.close()
    shrink(target)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"{name} is larger than {LARGEST:,} bytes")


def sign_in(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site.address}/")


def deal(page: Page, site: Site) -> str:
    """A deal under way with something to tell: several lines, and calls, meetings or tasks about it."""
    rows = page.request.get(
        f"{site.address}/api/v1/records/opportunity",
        params={
            "filter": "stage in ['propose', 'negotiate'] and not_blank(amount)",
            "sort": "-amount",
            "limit": "40",
            "fields": "id",
        },
    ).json()["data"]
    found = [str(each["id"]) for each in rows]
    return max(found, key=lambda each: told(page, site, each))


def told(page: Page, site: Site, deal_id: str) -> int:
    """How much there is to see: activities, and lines (up to a few); an English picture rather shows English products."""
    timeline = page.request.get(f"{site.address}/o/opportunity/{deal_id}/timeline").text()
    lines = page.request.get(
        f"{site.address}/api/v1/records/opportunity_line",
        params={"filter": f"opportunity == '{deal_id}'", "fields": "product.name"},
    ).json()["data"]
    english = '<html lang="en"' in page.content()
    strange = [each for each in lines if english and not str(each["product.name"]).isascii()]
    return 2 * min(timeline.count('class="happening'), 8) + 3 * min(len(lines), 3) - 9 * len(strange)


if __name__ == "__main__":
    main(sys.argv[1:])
