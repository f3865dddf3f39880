"""Postal addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from newel.metadata.field_types.parts import PartsType
from newel.metadata.field_types.values import Address as Parts


class Address(PartsType):
    """Country, province, city, district, street and postal code; a whole text is taken as the street."""

    name = "address"
    help = "A postal address in its parts, written large to small in Chinese and small to large elsewhere."
    widget = "address"
    shown_as = "address"
    value_class = Parts
    lengths: ClassVar[Mapping[str, int]] = {
        "country": 80,
        "province": 80,
        "city": 80,
        "district": 80,
        "street": 255,
        "postal_code": 20,
    }

    def from_text(self, text: str) -> Parts:
        return Parts(street=text)
