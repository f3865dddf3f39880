"""Mutation testing of the engines: small faults are planted into their source, one at a time; the vectors must notice each.

    python -m tests.rules.mutating --share 0.2 newel.rules.arithmetic newel.rules.closures

A mutant lives in a process of its own, forked before anything of the rules is loaded, and is tried on Python's compiled closures
with every vector, until one of them differs. What no vector notices has survived: it is printed with its line.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
ENGINES = (
    "newel.rules.arithmetic",
    "newel.rules.closures",
    "newel.rules.reckoning",
    "newel.rules.gathering",
    "newel.rules.calendars",
    "newel.rules.functions.blanks",
    "newel.rules.functions.cutting",
    "newel.rules.functions.dates",
    "newel.rules.functions.folding",
    "newel.rules.functions.formats",
    "newel.rules.functions.lists",
    "newel.rules.functions.logic",
    "newel.rules.functions.money",
    "newel.rules.functions.numbers",
    "newel.rules.functions.patterns",
    "newel.rules.functions.periods",
    "newel.rules.functions.texts",
    "newel.rules.functions.writing",
)
PATIENCE = 60  # seconds until a mutant that does not end counts as noticed
_DESCRIBING = ("Function", "Param", "Example", "refusal", "_part")  # what these are given says nothing that Python computes
_COMPARING: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_CALCULATING: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is planted, and the source with it."""

    module: str
    line: int
    what: str
    source: str = field(repr=False)


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every fault that is planted into a module, in the order of its lines."""
    tree = ast.parse(source)
    for at, (_, what, line) in enumerate(_sites(tree)):
        planted = copy.deepcopy(tree)
        change = list(_sites(planted))[at][0]
        change()
        yield Mutant(module, line, what, ast.unparse(ast.fix_missing_locations(planted)))


def _sites(tree: ast.Module) -> list[tuple[Any, str, int]]:
    """Each place where a fault can be planted: what plants it, what it is, and its line."""
    found: list[tuple[Any, str, int]] = []
    _visit(tree, found)
    return found


def _visit(node: ast.AST, found: list[tuple[Any, str, int]]) -> None:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _DESCRIBING:
        return
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            if type(op) in _COMPARING:
                other = _COMPARING[type(op)]
                found.append(
                    (lambda node=node, at=at, other=other: node.ops.__setitem__(at, other()), _said(op, other), node.lineno)
                )
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or if isinstance(node.op, ast.And) else ast.And
        found.append((lambda node=node, other=swapped: setattr(node, "op", other()), _said(node.op, swapped), node.lineno))
    elif isinstance(node, ast.BinOp) and type(node.op) in _CALCULATING:
        other = _CALCULATING[type(node.op)]
        found.append((lambda node=node, other=other: setattr(node, "op", other()), _said(node.op, other), node.lineno))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        found.append((lambda node=node: setattr(node, "op", ast.UAdd()), "not -> +", node.lineno))
    elif isinstance(node, ast.IfExp | ast.If):
        found.append((lambda node=node: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test)), "if -> if not", node.lineno))
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        found.append((lambda node=node: setattr(node, "value", node.value + 1), f"{node.value} -> {node.value + 1}", node.lineno))
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        found.append((lambda node=node: setattr(node, "value", not node.value), f"{node.value} -> {not node.value}", node.lineno))
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        found.append((lambda node=node: setattr(node, "value", ast.Constant(None)), "return -> return None", node.lineno))
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                _visit(each, found)


def _said(old: Any, new: type) -> str:
    return f"{type(old).__name__} -> {new.__name__}"


class _Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from the mutant's source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        return importlib.util.spec_from_loader(name, self) if name == self.mutant.module else None

    def exec_module(self, module: Any) -> None:
        exec(compile(self.mutant.source, self.mutant.module, "exec"), module.__dict__)


def noticed(mutant: Mutant, cases: Sequence[Any]) -> bool:
    """Whether a vector differs, or the mutant does not even load; tried in a process of its own."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        signal.alarm(PATIENCE)
        try:
            sys.meta_path.insert(0, _Planted(mutant))
            os._exit(0 if _all_hold(cases) else 1)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] != 0


def _all_hold(cases: Sequence[Any]) -> bool:
    from datetime import UTC

    from newel.rules.vectors.values import Misfit, same, wanted_value
    from newel.rules.vectors.worlds import worlds_of

    worlds, problems = worlds_of(cases)
    if problems.errors:
        return False
    for bound in (bound for world in worlds for bound in world.cases):
        if (bound.expression is None) is not (bound.case.error is not None):
            return False
        if bound.expression is not None:
            try:
                wanted = wanted_value(bound.expression.type.kind, bound.case.value, UTC)
            except Misfit:
                return False
            if not same(bound.expression.type.kind, wanted, bound.expression.run(bound.record, bound.facts)):
                return False
    return True


def read_all() -> list[Any]:
    """Every vector; read before anything of the engines is loaded."""
    from newel.rules.vectors.cases import read_cases

    texts = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(VECTORS.glob("*.yaml"))]
    cases = [case for name, text in texts for case in read_cases(name, text)[0]]
    return [type(case)(**{**case.__dict__, "number": at}) for at, case in enumerate(cases)]


@dataclass
class Score:
    """How many of the planted faults were noticed."""

    tried: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def share(self) -> float:
        return 1 - len(self.survivors) / self.tried if self.tried else 1.0


def tried(module: str, share: float = 1.0, seed: int = 1) -> Score:
    """Plants a share of a module's faults, chosen by `seed`."""
    import newel.metadata.compiling  # noqa: F401 - what all mutants share is loaded once

    source = (ROOT / "platform" / Path(*module.split(".")[1:])).with_suffix(".py").read_text(encoding="utf-8")
    cases, chance, score = read_all(), Random(seed), Score()
    for mutant in mutants(module, source):
        if chance.random() < share:
            score.tried += 1
            if not noticed(mutant, cases):
                score.survivors.append(mutant)
    return score


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("modules", nargs="*", default=list(ENGINES))
    options.add_argument("--share", type=float, default=1.0, help="the share of faults that are planted")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    whole = Score()
    for module in chosen.modules:
        score = tried(module, chosen.share, chosen.seed)
        whole.tried += score.tried
        whole.survivors += score.survivors
        print(f"{module:34} {score.tried - len(score.survivors):4} of {score.tried:4} noticed ({score.share:.0%})", flush=True)
        for each in score.survivors:
            print(f"    {each.module}:{each.line} {each.what}", flush=True)
    print(f"{'in all':34} {whole.tried - len(whole.survivors):4} of {whole.tried:4} noticed ({whole.share:.0%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
