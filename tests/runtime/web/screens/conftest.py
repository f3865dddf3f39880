"""A small office, served: deals on a board, visits in a calendar, and people who may see different parts of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.site import Site

COMPANY = """
object: company
label: Company
plural: Companies
icon: building
color: blue
help: Whom we do business with.
search: [name, city]
facts: [city]
fields:
  name: {type: text, required: true, max_length: 80, search: true}
  city: {type: text, search: true}
  secret: {type: text, label: Canarysecret}
"""

DEAL = """
object: deal
icon: target
path: stage
search: [name, company.name]
facts: [company, amount]
fields:
  name: {type: text, required: true, max_length: 120, search: true}
  company: {type: lookup, to: company, inverse: deals}
  stage:
    type: choice
    default: open
    options:
      open: {label: Open, color: blue}
      offer: {label: Offer, color: purple}
      won: {label: Won, color: green, closed: true}
      lost: {label: Lost, closed: true}
  amount: {type: money}
  due: {type: date}
  reason: {type: text, visible: stage == 'lost', required: stage == 'lost'}
  order: {type: integer}
validations:
  won_needs_amount: {when: stage == 'won', require: amount > 0, message: A won deal needs an amount., field: amount}
  no_black_deals: {require: "name != 'black'", message: No black deals.}
"""

VISIT = """
object: visit
title: subject
activity: {kind: meeting, regarding: company, when: start_at, until: end_at, done: done}
fields:
  subject: {type: text, required: true}
  company: {type: lookup, to: company, inverse: visits}
  start_at: {type: datetime}
  end_at: {type: datetime}
  done: {type: boolean}
  kind: {type: choice, options: {short: {label: Short, color: teal}, long: {label: Long, color: orange}}}
  minutes: {type: rich_text}
"""

VIEWS = {
    "company.all": "type: list\nlabel: All companies\ncolumns: [name, city, secret, owner]\nsort: [name]\ndefault: true",
    "deal.all": "type: list\nlabel: All deals\ncolumns: [name, company, company.city, stage, amount, due]\n"
    "sort: [name]\ndefault: true",
    "deal.open": "type: list\nlabel: Open deals\ncolumns: [name]\nfilter: stage == 'open'\nsort: [name]",
    "deal.board": "type: kanban\nlabel: Board\ngroup_by: stage\nsum: amount\ncolumns: [company, amount, due]\nsort: [name]",
    "visit.week": "type: calendar\nlabel: Visits\nstart: start_at\nend: end_at\ncolor_by: kind\ncolumns: [company]",
}

SALES = """
app: sales
label: Sales
icon: target
color: green
roles: [seller, manager]
menu:
  companies: {object: company}
  deals: {object: deal}
  board: {object: deal, view: board, label: Deal board}
  more: {label: More, items: {visits: {object: visit}}}
"""

SELLER = """
role: seller
label: Seller
objects:
  company: {read: all, create: true, update: all, fields: {secret: none, '*': edit}}
  deal: {read: own, create: true, update: own, delete: own}
  visit: {read: all, create: true, update: all, delete: own}
"""

MANAGER = """
role: manager
label: Manager
objects:
  '*': {read: all, create: true, update: all, delete: all, export: true}
"""

FILES = {
    "solution.yaml": "solution: office\nversion: 1.0.0\nlabel: Office\nlanguage: en\nprefix: o\ncurrency: CNY\n",
    "objects/company.yaml": COMPANY,
    "objects/deal.yaml": DEAL,
    "objects/visit.yaml": VISIT,
    **{f"views/{name}.yaml": f"view: {name}\n{body}\n" for name, body in VIEWS.items()},
    "apps/sales.yaml": SALES,
    "roles/seller.yaml": SELLER,
    "roles/manager.yaml": MANAGER,
    "roles/caller.yaml": "role: caller\nlabel: Caller\nobjects:\n  visit: {read: all}\n",
}


@pytest.fixture
def site(make_installation: Callable[..., Any]) -> Site:
    """A fresh office on each database, with nobody in it yet."""
    return Site(make_installation(FILES))
