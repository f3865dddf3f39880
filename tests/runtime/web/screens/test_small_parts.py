"""The small parts: icons, colours, initials, addresses, and where one may be sent."""

from __future__ import annotations

import pytest

from newel.metadata.vocabulary import COLORS
from newel.runtime.web.screens import addresses, answers
from newel.runtime.web.screens.browsers import browser_name
from newel.runtime.web.screens.colors import PALETTE, color_class, color_of, initials
from newel.runtime.web.screens.icons import icon


def test_an_icon_is_drawn_in_place_and_hidden_from_screen_readers() -> None:
    drawn = icon("building")
    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../../../../etc/passwd", "", None, "<script>"])
def test_an_icon_that_is_not_there_is_a_box(name: str | None) -> None:
    assert icon(name) == icon("box")


def test_the_palette_is_the_one_that_solutions_may_use() -> None:
    assert PALETTE == COLORS


def test_a_colour_outside_the_palette_is_gray() -> None:
    assert color_class("green") == "c-green"
    assert color_class("x' onload='") == color_class(None) == "c-gray"


def test_a_name_always_has_the_same_colour() -> None:
    assert color_of("王小明") == color_of("王小明")


@pytest.mark.parametrize(("name", "letters"), [("Ada King Lovelace", "AL"), ("王小明", "明"), ("ada", "A"), ("", "?")])
def test_initials_are_short_in_any_script(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("url", ["/", "/o/account?filter=a+%3D%3D+'b'", "/search?q=//x"])
def test_a_path_of_this_site_is_followed(url: str) -> None:
    assert answers.inside(url) == url


@pytest.mark.parametrize(
    "url", ["//evil", "https://evil", "/\\evil", "javascript:alert(1)", "", None, "/a\nb", "evil", "/\t/evil"]
)
def test_a_place_elsewhere_is_not(url: str | None) -> None:
    assert answers.inside(url, "/home") == "/home"


def test_blank_parts_of_a_state_are_left_out_of_its_address() -> None:
    assert addresses.records("order", view="all", q="", cursor=None) == "/o/order?view=all"
    assert addresses.search("a&b ü") == "/search?q=a%26b%20%C3%BC"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            "Chrome, Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari, macOS"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0",
            "WeChat, Android",
        ),
        ("curl/8.1", "curl"),
        ("something of our own", "something of our own"),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(said: str, name: str) -> None:
    assert browser_name(said) == name
