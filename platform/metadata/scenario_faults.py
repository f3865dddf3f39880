"""What can be wrong with a scenario test, before it is run."""

from __future__ import annotations

from newel.metadata.problems import define

EITHER = define(
    "NW-E701",
    "a test says either `when` and `expect`, or `steps`.",
    "One thing that is tried needs no steps; several are steps with names, each with its own `when` and `expect`.",
)
NO_ATTEMPT = define(
    "NW-E702",
    "{count} things are tried here; it must be one.",
    "A `when` has one of create, update, delete, perform, read and list. Several things are tried in several steps.",
)
NOT_WITH = define(
    "NW-E703", '"{key}" does not go with `{attempt}`.', "See the reference of documents for what each attempt takes."
)
CANT_EXPECT = define(
    "NW-E704",
    '"{what}" can\'t be expected of `{attempt}`.',
    "Records that are read have values, forms have fields, lists have records; what is refused has problems.",
)
UNKNOWN_KEY = define(
    "NW-E705",
    '"{key}" is not a record of this test.',
    "Records are named under `given`, people under `users`; a step that creates a record gives it its own name.",
)
SAME_KEY = define(
    "NW-E706",
    '"{key}" names two records of this test; the first stands at {first}.',
    "Every record of a test has a key of its own, whatever its object.",
)
WRONG_RECORD = define(
    "NW-E707",
    '"{key}" is a record of "{object}"; here {wanted} is needed.',
    "A reference names a record of an object that the field may point at.",
)
UNKNOWN_PERSON = define(
    "NW-E708",
    '"{name}" is neither a role nor one of the `users`.',
    "Who acts is given by a role, by several roles in a list, or by the key of a person under `users`.",
)
PEOPLE_APART = define(
    "NW-E709", "people are not records like others.", "Name them under `users`, with their roles: `users: {lin: sales_rep}`."
)
GIVEN_CIRCLE = define(
    "NW-E710",
    "these records refer to one another in a circle: {names}.",
    "A given record must be there before another can refer to it. Let a step make the last reference.",
)
UNKNOWN_ACTION = define("NW-E711", '"{object}" has no action "{name}".', "Actions are known by their name, such as convert.")
UNKNOWN_RULE = define(
    "NW-E712", '"{object}" has no validation "{name}".', "Validations are known by their name, such as won_needs_amount."
)
UNKNOWN_CHOICE = define(
    "NW-E713", 'the action "{action}" has no step "{name}".', "Choices are made by the names of the action's steps."
)
NO_MOMENT = define(
    "NW-E714",
    '"{value}" is no {what}.',
    "A day is written as 2026-11-21, a moment as 2026-11-21 09:30, with its offset if need be.",
)
UNFIT = define(
    "NW-E715",
    "{value} can't be a value of {field}: {reason}",
    "A test gives values that the field takes; one that is to be refused stands where the problem is expected.",
)
NO_TITLE_TEXT = define(
    "NW-E716", 'a record of "{object}" can\'t be given by a text: "{title}" is {type}.', "Write its fields as a mapping."
)
