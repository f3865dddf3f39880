"""What a solution says, once compiled: frozen, linked, the same for every reader. All mappings keep their declared order.

A Model is a value. It knows no database, no clock and no user; the runtime lays tables, screens and rules out from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from newel.metadata.problems import NOWHERE, Place
from newel.metadata.scenarios import Scenario

EMPTY: Mapping[str, Any] = {}  # shared by all; a plain dict, because a Model must pickle

SYSTEM_FIELDS = ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "owner", "deleted_at")
USER_OBJECT = "nw_user"


@dataclass(frozen=True, slots=True)
class Text:
    """Words that people see: as the solution wrote them, and as its translations say them."""

    source: str
    translations: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def say(self, language: str) -> str:
        return self.translations.get(language) or self.source

    def __str__(self) -> str:
        return self.source


@dataclass(frozen=True, slots=True)
class Source:
    """An expression as its author wrote it, and where."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes or no that is either fixed or decided by an expression (`required: true`, `required: stage == 'lost'`)."""

    always: bool = False
    when: Source | None = None

    def __bool__(self) -> bool:
        return self.always or self.when is not None


@dataclass(frozen=True, slots=True)
class Default:
    """What a new record starts with: a plain value in its JSON form, or an expression."""

    value: Any = None
    expression: Source | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a picklist. `properties` holds what the author added (probability, weight...)."""

    key: str
    label: Text
    color: str | None = None
    closed: bool = False
    when: Source | None = None  # the option is offered only to records of which this holds
    properties: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object. `type` names an entry of field_types.REGISTRY, which knows what `options` hold."""

    name: str
    type: str
    label: Text
    address: str
    help: Text | None = None
    required: Condition = Condition()
    visible: Condition = Condition(always=True)
    read_only: Condition = Condition()
    unique: bool = False
    default: Default | None = None
    formula: Source | None = None  # the value is computed from the record; nobody writes it
    rollup: Source | None = None  # the value is gathered from the record's children and kept with every write of theirs
    computed: str | None = None  # how a formula or rollup is had: stored | query | rollup; the rules say it once they are checked
    expose: bool = False  # a computed value is shown also to those who may not read all that it is made of
    filter: Source | None = None  # references: which records are offered, over the target's fields and `record.<field>`
    clear_when_hidden: bool = False
    choices: Mapping[str, Option] = field(default_factory=lambda: EMPTY)
    to: tuple[str, ...] = ()  # the objects that a reference may point at: one for lookup, some for polymorphic
    inverse: str | None = None  # the name under which the target lists the records that point at it
    of: str | None = None  # child_table: the child object; many_to_many: the link object
    by: str | None = None  # child_table, many_to_many: the lookup of `of` that points back here
    by_other: str | None = None  # many_to_many: the lookup of the link object that points at the other side
    on_delete: str = "restrict"  # restrict | clear | cascade
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)  # the type's own: max_length, scale, min, max, currency...
    system: bool = False
    searchable: bool = False
    indexed: bool = False  # `index: true`: filters and sorts on it are expected to be quick
    place: Place = NOWHERE
    layer: str = ""

    @property
    def is_reference(self) -> bool:
        return self.type in ("lookup", "tree_parent", "user", "team", "polymorphic")

    @property
    def is_computed(self) -> bool:
        return self.formula is not None or self.rollup is not None

    @property
    def is_many(self) -> bool:
        """True where the values are rows of another table (child tables, many-to-many), not columns of this one."""
        return self.type in ("child_table", "many_to_many")


@dataclass(frozen=True, slots=True)
class Validation:
    """`when` holds (always, if None) then `require` must hold, else `message` is shown at `field` (or at the top)."""

    name: str
    address: str
    require: Source
    message: Text
    when: Source | None = None
    field: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an action: `create` a record of an object, or `update` the record itself ("self") or an earlier step's."""

    name: str
    kind: str  # create | update
    object: str  # the object that is created or updated
    target: str | None = None  # update: "self" or the name of an earlier step
    set: Mapping[str, Source] = field(default_factory=lambda: EMPTY)
    when: Source | None = None
    match: tuple[str, ...] = ()  # create: existing records equal in one of these fields are offered instead
    optional: bool = False  # the person may leave the step out
    label: Text | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Action:
    """A named thing to do with a record (lead: convert); its steps run in one transaction."""

    name: str
    address: str
    label: Text
    steps: Mapping[str, Step]
    when: Source | None = None
    icon: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Activity:
    """Says that records of the object are things done with others (tasks, calls...), and where timelines place them."""

    kind: str  # task | call | meeting | note
    regarding: str  # the polymorphic or plain lookup that says with whom or about what
    when: str | None = None  # the date or datetime field that places it in time
    until: str | None = None
    done: Source | None = None  # an expression over the record


@dataclass(frozen=True, slots=True)
class Inverse:
    """The other end of a reference: `object` has a field `field` that points here.

    many_to_many: `of` is the link object, `by` its lookup that points here.
    """

    name: str
    object: str
    field: str
    label: Text
    of: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class Object:
    """One object. `fields` holds the declared fields in order and then the system fields."""

    name: str
    label: Text
    plural: Text
    address: str
    fields: Mapping[str, Field]
    title: str  # the field that names a record
    icon: str = "box"
    color: str | None = None
    help: Text | None = None
    ownership: str = "user"  # user | none | parent
    parent: str | None = None  # ownership parent: the lookup that names the master, whose rights hold
    kind: str = "plain"  # plain | child | link
    search: tuple[str, ...] = ()  # own fields, or one hop through a lookup (account.name)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)  # compound unique keys
    facts: tuple[str, ...] = ()  # the few fields shown under the title and in lookups
    path: str | None = None  # the choice field that is shown as the record's stage path
    history: bool = True
    files: bool = True
    validations: Mapping[str, Validation] = field(default_factory=lambda: EMPTY)
    actions: Mapping[str, Action] = field(default_factory=lambda: EMPTY)
    activity: Activity | None = None
    inverses: Mapping[str, Inverse] = field(default_factory=lambda: EMPTY)
    platform: bool = False  # belongs to the platform's own core, not to a solution
    place: Place = NOWHERE
    layer: str = ""

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """The fields that are columns of this object's own table."""
        return tuple(each for each in self.fields.values() if not each.is_many and each.computed != "query")

    @cached_property
    def declared(self) -> tuple[Field, ...]:
        return tuple(each for each in self.fields.values() if not each.system)

    def children(self, name: str) -> tuple[str, str] | None:
        """The object whose records a collection of this one holds (child table, many-to-many, inverse), and its lookup back."""
        own = self.fields.get(name)
        if own is not None:
            return (own.of, own.by) if own.is_many and own.of and own.by else None
        inverse = self.inverses.get(name)
        if inverse is None:
            return None
        return (inverse.of, inverse.by) if inverse.of and inverse.by else (inverse.object, inverse.field)

    @property
    def tree(self) -> Field | None:
        return next((each for each in self.fields.values() if each.type == "tree_parent"), None)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field's place on a form; the conditions add to those of the field itself."""

    field: str
    address: str
    span: int = 1
    visible: Condition = Condition(always=True)
    required: Condition = Condition()
    read_only: Condition = Condition()


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    address: str
    label: Text | None
    fields: Mapping[str, FormField]
    columns: int = 2
    visible: Condition = Condition(always=True)


@dataclass(frozen=True, slots=True)
class Related:
    """A list of records that point at the shown one: an inverse, a child table or a many-to-many of the object."""

    name: str
    address: str
    label: Text
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    address: str
    label: Text
    sections: Mapping[str, Section] = field(default_factory=lambda: EMPTY)
    related: Mapping[str, Related] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Form:
    """How one record is shown and edited. Every object has at least a main form; one is made where none is declared."""

    name: str  # object.form
    object: str
    address: str
    label: Text
    tabs: Mapping[str, Tab]
    kind: str = "main"  # main | quick
    generated: bool = False  # nobody declared it: it is made of its object alone
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How many records are shown. Every object has at least a list view; one is made where none is declared."""

    name: str  # object.view
    object: str
    type: str  # list | kanban | calendar
    label: Text
    address: str
    columns: tuple[str, ...] = ()  # fields and to-one paths; for kanban and calendar the card's facts
    sort: tuple[str, ...] = ()  # "-amount" sorts downwards
    filter: Source | None = None
    group_by: str | None = None  # kanban: a choice field
    sum: str | None = None  # kanban: a number or money field
    start: str | None = None  # calendar: date or datetime fields
    end: str | None = None
    color_by: str | None = None
    is_default: bool = False
    generated: bool = False  # nobody declared it: it is made of its object alone
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with one object. A scope is none, own, all, or an expression over the record."""

    object: str  # an object's name, or "*" for every object that the role does not name
    read: str | Source = "none"
    create: bool = False
    update: str | Source = "none"
    delete: str | Source = "none"
    export: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # none | read | edit, "*" for the fields not named
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    label: Text
    address: str
    grants: Mapping[str, Grant]
    setup: bool = False  # may enter Setup and see health, users, keys
    help: Text | None = None
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of an app's menu: an object (and maybe one of its views), or a group of entries."""

    name: str
    address: str
    label: Text | None = None
    icon: str | None = None
    object: str | None = None
    view: str | None = None
    items: Mapping[str, MenuItem] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class App:
    name: str
    label: Text
    address: str
    menu: Mapping[str, MenuItem]
    icon: str = "apps"
    color: str | None = None
    roles: tuple[str, ...] = ()  # empty: everybody who may read one of its objects
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Records that a solution brings: `reference` data always, `demo` data on request. The body is read by the runtime."""

    name: str
    object: str
    mode: str  # reference | demo
    body: Mapping[str, Any]
    address: str
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Solution:
    name: str
    version: str
    label: Text
    language: str = "en"
    prefix: str | None = None
    requires: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    currency: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Model:
    """Everything that the installed solutions say together. Equal models have equal hashes."""

    hash: str
    solutions: Mapping[str, Solution]
    objects: Mapping[str, Object]
    forms: Mapping[str, Form]  # by "object.form"
    views: Mapping[str, View]  # by "object.view"
    roles: Mapping[str, Role]
    apps: Mapping[str, App]
    samples: Mapping[str, Sample]  # in loading order: what is referred to comes first
    places: Mapping[str, Place]  # address of every element -> where it is said
    uses: Mapping[str, tuple[str, ...]]  # address -> addresses of the elements that mention it
    currency: str = "CNY"  # of money fields that name none
    tests: Mapping[str, Scenario] = field(default_factory=lambda: EMPTY)  # by "solution.name"

    @cached_property
    def forms_of(self) -> Mapping[str, tuple[Form, ...]]:
        return _by_object(self.forms)

    @cached_property
    def views_of(self) -> Mapping[str, tuple[View, ...]]:
        return _by_object(self.views)

    def main_form(self, object_name: str) -> Form:
        return next(form for form in self.forms_of[object_name] if form.kind == "main")

    def quick_form(self, object_name: str) -> Form | None:
        return next((form for form in self.forms_of[object_name] if form.kind == "quick"), None)

    def default_view(self, object_name: str) -> View:
        views = self.views_of[object_name]
        return next((view for view in views if view.is_default), views[0])


def _by_object(elements: Mapping[str, Any]) -> Mapping[str, tuple[Any, ...]]:
    grouped: dict[str, list[Any]] = {}
    for element in elements.values():
        grouped.setdefault(element.object, []).append(element)
    return {name: tuple(found) for name, found in grouped.items()}
