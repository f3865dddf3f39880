"""Whether a sentence is Chinese throughout: names, code and quotations stay as they are, no English is left between them."""

from __future__ import annotations

import re

# What people or solutions wrote, and code: between quotes, backquotes or braces.
_AS_IT_IS = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|`[^`]*`|\{[^}]*\}|\[[^]]*\]")
_SENTENCE = re.compile(r"[A-Za-z]+ [A-Za-z]+")
_LONE = re.compile(r"\b(an|the|at|of|no|is|it|its|this|that|here|there|must|be|to|on)\b", re.IGNORECASE)


def english_in(said: str) -> list[str]:
    """The English that is left in a sentence: words in a row, and words that are no names."""
    plain = _AS_IT_IS.sub("·", said)
    return [found[0] for found in (*_SENTENCE.finditer(plain), *_LONE.finditer(plain))]
