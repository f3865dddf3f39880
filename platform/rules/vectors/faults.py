"""What can be wrong with a file of vectors."""

from __future__ import annotations

from newel.metadata.problems import define

NOT_VECTORS = define(
    "NW-X901", "{fault}", "A file of vectors is a YAML list of cases; each has an `expr`, and a `value` or an `error`."
)
UNKNOWN_KEY = define("NW-X902", '"{key}" is no part of {where}.', "What is not known is refused: no misspelt key is passed over.")
WRONG_VALUE = define(
    "NW-X903", "{name}: {fault}", "A value of a vector must fit the field, or the part of the context, that it is for."
)
