"""The vocabulary's functions on arrays: what a step computes, and the dtype of its result."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from riesz.backend import get_backend
from riesz.formula.expression import Expression, topological
from riesz.formula.formula import Formula
from riesz.formula.vocabulary import SPECIAL

FAST_POWERS = {1: "positive", -1: "reciprocal", 0.5: "sqrt", 2: "square"}  # as in NumPy's x ** p
WEAK = {"f": 1.0, "c": 1.0j, "i": 1, "b": True}


def function(xp: Any, name: str) -> Any:
    """The function of that name in a backend's namespace."""
    return getattr(xp.special if name in SPECIAL else xp, name)


def reference() -> Any:
    """The functions on numbers and constants of the host, wherever the program runs."""
    return get_backend("numpy").xp


@lru_cache(maxsize=65536)
def result_dtype(xp: Any, name: str, kinds: tuple[Any, ...]) -> np.dtype[Any]:
    """The dtype of `name` applied to arrays of dtypes or (type, value) of numbers.

    A namespace whose `result_dtype` knows it is asked; else the function is tried on one entry.
    """
    f, ask = function(xp, name), getattr(xp, "result_dtype", None)
    if ask is not None:
        known: np.dtype[Any] = ask(name, [k if isinstance(k, np.dtype) else k[0] for k in kinds])
        return known
    probes = [xp.ones(1, dtype=k) if isinstance(k, np.dtype) else k[1] for k in kinds]
    with np.errstate(all="ignore"):
        y = f(*probes)
    dtype: np.dtype[Any] = y.dtype if hasattr(y, "dtype") else np.asarray(y).dtype
    return dtype


def steps(f: Formula) -> tuple[list[tuple[str, tuple[Any, ...]]], Any]:
    """A formula's value as a list of (name, operands), and the operand that is the result.

    An operand is ("x", i) for an argument, ("t", j) for an earlier step, or a number.
    """
    place: dict[Expression, Any] = {}
    program: list[tuple[str, tuple[Any, ...]]] = []
    for e in topological([f.value]):
        if e.name == "arg":
            place[e] = ("x", e.args[0])
        else:
            operands = tuple(place[a] if isinstance(a, Expression) else a for a in e.args)
            place[e] = ("t", len(program))
            program.append((e.name, operands))
    return program, place.get(f.value, f.value) if isinstance(f.value, Expression) else f.value
