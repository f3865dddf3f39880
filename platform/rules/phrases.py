"""How functions are read out in a sentence: {a} is the first value, {b} the second. What is not here is read as it is written."""

from __future__ import annotations

from collections.abc import Mapping

from newel.metadata.words import word

# By name and number of values.
PHRASES: Mapping[tuple[str, int], str] = {
    # Blanks
    ("is_blank", 1): word("{a} is blank"),
    ("not_blank", 1): word("{a} is filled in"),
    ("coalesce", 2): word("{a}, or {b} where that is blank"),
    ("zero", 1): word("{a}, or 0 where that is blank"),
    ("blank_if", 2): word("{a}, or blank where that is {b}"),
    ("safe_div", 2): word("{a} ÷ {b}, or 0 where that can't be divided"),
    # Texts
    ("contains", 2): word("{a} contains {b}"),
    ("icontains", 2): word("{a} contains {b}, in capitals or small letters"),
    ("starts_with", 2): word("{a} begins with {b}"),
    ("ends_with", 2): word("{a} ends with {b}"),
    ("ieq", 2): word("{a} is {b}, in capitals or small letters"),
    ("matches", 2): word("{a} has the shape {b}"),
    ("len", 1): word("the length of {a}"),
    ("lower", 1): word("{a} in small letters"),
    ("upper", 1): word("{a} in capitals"),
    ("trim", 1): word("{a} without spaces around it"),
    # Lists
    ("has", 2): word("{a} holds {b}"),
    ("has_any", 2): word("{a} holds one of {b}"),
    ("has_all", 2): word("{a} holds all of {b}"),
    ("size", 1): word("the number of {a}"),
    # Numbers and money
    ("round", 1): word("{a}, rounded"),
    ("round", 2): word("{a}, rounded to {b} decimal places"),
    ("abs", 1): word("{a} without its sign"),
    ("amount", 1): word("the amount of {a}"),
    ("currency", 1): word("the currency of {a}"),
    ("percent", 2): word("{b} % of {a}"),
    ("number", 1): word("{a} as a number"),
    # Days and moments
    ("today", 0): word("today"),
    ("now", 0): word("now"),
    ("date", 1): word("the day of {a}"),
    ("year", 1): word("the year of {a}"),
    ("quarter", 1): word("the quarter of {a}"),
    ("month", 1): word("the month of {a}"),
    ("day", 1): word("the day of the month of {a}"),
    ("weekday", 1): word("the day of the week of {a}"),
    ("add_days", 2): word("{b} days after {a}"),
    ("add_months", 2): word("{b} months after {a}"),
    ("add_years", 2): word("{b} years after {a}"),
    ("add_hours", 2): word("{b} hours after {a}"),
    ("add_workdays", 2): word("{b} working days after {a}"),
    ("days_between", 2): word("the days from {a} to {b}"),
    ("months_between", 2): word("the months from {a} to {b}"),
    ("hours_between", 2): word("the hours from {a} to {b}"),
    ("workdays_between", 2): word("the working days from {a} to {b}"),
    ("age", 1): word("the years since {a}"),
    ("fiscal_year", 1): word("the fiscal year of {a}"),
    # Who asks
    ("me", 0): word("the signed-in user"),
    ("in_role", 1): word("the signed-in user has the role {a}"),
    ("in_team", 1): word("the signed-in user is in the team {a}"),
    ("is_manager_of", 1): word("the signed-in user manages {a}"),
    ("in_unit_tree", 1): word("{a} is in a unit of the signed-in user"),
}
CHANGED = word("{a} has changed")
CHANGED_TO = word("{a} has changed to {b}")
