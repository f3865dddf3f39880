"""A small firm for the kernel's tests: accounts, deals with lines, tasks about anything, a tree, and people in several roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from newel.runtime.installation import Installation
from newel.runtime.records import Actor, Work, as_system, finding, reading, saving, writing
from newel.runtime.records.record import Page, Record

ACCOUNT = """
object: account
label: Account
search: [name]
facts: [city]
keys: {by_place: [name, city]}
fields:
  name: {type: text, max_length: 120, required: true}
  city: {type: text, max_length: 60}
  code: {type: text, max_length: 20, unique: true}
  region: {type: choice, options: {east: East, west: West}}
  credit: {type: money, currency: CNY}
  phone: {type: phone, search: true}
  secret: {type: text, search: true}
  active: {type: boolean, default: true}
  parent_account: {type: tree_parent}
  partners: {type: many_to_many, to: account, inverse: partner_of}
"""
DEAL = """
object: deal
label: Deal
search: [name, account.name]
path: stage
fields:
  number: {type: auto_number, format: "D-{YYYY}-{0000}", reset: yearly}
  name: {type: text, max_length: 120, required: true}
  account: {type: lookup, to: account, required: true, on_delete: restrict, inverse: deals}
  contact: {type: lookup, to: contact, on_delete: clear, inverse: deals}
  stage: {type: choice, default: open, options: {open: Open, won: {label: Won, closed: true}, lost: {label: Lost, closed: true}}}
  amount: {type: money, currency: CNY, min: 0, read_only: stage == 'won'}
  chance: {type: percent}
  close_date: {type: date, default: "add_days(today(), 30)"}
  seen_at: {type: datetime}
  reason: {type: text, visible: stage == 'lost', required: stage == 'lost'}
  score: {type: integer}
  rate: {type: decimal, precision: 12, scale: 4}
  labels: {type: tags}
  notes: {type: long_text}
  lines: {type: child_table, of: deal_line}
validations:
  won_needs_amount:
    when: stage == 'won'
    require: amount > 0
    message: A won deal needs an amount.
    field: amount
actions:
  win:
    label: Win
    when: stage == 'open'
    steps:
      follow: {create: task, match: [subject], optional: true, set: {subject: "concat('Thank ', name)", regarding: account}}
      finish: {update: self, set: {stage: "'won'", amount: amount}}
"""
LINE = """
object: deal_line
label: Deal line
ownership: parent
parent: deal
title: what
fields:
  deal: {type: lookup, to: deal, required: true, on_delete: cascade}
  what: {type: text, required: true}
  quantity: {type: decimal, precision: 10, scale: 2, default: 1, min: 0}
"""
CONTACT = """
object: contact
label: Contact
search: [name]
fields:
  name: {type: person_name, required: true}
  account: {type: lookup, to: account, on_delete: cascade, inverse: contacts}
  email: {type: email, search: true}
title: name
"""
TASK = """
object: task
label: Task
title: subject
fields:
  subject: {type: text, required: true}
  regarding: {type: polymorphic, to: [account, deal, contact], inverse: tasks}
  paper: {type: file}
"""
PLACE = """
object: place
label: Place
ownership: none
fields:
  name: {type: text, required: true}
  above: {type: tree_parent}
"""
ROLES = {
    "rep": """
role: rep
label: Rep
objects:
  account: {read: all, create: true, update: own, delete: own, fields: {credit: read, secret: none, "*": edit}}
  contact: {read: all, create: true, update: own, delete: own}
  deal: {read: own, create: true, update: own, delete: own}
  task: {read: own, create: true, update: own, delete: own}
  place: {read: all}
""",
    "eastern": """
role: eastern
label: East
objects:
  account: {read: region == 'east', create: true, update: region == 'east', export: true}
  deal: {read: account.region == 'east', update: account.region == 'east', create: true, fields: {amount: none, "*": edit}}
""",
    "clerk": """
role: clerk
label: Clerk
objects:
  account: {read: all, fields: {name: read, "*": none}}
  deal: {read: all, fields: {lines: none, "*": read}}
""",
    "boss": """
role: boss
label: Boss
objects:
  "*": {read: all, create: true, update: all, delete: all, export: true}
""",
    "nobody": """
role: nobody
label: Nobody
objects: {place: {read: none}}
""",
}
FILES: dict[str, str] = {
    "objects/account.yaml": ACCOUNT,
    "objects/deal.yaml": DEAL,
    "objects/deal_line.yaml": LINE,
    "objects/contact.yaml": CONTACT,
    "objects/task.yaml": TASK,
    "objects/place.yaml": PLACE,
    **{f"roles/{name}.yaml": text for name, text in ROLES.items()},
}


@dataclass
class Firm:
    """An installation and its people. `do` runs one transaction for a person, known by name; "system" is the platform."""

    installation: Installation
    people: dict[str, Actor] = field(default_factory=dict)

    def actor(self, who: str, *roles: str) -> Actor:
        if who == "system":
            return as_system(self.installation, "a test")
        if who not in self.people:
            with writing(self.installation, as_system(self.installation, "a test")) as work:
                made = saving.create(work, "nw_user", {"name": who.title(), "email": f"{who}@example.com"})
            self.people[who] = Actor(made.id, roles or (who,), name=who.title())
        return self.people[who]

    @contextmanager
    def reading(self, who: str) -> Iterator[Work]:
        with reading(self.installation, self.actor(who)) as work:
            yield work

    @contextmanager
    def writing(self, who: str) -> Iterator[Work]:
        with writing(self.installation, self.actor(who)) as work:
            yield work

    def create(self, who: str, name: str, /, **values: Any) -> Record:
        with self.writing(who) as work:
            return saving.create(work, name, values)

    def update(self, who: str, record: Record, /, version: int | None = None, **values: Any) -> Record:
        with self.writing(who) as work:
            return saving.update(work, record.object, record.id, values, version)

    def delete(self, who: str, record: Record) -> None:
        with self.writing(who) as work:
            saving.delete(work, record.object, record.id)

    def get(self, who: str, record: Record, fields: Sequence[str] | None = None) -> Record:
        with self.reading(who) as work:
            return finding.get(work, record.object, record.id, fields)

    def find(self, who: str, name: str, /, **asked: Any) -> Page:
        with self.reading(who) as work:
            return finding.find(work, name, **asked)

    def names(self, who: str, name: str, /, field: str = "name", **asked: Any) -> list[Any]:
        return [record[field] for record in self.find(who, name, fields=[field], **asked)]


@pytest.fixture
def firm(make_installation: Callable[..., Installation]) -> Firm:
    """The firm on a fresh database, once on SQLite and once on PostgreSQL."""
    return Firm(make_installation(FILES))


@pytest.fixture
def make_firm(make_installation: Callable[..., Installation]) -> Callable[[Mapping[str, str]], Firm]:
    return lambda files: Firm(make_installation(files))
