"""The operators behind `linear_solve`, `fixed_point` and `root`.

With A(theta) x = b: A dx = db - dA x. With F(x, theta) = 0: dF_x dx = -dF_theta dtheta, the
implicit function theorem. The adjoints solve with the transposed map; the rules are made of these
operators again, so that there are derivatives of any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from riesz.protocol import operator

from .differential import pull, push
from .leaves import is_floating


@operator
class linear_solution:
    """x with A(theta) x = b, vectors; `system` is a `System`."""

    def forward(xp, b, *theta, system):
        return system.solve(b, theta)

    def adjoint(xp, a, y, B, *theta, system):
        w = linear_solution(a, *theta, system=system.T)
        return w, *_by_parameters(lambda *t: system.at(*t)(y), theta, w)

    def tangent(xp, u, y, B, *theta, system):
        du = _moved(lambda *t: system.at(*t)(y), theta, u[1:])
        right = u[0] if du is None else -du if u[0] is None else u[0] - du
        return linear_solution(right, *theta, system=system)

    def metric(B, *T, system):
        return B


@operator
class implicit_solution:
    """x with F(x, theta) = 0, a vector, found from x0; `equation` is an `Equation`."""

    def forward(xp, x0, *theta, equation):
        return equation.solve(x0, theta)

    def adjoint(xp, a, y, X0, *theta, equation):
        w = linear_solution(a, y, *theta, system=equation.linearised.T)
        return None, *_by_parameters(lambda *t: equation.F(y, *t), theta, w)

    def tangent(xp, u, y, X0, *theta, equation):
        du = _moved(lambda *t: equation.F(y, *t), theta, u[1:])
        if du is None:
            return None
        return linear_solution(-du, y, *theta, system=equation.linearised)

    def metric(X0, *T, equation):
        return X0


def solution_of(system: Any, b: Any, theta: Sequence[Any]) -> Any:
    """x with A(theta) x = b."""
    return linear_solution(b, *theta, system=system)


def root_of(equation: Any, x0: Any, theta: Sequence[Any]) -> Any:
    """x with F(x, theta) = 0."""
    return implicit_solution(x0, *theta, equation=equation)


def _by_parameters(G, theta, w):
    """-dG(theta)'w for each parameter, in one pass and only if one of them is asked for."""
    on = [i for i, t in enumerate(theta) if is_floating(t)]

    @cache
    def covectors():
        return dict(zip(on, pull(lambda *t: (G(*t),), theta, on, (-w,)), strict=True))

    return [(lambda i=i: covectors()[i]) if i in on else None for i in range(len(theta))]


def _moved(G, theta, u):
    """dG(theta)u, None where no parameter moves."""
    on = [i for i, ui in enumerate(u) if ui is not None]
    return push(lambda *t: (G(*t),), theta, on, [u[i] for i in on])[0] if on else None
