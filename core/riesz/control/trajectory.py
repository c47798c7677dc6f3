"""Solutions of ordinary differential equations, and their derivatives, which solve others.

With dy/dt = f(y, t, theta): a tangent moves by dv/dt = df_y v + df_theta u along y. A covector goes
backwards, dw/dt = -df_y' w, and takes on its way what arrives at each time; the parameter's is the
integral of df_theta' w. Both are the same operator for another f, so there is any order.

L. S. Pontryagin et al., The Mathematical Theory of Optimal Processes (1962), the adjoint system.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from riesz.backend import namespace
from riesz.calculus.argument import Arguments
from riesz.calculus.program import Program
from riesz.protocol import operator
from riesz.space import Space

from .differential import value_and_push
from .leaves import is_floating


class Flow:
    """f(y, t, *theta) on vectors, and how dy/dt = f is integrated."""

    def __init__(
        self, f: Callable[..., Any], integrate: Callable[..., Any], others: Callable[..., Any],
        prepared: Callable[..., Any], path: tuple[Any, ...] = (),
    ) -> None:  # fmt: skip
        """`integrate(f, y0, t)` gives a row for each time, all plain; `others` does for others.

        `prepared(f, path)` is what another f is called by, `path` telling how it came about.
        """
        self.f, self._integrate, self._others = f, integrate, others
        self._prepared, self._path = prepared, path

    def rows(self, y0: Any, t: Any, theta: Sequence[Any]) -> Any:
        """y at the times t."""
        return self._integrate(lambda y, s: self.f(y, s, *theta), y0, t)

    def slopes(self, y: Any, t: Any, theta: Sequence[Any]) -> list[Any]:
        """f at each of the times t."""
        return [self.f(yi, ti, *theta) for yi, ti in zip(y, t, strict=True)]

    def other(self, make: Callable[..., Any], *given: Any) -> Flow:
        """That of the function make(f, *given)."""
        path = (*self._path, make, *given)
        f = self._prepared(make(self.f, *given), path)
        return Flow(f, self._others, self._others, self._prepared, path)


@operator
class trajectory:
    """y at the times t, a row for each, with dy/dt = f(y, t, theta) and y(t[0]) = y0."""

    def forward(xp, y0, t, *theta, flow):
        return flow.rows(y0, t, theta)

    def adjoint(xp, a, y, Y0, t, *theta, flow):
        back = cache(lambda: _backwards(xp, a, y, t, theta, flow))

        def times():
            pairs = zip([-back()[1], *a[1:]], flow.slopes(y, t, theta), strict=True)
            return xp.stack([xp.sum(w * slope) for w, slope in pairs])

        each = [(lambda i=i: back()[2][i]) if is_floating(x) else None for i, x in enumerate(theta)]
        return lambda: back()[0], times, *each

    def tangent(xp, u, y, Y0, t, *theta, flow):
        u0, ut, *moved = u
        on = tuple(i for i, ui in enumerate(moved) if ui is not None)
        v = xp.zeros(Y0.shape, dtype=y.dtype) if u0 is None else u0
        if ut is not None:
            v = v - flow.f(y[0], t[0], *theta) * ut[0]
        along = flow.other(_moving, on, Y0.shape[0], len(theta))
        z = trajectory(xp.concatenate([y[0], v]), t, *theta, *(moved[i] for i in on), flow=along)
        du = z[:, Y0.shape[0] :]
        if ut is None:
            return du
        return du + xp.stack(flow.slopes(y, t, theta)) * ut[:, None]

    def metric(Y0, T, *theta, flow):
        return Space.bare((*T.shape, *Y0.shape), Y0.dtype)


def trajectory_of(flow: Flow, y0: Any, t: Any, theta: Sequence[Any]) -> Any:
    """y at the times t."""
    return trajectory(y0, t, *theta, flow=flow)


def _moving(f, on, n, count):
    """Of (y, v): how y and its tangent v move, the parameters' tangents being parameters too."""

    def both(z, s, *p):
        theta, u = p[:count], p[count:]
        y, v = z[:n], z[n:]
        args, places = (y, *theta), [0, *(1 + i for i in on)]
        f_at = lambda y, *theta: (f(y, s, *theta),)  # noqa: E731
        (slope,), (dv,) = value_and_push(f_at, args, places, [v, *u])
        return namespace(slope, dv).concatenate([slope, dv])

    return both


def _backwards(xp, a, y, t, theta, flow):
    """The covectors of y0, of y just after t[0], and of the parameters by their places."""
    n, on = y.shape[1], tuple(i for i, x in enumerate(theta) if is_floating(x))
    ends = list(accumulate((math.prod(theta[i].shape) for i in on), initial=0))
    back = flow.other(_transposed, on, n)
    w, rest = a[-1], xp.zeros(ends[-1], dtype=y.dtype)
    after = w * 0
    for i in range(t.shape[0] - 1, 0, -1):
        start, ti = xp.concatenate([y[i], w, rest]), xp.stack([t[i], t[i - 1]])
        z = trajectory(start, ti, *theta, flow=back)[1]
        after, rest = z[n : 2 * n], z[2 * n :]
        w = after + a[i - 1]
    parts = {
        i: xp.reshape(rest[start:stop], theta[i].shape)
        for i, (start, stop) in zip(on, pairwise(ends), strict=True)
    }
    return w, after, parts


def _transposed(f, on, n):
    """Of (y, w, ...): how y, its covector and those of the parameters move."""

    def all_three(z, s, *theta):
        y, w = z[:n], z[n : 2 * n]
        places = (0, *(1 + i for i in on))
        program = Program(Arguments(lambda y, *theta: f(y, s, *theta), (y, *theta), {}, places))
        value, covectors = program.value, program.pull([-w], keep=False)
        xp = namespace(value, *covectors)
        return xp.concatenate([value, *(xp.reshape(c, (-1,)) for c in covectors)])

    return all_three
