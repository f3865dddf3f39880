"""How functions are read out in a sentence: {a} is the first value, {b} the second; {list} those that may be any number.

Every function of the registry stands in PHRASES for each number of values that it takes, or in LISTED.
"""

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
    ("safe_div", 3): word("{a} ÷ {b}, or {c} where that can't be divided"),
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
    ("left", 2): word("the first {b} characters of {a}"),
    ("right", 2): word("the last {b} characters of {a}"),
    ("mid", 2): word("{a} from character {b} on"),
    ("mid", 3): word("{c} characters of {a} from character {b} on"),
    ("find", 2): word("the place of {b} in {a}"),
    ("replace", 3): word("{a} with {c} in place of {b}"),
    ("pad_left", 3): word("{a} filled up with {c} on its left to {b} characters"),
    ("mask", 3): word("{a} with all but its first {b} and last {c} characters hidden"),
    ("digits", 1): word("the digits of {a}"),
    ("text", 1): word("{a} as a text"),
    ("text", 2): word("{a} as a text in the form {b}"),
    # Lists
    ("has", 2): word("{a} holds {b}"),
    ("has_any", 2): word("{a} holds one of {b}"),
    ("has_all", 2): word("{a} holds all of {b}"),
    ("size", 1): word("the number of {a}"),
    # Numbers and money
    ("round", 1): word("{a}, rounded"),
    ("round", 2): word("{a}, rounded to {b} decimal places"),
    ("floor", 1): word("{a}, rounded down"),
    ("ceil", 1): word("{a}, rounded up"),
    ("trunc", 1): word("{a} without its decimals"),
    ("sign", 1): word("the sign of {a}"),
    ("round_to", 2): word("{a}, rounded to a multiple of {b}"),
    ("clamp", 3): word("{a}, but at least {b} and at most {c}"),
    ("abs", 1): word("{a} without its sign"),
    ("amount", 1): word("the amount of {a}"),
    ("currency", 1): word("the currency of {a}"),
    ("money", 2): word("{a} in the currency {b}"),
    ("convert", 2): word("{a} converted to {b}"),
    ("convert", 3): word("{a} converted to {b} at the rate of {c}"),
    ("percent", 2): word("{b} % of {a}"),
    ("number", 1): word("{a} as a number"),
    # Days and moments
    ("today", 0): word("today"),
    ("now", 0): word("now"),
    ("date", 1): word("the day of {a}"),
    ("date", 2): word("month {b} of the year {a}"),
    ("date", 3): word("day {c} of month {b} of the year {a}"),
    ("datetime", 1): word("the moment {a}"),
    ("time", 1): word("the time of day {a}"),
    ("to_date", 1): word("{a} as a day"),
    ("to_date", 2): word("{a}, in the form {b}, as a day"),
    ("duration", 1): word("{a} hours"),
    ("duration", 2): word("{a} hours and {b} minutes"),
    ("duration", 3): word("{a} hours, {b} minutes and {c} seconds"),
    ("hour", 1): word("the hour of {a}"),
    ("minute", 1): word("the minute of {a}"),
    ("iso_week", 1): word("the week of the year of {a}"),
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
    ("age", 2): word("the years from {a} to {b}"),
    ("fiscal_year", 1): word("the fiscal year of {a}"),
    # Who asks
    ("me", 0): word("the signed-in user"),
    ("in_role", 1): word("the signed-in user has the role {a}"),
    ("in_team", 1): word("the signed-in user is in the team {a}"),
    ("is_manager_of", 1): word("the signed-in user manages {a}"),
    ("in_unit_tree", 1): word("{a} is in a unit of the signed-in user"),
}
# Functions of any number of values; {a} is the first one where it stands apart.
LISTED: Mapping[str, str] = {
    "coalesce": word("the first of {list} that is filled in"),
    "all_of": word("all of these hold: {list}"),
    "any_of": word("one of these holds: {list}"),
    "count_true": word("how many of these hold: {list}"),
    "min": word("the least of {list}"),
    "max": word("the greatest of {list}"),
    "concat": word("{list} one after the other"),
    "join": word("{list} with {a} between them"),
}
# What is added may be less than nothing: 30 days before today, not −30 days after it.
BEFORE: Mapping[str, str] = {
    "add_days": word("{b} days before {a}"),
    "add_months": word("{b} months before {a}"),
    "add_years": word("{b} years before {a}"),
    "add_hours": word("{b} hours before {a}"),
    "add_workdays": word("{b} working days before {a}"),
}
PERIODS: Mapping[str, str] = {
    "week": word("the week"),
    "month": word("the month"),
    "quarter": word("the quarter"),
    "year": word("the year"),
}
EDGES: Mapping[str, str] = {
    "start_of": word("the first day of {period} of {a}"),
    "end_of": word("the last day of {period} of {a}"),
}
CASE = word("{outcome} where {value} is {key}")
CASES = word("{outcomes}, else {other}")
CHANGED = word("{a} has changed")
CHANGED_TO = word("{a} has changed to {b}")
