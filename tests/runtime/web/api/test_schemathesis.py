"""The API does what its OpenAPI description says, and nothing that it doesn't say, whatever is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.support.site import API, Site

load_all_checks()
# Left out: what a rule of the solution refuses is well-formed all the same; field types are liberal in what they take (blanks
# around a text don't count as its length); and every request here comes with its key.
LEFT_OUT = {"positive_data_acceptance", "negative_data_rejection", "ignored_auth"}
OBJECTS = ("account", "order", "gallery")


def operations(site: Site, objects: tuple[str, ...]) -> Iterator[Any]:
    """The described operations of some objects, and those that belong to none."""
    key = site.key(site.person("admin"))
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", site.app, headers={"Authorization": f"Bearer {key}"})
    for found in schema.get_all_operations():
        operation = found.ok()
        parts = operation.path.removeprefix(API).strip("/").split("/")
        if parts[0] != "records" or parts[1] in objects:
            yield operation, key


def fill(site: Site) -> None:
    """A few records, so that what is generated meets something."""
    api = site.api("admin")
    account = api.create("account", name="Acme", code="C-1")
    api.create("contact", name={"family": "Li", "given": "Lei"}, email="li@example.com", account=account["id"])
    api.create("order", account=account["id"], lines=[{"product": "Desk"}])


def check(operation: Any, key: str, mode: GenerationMode, examples: int) -> None:
    """Sends what the description allows (or forbids), and compares every answer with it."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {key}"})
        case.validate_response(response, checks=[each for each in CHECKS.get_all() if each.__name__ not in LEFT_OUT])

    run()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["described", "not described"])
def test_every_answer_is_one_that_is_described(site: Site, dialect: str, mode: GenerationMode) -> None:
    """Long on SQLite, short on PostgreSQL: the doors are the same, the databases differ in what they refuse."""
    fill(site)
    objects, examples = (OBJECTS, 5) if dialect == "sqlite" else (("account",), 3)
    tried = 0
    for operation, key in operations(site, objects):
        check(operation, key, mode, examples)
        tried += 1
    assert tried > 10
