"""Reverse mode: vjp, derivative, gradient."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import namespace
from riesz.errors import InvalidType, InvalidValue
from riesz.metrics.base import cast
from riesz.metrics.product import metric_at
from riesz.space import Dual, Space
from riesz.traced import Traced, strip
from riesz.tree import flatten, tree_map

from .argument import Argnums, Arguments, name_of
from .program import Program

Function = Callable[..., Any]


def vjp(f: Function, *x: Any, has_aux: bool = False) -> Any:
    """`(y, pullback)`: y = f(*x), and pullback(a) = df(x)'a for a covector a of y.

    The pullback takes a tree like y and returns the covector of x, a tuple of them for several
    arguments; it may be called again. With `has_aux`, f returns (y, aux) and the result is
    `(y, pullback, aux)`. Raises InvalidType for integer arguments, InvalidValue for a covector of
    another shape.

    >>> import numpy as np, riesz
    >>> y, pullback = riesz.vjp(np.sin, np.array([0.0, np.pi]))
    >>> pullback(np.array([1.0, 2.0]))
    array([ 1., -2.])
    """
    argnums = 0 if len(x) == 1 else tuple(range(len(x)))
    arguments = Arguments(f, x, {}, argnums)
    program = Program(arguments, has_aux)

    def pullback(a: Any) -> Any:
        return arguments.result(program.pull(program.check_seed(a), keep=True))

    return (program.value, pullback, program.aux) if has_aux else (program.value, pullback)


def value_and_grad(
    f: Function, argnums: Argnums = 0, *, metric: Any = None, has_aux: bool = False
) -> Function:
    """A function returning `(f(x), grad f(x))`; see `grad`. With `has_aux`: `((f, aux), grad)`.

    >>> import numpy as np, riesz
    >>> riesz.value_and_grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    (np.float64(9.0), array([ 3., 12.]))
    """

    @functools.wraps(f, assigned=("__name__", "__doc__"), updated=())
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        arguments, program, covectors = differentiate(f, args, kwargs, argnums, has_aux)
        gradient = arguments.result(sharp(arguments, covectors, metric))
        return ((program.value, program.aux) if has_aux else program.value), gradient

    return value_and_gradient


def grad(
    f: Function, argnums: Argnums = 0, *, metric: Any = None, has_aux: bool = False
) -> Function:
    """A function returning the gradient of the real scalar function f in a metric.

    The gradient is the g with <g, u>_X = Df(x)u for all u: the Riesz representative of the
    derivative in the inner product `metric` (Euclidean by default; a tree of metrics mirrors the
    arguments `argnums`, and a function gives `metric(at=x)`). It is a tree like its argument, a
    tuple when `argnums` is one. With `has_aux`, f returns (value, aux) and the result is
    `(gradient, aux)`.

    Raises InvalidType for integer arguments and complex values, InvalidValue for a value that is
    not a scalar or a metric that does not fit.

    >>> import numpy as np, riesz
    >>> riesz.grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    >>> w = riesz.Weighted(np.array([3.0, 4.0]))
    >>> riesz.grad(lambda x: np.sum(x**3), metric=w)(np.array([1.0, 2.0]))
    array([1., 3.])
    """
    both = value_and_grad(f, argnums, metric=metric, has_aux=has_aux)

    @functools.wraps(f, assigned=("__name__", "__doc__"), updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, g = both(*args, **kwargs)
        return (g, value[1]) if has_aux else g

    return gradient


def derivative(f: Function, argnums: Argnums = 0, *, has_aux: bool = False) -> Function:
    """A function returning the derivative Df(x), a `Dual` for each array: no metric is involved.

    Raises what `grad` does.

    >>> import numpy as np, riesz
    >>> x = np.array([1.0, 2.0])
    >>> Df = riesz.derivative(lambda x: np.sum(x**3))(x)
    >>> float(Df(np.array([1.0, 0.0])))
    3.0
    """

    @functools.wraps(f, assigned=("__name__", "__doc__"), updated=())
    def covector(*args: Any, **kwargs: Any) -> Any:
        arguments, program, found = differentiate(f, args, kwargs, argnums, has_aux)
        duals = [Dual(Space.of(x), a) for x, a in zip(arguments.leaves, found, strict=True)]
        result = arguments.result(duals)
        return (result, program.aux) if has_aux else result

    return covector


def stop_gradient(x: Any) -> Any:
    """x as a constant: its value without any derivative (a tree of them for a tree).

    >>> import numpy as np, riesz
    >>> riesz.grad(lambda x: np.sum(x * riesz.stop_gradient(x)))(np.array([3.0]))
    array([3.])
    """
    return strip(x) if type(x) is Traced else tree_map(strip, x)


def differentiate(
    f: Function, args: Any, kwargs: Any, argnums: Argnums, has_aux: bool
) -> tuple[Arguments, Program, list[Any]]:
    """The arguments, the program and the covectors Df(x) of a real scalar f."""
    arguments = Arguments(f, args, kwargs, argnums)
    program = Program(arguments, has_aux)
    seed = _scalar_seed(program, f)
    return arguments, program, program.pull([seed], keep=False)


def _scalar_seed(program: Program, f: Function) -> Any:
    if len(program.outputs) != 1 or getattr(program.outputs[0], "shape", ()) != ():
        raise InvalidValue(
            f"{name_of(f)} returned {_what(program.outputs)}; a gradient is that of one real "
            "scalar, of shape (). Return it, reduced (np.sum); return (value, aux) with "
            "has_aux=True; or use riesz.vjp or riesz.jacobian."
        )
    y = program.outputs[0]
    kind = y.dtype.kind if hasattr(y, "dtype") else "c" if isinstance(y, complex) else "f"
    if kind == "c":
        raise InvalidType(
            f"{name_of(f)} returned a complex number; a gradient is that of a real function. "
            "Return its .real or abs, or use riesz.vjp or riesz.jacobian."
        )
    return _one(y)


def _what(outputs: list[Any]) -> str:
    shapes = ", ".join(str(getattr(y, "shape", ())) for y in outputs)
    return f"{len(outputs)} value(s) of shape {shapes}" if outputs else "None"


def _one(y: Any) -> Any:
    y = strip(y)
    dtype = getattr(y, "dtype", None)
    if dtype is None or dtype.kind != "f":
        return 1.0
    if isinstance(y, np.ndarray | np.generic | Traced):
        return dtype.type(1)
    return namespace(y).ones((), dtype=dtype)


def sharp(arguments: Arguments, covectors: list[Any], metric: Any) -> list[Any]:
    """The leaves of the point g with <g, u> = a(u) for all u, in the dtypes of the arguments."""
    if metric is None:
        return covectors
    x = arguments.result(arguments.leaves)
    R = metric_at(metric, x)
    R.accept(x)
    g = flatten(R.solve(arguments.result(covectors)))[0]
    return [cast(gi, xi.dtype) for gi, xi in zip(g, arguments.leaves, strict=True)]
