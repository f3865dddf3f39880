"""Passwords: what may be one, and how it is kept (argon2id) so that nobody can read it back."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from newel.metadata.words import word

SHORTEST = 10
LONGEST = 200  # more characters would only make hashing dear

# OWASP's second recommendation: 19 MiB, 2 passes, 1 lane; about 30 ms on one core.
MEMORY_KIB = 19 * 1024
PASSES = 2

# Long enough, and yet the first that a guesser tries. Compared without case.
COMMON = """
1234567890 12345678910 0123456789 0987654321 1111111111 0000000000 1q2w3e4r5t qwertyuiop qwerty12345 qwerty1234 password12
password123 password1234 passw0rd123 administrator changeme123 letmein1234 welcome123 welcome1234 iloveyou12 abcdefghij
abcd123456 asdfghjkl1 admin12345 admin123456 newelnewel
"""
TOO_COMMON = frozenset(COMMON.split())


class UnfitPassword(ValueError):  # noqa: N818 - it is a password, and unfit
    """The password can't be taken; `message` is an English sentence with {placeholders}."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message.format(**params))
        self.code = code
        self.message = message
        self.params = params


def check(password: str, email: str = "") -> None:
    """Raises UnfitPassword. Length is what counts; no rules about digits and signs."""
    if len(password) < SHORTEST:
        raise UnfitPassword("password_short", word("A password needs at least {count} characters."), count=SHORTEST)
    if len(password) > LONGEST:
        raise UnfitPassword("password_long", word("A password has at most {count} characters."), count=LONGEST)
    name = email.split("@", maxsplit=1)[0].casefold()
    folded = password.casefold()
    if folded in TOO_COMMON or len(set(folded)) < 4 or (name and folded.strip("0123456789!.@#") in (name, email.casefold())):
        raise UnfitPassword("password_common", word("This password is too easy to guess. Choose another one."))


def protect(password: str) -> str:
    """The text to keep: algorithm, parameters, salt and hash in one."""
    return _hasher(MEMORY_KIB, PASSES).hash(password[: LONGEST + 1])


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one that was kept. Takes as long for an account without one, and for no account at all."""
    hasher = _hasher(MEMORY_KIB, PASSES)
    try:
        return hasher.verify(kept or _of_nobody(MEMORY_KIB, PASSES), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher(memory_kib: int, passes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)


@cache
def _of_nobody(memory_kib: int, passes: int) -> str:
    """A hash that no password opens in practice, made with today's parameters so that it costs the same."""
    return _hasher(memory_kib, passes).hash(secrets.token_urlsafe(32))
