"""The five minutes that the README promises, word for word: a folder of YAML, three commands, and the field is everywhere."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Person
from tests.support.site_process import ROOT, Site

README = {"en": "README.md", "zh-CN": "README.zh-CN.md"}
SECTION = {"en": "## Five minutes", "zh-CN": "## 五分钟"}
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)


def promised(language: str) -> Iterator[tuple[str, str]]:
    """The steps as they are written: ("sh", command) and ("path/of/a/file.yaml", its text)."""
    text = (ROOT / README[language]).read_text("utf-8").split(SECTION[language], 1)[1].split("\n## ", 1)[0]
    end = 0
    for block in BLOCK.finditer(text):
        if block[1] == "sh":
            yield from (("sh", line) for line in block[2].splitlines() if line.strip())
        else:
            yield re.findall(r"`([\w./-]+\.yaml)`", text[end : block.start()])[-1], block[2]
        end = block.end()


def follow(site: Site, language: str) -> str:
    """Does what the README says, and returns all that was printed."""
    shutil.rmtree(site.home / "my_company", ignore_errors=True)
    if not (site.home / "solutions").exists():
        (site.home / "solutions").symlink_to(ROOT / "solutions")
    printed = []
    for kind, text in promised(language):
        if kind == "sh":
            program, *arguments = shlex.split(text)
            assert program == ".venv/bin/newel"
            printed.append(site.newel_at_a_terminal(*arguments, typed="y\n"))
        else:
            write(site.home / kind, text)
    return "\n".join(printed)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_a_field_of_ones_own_is_everywhere_without_a_restart(visitor: Callable[..., Person]) -> None:
    admin = visitor("business_admin")
    account = admin.create("account", name=admin.name("Fairground"))
    admin.open_record("account", account)
    assert "x_fair" in follow(admin.site, admin.language)

    label, canton = admin.words("Met at", "结识展会"), admin.words("Canton Fair", "广交会")
    page = admin.page
    admin.open_record("account", account, "/edit")
    page.get_by_label(label, exact=True).select_option(label=canton)
    admin.button(admin.t("Save")).click()
    expect(page.locator("dl.values").filter(has_text=label).first).to_contain_text(canton)

    admin.open("/o/account")
    page.locator("summary").filter(has_text=admin.t("Display")).click()
    page.locator("form[data-columns]").get_by_label(label).check()
    admin.button(admin.t("Apply"), page.locator("form[data-columns]")).click()
    expect(page.get_by_role("columnheader", name=label)).to_be_visible()
    page.locator("#add-filter > summary").click()
    page.locator("#filter-sheet a.menu-item").filter(has_text=label).click()
    page.locator("#filter-sheet").get_by_label(canton).check()
    admin.button(admin.t("Apply"), page.locator("#filter-sheet")).click()
    expect(page.locator(f"tr[data-id='{account}']")).to_contain_text(canton)

    found = admin.ask("GET", f"/records/account?fields=name,x_fair&filter=id%20%3D%3D%20'{account}'")["data"]
    assert [each["x_fair"] for each in found] == ["canton"]


def test_a_misprint_is_answered_with_its_place_and_what_was_meant(site: Site, tmp_path: Path) -> None:
    files = {kind: text for kind, text in promised("en") if kind != "sh"}
    solution = 'solution: my_company\nversion: 0.1.0\nlabel: Mine\nlanguage: en\nprefix: x\nrequires: {standard: ">=1.0 <2"}\n'
    write(tmp_path / "my_company/solution.yaml", solution)
    write(tmp_path / "my_company/objects/account.yaml", files["my_company/objects/account.yaml"].replace("choice", "choise"))
    said = site.newel("check", str(ROOT / "solutions/standard"), str(tmp_path / "my_company"), expected=1)
    assert re.search(r"objects/account\.yaml:5:\d+ NW-", said), said
    assert '"choise"' in said
    assert 'mean "choice"' in said
