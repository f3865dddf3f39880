"""Random secrets: what is given out once, and the digest that is kept of it; and texts that come with them, made tidy."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def make(prefix: str = "") -> str:
    """A secret of 256 random bits, as text that fits into a cookie, a header and an address."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """What the database keeps. A random secret of this length needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def tidy(text: str, longest: int) -> str:
    """A short text as somebody typed it, without what no database keeps or no page shows."""
    return "".join(each for each in text if each.isprintable()).strip()[:longest]
