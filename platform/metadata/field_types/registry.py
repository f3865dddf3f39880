"""Every field type by name. A new type is one file here, an entry in the list, a template to edit and one to show it, a test.

`widget` names templates/fields/<widget>.html: text long_text rich_text markdown number money percent boolean date datetime
time duration choice multi_choice tags email phone url address person_name lookup polymorphic many_to_many child_table user
auto_number file image barcode colour rating geolocation.
`shown_as` names templates/values/<shown_as>.html: text and the same names, but for auto_number, which is shown as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from newel.metadata.field_types.address import Address
from newel.metadata.field_types.auto_number import AutoNumber
from newel.metadata.field_types.barcode import Barcode
from newel.metadata.field_types.base import FieldType
from newel.metadata.field_types.boolean import Boolean
from newel.metadata.field_types.child_table import ChildTable
from newel.metadata.field_types.choice import Choice
from newel.metadata.field_types.colour import Colour
from newel.metadata.field_types.date import Date
from newel.metadata.field_types.datetime import Datetime
from newel.metadata.field_types.decimal import Decimal
from newel.metadata.field_types.duration import Duration
from newel.metadata.field_types.email import Email
from newel.metadata.field_types.file import File
from newel.metadata.field_types.geolocation import Geolocation
from newel.metadata.field_types.id import Id
from newel.metadata.field_types.image import Image
from newel.metadata.field_types.integer import Integer
from newel.metadata.field_types.long_text import LongText
from newel.metadata.field_types.lookup import Lookup
from newel.metadata.field_types.many_to_many import ManyToMany
from newel.metadata.field_types.markdown import Markdown
from newel.metadata.field_types.money import Money
from newel.metadata.field_types.multi_choice import MultiChoice
from newel.metadata.field_types.percent import Percent
from newel.metadata.field_types.person_name import PersonName
from newel.metadata.field_types.phone import Phone
from newel.metadata.field_types.polymorphic import Polymorphic
from newel.metadata.field_types.rating import Rating
from newel.metadata.field_types.rich_text import RichText
from newel.metadata.field_types.tags import Tags
from newel.metadata.field_types.team import Team
from newel.metadata.field_types.text import Text
from newel.metadata.field_types.time import Time
from newel.metadata.field_types.tree_parent import TreeParent
from newel.metadata.field_types.url import Url
from newel.metadata.field_types.user import User
from newel.metadata.model import Field

_TYPES: tuple[FieldType, ...] = (
    *(Text(), LongText(), RichText(), Markdown()),
    *(Integer(), Decimal(), Money(), Percent(), Boolean()),
    *(Date(), Datetime(), Time(), Duration()),
    *(Choice(), MultiChoice(), Tags()),
    *(Email(), Phone(), Url(), Address(), PersonName()),
    *(Lookup(), Polymorphic(), ManyToMany(), ChildTable(), TreeParent(), User(), Team()),
    *(AutoNumber(), File(), Image(), Barcode(), Colour(), Rating(), Geolocation()),
    Id(),
)

REGISTRY: Mapping[str, FieldType] = MappingProxyType({each.name: each for each in _TYPES})


def type_of(field: Field) -> FieldType:
    """The type that a field names."""
    return REGISTRY[field.type]


def declared() -> tuple[FieldType, ...]:
    """The types that a solution may use, in the order in which the reference shows them."""
    return tuple(each for each in _TYPES if not each.internal)
