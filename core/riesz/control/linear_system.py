"""`linear_solve`: the solution of A x = b for a linear map A given as a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from riesz.calculus.argument import name_of
from riesz.calculus.forward import jvp
from riesz.calculus.reverse import vjp

from .closure import converted
from .leaves import Leaves, refuse_traced
from .packing import Packing
from .solution import solution_of
from .solver import Map, Solver

At = Callable[..., Map]


def linear_solve(
    A: Callable[..., Any], b: Any, *theta: Any, symmetric: bool = False,
    solver: str | None = None, tol: float | None = None, maxiter: int | None = None,
) -> Any:  # fmt: skip
    """The x with A(x, *theta) = b, for an A linear in x and never formed as a matrix.

    b (and x, alike) and theta are trees; x is differentiated by b and theta, to any order. The
    adjoint solves with the transpose of A, which is derived; with `symmetric` it is A itself.
    `solver`: "cg" (the default for a symmetric A, which must then be positive definite), "gmres"
    (the default otherwise), "iteration" (x <- x + b - A x) or "dense" (by the matrix).

    Stops at |b - A x| <= tol |b|, by default eps^(3/4). Raises NotConverged after maxiter products.

    >>> import numpy as np, riesz
    >>> d = np.array([1.0, 2.0, 4.0])
    >>> riesz.linear_solve(lambda x, d: d * x, np.ones(3), d, symmetric=True).round(9)
    array([1.  , 0.5 , 0.25])
    """
    around, function = converted(A)
    packing, parameters = Packing(b, name_of(A)), Leaves((theta, around))

    def at(*arrays: Any) -> Map:
        rest, around = parameters.join(arrays)
        A = function(around)
        return lambda v: packing.pack(A(packing.unpack(v), *rest))

    def transpose(*arrays: Any) -> Map:
        return _pullback(at(*arrays), packing.zeros())

    chosen = Solver(solver or ("cg" if symmetric else "gmres"), tol, maxiter)
    system = System(name_of(A), at, at if symmetric else transpose, chosen)
    x = solution_of(system, packing.pack(b), parameters.arrays)
    return packing.unpack(x)


class System:
    """A linear map A that depends on parameters: `at(*theta)` is v -> A v on vectors.

    `transpose(*theta)` is v -> A'v. Each may prepare, once, what the products share.
    """

    def __init__(self, name: str, at: At, transpose: At, solver: Solver) -> None:
        """`name` is what messages call A."""
        self.name, self.at, self.transpose, self.solver = name, at, transpose, solver

    @property
    def T(self) -> System:
        """The system of A'."""
        return System(self.name, self.transpose, self.at, self.solver)

    def solve(self, b: Any, theta: Sequence[Any]) -> Any:
        """x with A x = b, on plain arrays."""
        A = self.at(*theta)

        def product(v: Any) -> Any:
            y = A(v)
            refuse_traced((y,), self.name, "this solver")
            return y

        return self.solver.solve(product, b, self.name)


def differential(F: Callable[..., Any], x: Any, *theta: Any) -> Map:
    """v -> dF(x)v, by the first argument."""
    return lambda v: jvp(lambda x: F(x, *theta), x, v)[1]


def transposed_differential(F: Callable[..., Any], x: Any, *theta: Any) -> Map:
    """a -> dF(x)'a, by the first argument."""
    return _pullback(lambda x: F(x, *theta), x)


def _pullback(F: Map, x: Any) -> Map:
    pullback: Map = vjp(F, x)[1]
    return pullback
