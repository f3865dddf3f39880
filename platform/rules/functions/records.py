"""Functions on the record itself: what changed, what its options say, and records that a key names."""

from __future__ import annotations

from newel.metadata.words import word
from newel.rules.functions.forms import Form
from newel.rules.functions.registry import Example

_GROUP = word("Records")

_OWN = ("field", "a field of the record's own")

RECORDS = (
    Form(
        "is_new",
        _GROUP,
        "Yes while the record is being created. Known in validations, conditions and workflows.",
        "is_new()",
        (),
        "yes or no",
        (Example("is_new()", "false"),),
        least=0,
        most=0,
    ),
    Form(
        "prior",
        _GROUP,
        "The field as it was before the change that is judged; blank for a new record. "
        "Known in validations, conditions and workflows.",
        "prior(field)",
        (_OWN,),
        "what the field is",
        (Example("prior(stage)", "'new'"), Example("stage == prior(stage)", "false")),
    ),
    Form(
        "changed",
        _GROUP,
        "Yes where the field differs from what it was; in a new record, where it is filled. "
        "Known in validations, conditions and workflows.",
        "changed(field)",
        (_OWN,),
        "yes or no",
        (Example("changed(stage)", "true"), Example("changed(name)", "false")),
    ),
    Form(
        "changed_to",
        _GROUP,
        "Yes where the field has become the value with this change. Known in validations, conditions and workflows.",
        "changed_to(field, value)",
        (_OWN, ("value", "any value of the field's type")),
        "yes or no",
        (Example("changed_to(stage, 'won')", "true"), Example("changed_to(name, 'gold')", "false")),
        least=2,
        most=2,
    ),
    Form(
        "option",
        _GROUP,
        "What the chosen option says: a property that its author gave it, or one that all have (closed, color); blank where it "
        "says nothing.",
        "option(field).property",
        (("field", "a choice field, also at the end of a path"),),
        "a number, a text, a date, or yes or no, as the options say it",
        (Example("option(stage).chance / 100", "1"), Example("option(stage).closed", "true")),
    ),
    Form(
        "lookup",
        _GROUP,
        "A field of the record of an object whose unique field equals the key; blank where there is none. Object and fields are "
        "written as bare names; `by` names the unique field where the object has several.",
        "lookup(object, key, field, by=unique?)",
        (
            ("object", "the name of an object"),
            ("key", "a value of the unique field's type"),
            ("field", "the name of one of the object's fields"),
            ("by", "the name of the unique field, may be left out"),
        ),
        "what the field is",
        (Example("lookup(rate, name, discount)", "12.5"), Example("lookup(rate, 'silver', discount, by=code)", "none")),
        least=3,
        most=3,
        keywords=("by",),
    ),
)
