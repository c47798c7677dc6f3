"""The differential of a function of several arrays by some of them, and its transpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from riesz.calculus.argument import Arguments
from riesz.calculus.forward import jvp
from riesz.calculus.program import Program

Function = Callable[..., tuple[Any, ...]]


def pull(f: Function, x: Sequence[Any], on: Sequence[int], a: Sequence[Any]) -> list[Any]:
    """The covectors dF(x)'a of the arguments in the positions `on`, from one for each result.

    A result whose covector is None does not count. What the pass saves is freed on the way.
    """

    def part(*arguments: Any) -> tuple[Any, ...]:
        return tuple(y for y, ai in zip(f(*arguments), a, strict=True) if ai is not None)

    if not on:
        return []
    program = Program(Arguments(part, tuple(x), {}, tuple(on)))
    return program.pull([ai for ai in a if ai is not None], keep=False)


def push(f: Function, x: Sequence[Any], on: Sequence[int], u: Sequence[Any]) -> tuple[Any, ...]:
    """The tangents dF(x)u, u having one for each of the positions `on`."""
    return value_and_push(f, x, on, u)[1]


def value_and_push(
    f: Function, x: Sequence[Any], on: Sequence[int], u: Sequence[Any]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """F(x) and the tangents, in one run."""

    def along(*moved: Any) -> tuple[Any, ...]:
        arguments = list(x)
        for i, value in zip(on, moved, strict=True):
            arguments[i] = value
        return f(*arguments)

    y, dy = jvp(along, tuple(x[i] for i in on), tuple(u))
    return y, dy
