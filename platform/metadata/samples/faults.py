"""What can be wrong with a sample."""

from __future__ import annotations

from newel.metadata.problems import define

UNKNOWN_LIST = define("NW-E620", '"{name}" is not a list of any sample.', "Lists are named under `lists:` in a sample.")
SAME_LIST = define("NW-E621", 'the list "{name}" is already written at {first}.', "A solution names each of its lists once.")
UNKNOWN_RECORD = define(
    "NW-E622",
    '"@{key}" is not a record of {objects}.',
    "A text that begins with @ in a reference names the key of a sample's record.",
)
SAME_RECORD = define(
    "NW-E623",
    'the key "{key}" of {object} is already used at {first}.',
    "A record's key is used once for an object, in all samples.",
)
UNKNOWN_PLACEHOLDER = define(
    "NW-E624",
    '"{name}" is not known here.',
    "A path begins with a part, a field that stands above, variant or n; a text may also name a list.",
)
TOO_MANY_VALUES = define(
    "NW-E625",
    "the record has {count} values, but there are {columns} columns.",
    "A record written as a list gives its values in the order of `columns`.",
)
BACKWARDS = define("NW-E626", "{low} is more than {high}.", "A range goes from the smaller to the larger number.")
NO_REFERENCE = define(
    "NW-E627",
    '"{name}" is no reference, so records can\'t be made for each of what it points at.',
    "`each` names a lookup of the object.",
)
NOT_A_VALUE = define(
    "NW-E628", "{value} can't be a value of {field}: {reason}", "What a sample states must be a value that the field takes."
)
NO_COLUMNS = define(
    "NW-E629",
    "a record is written as a list, but there are no `columns`.",
    "Name the fields under `columns:` in the order of the values.",
)
WRONG_TARGET = define(
    "NW-E630", '"{name}" does not point at {object}.', "The recipe `reference` names an object that the field may point at."
)

PEOPLE = define(
    "NW-E631",
    "a sample can't make users.",
    "Who installs a solution decides who signs in: users are made in Setup or with `newel user create`. Only the demo company of "
    "the standard solution has people of its own.",
)
