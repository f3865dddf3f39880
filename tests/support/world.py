"""A small world for tests of the doors: objects with every kind of field and hostile names, and people who see different parts.

Every value that somebody must not see is a canary: a text that occurs nowhere else.
"""

from __future__ import annotations

SOLUTION = "solution: world\nversion: 1.0.0\nlabel: World\nlanguage: en\nprefix: w\ncurrency: CNY\n"

ACCOUNT = """
object: account
title: name
search: [name, city]
facts: [city]
files: true
fields:
  name: {type: text, required: true, max_length: 80, search: true}
  code: {type: text, unique: true, max_length: 20}
  city: {type: text, search: true}
  stage: {type: choice, default: new, options: {new: New, won: {label: Won, closed: true}}}
  amount: {type: money}
  credit_limit: {type: money}
  secret_note: {type: long_text, search: true, label: Canarynote}
  secret_friend: {type: lookup, to: account, inverse: secret_friends, on_delete: clear}
  parent_account: {type: tree_parent}
  tags: {type: tags}
  note_echo: {type: long_text, formula: secret_note, label: Canaryecho}
  limit_echo: {type: money, formula: credit_limit}
  friend_echo: {type: text, formula: secret_friend.name}
  echo_of_echo: {type: long_text, formula: "concat(note_echo, friend_echo)"}
  note_size: {type: integer, formula: len(secret_note), expose: true}
validations:
  won_needs_amount: {when: stage == 'won', require: not is_blank(amount), message: A won account needs an amount., field: amount}
actions:
  win:
    label: Win
    when: stage != 'won'
    steps: {finish: {update: self, set: {stage: "'won'", city: "'Won City'"}}}
"""

CONTACT = """
object: contact
title: name
search: [name, account.name]
fields:
  name: {type: person_name, required: true}
  account: {type: lookup, to: account, inverse: contacts}
  email: {type: email, unique: true}
  salary: {type: decimal, scale: 2, label: Canarysalary}
  pay_echo: {type: decimal, scale: 2, formula: salary}
  account_note: {type: long_text, formula: account.secret_note}
  account_line: {type: text, formula: "concat(account.name, ' ', account.city)"}
"""

ORDER = """
object: order
title: key
fields:
  key: {type: auto_number, format: "O-{0000}"}
  from: {type: date}
  type: {type: choice, options: {select: Select, group: Group}}
  account: {type: lookup, to: account, inverse: orders, on_delete: restrict}
  lines: {type: child_table, of: order_line}
  margin: {type: percent}
  cost_sum: {type: money, rollup: sum(lines.cost)}
  products: {type: text, formula: concat_list(lines.product)}
"""

ORDER_LINE = """
object: order_line
title: product
ownership: parent
parent: order
fields:
  order: {type: lookup, to: order, required: true, inverse: order_lines, on_delete: cascade}
  product: {type: text, required: true}
  quantity: {type: integer, min: 0}
  cost: {type: money, label: Canarycost}
"""

VAULT = """
object: vault
label: Canaryvault
title: name
fields:
  name: {type: text, required: true, search: true}
  code: {type: text, unique: true}
"""

CAMPAIGN = """
object: campaign
title: name
fields:
  name: {type: text, required: true}
  accounts: {type: many_to_many, to: account, inverse: campaigns}
"""

# One field of each type that takes values of its own.
GALLERY = """
object: gallery
title: short
ownership: none
fields:
  short: {type: text, required: true, max_length: 60, search: true}
  long: {type: long_text}
  rich: {type: rich_text}
  marked: {type: markdown}
  whole: {type: integer, min: -1000, max: 1000}
  exact: {type: decimal, precision: 12, scale: 3}
  price: {type: money}
  share: {type: percent}
  flag: {type: boolean}
  day: {type: date}
  moment: {type: datetime}
  hour: {type: time}
  span: {type: duration}
  pick: {type: choice, options: {a: A, b: B}}
  picks: {type: multi_choice, options: {x: X, y: Y, z: Z}}
  labels: {type: tags}
  mail: {type: email}
  phone: {type: phone}
  link: {type: url}
  place: {type: address}
  person: {type: person_name}
  one: {type: lookup, to: account}
  either: {type: polymorphic, to: [account, contact]}
  number: {type: auto_number, format: "G-{0000}"}
  bars: {type: barcode}
  shade: {type: colour}
  stars: {type: rating}
  spot: {type: geolocation}
  who: {type: user}
  team: {type: team}
"""

BOARD = "view: account.board\ntype: kanban\nlabel: Board\ngroup_by: stage\nsum: amount\n"
CALENDAR = "view: order.dates\ntype: calendar\nlabel: Dates\nstart: from\n"
APP = """
app: desk
label: Desk
menu: {accounts: {object: account}, contacts: {object: contact}, orders: {object: order}, vault: {object: vault}}
"""

ROLES = {
    "rep": """
role: rep
objects:
  account: {read: own, create: true, update: own, delete: own, export: true,
            fields: {credit_limit: none, secret_note: none, secret_friend: none, code: read}}
  contact: {read: own, create: true, update: own, delete: own, fields: {salary: none}}
  order: {read: own, create: true, update: own, delete: own, fields: {margin: none}}
  order_line: {read: all, create: true, update: all, delete: all, fields: {cost: none}}
  gallery: {read: all, create: true, update: all, delete: all}
  campaign: {read: own, create: true, update: own, delete: own}
""",
    "clerk": """
role: clerk
objects:
  account: {read: "city == 'Hefei'", fields: {"*": none, name: read, city: read, credit_limit: read}}
""",
    "manager": """
role: manager
objects:
  account: {read: all, create: true, update: all, delete: all, export: true}
  contact: {read: all, create: true, update: all, delete: all, export: true}
  order: {read: all, create: true, update: all, delete: all, export: true}
  campaign: {read: all, create: true, update: all, delete: all}
  gallery: {read: all}
""",
    "visitor": "role: visitor\nobjects: {}\n",
}

FILES = {
    "solution.yaml": SOLUTION,
    "objects/account.yaml": ACCOUNT,
    "objects/contact.yaml": CONTACT,
    "objects/order.yaml": ORDER,
    "objects/order_line.yaml": ORDER_LINE,
    "objects/vault.yaml": VAULT,
    "objects/campaign.yaml": CAMPAIGN,
    "objects/gallery.yaml": GALLERY,
    "views/board.yaml": BOARD,
    "views/dates.yaml": CALENDAR,
    "apps/desk.yaml": APP,
    **{f"roles/{name}.yaml": text for name, text in ROLES.items()},
}
