"""Every rule of the standard solution can be changed in Setup, but for the rows of roles."""

from __future__ import annotations

from pathlib import Path

from newel.metadata.amending import Amendment, amended
from newel.metadata.solutions import read_folder
from newel.rules.standing import standing
from newel.runtime import compiled

STANDARD = Path(__file__).parents[2] / "solutions" / "standard"


def test_every_rule_of_the_standard_solution_can_be_written_anew_but_for_rows_of_roles() -> None:
    standard, _ = read_folder(STANDARD)
    model, rules, _ = compiled.compile_layers([standard])
    assert model is not None
    assert rules is not None
    places = {address: standing(model, address) for address in rules.expressions if not address.startswith("test:")}
    changed, org = {}, []
    for address, place in places.items():
        assert place is not None, address
        amendment = Amendment(place.object, place.document, {place.keys: f"({rules.expressions[address].text})"})
        assert amendment.is_possible == (place.kind != "scope"), address
        if amendment.is_possible:
            changed[address] = f"({rules.expressions[address].text})"
            org = [amended(org, amendment)]
    found, written, problems = compiled.compile_layers([standard, *org])
    assert found is not None, problems.as_text()
    assert written is not None
    assert {address: written.expressions[address].text for address in changed} == changed
