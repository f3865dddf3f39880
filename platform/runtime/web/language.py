"""In which language an answer speaks: the signed-in person's, else what the browser or the caller prefers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

from flask import g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from newel.metadata.words import say

LANGUAGES = ("en", "zh-CN")
NAMES = {"en": "English", "zh-CN": "简体中文"}


def spoken() -> str:
    """The language of this answer. A caller with a key may ask for another than its user's by Accept-Language."""
    identity = g.get("identity")
    if identity is None:
        chosen = request.args.get("lang")
        return chosen if chosen in LANGUAGES else preferred(request.headers.get("Accept-Language", "")) or LANGUAGES[0]
    if g.get("by_key"):
        return preferred(request.headers.get("Accept-Language", "")) or str(identity.actor.language)
    return str(identity.actor.language)


@lru_cache(maxsize=512)  # the header is the caller's to choose: bounded
def preferred(accept_language: str) -> str | None:
    """The first of our languages in an Accept-Language header; any Chinese is zh-CN, any English en."""
    if not accept_language or len(accept_language) > 200:
        return None
    for tag, _ in parse_accept_header(accept_language, LanguageAccept):
        primary = tag.split("-")[0].lower()
        if primary == "zh":
            return "zh-CN"
        if primary == "en":
            return "en"
    return None


@cache
def sayer(language: str) -> Callable[..., str]:
    """`say("Save")` for the templates: the English words are the key."""
    return partial(say, language)


def sentence(message: str, params: dict[str, Any] | None = None) -> str:
    """One of our sentences in the language of this answer."""
    return say(spoken(), message, **(params or {}))
