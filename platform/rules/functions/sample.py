"""The small world that examples about records and children speak of: an order with two lines, and a table of rates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

OBJECTS: Mapping[str, str] = {
    "order": """object: order
label: Order
fields:
  name: {type: text}
  stage:
    type: choice
    options:
      new: {label: New, chance: 10}
      won: {label: Won, chance: 100, closed: true}
  lines: {type: child_table, of: line}
""",
    "line": """object: line
label: Line
ownership: parent
parent: order
fields:
  order: {type: lookup, to: order, on_delete: cascade}
  item: {type: text}
  count: {type: integer}
  price: {type: decimal, precision: 18, scale: 2}
  due: {type: date}
  done: {type: boolean}
""",
    "rate": """object: rate
label: Rate
fields:
  code: {type: text, unique: true}
  discount: {type: percent}
""",
}
LINES: tuple[Mapping[str, Any], ...] = (
    {
        "id": "01900000-0000-7000-8000-000000000001",
        "item": "Pen",
        "count": 2,
        "price": Decimal("3.00"),
        "due": date(2026, 1, 31),
        "done": True,
    },
    {
        "id": "01900000-0000-7000-8000-000000000002",
        "item": "Ink",
        "count": 1,
        "price": Decimal("4.50"),
        "due": date(2026, 1, 15),
        "done": False,
    },
)
ORDER: Mapping[str, Any] = {"name": "gold", "stage": "won", "lines": LINES}
BEFORE: Mapping[str, Any] = {"name": "gold", "stage": "new"}
RATES: tuple[Mapping[str, Any], ...] = ({"code": "gold", "discount": Decimal("12.50")},)

WORDS = """The examples of this group are about an order named `'gold'` that was `new` and has become `won`. An option of its
stage says its `chance`: `new` 10, `won` 100. It has two lines:

| item | count | price | due | done |
|---|---|---|---|---|
| Pen | 2 | 3.00 | 2026-01-31 | yes |
| Ink | 1 | 4.50 | 2026-01-15 | no |

A table `rate` has a unique `code` and a `discount`: 12.50 for `'gold'`.
"""
