"""Text -> tokens: the words that expressions are written with, each at its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newel.metadata.words import phrase
from newel.rules.faults import BAD_TEXT, FORBIDDEN, SYNTAX, Fault

WORDS = ("and", "or", "not", "in", "if", "else")
CONDITIONAL = phrase("Write: x if condition else y.")
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>(?:\d[\w.]*|\.\d[\w.]*))
      | (?P<name>[^\W\d]\w*)
      | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<op>==|!=|<=|>=|//|\*\*|:=|->|[-+*/%<>()\[\],.=])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # number | name | word | text | op | end
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """All tokens, and one that marks the end; raises the first Fault."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        kind = match.lastgroup or ""
        if kind == "name" and match[0] in WORDS:
            kind = "word"
        if kind != "space":
            found.append(Token(kind, match[0], at, match.end()))
        at = match.end()
    found.append(Token("end", "", len(text.rstrip()), len(text.rstrip()) + 1))
    return found


def _unreadable(text: str, at: int) -> Fault:
    char = text[at]
    if char in "'\"":
        return Fault(BAD_TEXT, at, len(text), fault=phrase("This text has no closing quote."))
    if char in "{}:@`;#\\?":
        fix = CONDITIONAL if char == "?" else None
        return Fault(FORBIDDEN, at, at + 1, what=phrase('"{text}"', text=char), fix=fix)
    full_width = {
        "（": "(",
        "）": ")",
        "，": ",",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "＝": "==",
        "！": "!=",
        "＞": ">",
        "＜": "<",
    }
    meant = full_width.get(char) or {"!": "not", "&": "and", "|": "or", "=": "=="}.get(char)
    fix = phrase("Write {text} instead.", text=meant) if meant else None
    return Fault(SYNTAX, at, at + 1, fault=phrase('"{text}" has no meaning in an expression.', text=char), fix=fix)
