"""Files that belong to a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.identifiers import Identifier

MAX_SIZE = {
    "type": "integer",
    "minimum": 1,
    "maximum": 1024,
    "default": 20,
    "description": "The largest size, in megabytes.",
}


class File(Identifier):
    """Stored as the id of an uploaded file; the file itself lies with the kernel's files."""

    name = "file"
    help = "One uploaded file."
    expression_type = "reference"
    widget = "file"
    shown_as = "file"
    sortable = False
    properties: ClassVar[Mapping[str, Any]] = {
        "accept": {
            "type": "array",
            "items": {"type": "string", "pattern": "^(?:\\.[a-z0-9]{1,10}|[a-z]+/(?:\\*|[a-z0-9.+-]+))$"},
            "description": "The kinds of file that are taken: name endings (.pdf) or media types (image/*).",
        },
        "max_size": MAX_SIZE,
    }
