"""Scenario tests are played as the person that they name; whatever comes otherwise is said with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from newel.metadata.solutions import Layer
from newel.runtime import compiled
from newel.runtime.installation import Installation
from newel.runtime.records import as_system, finding, reading
from newel.runtime.scenarios import Outcome, run
from newel.runtime.scenarios.staging import staged

FILES = {
    "solution.yaml": "solution: shop\nversion: 1.0.0\nprefix: sh\ncurrency: CNY\n",
    "account.yaml": "object: account\nfields: {name: {type: text, required: true}, city: {type: text}}\n",
    "deal.yaml": """object: deal
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: deals}
  partners: {type: many_to_many, to: account, inverse: helped}
  about: {type: polymorphic, to: [account, deal]}
  amount: {type: money, min: 0}
  stage: {type: choice, default: open, options: {open: Open, won: Won}}
  reason: {type: text, visible: stage == 'won', required: stage == 'won'}
  due: {type: date, default: "add_days(today(), 7)"}
  told_at: {type: datetime, default: now()}
  secret: {type: text}
  locked: {type: text, read_only: stage == 'won'}
  active: {type: boolean}
  lines: {type: child_table, of: line}
validations:
  won_needs_amount: {when: stage == 'won', require: amount > 0, message: A won deal needs an amount., field: amount}
actions:
  win:
    label: Win
    when: stage == 'open'
    steps:
      task: {create: account, optional: true, set: {name: name}}
      finish: {update: self, set: {stage: "'won'", reason: "'Because'"}}
""",
    "line.yaml": """object: line
ownership: parent
parent: deal
title: what
fields:
  deal: {type: lookup, to: deal, required: true, on_delete: cascade}
  what: {type: text}
  quantity: {type: integer, min: 0, default: 1}
""",
    "rep.yaml": """role: rep
objects:
  account: {read: all, create: true, update: own}
  deal: {read: own, create: true, update: own, delete: own, fields: {secret: none, "*": edit}}
""",
    "boss.yaml": 'role: boss\nobjects: {"*": {read: all, create: true, update: all, delete: all}}\n',
}
GIVEN = """
given:
  account: {acme: Acme}
  deal: {pumps: {name: Pumps, account: "@acme", secret: no one}}
"""

Play = Callable[[str], Outcome]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else None


@pytest.fixture
def play(url: str | None) -> Play:
    """Plays one test, of which everything but its name, who acts and what is given is said."""

    def played(text: str) -> Outcome:
        with installed(f"test: deal.trial\n{text}", url) as found:
            return run(found, list(found.model.tests.values())).outcomes[0]

    return played


def installed(test: str, url: str | None = None) -> AbstractContextManager[Installation]:
    layer = Layer("shop", {**FILES, "test.yaml": test})
    model, rulebook, problems = compiled.compile_layers([layer])
    assert model is not None, problems.as_text()
    assert rulebook is not None
    return staged(model, rulebook, [layer], url)


def came(outcome: Outcome) -> list[str]:
    return [str(each).removeprefix("shop/test.yaml:") for each in outcome.failures]


def test_a_scenario_that_comes_out_as_it_says_is_ok(play: Play) -> None:
    outcome = play(f"""users: {{lin: rep, zhao: [rep, boss]}}
as: lin
today: 2026-11-21
{GIVEN}
steps:
  made:
    when:
      create: deal
      set:
        name: Valves
        account: "@acme"
        partners: ["@acme"]
        about: "@pumps"
        lines: [{{what: Valve}}, {{what: Seal, quantity: 2}}]
    expect:
      value:
        account: "@acme"
        account.name: Acme
        partners: ["@acme"]
        about: "@pumps"
        due: 2026-11-28
        told_at: 2026-11-21 12:00
        owner: "@lin"
        reason: null
        active: false
        lines: [{{what: Valve, quantity: 1}}, {{quantity: 2}}]
      hidden: [reason, secret]
      optional: [account, reason]
      required: name
      editable: locked
  by_action:
    when: {{perform: win, with: made, choices: {{task: {{skip: true}}, finish: {{set: {{amount: 10}}}}}}}}
    expect: {{value: {{stage: won, reason: Because, amount: 10}}, read_only: locked, visible: reason}}
  not_twice:
    when: {{perform: win, with: made}}
    expect: denied
  named:
    as: zhao
    when: {{update: pumps, set: {{amount: -1}}}}
    expect: {{problem: {{field: amount, message: This must be at least 0.}}, value: {{amount: null, secret: no one}}}}
  listed:
    as: boss
    when: {{list: deal, filter: stage == 'won'}}
    expect: {{list: [made], count: 1}}
  gone:
    when: {{delete: made}}
    expect: done
  not_there:
    when: {{read: made}}
    expect: denied
""")  # fmt: skip
    assert came(outcome) == []
    assert outcome.as_text() == "ok      shop.deal.trial"


def test_what_came_otherwise_is_said_with_its_place(play: Play) -> None:
    outcome = play(
        f"""as: rep
{GIVEN}
steps:
  value:
    when: {{read: pumps}}
    expect: {{value: {{name: Taps, stage: won, amount: 5, account: null, active: true}}}}
"""
    )
    assert came(outcome) == [
        '11:22 value: expected name to be "Taps"; it is "Pumps".',
        "11:34 value: expected stage to be won; it is open.",
        "11:46 value: expected amount to be 5; it is blank.",
        "11:57 value: expected account to be blank; it is @acme.",
        "11:72 value: expected active to be true; it is false.",
    ]


def test_states_of_the_form_count_conditions_and_rights_together(play: Play) -> None:
    outcome = play(f"""as: rep
{GIVEN}
when: {{update: pumps, set: {{stage: won}}}}
expect: {{hidden: [reason, account], visible: secret, optional: reason, editable: [name, secret], required: account}}
""")
    assert [each.split("expected ")[1] for each in came(outcome)] == [
        "reason to be hidden; it is visible and required and editable.",
        "account to be hidden; it is visible and optional and editable.",
        "secret to be visible; it is hidden and optional and read-only.",
        "reason to be optional; it is visible and required and editable.",
        "secret to be editable; it is hidden and optional and read-only.",
        "account to be required; it is visible and optional and editable.",
    ]


WON = "{update: pumps, set: {stage: won, reason: x}}"
RENAMED = "{update: pumps, set: {name: Taps}}"
NEEDS = "amount: A won deal needs an amount (validation won_needs_amount)."
UNKNOWN = 'secret: "secret" is not a field that you can use here (unknown_field).'


@pytest.mark.parametrize(
    ("when", "expect", "told"),
    [
        (WON, "done", f"that it is done; it is refused: {NEEDS}"),
        (WON, "{value: {stage: won}}", f"that it is done; it is refused: {NEEDS}"),
        (WON, "denied", f"that rep may not do it; it is refused for another reason: {NEEDS}"),
        (WON, "{problem: name}", f"a problem (field: name); what stands against it is {NEEDS}"),
        (RENAMED, "denied", "that rep may not do it; it is done."),
        (RENAMED, "{problem: {code: required}}", "a problem (code: required); nothing stands against it."),
        ("{update: pumps, set: {secret: x}}", "done", f"that it is done; it is refused: {UNKNOWN}"),
        ("{read: pumps}", "{value: {secret: x}}", 'secret to be "x"; rep can\'t see the field.'),
        ("{list: account}", "{list: [], count: 2}", "the list to be empty; it holds acme."),
        ("{list: account}", "{count: 2}", "2 records; there are 1."),
    ],
)
def test_every_difference_is_a_sentence(when: str, expect: str, told: str) -> None:
    with installed(f"test: deal.trial\nas: rep\n{GIVEN}\nwhen: {when}\nexpect: {expect}\n") as found:
        outcome = run(found, list(found.model.tests.values())).outcomes[0]
    assert came(outcome)[0].split(" expected ", 1)[1] == told


def test_a_form_may_be_looked_at_before_it_can_be_saved(play: Play) -> None:
    """Where nothing but states are expected, it does not matter that something is still missing."""
    assert came(play("as: rep\nwhen: {create: deal, set: {stage: won}}\nexpect: {required: [name, reason]}\n")) == []


def test_what_can_not_be_given_ends_the_test(play: Play) -> None:
    outcome = play("as: rep\ngiven: {deal: {pumps: {stage: won}}}\nwhen: {read: pumps}\nexpect: done\n")
    (failure,) = came(outcome)
    assert failure.startswith("3:16 given: expected that \"pumps\" can be made; it can't: name: This can't be blank (required)")


def test_nobody_acts_with_more_rights_than_their_role(play: Play) -> None:
    """What is given belongs to who acts; what is somebody else's is out of reach, and a person without a role does nothing."""
    outcome = play(f"""users: {{wang: rep, guest: []}}
as: rep
{GIVEN.replace("secret: no one}", "secret: no one, owner: '@wang'}")}
steps:
  read: {{when: {{read: pumps}}, expect: denied}}
  changed: {{when: {{update: pumps, set: {{name: Mine}}}}, expect: denied}}
  deleted: {{when: {{delete: pumps}}, expect: denied}}
  guessed: {{when: {{list: deal, filter: secret == 'no one'}}, expect: denied}}
  guest: {{as: guest, when: {{read: acme}}, expect: denied}}
  made: {{as: guest, when: {{create: account, set: {{name: Mine}}}}, expect: denied}}
""")
    assert came(outcome) == []


def test_a_run_leaves_the_database_as_it_was(url: str | None) -> None:
    test = f"test: deal.trial\nas: rep\n{GIVEN}\nwhen: {{create: deal, set: {{name: Taps}}}}\nexpect: done\n"
    with installed(test, url) as found:
        assert not run(found, list(found.model.tests.values())).failed
        with reading(found, as_system(found, "a test")) as work:
            assert [len(finding.find(work, name)) for name in ("deal", "account", "nw_user")] == [0, 0, 0]


def test_the_throw_away_database_is_gone_afterwards(postgres_url: str) -> None:
    with installed("test: deal.trial\nas: rep\nwhen: {list: deal}\nexpect: {count: 0}\n", postgres_url) as found:
        name = str(found.database.url.database)
        assert name.startswith("newel_trial_")
        home = found.settings.home
    assert not home.exists()
    assert name not in databases(postgres_url)


def databases(url: str) -> Iterator[str]:
    from newel.runtime.storage.database import Database

    database = Database(url)
    with database.reading() as connection:
        found = [row[0] for row in connection.exec_driver_sql("SELECT datname FROM pg_database")]
    database.close()
    return iter(found)


def test_the_moment_is_the_one_of_who_acts() -> None:
    text = """test: deal.trial
users: {tokyo: {roles: [rep], time_zone: Asia/Tokyo}}
as: tokyo
now: 2026-11-21 23:30
when: {create: deal, set: {name: Taps}}
expect: {value: {due: 2026-11-28, told_at: 2026-11-21 23:30}}
"""
    with installed(text) as found:
        assert came(run(found, list(found.model.tests.values())).outcomes[0]) == []


def test_progress_is_told_for_every_test() -> None:
    told: list[tuple[int, int, str]] = []
    with installed("test: deal.trial\nas: rep\nwhen: {list: deal}\nexpect: {count: 0}\n") as found:
        run(found, list(found.model.tests.values()), lambda *said: told.append(said))
    assert told == [(0, 1, "deal.trial")]


def test_a_report_is_told_to_machines_too() -> None:
    text = "test: deal.trial\nas: rep\nwhen: {list: deal}\nexpect: {count: 1}\n"
    with installed(text) as found:
        report = run(found, list(found.model.tests.values())).as_json()
    assert (report["passed"], report["failed"]) == (0, 1)
    (failure,) = report["tests"][0]["failures"]
    assert failure == {
        "file": "shop/test.yaml",
        "line": 4,
        "column": 17,
        "step": None,
        "expected": "1 records",
        "came": "there are 0",
    }
