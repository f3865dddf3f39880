"""References to a team."""

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.lookup import INVERSE, ON_DELETE, Lookup


class Team(Lookup):
    """A lookup whose object is always nw_team."""

    name = "team"
    help = "A team of users."
    widget = "lookup"
    shown_as = "lookup"
    can_be_unique = False
    properties: ClassVar[Mapping[str, Any]] = {"inverse": INVERSE, "on_delete": ON_DELETE}
