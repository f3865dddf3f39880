"""What the YAML parser and the operating system stumbled over, in words that help: each trap of YAML has its own way out."""

from __future__ import annotations

import re
from typing import Any

import yaml

from newel.metadata import faults
from newel.metadata.problems import Place, Problem, Problems
from newel.metadata.words import Phrase, phrase, word

# All that the parser (libyaml) says of a text.
_SAID = {
    word("block sequence entries are not allowed in this context"),
    word("control characters are not allowed"),
    word("could not find expected ':'"),
    word("did not find URI escaped octet"),
    word("did not find expected '!'"),
    word("did not find expected ',' or ']'"),
    word("did not find expected ',' or '}'"),
    word("did not find expected '-' indicator"),
    word("did not find expected <document start>"),
    word("did not find expected alphabetic or numeric character"),
    word("did not find expected comment or line break"),
    word("did not find expected hexdecimal number"),
    word("did not find expected key"),
    word("did not find expected node content"),
    word("did not find expected tag URI"),
    word("did not find expected version number"),
    word("did not find expected whitespace"),
    word("did not find expected whitespace or line break"),
    word("did not find the expected '>'"),
    word("found a tab character that violates indentation"),
    word("found a tab character where an indentation space is expected"),
    word("found an indentation indicator equal to 0"),
    word("found character that cannot start any token"),
    word("found duplicate %TAG directive"),
    word("found duplicate %YAML directive"),
    word("found extremely long version number"),
    word("found incompatible YAML document"),
    word("found invalid Unicode character escape code"),
    word("found undefined tag handle"),
    word("found unexpected ':'"),
    word("found unexpected document indicator"),
    word("found unexpected end of stream"),
    word("found unexpected non-alphabetical character"),
    word("found unknown directive name"),
    word("found unknown escape character"),
    word("invalid Unicode character"),
    word("mapping values are not allowed in this context"),
}


def stumbled(file: str, text: str, error: yaml.YAMLError) -> Problem:
    """The problem with a text that is not YAML: where, what the parser said of it, and what to do."""
    said = _text_of(error)
    context = str(getattr(error, "context", None) or "")
    mark: Any = getattr(error, "problem_mark", None)
    if "end of stream" in said and "quoted scalar" in context:
        mark = getattr(error, "context_mark", None)  # the quote that was never closed
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if not mark and (position := _control_character(text)) is not None:
        line, column = text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1
    found = Problems()
    way_out = _way_out(text, said, context, line, column)
    found.add(faults.SYNTAX, Place(file, line, column), said=said_of(error), fix=way_out)
    return found.found[0]


def said_of(error: yaml.YAMLError) -> Phrase:
    """What the parser said."""
    text = _text_of(error).rstrip(".")
    return phrase(text) if text in _SAID else phrase('"{text}"', text=text)


def _text_of(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)


def _control_character(text: str) -> int | None:
    found = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return found.start() if found else None


def _way_out(text: str, said: str, context: str, line: int, column: int) -> Phrase | None:
    lines = text.splitlines()
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    before, at = shown[: column - 1], shown[column - 1 : column]
    if at == "\t" or before.strip(" ").startswith("\t"):
        return phrase("Indent with spaces; YAML takes no tabs.")
    if "mapping values are not allowed" in said:
        nested = re.search(r":\s", before)
        return (
            phrase('A text that holds ": " must stand in quotes.')
            if nested
            else phrase("The line stands deeper than it may: check its indentation.")
        )
    if "alias" in context:
        return phrase('A text or key that begins with * must stand in quotes: "*".')
    if at and at in "@`%&!|>":
        return phrase("A text that begins with {sign} must stand in quotes.", sign=at)
    if "quoted scalar" in context:
        return phrase("Close the quote that begins here.")
    if at and at in "}]" and re.search(r"[\s\[{,:]!", before):
        return phrase("A text that begins with {sign} must stand in quotes.", sign="!")
    if at and at in "}]":
        return phrase("There is a closing bracket too many.")
    if "expected" in said:
        return _unbalanced(shown, said)
    if "control characters are not allowed" in said or "special characters are not allowed" in said:
        return phrase("Remove the invisible control character.")
    return None


def _unbalanced(shown: str, said: str) -> Phrase:
    if re.search("[，：“”‘’｛｝【】]", shown):
        return phrase("Type commas, colons, quotes and brackets in ASCII, or put the text that holds them in quotes.")
    if "',' or '}'" in said or "',' or ']'" in said:
        return phrase(
            "Close the bracket, put a comma between entries, and quote a text that holds a comma, a bracket or a quote."
        )
    if "':'" in said:
        return phrase("Write `key: value`, with a colon and a space.")
    if re.search(r":\s*(['\"]).*\1\s*\S", shown):
        return phrase("A text that begins with a quote must stand in quotes as a whole.")
    return phrase("Check the indentation here and on the line above: entries of one mapping begin in the same column.")


# What the operating system says of files and addresses.
_REFUSALS = {
    word("Address already in use"),
    word("Cannot assign requested address"),
    word("File name too long"),
    word("Input/output error"),
    word("Is a directory"),
    word("No space left on device"),
    word("No such file or directory"),
    word("Not a directory"),
    word("Permission denied"),
    word("Read-only file system"),
    word("Too many levels of symbolic links"),
    word("Too many open files"),
}


def refusal_of(error: OSError) -> Phrase:
    """Why the operating system refuses."""
    said = error.strerror or str(error)
    return phrase(said) if said in _REFUSALS else phrase('"{text}"', text=said)
