"""A small shop whose records are computed from one another in every way: stored, read anew, gathered, through lookups."""

from __future__ import annotations

CUSTOMER = """
object: customer
label: Customer
fields:
  name: {type: text, max_length: 40, required: true}
  city: {type: text, max_length: 40}
  grade: {type: choice, options: {gold: {label: Gold, rebate: 10}, plain: {label: Plain, rebate: 0}}}
  budget: {type: money, currency: CNY}
  secret: {type: integer}
  shout: {type: text, max_length: 40, formula: upper(name)}
  rebate: {type: percent, formula: option(grade).rebate}
  hidden_twice: {type: integer, formula: secret * 2}
  hidden_but_shown: {type: integer, formula: secret * 2, expose: true}
  open_amount: {type: money, formula: "sum(orders.amount, where=stage == 'open')"}
  order_count: {type: integer, formula: count(orders)}
  net_total: {type: money, formula: sum(orders.net)}
  some_overdue: {type: boolean, formula: any(orders.overdue)}
  best_order: {type: text, formula: "first(orders.name, by=-amount)"}
"""
ORDER = """
object: order
label: Order
search: [title_line]
fields:
  name: {type: text, max_length: 40, required: true}
  customer: {type: lookup, to: customer, on_delete: restrict, inverse: orders}
  stage: {type: choice, default: open, options: {open: {label: Open, chance: 50}, won: {label: Won, chance: 100}}}
  amount: {type: money, currency: CNY}
  count: {type: integer}
  factor: {type: decimal, precision: 10, scale: 4}
  due: {type: date}
  lines: {type: child_table, of: order_line}
  expected: {type: money, formula: amount * option(stage).chance / 100, index: true}
  doubled: {type: money, formula: expected + expected}
  title_line: {type: text, formula: "concat(name, '/', 'won' if stage == 'won' else 'open')"}
  big: {type: boolean, formula: amount > 1000}
  half: {type: integer, formula: count / 2}
  third: {type: decimal, scale: 2, formula: factor / 3}
  size: {type: choice, options: {small: Small, large: Large}, formula: "'large' if count > 10 else 'small'"}
  week_later: {type: date, formula: "add_days(due, 7)"}
  overdue: {type: boolean, formula: due < today()}
  days_left: {type: integer, formula: "days_between(today(), due)"}
  customer_line: {type: text, formula: "concat(name, ' for ', customer.name, ' of ', customer.city)"}
  net: {type: money, formula: amount * (100 - customer.rebate) / 100}
  net_rounded: {type: decimal, scale: 1, formula: amount(net) / 3}
  customer_open: {type: money, formula: customer.open_amount}
  line_sum: {type: money, formula: sum(lines.worth)}
  pieces: {type: integer, rollup: sum(lines.pieces)}
  worth_kept: {type: money, rollup: "sum(lines.worth, where=pieces > 0)"}
  with_tax: {type: money, formula: worth_kept * 1.06}
  tiny: {type: decimal, precision: 3, scale: 1, formula: factor * 30}
  tiny_too: {type: decimal, precision: 3, scale: 1, formula: factor * count(lines) * 30}
  short: {type: text, max_length: 8, formula: "concat(name, '!')"}
  short_too: {type: text, max_length: 8, formula: "concat(name, customer.name)"}
  share: {type: percent, formula: factor * 10}
  memo: {type: long_text, formula: "concat(name, customer_line)"}
  noon: {type: time, formula: "time('12:00') if big else time('08:30:15')"}
  moment: {type: datetime, formula: "now() if overdue else created_at"}
  made_on: {type: date, formula: date(created_at)}
  span: {type: duration, formula: "duration(1, 30) * count"}
  customer_grade: {type: choice, options: {gold: Gold, plain: Plain}, formula: customer.grade}
validations:
  net_is_bounded: {require: "is_blank(net) or amount(net) < 1000000", message: The net amount is too large., field: amount}
  no_empty_promise: {when: stage == 'won', require: amount(expected) > 0, message: A won order is worth something., field: amount}
"""
ORDER_LINE = """
object: order_line
label: Order line
ownership: parent
parent: order
title: what
fields:
  order: {type: lookup, to: order, required: true, on_delete: cascade}
  what: {type: text, required: true}
  pieces: {type: integer, default: 1}
  price: {type: money, currency: CNY}
  worth: {type: money, formula: price * pieces}
"""
ROLES = {
    "boss": """
role: boss
label: Boss
objects:
  "*": {read: all, create: true, update: all, delete: all, export: true}
""",
    "clerk": """
role: clerk
label: Clerk
objects:
  customer: {read: all, update: all, fields: {secret: none, "*": edit}}
  order: {read: all, create: true, update: all, fields: {amount: none, "*": edit}}
""",
    "seller": """
role: seller
label: Seller
objects:
  order: {read: own, create: true, update: own, export: true}
""",
}
FILES: dict[str, str] = {
    "objects/customer.yaml": CUSTOMER,
    "objects/order.yaml": ORDER,
    "objects/order_line.yaml": ORDER_LINE,
    **{f"roles/{name}.yaml": text for name, text in ROLES.items()},
}
