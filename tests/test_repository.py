"""What is committed: our own work alone, exactly pinned, without anybody's address; and pages whose links lead somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "platform").rglob("*.md")]
# Registries and mirrors of packages: which one is used is the machine's to say.
REGISTRIES = ("pypi.org", "pythonhosted.org", "npmjs.org", "npmmirror", "yarnpkg.com", "index-url", "tuna.tsinghua")

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@cache
def committed() -> tuple[Path, ...]:
    """Every file that git knows and that is there; without a repository (an archive), nothing."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    found = (ROOT / name for name in done.stdout.split("\0") if name)
    return tuple(path for path in found if path.is_file() and not path.is_symlink())


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nothing_that_others_wrote_is_committed() -> None:
    """Libraries come from their registries at build; no bundle, font, archive or wheel lies in the repository."""
    strange = re.compile(
        r"(^|/)(node_modules|vendor|site-packages|\.venv)/|\.min\.(js|css)$|\.(woff2?|ttf|otf|whl|gz|zip|so|dll|exe|map)$"
    )
    assert [shown(path) for path in committed() if strange.search(shown(path))] == []


def test_no_file_is_a_bundle() -> None:
    """A line of thousands of characters is something that nobody has written by hand."""
    text = (path for path in committed() if path.suffix in (".js", ".css", ".html", ".py", ".mjs"))
    assert [shown(path) for path in text if any(len(line) > 1_000 for line in path.read_text("utf-8").splitlines())] == []


def test_no_file_names_a_registry() -> None:
    """Not ours to say: pip and npm are told by the machine they run on."""
    suffixes = {".py", ".toml", ".txt", ".json", ".md", ".yaml", ".cfg", ".ini", ".sh", ""}
    for path in committed():
        if path.suffix in suffixes and path != Path(__file__):
            text = path.read_text("utf-8")
            assert [each for each in REGISTRIES if each in text] == [], shown(path)
    assert not (ROOT / "uv.lock").exists()


def test_the_npm_lock_holds_versions_and_hashes_but_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, each in packages.items():
        assert "resolved" not in each, name
        assert not name or each["integrity"].startswith("sha512-"), name


def test_npm_packages_are_named_exactly() -> None:
    about = json.loads((ROOT / "package.json").read_text("utf-8"))
    for version in {**about["dependencies"], **about["devDependencies"]}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_everything_that_pip_installs_is_pinned_as_it_is_installed() -> None:
    """The closure of our requirements, as installed here: each has its exact version in constraints.txt, and nothing else has."""
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line)
    wanted = {str(canonicalize_name(name)): version for name, version in pins.items()}
    assert wanted == {name: distribution(name).version for name in closure()}


def test_the_builder_is_pinned() -> None:
    """pip installs it apart from the others, where constraints do not reach."""
    (builder,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert re.fullmatch(r"setuptools==[\d.]+", builder)


def closure() -> set[str]:
    """The names of all distributions that `pip install .[test]` brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    found: dict[tuple[str, str], None] = {}
    open_ones = [Requirement(each) for each in asked]
    while open_ones:
        each = open_ones.pop()
        for extra in ("", *each.extras):
            key = (str(canonicalize_name(each.name)), extra)
            if (each.marker is None or each.marker.evaluate({"extra": ""})) and key not in found:
                found[key] = None
                open_ones.extend(needed_by(each.name, extra))
    return {name for name, _ in found}


def needed_by(name: str, extra: str) -> Iterator[Requirement]:
    """What a distribution asks for; with an extra, what that adds."""
    for each in distribution(name).requires or ():
        requirement = Requirement(each)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            requirement.marker = None
            yield requirement


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file that is there, or to a heading of its page; addresses elsewhere are not tried."""
    text = _CODE.sub("", page.read_text("utf-8"))
    for link in (one or other for one, other in _LINK.findall(text)):
        target, _, heading = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{shown(page)} links to {link}"
        if heading:
            assert heading in {slug(each) for _, each in _HEADING.findall(_CODE.sub("", path.read_text("utf-8")))}, link


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("chinese", [path for path in PAGES if path.name.endswith(".zh-CN.md")], ids=shown)
def test_a_page_in_two_languages_has_one_structure(chinese: Path) -> None:
    english = chinese.with_name(chinese.name.replace(".zh-CN", ""))

    def structure(page: Path) -> list[int]:
        return [len(level) for level, _ in _HEADING.findall(_CODE.sub("", page.read_text("utf-8")))]

    assert structure(chinese) == structure(english)
    assert f"({english.name})" in chinese.read_text("utf-8")
    assert f"({chinese.name})" in english.read_text("utf-8")


def test_every_room_states_its_promise() -> None:
    rooms = {path.parent for path in (ROOT / "platform").rglob("*.py") if path.name != "__init__.py"} - {ROOT / "platform"}
    for room in rooms:
        readme = room / "README.md"
        assert readme.exists(), shown(room)
        assert 5 <= len(readme.read_text("utf-8").splitlines()) <= 30, shown(readme)
