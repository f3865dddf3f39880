"""The record above in a tree."""

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.lookup import INVERSE, ON_DELETE, Lookup


class TreeParent(Lookup):
    """A lookup into the own object; the kernel keeps it free of circles."""

    name = "tree_parent"
    help = "The record above this one in a tree of the same object, such as the parent company."
    can_be_unique = False
    properties: ClassVar[Mapping[str, Any]] = {"inverse": INVERSE | {"default": "children"}, "on_delete": ON_DELETE}
