"""A printed rule of an operator as one kernel: run once on symbols, then launched.

The forward rule, the adjoint and the tangent of a formula are straight-line Python on a namespace.
Run on symbols, they give the expressions of all their results, which one kernel computes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.formula.expression import Expression, Symbols
from riesz.formula.python import Printed
from riesz.project import to_codomain, to_space
from riesz_backends.cuda.promotion import PYTHON
from riesz_backends.pycuda.arrays.array import Array
from riesz_backends.pycuda.elementwise.pointwise import kind, program, run, value
from riesz_backends.pycuda.elementwise.program import Program

Rule = Callable[..., Any]


class Symbol:
    """An expression while a rule runs: what Python's operators make of it, and `conjugate`."""

    def __init__(self, expression: Expression) -> None:
        """Stand for the expression."""
        self.expression = expression

    def conjugate(self) -> Symbol:
        """The complex conjugate, by the name of the arrays' method."""
        return Symbol(self.expression.symbols.node("conj", self.expression))

    def __neg__(self) -> Symbol:
        return Symbol(self.expression.symbols.node("negative", self.expression))


@dataclass(frozen=True)
class Projected:
    """A result that must be brought into the space of an argument, or that of the value."""

    of: Any
    into: Any
    project: Callable[[Any, Any], Any]


def _function(name: str) -> Callable[..., Symbol]:
    def call(*x: Any) -> Symbol:
        m = next(v.expression.symbols for v in x if isinstance(v, Symbol))
        return Symbol(m.node(name, *(v.expression if isinstance(v, Symbol) else v for v in x)))

    return call


def _operator(name: str, reflected: bool) -> Callable[[Symbol, Any], Symbol]:
    function = _function(name)
    return (lambda x, y: function(y, x)) if reflected else (lambda x, y: function(x, y))


for _method, _name in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal",
    "ne": "not_equal",
}.items():  # fmt: skip
    setattr(Symbol, f"__{_method}__", _operator(_name, reflected=False))
    setattr(Symbol, f"__r{_method}__", _operator(_name, reflected=True))


class Fused:
    """A rule, called as the printed one; one program per kinds of arguments."""

    def __init__(self, printed: Printed, plain: Rule) -> None:
        """`plain`: the rule step by step, for what is no array of the device."""
        self.printed, self.plain = printed, plain
        self._code = compile(printed.source, f"<riesz fused {printed.name}>", "exec")
        self._plans: dict[Any, Plan | None] = {}

    def __call__(self, *x: Any) -> Any:
        """The rule on arrays of the device, numbers and spaces."""
        kinds = tuple(map(_kind, x))
        if not any(k[0] == "array" for k in kinds) or any(k[0] == "other" for k in kinds):
            return self.plain(*x)
        if kinds not in self._plans:
            self._plans[kinds] = self._plan(kinds)
        plan = self._plans[kinds]
        return self.plain(*x) if plan is None else plan.run(x)

    def _plan(self, kinds: tuple[Any, ...]) -> Plan | None:
        """The results as expressions; None where one of them is none."""
        m = Symbols()
        scope: dict[str, Any] = {name: _function(name) for name in self.printed.calls}
        scope["to_space"] = lambda g, X: Projected(g, X, to_space)
        scope["to_codomain"] = lambda u, y: Projected(u, y, to_codomain)
        exec(self._code, scope)
        leaves = [m.argument(i) for i in range(len(kinds))]
        given = [Space(i) if k[0] == "space" else Symbol(leaves[i]) for i, k in enumerate(kinds)]
        found = scope[self.printed.name](*given)
        results = found if isinstance(found, tuple) else (found,)
        if not all(isinstance(_bare(r), Symbol | None) for r in results):
            return None
        return Plan(results, isinstance(found, tuple), leaves, kinds)


@dataclass(frozen=True)
class Space:
    """The argument of that number, which is a space."""

    argument: int


class Plan:
    """One kernel for the results that are computed; the others are arguments as they are."""

    def __init__(
        self, results: tuple[Any, ...], many: bool, leaves: list[Expression], kinds: Any
    ) -> None:
        """Type the expressions; `UnsupportedOperator` comes when the kernel is printed."""
        self.results, self.many, self.leaves = results, many, leaves
        bare = (_bare(r) for r in results)
        roots = [r.expression for r in bare if r is not None and r.expression not in leaves]
        self.roots = list(dict.fromkeys(roots))
        self.read = _read(self.roots, leaves)
        chosen = [leaves[i] for i in self.read]
        self.program: Program | None = None
        if self.roots:
            self.program = program(self.roots, chosen, [kinds[i] for i in self.read])

    def run(self, x: tuple[Any, ...]) -> Any:
        """Launch the kernel, and bring its results into their spaces."""
        known: dict[Expression, Any] = dict(zip(self.leaves, x, strict=True))
        if self.program is not None:
            computed = run(self.program, tuple(value(x[i]) for i in self.read))
            computed = computed if isinstance(computed, tuple) else (computed,)
            known |= dict(zip(self.roots, computed, strict=True))
        y = tuple(_finish(r, known, x) for r in self.results)
        return y if self.many else y[0]


def _read(roots: list[Expression], leaves: list[Expression]) -> list[int]:
    from riesz.formula.expression import topological

    nodes = set(topological(roots))
    return [i for i, leaf in enumerate(leaves) if leaf in nodes]


def _bare(result: Any) -> Any:
    return result.of if isinstance(result, Projected) else result


def _finish(result: Any, known: dict[Expression, Any], x: tuple[Any, ...]) -> Any:
    if result is None:
        return None
    if isinstance(result, Projected):
        into = result.into
        target = x[into.argument] if isinstance(into, Space) else known[into.expression]
        return result.project(known[result.of.expression], target)
    return known[result.expression]


def _kind(x: Any) -> Any:
    if isinstance(x, (Array, np.generic)) or type(x) in PYTHON:
        return kind(x)
    is_space = hasattr(x, "metric") and hasattr(x, "shape")
    return ("space", None) if is_space else ("other", None)
