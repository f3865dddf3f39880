"""Rich text and Markdown: nothing in them runs, loads or restyles the page."""

from __future__ import annotations

import pytest

from newel.metadata.field_types import type_of
from newel.metadata.field_types.markup import html_text, markdown_html, safe_html
from tests.metadata.field_types.drawing import field, parse, write

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<p style='position:fixed' onclick='x()' class='btn' id='csrf'>x</p>",
    "<iframe src='//evil'></iframe>",
    "<form action='//evil'><input name=csrf_token></form>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=//evil'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
)
FORBIDDEN = (
    "<script",
    "<img",
    "javascript:",
    "<svg",
    "<iframe",
    "<form",
    "<input",
    "<style",
    "<meta",
    " style=",
    " on",
    " class=",
    " id=",
)


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_left(html: str) -> None:
    for made in (safe_html(html), markdown_html(html), parse(field("rich_text"), f"text {html}")):
        shown = made.replace("&lt;", "").replace("&quot;", '"')
        assert not any(word in shown.lower() for word in FORBIDDEN if "<" in word)
        assert not any(word in _tags(made) for word in FORBIDDEN)


def _tags(html: str) -> str:
    """What stands inside the tags alone."""
    return " ".join(part.partition(">")[0] for part in html.split("<")[1:]).lower()


def test_formatting_stays() -> None:
    html = "<h2>Plan</h2><p>Call <strong>Ada</strong></p><ul><li>一</li></ul>"
    assert parse(field("rich_text"), html) == html


def test_links_tell_the_other_site_nothing() -> None:
    assert 'rel="noopener noreferrer nofollow"' in safe_html("<a href='https://example.com'>x</a>")
    assert 'rel="noopener noreferrer nofollow"' in markdown_html("[x](https://example.com)")


@pytest.mark.parametrize("html", ["<p></p>", "<p><br></p>", "<p>&nbsp;</p>", "<script>x</script>", " "])
def test_markup_without_a_word_is_blank(html: str) -> None:
    assert parse(field("rich_text"), html) is None


def test_lists_and_search_see_the_words_alone() -> None:
    html = "<p>a &lt; b</p><p>c</p>"
    assert html_text(html) == "a < b c"
    assert write(field("rich_text"), html) == "a < b c"
    assert type_of(field("rich_text")).search_text(field("rich_text"), html) == "a < b c"
    assert type_of(field("markdown")).search_text(field("markdown"), "**bold** [x](https://e.com)") == "bold x"


def test_markdown_is_rendered_with_tables_and_without_html_or_pictures() -> None:
    assert "<table>" in markdown_html("|a|b|\n|-|-|\n|1|2|")
    assert "<em>" not in markdown_html("<em>x</em>").replace("&lt;em&gt;", "")
    assert "<img" not in markdown_html("![x](https://tracker.example/x.png)")
