"""Every kind of problem that the metadata floor finds: a stable code, the sentence, and a help text for the reference page.

NW-E0xx reading · 1xx shape · 2xx solutions and layers · 3xx objects and fields · 4xx forms and views
5xx roles and apps · 6xx translations and samples · 7xx scenario tests (in `scenario_faults`).
"""

from __future__ import annotations

from newel.metadata.problems import define

# Reading
FILE_TOO_LARGE = define(
    "NW-E001",
    "the file is larger than {limit} bytes.",
    "Split a large file; generated or reference data may be spread over several files.",
)
NOT_UTF8 = define(
    "NW-E002",
    "the file is not UTF-8 text.",
    "Save the file with the encoding UTF-8. Excel and old editors often write GBK or UTF-16.",
)
SYNTAX = define(
    "NW-E003",
    "this is not YAML: {said}.",
    "The text breaks a rule of YAML; the place says where the parser stumbled, often just behind the mistake.",
)
EMPTY_FILE = define("NW-E004", "the file is empty.", "Write one document, or delete the file.")
NOT_A_MAPPING = define(
    "NW-E005",
    "the file must begin with what it describes, such as `object: account`.",
    "A file is one mapping whose first key says its kind.",
)
MANY_DOCUMENTS = define(
    "NW-E006",
    "a second document begins here; a file holds one.",
    "Remove the line --- or move what follows it to a file of its own.",
)
DUPLICATE_KEY = define(
    "NW-E007",
    '"{key}" is said twice; the first time at {first}.',
    "A mapping holds each key once. YAML itself would silently keep the last one.",
)
ANCHOR = define(
    "NW-E008",
    "an anchor (&{name}) is not allowed.",
    "Anchors and aliases hide what a file says, and can be made to explode. Write the part out; quote a text that begins with &.",
)
ALIAS = define(
    "NW-E009",
    "an alias (*{name}) is not allowed.",
    'Write the part out. A text or key that begins with * must stand in quotes: "*".',
)
TAG = define("NW-E010", "a tag ({tag}) is not allowed.", "Tags call code in some readers. Quote a text that begins with !.")
MERGE_KEY = define("NW-E011", "a merge key (<<) is not allowed.", "Write the keys out.")
TOO_DEEP = define(
    "NW-E012",
    "the document is nested more than {limit} levels deep.",
    "No kind of document needs to be so deep; look for a wrong indentation.",
)
TOO_MANY_NODES = define("NW-E013", "the file holds more than {limit} values.", "Split the file.")
TEXT_TOO_LONG = define("NW-E014", "a text is longer than {limit} characters.", "Shorten it, or keep long texts in records.")
KEY_NOT_TEXT = define(
    "NW-E015",
    "{key} can't be a key here: a key is a plain name.",
    "Numbers, true, false and null are not names. Quote an option's key that is a number.",
)
LEADING_ZERO = define(
    "NW-E016", "{number} begins with a zero; as a number it would lose it.", "Quote codes, phone numbers and the like."
)
NUMBER_TOO_LARGE = define("NW-E017", "{number} is too large a number.", "Whole numbers must lie within 63 bits.")
TOO_MANY_KEYS = define(
    "NW-E023", "a mapping holds more than {limit} entries.", "Nobody can read so many; records belong into samples."
)
DIRECTIVE = define(
    "NW-E018", "a line that begins with % is not allowed.", "YAML directives are not read. Quote a text that begins with %."
)
NOT_IN_FOLDER = define(
    "NW-E019", "the file is a link, or does not lie in the solution's folder.", "A solution is read from its own folder only."
)
TOO_MANY_FILES = define("NW-E020", "the solution holds more than {limit}.", "Split the solution into several.")
FILE_ENDING = define("NW-E021", "the file would be overlooked: its name must end with .yaml.", "Rename the file.")
UNREADABLE = define("NW-E022", "can't be read: {reason}.", "Check the path and its permissions.")

# Shape
NO_KIND = define(
    "NW-E101",
    "the first key must say what the file describes.",
    "object, extend, form, view, role, app, translation, sample, test or solution; see the reference of documents.",
)
UNKNOWN_KIND = define("NW-E102", '"{kind}" is not a kind of document.', "The first key of a file says its kind.")
WRONG_TYPE = define(
    "NW-E103", "{value} does not belong here.", "The value has the wrong shape: text, number, true/false, list or mapping."
)
UNKNOWN_FIELD_TYPE = define("NW-E104", '"{type}" is not a field type.', "See the reference of field types.")
UNKNOWN_PROPERTY = define(
    "NW-E105", '"{key}" is not known here.', "The key is misspelt, indented wrongly, or belongs to another kind or field type."
)
MISSING_PROPERTY = define("NW-E106", '"{key}" is missing.', "The document is not complete without it.")
NOT_ALLOWED = define("NW-E107", "{value} is not allowed here.", "Only certain values are allowed.")
OUT_OF_BOUNDS = define(
    "NW-E108", "{value} is out of bounds: {bound}.", "The value is too small, too large, too short or too long."
)
BAD_NAME = define(
    "NW-E109",
    '"{name}" {fault}.',
    "A name is made of small letters, digits and single underscores, begins with a letter, and has at most 60 characters.",
)
RESERVED_NAME = define(
    "NW-E110",
    '"{name}" is reserved.',
    "Field names that the platform or its expressions use, and names that begin with nw_, can't be taken.",
)

# Solutions and layers
NO_SOLUTION = define(
    "NW-E201", "there is no solution here: no solution.yaml.", "A solution is a folder with a solution.yaml in it."
)
MANY_SOLUTIONS = define("NW-E202", "the solution is already described at {first}.", "One solution.yaml a solution.")
SAME_SOLUTION = define(
    "NW-E203", 'two solutions are named "{name}".', "A solution is installed once. Rename one of them, or leave one out."
)
BAD_VERSION = define("NW-E204", '"{version}" is not a version.', "A version has two or three numbers, such as 1.0.0.")
BAD_RANGE = define(
    "NW-E205",
    '"{range}" is not a range of versions.',
    'Such as ">=1.0 <2": comparisons with =, !=, >, >=, < or <=, separated by spaces. All must hold.',
)
MISSING_REQUIREMENT = define(
    "NW-E206", 'needs the solution "{name}", which is not here.', "Install it first, or check both together."
)
WRONG_VERSION = define("NW-E207", 'needs "{name}" {range}; this is {version}.', "Take a fitting version of either solution.")
REQUIRES_CIRCLE = define(
    "NW-E208", "these solutions require each other in a circle: {names}.", "One of them must do without the others."
)
NO_PREFIX = define(
    "NW-E209",
    '"{name}" is added to "{object}" of the solution "{owner}" and must begin with {prefix}.',
    "Additions to another solution's elements bear the own prefix, so that packs never clash. The organisation's begin with x_.",
)
CONFLICT = define(
    "NW-E210",
    '{what} is set to {mine} here, but to {theirs} by the solution "{other}" at {where}.',
    "Neither solution requires the other, so neither may win. Let one require the other, or settle it in one that requires both.",
)
DEFINED_TWICE = define(
    "NW-E211",
    '{kind} "{name}" is already defined at {first}.',
    "Every element is defined once. Use `extend` to change another solution's object.",
)
NOT_REQUIRED = define(
    "NW-E212",
    '{kind} "{name}" belongs to the solution "{owner}", which "{solution}" does not require.',
    "A solution may refer only to what it requires: add the owner to `requires` in solution.yaml.",
)
UNKNOWN_ANCHOR = define(
    "NW-E213",
    '"{name}" can\'t be placed {side} "{anchor}": there is no such neighbour.',
    "after and before name an element of the same list.",
)
ANCHOR_CIRCLE = define("NW-E214", "these are placed after one another in a circle: {names}.", "Remove one of the anchors.")
SEALED = define(
    "NW-E215",
    "the {property} of {element} can't be changed by another solution.",
    "The type of a field, where a lookup points to, and how an object is owned are sealed.",
)
PREFIX_TAKEN = define(
    "NW-E216", 'the prefix "{prefix}" is already used by the solution "{other}".', "Every solution has a prefix of its own."
)
BOTH_ANCHORS = define("NW-E217", '"{name}" has both after and before.', "One anchor is enough.")

# Objects and fields
UNKNOWN_OBJECT = define("NW-E301", '"{name}" is not an object.', "Objects are known by their name, such as account.")
UNKNOWN_FIELD = define("NW-E302", '"{object}" has no field "{name}".', "Fields are known by their name, such as close_date.")
NO_TITLE = define(
    "NW-E303",
    '"{object}" has no field that could name its records.',
    "Add a text field `name`, or say which field names a record with `title`.",
)
CANT_BE_TITLE = define(
    "NW-E304", '"{name}" can\'t name a record: {type} has no short text.', "Take a text, e-mail, auto-number or similar field."
)
NOT_A_PATH = define(
    "NW-E305",
    '"{name}" in "{path}" is no lookup, so nothing can follow it.',
    "A path walks through lookups to one record, such as account.city.",
)
PATH_TOO_LONG = define("NW-E306", '"{path}" is too long: at most {limit} lookups here.', "Shorten the path.")
WRONG_FIELD_TYPE = define("NW-E307", '"{name}" is {type}; here {wanted} is needed.', "Choose a field of a fitting type.")
UNKNOWN_OPTION = define("NW-E308", '"{name}" has no option "{option}".', "Options are known by their key, not by their label.")
INVERSE_CLASH = define(
    "NW-E309",
    'the name "{name}" is already taken on "{object}": {by}.',
    "An inverse needs a name that no field and no other inverse of the object has.",
)
BAD_MASTER = define(
    "NW-E310",
    '"{name}" can\'t be the master of "{object}": {reason}.',
    "`parent` names a lookup to one object; a record is deleted with its master.",
)
BAD_CHILDREN = define(
    "NW-E311",
    '"{object}" can\'t be the lines of "{owner}": {reason}.',
    "The object of a child table has `ownership: parent` and a lookup back to the object.",
)
REQUIRED_CIRCLE = define(
    "NW-E312",
    "no record could ever be made: {names} require each other.",
    "One of the lookups in the circle must not be required.",
)
UNIQUE_NOT_POSSIBLE = define("NW-E313", "\"{name}\" can't be unique: {type} can't be compared as a whole.", "Remove `unique`.")
SEARCH_NOT_POSSIBLE = define("NW-E314", '"{name}" can\'t be searched: {type} holds no text.', "Remove it from the search.")
BAD_DEFAULT = define(
    "NW-E315",
    "{value} can't be the default of a field of type {type}.",
    "A default is a value of the field's type, or an expression.",
)
CANT_CLEAR = define(
    "NW-E316",
    '"{name}" is required, so it can\'t be cleared when the record that it points to is deleted.',
    "Use `on_delete: restrict` or `cascade`, or don't require the field.",
)
LINK_CLASH = define(
    "NW-E317",
    'the links of "{name}" would be kept as "{link}", which {reason}.',
    "A many-to-many field keeps its links in an object named after both. Rename the field.",
)
BAD_THROUGH = define(
    "NW-E318", '"{through}" can\'t link "{object}" with "{to}": {reason}.', "The object needs one lookup to each side."
)
BAD_SYNONYM = define("NW-E319", '"{first}" and "{second}" differ in capitals only.', "People and imports can't tell them apart.")
NO_OPTIONS = define("NW-E320", '"{name}" has no options.', "A choice needs at least one option.")
UNKNOWN_STEP = define("NW-E321", '"{name}" is not an earlier step of this action.', "An update names `self` or a step above it.")
NOT_WRITABLE = define(
    "NW-E322", '"{name}" can\'t be set: {reason}.', "System fields and numbers given by the platform are not written by hand."
)
BAD_PROPERTY = define("NW-E325", "{reason}", "See the reference of the field type.")
NEEDS_ONE_TARGET = define(
    "NW-E326", '"{name}" points at several objects.', "Only a field that points at one object can be used here."
)
TWO_TREES = define(
    "NW-E327", '"{object}" has two tree parents: "{first}" and "{second}".', "An object is in one tree. Make the other a lookup."
)
STEP_KIND = define(
    "NW-E328",
    'the step "{name}" must either create or update a record.',
    "A step has `create: object` or `update: self`, not both.",
)
COMPUTED_AND = define(
    "NW-E329",
    '"{name}" is computed, so `{property}` has no meaning here.',
    "A value that a formula or rollup gives is not filled in by anybody: it has no default, it is never missing, and what people "
    "may enter has no bounds.",
)
CANT_BE_COMPUTED = define(
    "NW-E330",
    '"{name}" can\'t be computed: {type} is no plain value.',
    "Formulas and rollups give texts, numbers, money, yes or no, dates, times, durations and choices.",
)
FORMULA_AND_ROLLUP = define(
    "NW-E331",
    '"{name}" has a formula and a rollup.',
    "A value comes from one of them. A formula may read another field that is a rollup.",
)
NOTHING_TO_GATHER = define(
    "NW-E332",
    '"{name}" has nothing to gather: "{object}" has no lines, and nothing points at it under a name.',
    "A rollup goes over a child table, a many-to-many field, or the `inverse` of a lookup of another object.",
)
NOTHING_TO_EXPOSE = define(
    "NW-E333",
    '"{name}" is not computed, so there is nothing to expose.',
    "`expose` shows a computed value to those who may not read all that it is made of.",
)

# Forms and views
BAD_FULL_NAME = define(
    "NW-E401", '"{name}" is not the full name of a {kind}.', "A form or view is named object.name, such as opportunity.main."
)
TWICE_ON_FORM = define(
    "NW-E402", '"{name}" is on this form twice; the first time at {first}.', "A field or section appears once on a form."
)
UNKNOWN_RELATED = define(
    "NW-E403",
    '"{object}" has no related list "{name}".',
    "Related lists are inverses of lookups, child tables and many-to-many fields.",
)
TWO_DEFAULTS = define("NW-E404", '"{object}" already has a {what}: {first}.', "One is enough.")
VIEW_NEEDS = define("NW-E405", "a {type} needs {what}.", "Say which field the view is built on.")
NOT_A_COLUMN = define(
    "NW-E406", '"{name}" can\'t be shown in a list: it is a list itself.', "Show it as a related list on the form."
)
NOT_SORTABLE = define("NW-E407", '"{name}" can\'t be sorted by: {type} has no order.', "Sort by another field.")
FORM_AND_TABS = define(
    "NW-E408", "a form has either `tabs`, or `sections` and `related` at its top.", "The short form without tabs makes one tab."
)
UNKNOWN_FORM = define(
    "NW-E410",
    '"{object}" has no form "{name}".',
    "Forms are known by the short name behind the dot. A form that was generated is replaced by writing one.",
)

# Roles and apps
BAD_SCOPE = define(
    "NW-E501", '"{value}" is not a scope.', "none, own, all, or a rule about the record, such as region == 'east'."
)
NO_OWNER = define("NW-E502", 'records of "{object}" have no owner, so "own" would mean none.', "Use all or none, or a rule.")
UNKNOWN_ROLE = define("NW-E503", '"{name}" is not a role.', "Roles are known by their name.")
UNKNOWN_VIEW = define("NW-E504", '"{object}" has no view "{name}".', "Views are known by the short name behind the dot.")
EMPTY_GROUP = define("NW-E505", '"{name}" leads nowhere.', "A menu entry has an `object`, or `items`.")
MENU_BOTH = define("NW-E506", '"{name}" has an object and items.', "A menu entry is a link or a group, not both.")

# Translations and samples
UNKNOWN_ELEMENT = define(
    "NW-E602", "{what} is translated, but does not exist.", "A translation mirrors the names of the elements that it translates."
)
TWO_TRANSLATIONS = define(
    "NW-E603",
    "{what} is translated twice into {language}; the first time at {first}.",
    "One translation for each text and language.",
)
