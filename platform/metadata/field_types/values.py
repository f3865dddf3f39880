"""Values made of several parts. They are frozen, compare by what they hold, and their text is what people read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CJK_NAME = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff· ]+")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (an ISO 4217 code)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A record of one of several objects."""

    object: str
    id: str

    def __str__(self) -> str:
        return f"{self.object}/{self.id}"


@dataclass(frozen=True, slots=True)
class Geolocation:
    """A point on the earth in degrees: latitude -90 to 90, longitude -180 to 180."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude:.6f}, {self.longitude:.6f}"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name. Its text follows the name's own script: 欧阳娜娜, but Ada King Lovelace."""

    family: str | None = None
    given: str | None = None
    middle: str | None = None
    salutation: str | None = None

    def __str__(self) -> str:
        if self.is_chinese:
            return "".join(filter(None, (self.family, self.middle, self.given)))
        return " ".join(filter(None, (self.given, self.middle, self.family)))

    @property
    def is_chinese(self) -> bool:
        """True where every part of the name proper is written in Chinese characters."""
        parts = [part for part in (self.family, self.middle, self.given) if part]
        return bool(parts) and all(_CJK_NAME.fullmatch(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. Its text runs from large to small in Chinese, from small to large elsewhere."""

    country: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    street: str | None = None
    postal_code: str | None = None

    def __str__(self) -> str:
        if self.is_chinese:
            area = "".join(filter(None, (self.country, self.province, self.city, self.district, self.street)))
            return " ".join(filter(None, (area, self.postal_code)))
        region = " ".join(filter(None, (self.province, self.postal_code)))
        return ", ".join(filter(None, (self.street, self.district, self.city, region, self.country)))

    @property
    def is_chinese(self) -> bool:
        """True where the first of its words that says a place is written in Chinese characters."""
        parts = (self.country, self.province, self.city, self.district, self.street)
        return any(_CJK.search(part) for part in parts if part)
