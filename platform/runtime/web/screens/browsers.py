"""Browsers by the names that people know them by: "Chrome, Windows" instead of what the browser says of itself."""

from __future__ import annotations

# The first that is found in what the browser says counts: many say the names of others, too.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(said: str) -> str:
    """ "Firefox, macOS"; what the browser says of itself where nobody knows it."""
    found = [next((name for mark, name in marks if mark in said), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found)) if found[0] else said[:60]
