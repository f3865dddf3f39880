"""What elements may be called, what people read where nobody gave a label, and which known name a wrong one is nearest to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import reduce

from newel.metadata.model import SYSTEM_FIELDS
from newel.metadata.words import Phrase, phrase

NAME_PATTERN = "^[a-z][a-z0-9_]*$"
OPTION_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_.-]*$"
NAME_LENGTH = 60
PLATFORM_PREFIX = "nw_"
ORGANISATION_PREFIX = "x_"
EXPRESSION_WORDS = frozenset({"and", "or", "not", "in", "if", "else", "true", "false", "none"})
RESERVED_FIELDS = frozenset(SYSTEM_FIELDS) | EXPRESSION_WORDS

# What elements are called in sentences, by their kind in documents and addresses.
ELEMENTS = {
    "solution": phrase("solution"),
    "object": phrase("object"),
    "field": phrase("field"),
    "option": phrase("option"),
    "validation": phrase("validation"),
    "action": phrase("action"),
    "step": phrase("step"),
    "form": phrase("form"),
    "tab": phrase("tab"),
    "section": phrase("section"),
    "related": phrase("related list"),
    "view": phrase("view"),
    "role": phrase("role"),
    "app": phrase("app"),
    "item": phrase("menu entry"),
    "sample": phrase("sample"),
    "test": phrase("test"),
}

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NEAR_ENOUGH = 0.6


def fault_of_name(name: str) -> str | None:
    """Why `name` can't name an element, as the end of the sentence '"Name" ...'; None where it can."""
    if len(name) > NAME_LENGTH:
        return phrase("is {length} characters long; a name has at most {limit}", length=len(name), limit=NAME_LENGTH)
    if not _NAME.fullmatch(name):
        return phrase("is not a name: a name is made of small letters a-z, digits and _, and begins with a letter")
    if "__" in name:
        return phrase("holds two underscores in a row")
    return None


def suggested_name(text: str) -> str | None:
    """A legal name that looks like `text`: "Close Date" gives close_date; None where there is none (中文, too long)."""
    if len(text) > NAME_LENGTH:
        return None
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text.strip())
    name = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", spaced.lower())).strip("_")
    name = name if not name or name[0].isalpha() else f"n_{name}"
    return name or None


def label_of(name: str) -> str:
    """What people read where no label was given: close_date gives "Close date"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def plural_of(label: str) -> str:
    return f"{label}s"


def nearest(name: object, known: Iterable[str]) -> str | None:
    """The known name that a person most likely meant, or None where none is like it."""
    wanted = str(name).casefold()
    if len(wanted) > 2 * NAME_LENGTH:
        return None
    matcher = SequenceMatcher(None, b=wanted, autojunk=False)
    best, best_score = None, _NEAR_ENOUGH
    for candidate in sorted(set(known)):
        score = _likeness(matcher, wanted, candidate.casefold(), best_score)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _likeness(matcher: SequenceMatcher[str], wanted: str, candidate: str, enough: float) -> float:
    if wanted == candidate:
        return 1.0
    together = len(wanted) + len(candidate)
    if 2 * min(len(wanted), len(candidate)) <= enough * together:
        return 0.0
    matcher.set_seq1(candidate)
    return matcher.ratio() if matcher.quick_ratio() > enough else 0.0


def named(names: Iterable[str], limit: int = 8) -> str:
    """Known names as the end of a sentence: 'one of account, contact, lead'; long lists are cut."""
    found = names if isinstance(names, Sequence) else list(names)
    if not found:
        return phrase("nothing: there is none")
    shown = ", ".join(found[:limit])
    rest = len(found) - limit
    if rest > 0:
        return phrase("one of {names} and {rest} more", names=shown, rest=rest)
    return phrase("one of {names}", names=shown) if len(found) > 1 else shown


def either(names: Iterable[str]) -> Phrase:
    """Quoted names of which one is meant: "account" or "lead"."""
    return reduce(lambda said, each: phrase("{first} or {second}", first=said, second=each), map(_quoted, names))


def _quoted(name: str) -> Phrase:
    return phrase('"{text}"', text=name)
