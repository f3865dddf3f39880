"""What an expression may call: REGISTRY, one entry a function. A function is added in the file of its group, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping

from newel.rules.functions.blanks import BLANKS
from newel.rules.functions.dates import DATES
from newel.rules.functions.lists import LISTS
from newel.rules.functions.money import MONEY
from newel.rules.functions.numbers import NUMBERS
from newel.rules.functions.people import PEOPLE
from newel.rules.functions.registry import Function
from newel.rules.functions.texts import TEXTS

GROUPS: tuple[tuple[Function, ...], ...] = (BLANKS, NUMBERS, MONEY, TEXTS, DATES, LISTS, PEOPLE)
REGISTRY: Mapping[str, Function] = {each.name: each for group in GROUPS for each in group}
