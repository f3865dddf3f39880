"""Pictures that belong to a record."""

from collections.abc import Mapping
from typing import Any, ClassVar

from newel.metadata.field_types.file import MAX_SIZE, File


class Image(File):
    """A file of a kind that browsers show and that runs nothing (so no SVG)."""

    name = "image"
    help = "One uploaded picture (PNG, JPEG, GIF or WebP), shown where the record is."
    widget = "image"
    shown_as = "image"
    properties: ClassVar[Mapping[str, Any]] = {"max_size": MAX_SIZE | {"default": 10}}
