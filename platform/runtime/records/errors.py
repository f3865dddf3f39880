"""What the kernel answers where it can't do what was asked: a closed set of errors, each with a stable code."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from newel.metadata import words
from newel.metadata.field_types.base import ValueProblem
from newel.metadata.model import EMPTY, Text
from newel.metadata.words import Phrase, phrase, word

if TYPE_CHECKING:
    from newel.runtime.records.record import Record


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One fault of one field; `field` None belongs to the record as a whole, `lines.0.quantity` to a line.

    `message` is an English sentence with {placeholders}, or a Text of the solution (a validation's message).
    """

    field: str | None
    code: str
    message: str | Text
    params: Mapping[str, Any] = dataclasses.field(default_factory=lambda: EMPTY, hash=False)

    def say(self, language: str) -> str:
        """The sentence in the reader's language."""
        if isinstance(self.message, Text):
            return self.message.say(language)
        return words.say(language, self.message, **self.params)

    @property
    def sentence(self) -> Phrase:
        """The same, to be put into another sentence and said later."""
        if isinstance(self.message, Text):
            return phrase("{text}", text=self.message)
        return phrase(self.message, **self.params)

    def within(self, prefix: str) -> FieldProblem:
        """The same fault, seen from the record that holds the line."""
        where = f"{prefix}.{self.field}" if self.field else prefix
        return FieldProblem(where, self.code, self.message, self.params)

    @classmethod
    def of(cls, name: str | None, problem: ValueProblem) -> FieldProblem:
        return cls(name, problem.code, problem.message, problem.params)


def unknown_field(name: str) -> FieldProblem:
    """The one answer for a field that isn't there and for one that the actor must not know."""
    return FieldProblem(name, "unknown_field", '"{name}" is not a field that you can use here.', {"name": name})


class KernelError(Exception):
    """The common ground; `code` is stable, `message` an English sentence that `newel.metadata.words` translates."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message.format(**params) if params else message)
        self.message = message
        self.params = params

    def say(self, language: str) -> str:
        return words.say(language, self.message, **self.params)


class NoActor(KernelError):  # noqa: N818 - named in the contract, as its siblings are
    """Nobody asked: the kernel never takes that for "the system"."""

    code = "no_actor"

    def __init__(self) -> None:
        super().__init__(word("Nobody is signed in."))


class Collided(KernelError):  # noqa: N818
    """The database has undone this transaction, because it and another one were waiting for each other."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__(word("Others were changing the same records at this moment. Try again."))


class TookTooLong(KernelError):  # noqa: N818
    """The database has ended a statement, because it took longer than any may."""

    code = "took_too_long"

    def __init__(self, seconds: int) -> None:
        told = word("This takes longer than {seconds} seconds. Ask for less: another filter or order.")
        super().__init__(told, seconds=seconds)


class NotFound(KernelError):  # noqa: N818
    """There is no such object or record for this actor: unknown, forbidden and foreign are one answer."""

    code = "not_found"

    def __init__(self, object_name: str, record_id: str | None = None) -> None:
        super().__init__(word("There is no such record."))
        self.object = object_name
        self.id = record_id


class Forbidden(KernelError):  # noqa: N818
    """The actor sees the thing but may not do this with it."""

    code = "forbidden"


class Conflict(KernelError):  # noqa: N818
    """The request contradicts one that was already carried out (an idempotency key used for another body)."""

    code = "conflict"


class Invalid(KernelError):  # noqa: N818
    """The values can't be taken; `problems` holds every fault, not only the first."""

    code = "invalid"

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(word("Some values can't be saved."))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(f"{each.field or '-'}: {each.code}: {each.say('en')}" for each in self.problems)


class Stale(KernelError):  # noqa: N818
    """Somebody else saved the record first. `current` is what is stored now, `yours` what the actor wanted to write."""

    code = "stale"

    def __init__(self, current: Record, yours: Mapping[str, Any]) -> None:
        super().__init__(word("Somebody else has changed this record since you opened it."))
        self.current = current
        self.yours = dict(yours)


class Restricted(KernelError):  # noqa: N818
    """The record can't be deleted because others need it: `referring` counts them by object and field, as far as visible."""

    code = "restricted"

    def __init__(self, referring: Sequence[Referring]) -> None:
        super().__init__(word("Other records refer to this one."))
        self.referring = tuple(referring)


@dataclass(frozen=True, slots=True)
class Referring:
    """`count` records of `object` point at the record through `field`; object None: records that the actor can't see."""

    object: str | None
    field: str | None
    count: int
