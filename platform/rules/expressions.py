"""Text -> Expression: parsed, its names found in the Model, its types checked, ready for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from newel.metadata.model import EMPTY, Model, Source
from newel.metadata.problems import Path, Problem
from newel.rules.checking import Checker, Context
from newel.rules.faults import Enough, Fault, Faults
from newel.rules.parsing import parse
from newel.rules.tree import Node
from newel.rules.types import Type

_TOP = Path()
__all__ = ["Context", "Expression", "compile_expression"]


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    `paths`: the fields it reads, own ones as (name,), through lookups as (name, ..., name).
    `collections`: what it gathers from, each with the paths that it reads there. `lookups`: the (object, key, field) it looks up.
    `mentions`: the addresses of all fields and options that it names. `given`: the context names (user, user.email, steps.x,
    org.currency, record.account, is_new). `volatile`: its value may change without any record changing (today, user, org).
    """

    text: str
    type: Type
    tree: Node = field(repr=False)
    object: str | None = None
    paths: tuple[tuple[str, ...], ...] = ()
    mentions: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    collections: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=lambda: EMPTY, hash=False)
    lookups: tuple[tuple[str, str, str], ...] = ()
    volatile: bool = False
    reads_prior: bool = False
    whole: bool = False  # it is a field of several parts (an address) that goes, whole, into another one

    @property
    def is_own(self) -> bool:
        """Whether it reads fields of the record's own, and nothing else."""
        beyond = self.volatile or self.reads_prior or self.collections or self.lookups
        return not beyond and all(len(path) == 1 for path in self.paths)

    @cached_property
    def run(self) -> Any:
        """The compiled rule: called with a record's values and the Facts."""
        from newel.rules.closures import compiled
        from newel.rules.seeing import nobody_is_blank, read_whole

        run = read_whole(self.paths[0]) if self.whole else compiled(self.tree)
        return nobody_is_blank(run) if self.may_be_nobody else run

    @property
    def may_be_nobody(self) -> bool:
        """Whether it gives whoever acts; nobody, whom `user` means where the system acts, is given as a blank."""
        return self.type.kind == "reference" and "user" in self.given

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "run"}


def compile_expression(
    source: Source, model: Model, context: Context, path: Path = _TOP
) -> tuple[Expression | None, list[Problem]]:
    """The Expression that `source` says where `context` stands, or all of its Problems, told at `path`."""
    faults = Faults(source, path)
    try:
        parsed = parse(source.text)
    except Fault as fault:
        faults.add(fault)
        return None, faults.found
    checker = Checker(model, context, faults)
    try:
        tree = checker.checked(parsed)
    except Enough:
        return None, faults.found
    if faults.found:
        return None, faults.found
    return _expression(source, context, checker, tree), []


def _expression(source: Source, context: Context, checker: Checker, tree: Node) -> Expression:
    return Expression(
        text=source.text,
        type=tree.type,
        tree=tree,
        object=context.object,
        paths=tuple(checker.reads),
        mentions=tuple(checker.mentions),
        given=tuple(checker.given),
        collections={name: tuple(paths) for name, paths in checker.collections.items()} or EMPTY,
        lookups=tuple(checker.lookups),
        volatile=checker.is_volatile,
        reads_prior=checker.reads_prior,
        whole=checker.is_whole(tree),
    )
