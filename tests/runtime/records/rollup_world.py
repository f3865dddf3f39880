"""A shop for tests of rollups: accounts over orders over lines, a tree, links, tasks about anything, and formulas in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newel.runtime.installation import Installation
from newel.runtime.records import drifting

ACCOUNT = """
object: account
title: name
fields:
  name: {type: text, required: true, search: true}
  above: {type: tree_parent, inverse: below}
  credit: {type: money, currency: CNY, fixed_currency: true}
  orders_total: {type: money, currency: CNY, fixed_currency: true, rollup: sum(orders.gross)}
  open_orders: {type: integer, rollup: "count(orders, where=stage == 'open')"}
  last_order: {type: date, rollup: max(orders.day)}
  tasks_open: {type: integer, rollup: "count(tasks, where=not done)"}
  branches: {type: integer, rollup: count(below)}
  deepest: {type: integer, rollup: max(below.branches)}
  campaigns_count: {type: integer, rollup: count(campaigns)}
  credit_left: {type: money, currency: CNY, fixed_currency: true, formula: credit - orders_total}
"""
ORDER = """
object: order
title: name
fields:
  name: {type: text, required: true}
  account: {type: lookup, to: account, inverse: orders, on_delete: cascade}
  day: {type: date}
  stage: {type: choice, default: open, options: {open: {label: Open, chance: 20}, won: {label: Won, chance: 100}}}
  discount: {type: percent, default: 0}
  lines: {type: child_table, of: line}
  net: {type: money, currency: CNY, fixed_currency: true, rollup: "sum(lines.amount, where=quantity > 0)"}
  gross: {type: money, currency: CNY, fixed_currency: true, formula: net * (100 - discount) / 100 * 1.13}
  mixed: {type: money, rollup: sum(lines.fee)}
  average: {type: decimal, scale: 4, rollup: avg(lines.quantity)}
  least: {type: decimal, scale: 2, rollup: min(lines.quantity)}
  line_count: {type: integer, rollup: count(lines)}
  tasks_open: {type: integer, rollup: "count(tasks, where=not done)"}
"""
LINE = """
object: line
title: what
ownership: parent
parent: order
fields:
  order: {type: lookup, to: order, required: true, on_delete: cascade}
  what: {type: text, required: true}
  quantity: {type: decimal, precision: 10, scale: 2}
  price: {type: money, currency: CNY, fixed_currency: true}
  fee: {type: money, currency: CNY}
  note: {type: text}
  amount: {type: money, currency: CNY, fixed_currency: true, formula: quantity * price}
"""
TASK = """
object: task
title: subject
fields:
  subject: {type: text, required: true}
  done: {type: boolean}
  regarding: {type: polymorphic, to: [account, order], inverse: tasks, on_delete: clear}
"""
CAMPAIGN = """
object: campaign
title: name
fields:
  name: {type: text, required: true}
  members: {type: many_to_many, to: account, inverse: campaigns}
  member_count: {type: integer, rollup: count(members)}
"""
FILES: dict[str, str] = {
    "objects/account.yaml": ACCOUNT,
    "objects/order.yaml": ORDER,
    "objects/line.yaml": LINE,
    "objects/task.yaml": TASK,
    "objects/campaign.yaml": CAMPAIGN,
    "roles/boss.yaml": 'role: boss\nobjects: {"*": {read: all, create: true, update: all, delete: all, export: true}}\n',
}


def drifted(installation: Installation) -> Mapping[str, Any]:
    """The kept fields that hold something else than a recomputation gives, and in which records."""
    return {each.name: each.first for each in drifting.drifts(installation) if each.differing}
