"""The guide is true: what it shows is built, checked, applied to both databases, and worked with."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from newel.metadata.compiling import compile_model
from newel.metadata.field_types import declared
from newel.metadata.model import Field, Model, Text
from newel.metadata.solutions import read_layers
from newel.rules.rulebook import compile_rules
from newel.runtime import samples
from newel.runtime.installation import Installation
from tests.docs.blocks import ROOT, STANDARD, blocks, files, shell_lines, write, written
from tests.support.site import Api, Site
from tests.support.site_process import NEWEL, serving

ENGLISH = ROOT / "docs" / "guide" / "writing-a-solution.md"
CHINESE = ROOT / "docs" / "guide" / "writing-a-solution.zh-CN.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The solution of the guide."""
    write(files(ENGLISH), tmp_path)
    return tmp_path / "my_company"


@pytest.fixture
def model(folder: Path) -> Model:
    found, problems = compiled(folder)
    assert found is not None, problems
    return found


@pytest.fixture
def installation(make_installation: Callable[..., Installation], folder: Path) -> Installation:
    """The standard CRM and the guide's solution on each database."""
    return make_installation([STANDARD, folder])


@pytest.fixture
def admin(installation: Installation) -> Api:
    return Site(installation).api("admin")


def compiled(folder: Path, language: str = "en") -> tuple[Model | None, list[str]]:
    layers, problems = read_layers([STANDARD, folder])
    found, more = compile_model(layers)
    problems.extend(more.found)
    if found is not None:
        problems.extend(compile_rules(found)[1].found)
    return found, [each.shown(language) for each in problems]


def test_the_guide_shows_the_same_in_both_languages() -> None:
    assert written(ENGLISH) == written(CHINESE)


def test_what_the_guide_shows_is_all_well(folder: Path) -> None:
    assert compiled(folder)[1] == []


def test_every_field_type_is_shown_and_everything_it_takes_is_named(model: Model) -> None:
    shown = {each.type for one in model.objects.values() for each in one.fields.values() if each.layer == "my_company"}
    assert {each.name for each in declared()} - shown == set()
    for page in (ENGLISH, CHINESE):
        rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| `")]
        for kind in declared():
            row = next(line for line in rows if f"`{kind.name}`" in line.split("|")[1])
            assert all(f"`{name}" in row for name in kind.properties), f"{page.name}: {kind.name}"


def test_everything_that_people_read_is_translated(model: Model) -> None:
    """Every label, help and message that the guide writes has its Chinese; what it leaves out is the platform's to say."""
    written = "\n".join(text for name, text in files(ENGLISH).items() if "/translations/" not in name and "/data/" not in name)
    stated = set(re.findall(r"(?:label|plural|help|message): \"?([^,}\n\"]+)", written))
    missing = {text.source for text in texts(model) if text.source in stated and "zh-CN" not in text.translations}
    assert missing == set()


def texts(value: Any) -> Iterator[Text]:
    """Every text of a model, or of a part of it."""
    if isinstance(value, Text):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Field) and value.system:
            return
        for each in fields(value):
            yield from texts(getattr(value, each.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)


@pytest.mark.parametrize(("page", "language"), [(ENGLISH, "en"), (CHINESE, "zh-CN")])
def test_the_misspelling_is_answered_as_the_guide_says(folder: Path, page: Path, language: str) -> None:
    path = folder / "objects" / "machine.yaml"
    path.write_text(path.read_text("utf-8").replace("state:\n    type: choice", "state:\n    type: choise"), "utf-8")
    answer = compiled(folder, language)[1][0]
    assert ("text", answer + "\n") in blocks(page)


def test_the_samples_of_the_guide_are_loaded(installation: Installation, admin: Api) -> None:
    samples.load(installation, "reference")
    assert [each["name"] for each in admin.get("/records/area?sort=name").json["data"]] == ["East", "Hangzhou", "Shanghai"]


def test_the_rules_of_the_guide_hold(admin: Api) -> None:
    account = admin.create("account", name="Bar", mc_coffee="arabica")
    refused = admin.patch(f"/records/account/{account['id']}", {"mc_service_plan": "full"}, 1)
    assert {(each["field"], each["code"]) for each in refused.json["errors"]} == {
        ("website", "required"),
        ("phone", "validation"),
    }
    machine = admin.create("machine", name="Counter", account=account["id"], model="barista", state="ordered")
    assert machine["number"].startswith("CM-")
    missing = admin.post("/records/machine", {"name": "Kitchen", "account": account["id"], "state": "installed", "rented": True})
    assert {each["field"] for each in missing.json["errors"]} == {"installed_on", "monthly_rent"}
    contact = admin.create("contact", name="Ada", account=account["id"])
    parts = [{"part": "Filter", "quantity": 2, "price": "9.50"}]
    visit = admin.create("visit", machine=machine["id"], parts=parts, met=[contact["id"]])
    assert visit["subject"] == "Regular service"
    lines = admin.get("/records/visit_part?fields=amount,visit").json["data"]
    assert [(each["amount"]["amount"], each["visit"]) for each in lines] == [("19.00", visit["id"])]
    done = admin.post(f"/records/visit/{visit['id']}/actions/finish", {})
    assert done.status_code == 200, done.text
    states = {each["state"] for each in admin.get("/records/visit?fields=state").json["data"]}
    assert states == {"done", "planned"}


def test_the_technician_sees_what_the_guide_says(installation: Installation) -> None:
    site = Site(installation)
    admin, technician = site.api("admin"), site.api("technician")
    account = admin.create("account", name="Bar", credit_limit="100")
    admin.create("machine", name="Theirs", account=account["id"], technician=technician.person.id, price="9000")
    admin.create("machine", name="Another's", account=account["id"], price="9000")
    seen = technician.get("/records/machine").json["data"]
    assert [each["name"] for each in seen] == ["Theirs"]
    assert "price" not in seen[0]
    assert technician.get("/records/machine?filter=price > money(1, 'CNY')").status_code == 400
    assert "credit_limit" not in technician.get("/records/account").json["data"][0]


def test_the_lines_for_the_shell_do_what_the_guide_says(folder: Path, tmp_path: Path) -> None:
    """A served installation, and the guide's own words in a shell: explain, where-used, and the API in five lines."""
    lines = [
        line
        for line in shell_lines(ENGLISH)
        if line.startswith(("KEY=", "curl", ".venv/bin/newel explain", ".venv/bin/newel where"))
    ]
    home = tmp_path / "home"
    with serving(home, f"sqlite:///{home / 'newel.sqlite'}", init=()) as site:
        site.newel("apply", str(folder), "--yes")
        site.newel(
            "user", "create", "admin@example.com", "--role", "admin", "--password-stdin", typed="a quiet walk by the river\n"
        )
        script = "\n".join(lines).replace(".venv/bin/newel", str(NEWEL)).replace("http://127.0.0.1:8000", site.address)
        script = script.replace("curl -s", "curl -s --fail-with-body -w '\\n'")
        done = subprocess.run(
            ["bash", "-euc", script], env=site.environment, capture_output=True, text=True, check=False, timeout=100
        )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert 'overrules "Account"' in done.stdout
    assert "view:machine.board" in done.stdout
    assert '"note":"From January on"' in done.stdout
    assert done.stdout.count('"data":') == 2
