"""HTML made safe: nh3 with a short list of tags, on the way in and again on the way out. Markdown allows no HTML of its own."""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_INLINE = ("a", "b", "br", "code", "del", "em", "i", "mark", "s", "span", "strong", "sub", "sup", "u")
_BLOCKS = ("blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul")
_TABLES = ("caption", "table", "tbody", "td", "th", "thead", "tr")
TAGS = frozenset((*_INLINE, *_BLOCKS, *_TABLES))
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def safe_html(html: str) -> str:
    """The HTML with nothing left that runs, loads or restyles: the page may put it in as it is."""
    import nh3

    return nh3.clean(html, tags=set(TAGS), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow")


def html_text(html: str) -> str:
    """The words of some HTML without its markup, blocks apart from each other by a space."""
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    import nh3

    spaced = html.replace("<", " <")
    return " ".join(unescape(nh3.clean(spaced, tags=set())).split())


def markdown_html(source: str) -> str:
    """Markdown (CommonMark with tables and strikethrough) as safe HTML; HTML in it is shown as the text that it is."""
    return safe_html(_markdown().render(source))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
