"""Recomputation: a step that saves its arguments only, and runs again where a derivative is taken.

Its adjoint and its tangent are such steps too, so that this holds for derivatives of any order:
A. Griewank and A. Walther, Evaluating Derivatives (2008), chapter 12.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from riesz.backend import namespace
from riesz.calculus.argument import name_of
from riesz.frozen import freeze
from riesz.lazy import Part
from riesz.protocol import Operator
from riesz.space import Space
from riesz.tangent import Tangents
from riesz.tape import Tape
from riesz.traced import Trace, Traced, apply, top_trace
from riesz.tree import flatten

from .closure import converted
from .differential import pull, push
from .leaves import Leaves, as_array, is_floating, refuse_traced

Function = Callable[..., tuple[Any, ...]]


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """f, of which a backward pass keeps the arguments only and computes the inside again.

    Takes and returns trees as f does. Variables of enclosing functions and default values count as
    arguments, with the values they have now. A loop of T steps cut into sqrt(T) checkpointed parts
    needs the memory of 2 sqrt(T) steps, for one more run of f. Raises InvalidType where f takes a
    differentiated value from a global or an attribute.

    >>> import numpy as np, riesz
    >>> g = riesz.checkpoint(lambda x: np.sin(np.exp(x)))
    >>> bool(riesz.grad(g)(0.0) == riesz.grad(lambda x: np.sin(np.exp(x)))(0.0))
    True
    """

    @functools.wraps(f, assigned=("__name__", "__doc__"), updated=())
    def recomputing(*args: Any, **kwargs: Any) -> Any:
        around, at = converted(f)
        given, structure = Leaves((args, kwargs, around)), None
        del around

        def function(*arrays: Any) -> tuple[Any, ...]:
            nonlocal structure
            positional, keywords, around = given.join(arrays)
            y, structure = flatten(at(around)(*positional, **keywords))
            return tuple(as_array(yi, name_of(f)) for yi in y)

        y = Recomputed(function, name_of(f))(*given.taken())
        return structure.unflatten(y)  # type: ignore[union-attr]

    return recomputing


class Recomputed(Operator):
    """y = function(*x), arrays to a tuple of arrays."""

    arity = None
    constant = False
    real_only = False
    family = "recomputation"

    def __init__(self, function: Function, name: str) -> None:
        """`function` is run on plain arrays, and on traced ones to differentiate it."""
        self.function = function
        self.name = self.__name__ = name
        self.static: dict[str, Any] = {}

    def __call__(self, *x: Any, **static: Any) -> Any:
        """function(*x), one step of the tape that x belongs to."""
        top = top_trace(x)
        if type(top) is Tangents and all(_is_last(v, top) for v in x):
            return self.function(*x)  # forward mode saves nothing: it simply runs
        return apply(self, x, static)

    def evaluate(self, x: tuple[Any, ...], static: dict[str, Any]) -> tuple[Any, ...]:
        """function(*x) on plain arrays."""
        y = self.function(*x)
        refuse_traced(y, self.name, "a checkpoint")
        return y

    def record(
        self, tape: Tape, nodes: tuple[int, ...], x: tuple[Any, ...], active: tuple[bool, ...],
        static: dict[str, Any],
    ) -> Any:  # fmt: skip
        """Append the step, and one for each floating result."""
        y = self(*x)
        positions = tuple(i for i, on in enumerate(active) if on)
        for v, on in zip(x, active, strict=True):
            if not on:
                freeze(tape, v)
        whole = tape.append(y, self.pull, (None, list(x), positions, static), nodes)
        return tuple(result_of(tape, whole, i, y) for i in range(len(y)))

    def save(self, y: Any, x: tuple[Any, ...]) -> tuple[Any, list[Any]]:
        """The arguments, and nothing of the result."""
        return None, list(x)

    def pull(
        self, a: Any, y: Any, x: list[Any], active: tuple[int, ...], static: dict[str, Any]
    ) -> tuple[Any, ...]:
        """The covectors of the active arguments: function is run again, recorded."""
        on = [i for i in active if is_floating(x[i])]
        seen = [ai is not None for ai in a]
        covectors = _transposed(self.function, len(x), on, seen)
        step = self.derived(covectors, ("covectors", *on, *seen))
        found = step(*x, *(ai for ai in a if ai is not None))
        by_position = dict(zip(on, found, strict=True))
        return tuple(by_position.get(i) for i in active)

    def push(
        self, u: list[Any], y: Any, x: tuple[Any, ...], static: dict[str, Any]
    ) -> tuple[Any, ...]:
        """The tangents of the floating results: function is run again with those of x."""
        on = [i for i, ui in enumerate(u) if ui is not None]
        kept = [is_floating(yi) for yi in y]
        step = self.derived(_moved(self.function, len(x), on, kept), ("tangents", *on, *kept))
        found = iter(step(*x, *(u[i] for i in on)))
        return tuple(next(found) if keep else None for keep in kept)

    def derived(self, function: Function, which: Any) -> Recomputed:
        """The step that computes a derivative; `which` tells it from others of this one."""
        return Recomputed(function, self.name)

    def metric(self, *X: Any, **static: Any) -> tuple[Space, ...]:
        """The spaces of the results, found by running the function on ones."""
        ones = (namespace().ones(Xi.shape, dtype=Xi.dtype) for Xi in X)
        return tuple(map(Space.of, self.function(*ones)))


def _is_last(x: Any, top: Trace) -> bool:
    """Whether x is plain, or traced by `top` and by nothing below it."""
    if type(x) is not Traced:
        return True
    return x.tape is top and type(x.value) is not Traced and type(x.node) is not Traced


def result_of(tape: Tape, whole: Traced, i: int, y: tuple[Any, ...]) -> Any:
    """Result i of a step as a value of the tape, if it has a derivative."""
    if not is_floating(y[i]):
        return y[i]
    return tape.append(y[i], _part, (i, len(y)), (whole.node,))


def _part(a: Any, i: int, n: int) -> tuple[Part]:
    return (Part(a, i, n),)


def _transposed(function: Function, n: int, on: list[int], seen: list[bool]) -> Function:
    """The function (x, a) -> dF(x)'a, a having a covector for each result that is `seen`."""

    def covectors(*xa: Any) -> tuple[Any, ...]:
        a = iter(xa[n:])
        return tuple(pull(function, xa[:n], on, [next(a) if s else None for s in seen]))

    return covectors


def _moved(function: Function, n: int, on: list[int], kept: list[bool]) -> Function:
    """The function (x, u) -> dF(x)u, u having a tangent for each argument in `on`."""

    def tangents(*xu: Any) -> tuple[Any, ...]:
        dy = push(function, xu[:n], on, xu[n:])
        return tuple(dyi for dyi, keep in zip(dy, kept, strict=True) if keep)

    return tangents
