"""Passwords are kept so that nobody reads them back, and the common ones are not taken."""

import pytest

from newel.runtime.records.identity import passwords


def test_a_kept_password_opens_with_itself_alone() -> None:
    kept = passwords.protect("correct horse battery")
    assert "correct" not in kept
    assert passwords.matches(kept, "correct horse battery")
    assert not passwords.matches(kept, "Correct horse battery")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert passwords.protect("correct horse battery") != passwords.protect("correct horse battery")


def test_no_password_opens_an_account_without_one() -> None:
    assert not passwords.matches(None, "")
    assert not passwords.matches(None, "correct horse battery")


def test_a_broken_hash_opens_nothing() -> None:
    assert not passwords.matches("not a hash", "correct horse battery")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("x" * 201, "password_long"),
        ("Qwertyuiop", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        ("zhang.wei1987", "password_common"),
        ("zhang.wei@example.com", "password_common"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(passwords.UnfitPassword) as caught:
        passwords.check(password, "zhang.wei@example.com")
    assert caught.value.code == code


def test_a_sentence_is_a_good_password() -> None:
    passwords.check("我的狗每天早上吃两根香蕉", "zhang.wei@example.com")
