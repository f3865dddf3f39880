"""A small shop whose orders have rules of every kind: what shows, is required or locked, options, formulas, sums of lines."""

from __future__ import annotations

CUSTOMER = """
object: customer
label: Customer
fields:
  name: {type: text, required: true, max_length: 80}
  credit: {type: money, currency: CNY}
  rebate: {type: percent}
  tier: {type: choice, options: {gold: Gold, plain: Plain}}
  margin: {type: decimal}
"""
PRODUCT = """
object: product
label: Product
fields:
  name: {type: text, required: true, max_length: 80}
  price: {type: money, currency: CNY}
"""
ORDER = """
object: order
label: Order
fields:
  name: {type: text, required: true, max_length: 80}
  customer: {type: lookup, to: customer}
  kind: {type: choice, default: goods, options: {goods: Goods, service: Service, gift: Gift}}
  size:
    type: choice
    options:
      small: Small
      pallet: {label: Pallet, when: kind == 'goods'}
      yearly: {label: Yearly, when: kind == 'service'}
  elements: {type: choice, options: {constructor: A, length: {label: B, when: dataset == 'x'}}}
  dataset: {type: text}
  note: {type: text, visible: kind == 'gift', required: kind == 'gift'}
  greeting: {type: text, visible: not_blank(note)}
  serial: {type: text, visible: kind == 'goods', clear_when_hidden: true}
  marked: {type: boolean, formula: not_blank(serial)}
  discount: {type: percent, read_only: kind == 'gift'}
  wished: {type: date}
  latest: {type: date, formula: "add_days(wished, 14)"}
  chance: {type: percent, formula: "20 if kind == 'gift' else 60"}
  total: {type: money, rollup: "sum(lines.amount)"}
  pieces: {type: integer, rollup: "sum(lines.quantity, where=not is_blank(product))"}
  due: {type: money, formula: "total * (100 - zero(discount)) / 100"}
  left: {type: money, formula: "customer.credit - due"}
  warned: {type: boolean, visible: customer.tier == 'gold' and due > customer.credit}
  guarded: {type: decimal, formula: "customer.margin * 2", expose: true}
  lines: {type: child_table, of: order_line}
"""
LINE = """
object: order_line
label: Order line
ownership: parent
parent: order
fields:
  order: {type: lookup, to: order, on_delete: cascade}
  product: {type: lookup, to: product}
  quantity: {type: integer, default: 1}
  price: {type: money, currency: CNY, default: product.price}
  amount: {type: money, formula: quantity * price}
  why: {type: text, visible: quantity > 10, required: quantity > 10}
"""
FORM = """
form: order.main
label: Order
tabs:
  main:
    label: Order
    sections:
      head: {label: Head, fields: [name, customer, kind, size, serial, marked, discount, wished, latest, chance]}
      gift: {label: A gift, visible: kind == 'gift', fields: [note, greeting]}
      sums: {label: Sums, fields: [elements, dataset, total, pieces, due, left, warned, guarded]}
      positions: {label: Positions, columns: 1, fields: [lines]}
"""
ROLES = """
role: clerk
label: Clerk
objects:
  order: {create: true, read: all, update: all}
  customer: {read: all, fields: {margin: none, "*": read}}
  product: {read: all}
"""
JUNIOR = """
role: junior
label: Junior
objects:
  order: {create: true, read: all, update: all}
  customer: {read: own}
  product: {read: all}
"""
FILES = {
    "solution.yaml": "solution: shop\nversion: 1.0.0\nlabel: Shop\nlanguage: en\nprefix: s\ncurrency: CNY\n",
    "objects/customer.yaml": CUSTOMER,
    "objects/product.yaml": PRODUCT,
    "objects/order.yaml": ORDER,
    "objects/order_line.yaml": LINE,
    "forms/order.main.yaml": FORM,
    "roles/clerk.yaml": ROLES,
    "roles/junior.yaml": JUNIOR,
}
