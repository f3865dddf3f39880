"""The id that every record has."""

from __future__ import annotations

from newel.metadata.field_types.identifiers import Identifier


class Id(Identifier):
    """The type of the system field `id`; solutions can't declare it."""

    name = "id"
    help = "The id of a record, given by the platform."
    expression_type = "text"
    can_be_unique = True
    internal = True
