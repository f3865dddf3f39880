"""What a request brings, bounded before it is read: JSON objects for the API, and the limits of every form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from newel.metadata.words import Phrase, phrase, word

JSON_BYTES = 10 * 1024 * 1024
JSON_DEPTH = 32
FORM_BYTES = 4 * 1024 * 1024  # of a form's fields without its files
FORM_PARTS = 20_000  # an order of 500 lines with 40 cells each
UPLOAD_BYTES = 64 * 1024 * 1024  # of any request; what a file may weigh, its field and the settings say


class MalformedBody(ValueError):  # noqa: N818 - named for what it is
    """The body isn't JSON that the API reads. `line` and `column` say where, counting from 1; 0 where no place is known."""

    def __init__(self, message: str, line: int = 0, column: int = 0, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params
        self.line = line
        self.column = column


def json_body() -> Any:
    """The request's JSON, numbers with a point as exact decimals. NaN, NUL, half characters, repeated keys, depth: refused."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    return read_json(raw_body())


def raw_body() -> bytes:
    """The body as it came; never more than JSON_BYTES."""
    request.max_content_length = JSON_BYTES
    raw = request.get_data()
    if len(raw) > JSON_BYTES:
        raise RequestEntityTooLarge
    return raw


def json_object() -> dict[str, Any]:
    """The request's JSON where only an object makes sense."""
    body = json_body()
    if not isinstance(body, dict):
        raise MalformedBody(word("The body must be a JSON object."))
    return body


def read_json(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedBody(word("The body is not UTF-8 text.")) from error
    try:
        value = json.loads(text, parse_float=_decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        raise MalformedBody(word("The body is not JSON: {reason}."), error.lineno, error.colno, reason=_said(error)) from error
    except MalformedBody:
        raise
    except RecursionError as error:
        raise MalformedBody(word("The body is nested more than {limit} levels deep."), limit=JSON_DEPTH) from error
    except ValueError as error:  # Python's own bound on the digits of an integer
        raise MalformedBody(word("The body holds a number that is too long.")) from error
    if text.count("[") + text.count("{") > JSON_DEPTH:
        _refuse_depth(value)
    if "\\u" in text or "\x00" in text:
        _refuse_broken_text(value)
    return value


# All that Python's reader says of a text.
_JSON = {
    word("Expecting value"),
    word("Expecting property name enclosed in double quotes"),
    word("Expecting ',' delimiter"),
    word("Expecting ':' delimiter"),
    word("Extra data"),
    word("Illegal trailing comma before end of array"),
    word("Illegal trailing comma before end of object"),
    word("Invalid control character at"),
    word("Invalid \\escape"),
    word("Invalid \\uXXXX escape"),
    word("Unterminated string starting at"),
}


def _said(error: json.JSONDecodeError) -> Phrase:
    said = error.msg.rstrip(": ")
    return phrase(said) if said in _JSON else phrase('"{text}"', text=said)


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(JSON_DEPTH):
        level = [each for container in level for each in _inside(container) if isinstance(each, dict | list)]
        if not level:
            return
    raise MalformedBody(word("The body is nested more than {limit} levels deep."), limit=JSON_DEPTH)


def _inside(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container if isinstance(container, list) else ()


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond what decimals have
        number = Decimal("1e401")
    if abs(number.adjusted()) > 400:
        raise MalformedBody(word("The body holds a number that is too long."))
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedBody(word("The body is not JSON: {reason}."), reason=name)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedBody(word("The body names a key twice."))
    return found


def _refuse_broken_text(value: Any) -> None:
    """JSON may spell characters that no database stores; they are refused wherever they hide."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if "\x00" in each or any("\ud800" <= character <= "\udfff" for character in each):
                raise MalformedBody(word("The body holds text with a NUL or half a character."))
        elif isinstance(each, dict):
            waiting.extend(each.keys())
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
