"""Why a plan is not carried out: the closed list of problems NW-P... . Only additive changes are taken; nothing is ever lost."""

from newel.metadata.problems import define

OBJECT_REMOVED = define(
    "NW-P101",
    'object "{object}" is no longer declared, but its table holds {rows} records.',
    "Removing an object would hide its records. Bring its file back; people who should not see it are kept out by roles.",
)
FIELD_REMOVED = define(
    "NW-P102",
    'field "{field}" of object "{object}" is no longer declared, but {rows} records hold a value in it.',
    "Removing a field would lose its values. Bring the field back; `visible: false` hides it from people.",
)
TYPE_CHANGED = define(
    "NW-P103",
    'field "{field}" of object "{object}" can\'t become {new}: it is {old}.',
    "A field keeps its type. Add a new field of the wanted type beside it.",
)
NARROWED = define(
    "NW-P104",
    'field "{field}" of object "{object}" can\'t be narrowed from {old} to {new}.',
    "Length, precision and scale may only grow, because stored values might no longer fit.",
)
REQUIRED_WITHOUT_VALUE = define(
    "NW-P105",
    'new field "{field}" of object "{object}" is required, but there are {rows} records and it has no plain default for them.',
    "Existing records need a value for a new required field. Give it a plain `default:`, or make it optional.",
)
DUPLICATES = define(
    "NW-P106",
    '{fields} of object "{object}" can\'t be unique: {groups} values occur more than once, for instance {example}.',
    "A unique field or key needs records that differ in it. Change or delete the records that are equal, then apply again.",
)
OPTION_REMOVED = define(
    "NW-P107",
    'option "{option}" of field "{field}" of object "{object}" is no longer declared, but {rows} records have chosen it.',
    "An option in use stays. Bring it back, or give the records that have it another value first.",
)
TARGET_CHANGED = define(
    "NW-P108",
    'field "{field}" of object "{object}" can\'t point at {new}: its records point at {old}.',
    "A lookup keeps its target. Add a new lookup beside it.",
)
VALUES_OVERWRITTEN = define(
    "NW-P114",
    'field "{field}" of object "{object}" can\'t be computed: in {rows} records people have filled it in.',
    "What people entered is never overwritten. Give the computed value a field of its own, or empty the field first.",
)
DECIMAL_TOO_LONG = define(
    "NW-P109",
    'field "{field}" of object "{object}" asks for {precision} digits; SQLite holds {limit}.',
    "On SQLite decimals are whole numbers of 64 bits. Ask for fewer digits, or keep the data in PostgreSQL.",
)
TEST_FAILED = define(
    "NW-P115",
    'the test "{test}" fails{step}: expected {wanted}; {came}.',
    "What is to be applied breaks a promise: of its own, or of a solution that is installed. Mend the one or the other; "
    "`newel test` shows the same. `newel apply --skip-tests` applies all the same, and the journal says so.",
)
MOVED = define(
    "NW-P110",
    "the database has moved from revision {planned} to {found} since this plan was made.",
    "Somebody else applied a change in between. Make the plan again, look at it and apply it.",
)
OWNER_REMOVED = define(
    "NW-P111",
    'object "{object}" can\'t give up the owners of its records.',
    "Ownership decides who may see a record. Records that have owners keep them.",
)
FAILED = define(
    "NW-P112",
    "the database refused step {step} ({address}): {reason}",
    "Nothing was changed: a plan is carried out whole or not at all. The reason is the database's own.",
)
BUSY = define(
    "NW-P113",
    "the database is locked by other work.",
    "Somebody else is writing, or applying a change. Nothing was changed; try again when they are done.",
)
SETUP_FORGOTTEN = define(
    "NW-P116",
    "Setup has written this of {what}: {value}. The folder that is to take the place of the organisation's layer doesn't say it.",
    "What people change in Setup stands in the organisation's layer, which a folder replaces as a whole. "
    "Nothing of it is lost unasked.",
)
