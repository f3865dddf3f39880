"""What an expression may call: REGISTRY, one entry a function. A function is added in the file of its group, and nowhere else.

FORMS are those that take names instead of values (prior, lookup, sum over children...): parts of the language, checked and run by
nodes of their own. min and max are both.
"""

from __future__ import annotations

from collections.abc import Mapping

from newel.rules.functions.blanks import BLANKS
from newel.rules.functions.children import CHILDREN
from newel.rules.functions.cutting import CUTTING
from newel.rules.functions.dates import DATES
from newel.rules.functions.forms import Form
from newel.rules.functions.lists import LISTS
from newel.rules.functions.logic import LOGIC
from newel.rules.functions.money import MONEY
from newel.rules.functions.numbers import NUMBERS
from newel.rules.functions.people import PEOPLE
from newel.rules.functions.periods import PERIODS
from newel.rules.functions.records import RECORDS
from newel.rules.functions.registry import Function
from newel.rules.functions.texts import TEXTS
from newel.rules.functions.writing import WRITING

GROUPS: tuple[tuple[Function, ...], ...] = (
    BLANKS,
    LOGIC,
    LISTS,
    NUMBERS,
    MONEY,
    (*TEXTS, *CUTTING, *WRITING),
    (*DATES, *PERIODS),
    PEOPLE,
)
REGISTRY: Mapping[str, Function] = {each.name: each for group in GROUPS for each in group}
FORM_GROUPS: tuple[tuple[Form, ...], ...] = (RECORDS, CHILDREN)
FORMS: Mapping[str, Form] = {each.name: each for group in FORM_GROUPS for each in group}
