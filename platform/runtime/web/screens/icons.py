"""Icons as inline SVG: one set (Tabler), read once, drawn in the colour of the text around them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor" / "icons"
FALLBACK = "box"

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@lru_cache(maxsize=1024)
def icon(name: str | None, size: str = "") -> Markup:
    """The icon of that name, hidden from screen readers (the words beside it speak); a box where there is no such icon."""
    inside = _inside(name or FALLBACK) or _inside(FALLBACK) or ""
    kind = f"icon icon-{size}" if size else "icon"
    return Markup(  # noqa: S704 - the file is ours, the name is checked, the size is a template's literal
        f'<svg class="{kind}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true">{inside}</svg>'
    )


def exists(name: str) -> bool:
    return _inside(name) is not None


@lru_cache(maxsize=1024)
def _inside(name: str) -> str | None:
    if not _NAME.fullmatch(name):
        return None
    try:
        text = (FOLDER / f"{name}.svg").read_text("utf-8")
    except OSError:
        return None
    found = _INSIDE.search(text)
    return re.sub(r"\s+", " ", found[1]).strip().replace(" />", "/>") if found else None
