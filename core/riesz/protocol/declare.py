"""The decorators that declare an operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from .elementwise import Elementwise
from .linear import Linear, Multilinear
from .operator import Operator


@overload
def elementwise(formula: Callable[..., Any]) -> Elementwise: ...
@overload
def elementwise(*, real_only: bool) -> Callable[[Callable[..., Any]], Elementwise]: ...
def elementwise(formula: Callable[..., Any] | None = None, *, real_only: bool = False) -> Any:
    """F(x)_i = phi(x_i): one formula `formula(m, x, ...)`, run once on symbols.

    It returns the value, or the value and one partial per array argument; partials left out are
    derived. `real_only` refuses complex arguments. Keyword-only parameters are static.

    >>> import numpy as np, riesz
    >>> @riesz.elementwise
    ... def gauss(m, x):
    ...     y = m.exp(-0.5 * x * x)
    ...     return y, -x * y
    >>> float(riesz.grad(lambda x: np.sum(gauss(x)))(np.array([0.0, 1.0]))[0])
    -0.0
    """
    if formula is None:
        return lambda f: Elementwise(f, real_only=real_only)
    return Elementwise(formula, real_only=real_only)


def linear(rules: type) -> Linear:
    """F(x) = A x: a class with `forward(xp, *x)`, the transpose `adjoint(xp, a, *X)`, `metric(*X)`.

    Raises InvalidType for rules that are missing or do not take the same arguments.

    >>> import numpy as np, riesz
    >>> @riesz.linear
    ... class reverse:
    ...     def forward(xp, x):
    ...         return xp.flip(x)
    ...     def adjoint(xp, a, X):
    ...         return xp.flip(a)
    ...     def metric(X):
    ...         return X
    >>> riesz.grad(lambda x: reverse(x)[0])(np.array([1.0, 2.0, 3.0]))
    array([0., 0., 1.])
    """
    return Linear(rules)


def multilinear(rules: type) -> Multilinear:
    """F linear in each argument alone: a class with `forward`, `adjoint(xp, a, *x)`, `metric(*X)`.

    Raises InvalidType as `linear` does.

    >>> import numpy as np, riesz
    >>> @riesz.multilinear
    ... class scaled:
    ...     def forward(xp, t, x):
    ...         return t * x
    ...     def adjoint(xp, a, t, x):
    ...         return xp.vdot(x, a), t * a
    ...     def metric(T, X):
    ...         return X
    >>> gt, gx = riesz.grad(lambda t, x: np.sum(scaled(t, x)), (0, 1))(2.0, np.array([3.0, 4.0]))
    >>> float(gt), gx
    (7.0, array([2., 2.]))
    """
    return Multilinear(rules)


def operator(rules: type) -> Operator:
    """Any operator: a class with `forward`, `adjoint(xp, a, y, *x)`, `metric`, maybe `tangent`.

    `adjoint = None` declares one that is locally constant, so that it carries no derivative.
    Raises InvalidType as `linear` does.

    >>> import numpy as np, riesz
    >>> @riesz.operator
    ... class energy:
    ...     def forward(xp, x):
    ...         return xp.sum(x**2) / 2
    ...     def adjoint(xp, a, y, x):
    ...         return a * x
    ...     def metric(X):
    ...         return riesz.Space((), X.dtype)
    >>> riesz.grad(energy)(np.array([1.0, 2.0]))
    array([1., 2.])
    """
    return Operator(rules)
