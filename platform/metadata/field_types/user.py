"""References to a user."""

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.lookup import INVERSE, ON_DELETE, Lookup


class User(Lookup):
    """A lookup whose object is always nw_user."""

    name = "user"
    help = "A person who signs in, such as the one in charge."
    widget = "user"
    shown_as = "user"
    can_be_unique = False
    properties: ClassVar[Mapping[str, Any]] = {"inverse": INVERSE, "on_delete": ON_DELETE}
