"""How a screen answers: a page, the same page as the inside of a dialog, or going elsewhere with a note."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, get_flashed_messages, make_response, redirect, render_template, request

PART_HEADER = "Newel-Part"  # "dialog": the page is wanted as the inside of a dialog
PLACE_HEADER = "Newel-Location"  # where a dialog's form leads once it is done
_NOTE = "newel-note"


@dataclass(frozen=True, slots=True)
class Note:
    """A short message about what just happened; `undo` is the address that takes it back."""

    text: str
    bad: bool = False
    undo: str | None = None


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A template as an answer. It extends layout(), so that a dialog can hold it too."""
    answer = make_response(render_template(template, **values), status)
    answer.vary.update((PART_HEADER, "HX-Request"))
    return answer


def go(url: str, note: str | None = None, undo: str | None = None) -> Response:
    """Elsewhere within the workspace, with a note there; a dialog is told the place instead of the page."""
    if note:
        flash(json.dumps({"text": note, "undo": undo}), _NOTE)
    if wants_dialog():
        return Response(status=204, headers={PLACE_HEADER: url})
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))


def wants_dialog() -> bool:
    return request.headers.get(PART_HEADER) == "dialog"


def wants_fragment() -> bool:
    """True where htmx asks for a part of a page it already shows."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def layout() -> str:
    return "layouts/dialog.html" if wants_dialog() else "layouts/base.html"


def notes() -> list[Note]:
    """The notes that wait for this page."""
    found = []
    for message in get_flashed_messages(category_filter=[_NOTE]):
        said = json.loads(str(message))
        found.append(Note(said["text"], undo=said.get("undo")))
    return found


def came_from(otherwise: str) -> str:
    """The page of ours that the request was made on, else `otherwise`."""
    parts = urlsplit(request.referrer or "")
    path = parts._replace(scheme="", netloc="", fragment="").geturl()
    return inside(path, otherwise) if parts.netloc == request.host else otherwise


def inside(url: str | None, otherwise: str = "/") -> str:
    """`url` where it is a path of this site, else `otherwise`: nobody is sent elsewhere by a crafted link."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")) or "\\" in url or any(ord(each) < 32 for each in url):
        return otherwise
    parts = urlsplit(url)
    return url if not parts.scheme and not parts.netloc else otherwise
