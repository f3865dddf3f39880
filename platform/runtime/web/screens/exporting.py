"""A list as a file, with the columns, filter and order that it shows. What may be exported, the kernel decides."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from newel.runtime.records import exporting, reading
from newel.runtime.web.screens.lists import BoundList, bind_list
from newel.runtime.web.screens.viewer import viewer

screen = Blueprint("exporting", __name__)
KINDS = {
    "csv": ("text/csv; charset=utf-8", exporting.write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exporting.write_xlsx),
}
PIECE = 65_536
IN_MEMORY = 4_000_000  # bytes; larger files are written to the disk


@screen.get("/o/<object_name>/export.<file_format>")
def export(object_name: str, file_format: str) -> Response:
    """The whole list in its present state."""
    if file_format not in KINDS:
        raise NotFound
    return export_of(bind_list(viewer(), object_name), file_format)


def export_of(bound: BoundList, file_format: str, ids: Sequence[str] | None = None) -> Response:
    """The list, or those of its records that `ids` names, as a file."""
    kind, write = KINDS[file_format]
    with reading(bound.viewer.installation, bound.viewer.actor) as work:
        columns, lines = exporting.rows(
            work,
            bound.object.name,
            _exportable(bound, [column.path for column in bound.columns]),
            filter=bound.filter if ids is None else None,
            where={} if ids is None else {"id": list(ids)},
            sort=_exportable(bound, bound.sort),
        )
        out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever reads the answer closes it
        try:
            write(work, out, columns, lines)
        except BaseException:
            out.close()
            raise
    name = f"attachment; filename*=UTF-8''{quote(_name(bound))}.{file_format}"
    return Response(_read(out), headers={"Content-Type": kind, "Content-Disposition": name})


def _exportable(bound: BoundList, keys: Sequence[str]) -> list[str]:
    """Those of the paths that the viewer's exporting roles show: others may be read here, but not taken along."""
    shown = bound.viewer.verdict(bound.object.name).of_exports.readable
    return [key for key in keys if key.removeprefix("-").partition(".")[0] in shown]


def _read(out: IO[bytes]) -> Iterator[bytes]:
    """The file from its beginning, piece by piece; it goes when it is read."""
    with out:
        out.seek(0)
        while piece := out.read(PIECE):
            yield piece


def _name(bound: BoundList) -> str:
    return f"{bound.object.plural} {bound.viewer.today.isoformat()}"
