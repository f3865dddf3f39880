"""Functions on texts. Letters fold one by one, so that every engine agrees: ß stays ß, İ becomes i."""

from __future__ import annotations

from functools import lru_cache

from newel.metadata.words import word
from newel.rules.functions.registry import Example, Function, Param
from newel.rules.types import BOOLEAN, NUMBER, TEXT

TEXT_GROUP = word("Texts")
WHITE_SPACE = " \t\n\r\f\v\xa0\u3000"
_TEXT = ("text",)


def lower(text: str) -> str:
    """Small letters; each character gives one character."""
    if not text.isascii() and ("İ" in text or "Σ" in text):
        text = text.replace("İ", "i").replace("Σ", "σ")
    return text.lower()


def upper(text: str) -> str:
    """Capitals; each character gives one character."""
    if text.isascii():
        return text.upper()
    return "".join(map(_upper_of, text))


@lru_cache(4096)
def _upper_of(char: str) -> str:
    capital = char.upper()
    if len(capital) > 1:
        capital = char.title()
    return capital if len(capital) == 1 else char


def trim(text: str) -> str | None:
    return text.strip(WHITE_SPACE) or None


def contains(text: str, part: str) -> bool:
    return part in text


def icontains(text: str, part: str) -> bool:
    return lower(part) in lower(text)


def ieq(left: str, right: str) -> bool:
    return lower(left) == lower(right)


def concat(*texts: str | None) -> str | None:
    return "".join(filter(None, texts)) or None


TEXTS = (
    Function(
        "contains",
        TEXT_GROUP,
        "Yes where the text holds the part, letter for letter.",
        (Param("text", _TEXT), Param("part", _TEXT)),
        BOOLEAN,
        contains,
        lambda sql, text, part: sql.func.strpos(text.sql, part.sql) > 0,
        (
            Example("contains('Newel', 'we')", "true"),
            Example("contains('Newel', 'WE')", "false"),
            Example("contains('100%', '%')", "true"),
        ),
        sqlite=lambda sql, text, part: sql.func.instr(text.sql, part.sql) > 0,
        browser="contains",
    ),
    Function(
        "icontains",
        TEXT_GROUP,
        "Yes where the text holds the part; capitals and small letters are the same.",
        (Param("text", _TEXT), Param("part", _TEXT)),
        BOOLEAN,
        icontains,
        lambda sql, text, part: sql.func.strpos(sql.folded(text), sql.folded(part)) > 0,
        (Example("icontains('Newel', 'WE')", "true"), Example("icontains('中柱 Newel', 'newel')", "true")),
        sqlite=lambda sql, text, part: sql.func.instr(sql.folded(text), sql.folded(part)) > 0,
        browser="icontains",
    ),
    Function(
        "ieq",
        TEXT_GROUP,
        "Yes where two texts are the same but for capitals and small letters.",
        (Param("text", _TEXT), Param("other", _TEXT)),
        BOOLEAN,
        ieq,
        lambda sql, left, right: sql.folded(left) == sql.folded(right),
        (Example("ieq('ÄRA', 'ära')", "true"), Example("ieq('a', 'b')", "false")),
        sqlite=lambda sql, left, right: sql.folded(left) == sql.folded(right),
        browser="ieq",
    ),
    Function(
        "starts_with",
        TEXT_GROUP,
        "Yes where the text begins with the part.",
        (Param("text", _TEXT), Param("part", _TEXT)),
        BOOLEAN,
        str.startswith,
        lambda sql, text, part: sql.func.starts_with(text.sql, part.sql),
        (Example("starts_with('Newel', 'New')", "true"), Example("starts_with('Newel', 'new')", "false")),
        sqlite=lambda sql, text, part: sql.func.substr(text.sql, 1, sql.func.length(part.sql)) == part.sql,
        copies=2,
        browser="starts_with",
    ),
    Function(
        "ends_with",
        TEXT_GROUP,
        "Yes where the text ends with the part.",
        (Param("text", _TEXT), Param("part", _TEXT)),
        BOOLEAN,
        str.endswith,
        lambda sql, text, part: sql.func.right(text.sql, sql.func.length(part.sql)) == part.sql,
        (Example("ends_with('Newel', 'el')", "true"), Example("ends_with('Newel', 'x')", "false")),
        sqlite=lambda sql, text, part: sql.func.substr(text.sql, -sql.func.length(part.sql)) == part.sql,
        copies=2,
        browser="ends_with",
    ),
    Function(
        "lower",
        TEXT_GROUP,
        "The text in small letters.",
        (Param("text", _TEXT),),
        TEXT,
        lower,
        lambda sql, text: sql.folded(text),
        (Example("lower('ÄB')", "'äb'"), Example("lower('İΣ')", "'iσ'")),
        sqlite=lambda sql, text: sql.folded(text),
        browser="lower",
    ),
    Function(
        "upper",
        TEXT_GROUP,
        "The text in capitals.",
        (Param("text", _TEXT),),
        TEXT,
        upper,
        lambda sql, text: sql.capitals(text),
        (Example("upper('äb')", "'ÄB'"), Example("upper('straße')", "'STRAßE'")),
        browser="upper",
    ),
    Function(
        "trim",
        TEXT_GROUP,
        "The text without white space at its ends, the ideographic space among it.",
        (Param("text", _TEXT),),
        TEXT,
        trim,
        lambda sql, text: sql.func.nullif(sql.func.btrim(text.sql, sql.words(WHITE_SPACE)), sql.words("")),
        (Example("trim('  a b　')", "'a b'"), Example("trim(' ')", "none")),
        sqlite=lambda sql, text: sql.func.nullif(sql.func.trim(text.sql, sql.words(WHITE_SPACE)), sql.words("")),
        browser="trim",
    ),
    Function(
        "len",
        TEXT_GROUP,
        "How many characters the text has.",
        (Param("text", _TEXT),),
        NUMBER,
        len,
        lambda sql, text: sql.whole(sql.func.length(text.sql)),
        (Example("len('中柱')", "2"), Example("len(none)", "none")),
        sqlite=lambda sql, text: sql.whole(sql.func.length(text.sql)),
        browser="len",
    ),
    Function(
        "concat",
        TEXT_GROUP,
        "The texts one after the other; a blank adds nothing.",
        (Param("text", _TEXT), Param("other", _TEXT, many=True)),
        TEXT,
        concat,
        lambda sql, *texts: sql.joined(texts),
        (Example("concat('a', none, 'b')", "'ab'"), Example("concat(none, none)", "none")),
        sqlite=lambda sql, *texts: sql.joined(texts),
        propagates=False,
        browser="concat",
    ),
)
