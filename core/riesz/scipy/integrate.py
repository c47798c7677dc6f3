"""scipy.integrate on traced values: `odeint`."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from riesz.backend import select_backend
from riesz.calculus.argument import name_of
from riesz.control.closure import converted
from riesz.control.leaves import Leaves, refuse_traced
from riesz.control.trajectory import Flow, trajectory_of
from riesz.errors import InvalidType, InvalidValue, NotConverged, UnsupportedOperator
from riesz.operators.joining import array
from riesz.plan.compilation import Compiled
from riesz.registry import registry

from .substitute import holds_traced, original, unknown

WHERE = "riesz.scipy.integrate.odeint"
DONE = ("Integration successful.", "Nothing was done; the integration time was 0.")
OF_DERIVATIVES = ("rtol", "atol", "hmax", "mxstep", "mxordn", "mxords")


def odeint(
    func: Callable[..., Any], y0: Any, t: Any, args: Any = (), *rest: Any, **keywords: Any
) -> Any:
    """scipy.integrate.odeint: y with dy/dt = func(y, t, *args), a row for each of the times t.

    y0, t, the arrays in the trees `args` and the variables around `func` are differentiated by, to
    any order. A derivative solves a differential equation too, with the tolerances given (the
    smallest of several); where func is compiled, so is what it integrates. Raises NotConverged
    where the integration fails.

    >>> import numpy as np, riesz
    >>> from riesz.scipy.integrate import odeint
    >>> decay = lambda k: odeint(lambda y, t, k: -k * y, 1.0, np.array([0.0, 1.0]), (k,))[-1, 0]
    >>> round(float(riesz.grad(decay)(2.0)), 6)                                    # -exp(-2)
    -0.135335
    """
    theirs = original("integrate").odeint
    around, function = converted(func)
    theta = Leaves((args if isinstance(args, tuple) else (args,), around))
    if not holds_traced((y0, t, *theta.arrays)):
        return theirs(func, y0, t, args, *rest, **keywords)
    registry.load()
    given = inspect.signature(theirs).bind(func, y0, t, args, *rest, **keywords).arguments
    options = {k: v for k, v in given.items() if k not in ("func", "y0", "t", "args", "tfirst")}
    flow = _flow(func, function, theta, options, given.get("tfirst", False))
    arrays, theta.arrays = theta.arrays, ()
    start, times = np.atleast_1d(array(y0)), array(t)
    _check(start, times, *arrays)
    return trajectory_of(flow, start.astype(np.float64), times.astype(np.float64), arrays)


def _flow(
    func: Callable[..., Any], function: Callable[..., Any], theta: Leaves, options: dict[str, Any],
    time_first: bool,
) -> Flow:  # fmt: skip
    """`function` is func of the values around it."""
    if options.pop("full_output", False):
        raise InvalidValue(
            f"{WHERE} of values that are differentiated takes no full_output=True: what it tells "
            "has no derivative. Leave it out, or pass riesz.stop_gradient of them."
        )

    def f(y: Any, t: Any, *arrays: Any) -> Any:
        state = (t, y) if time_first else (y, t)
        rest, around = theta.join(arrays)
        slope = array(function(around)(*state, *rest))
        return slope if slope.shape == y.shape else _reshaped(slope, y.shape)

    kept = {k: v for k, v in options.items() if k in OF_DERIVATIVES}
    kept |= {k: float(np.min(kept[k])) for k in ("rtol", "atol") if kept.get(k) is not None}
    name, prepared = name_of(func), _prepared(func, (time_first, theta.form))
    return Flow(f, _integration(name, options), _integration(name, kept), prepared)


def _prepared(func: Callable[..., Any], form: tuple[Any, ...]) -> Callable[..., Any]:
    """What derivatives of func are called by: compiled ones, once, where func is compiled."""
    if not isinstance(func, Compiled):
        return lambda f, path: f
    return lambda f, path: func.derived((*form, *path), f)


def _integration(name: str, options: dict[str, Any]) -> Callable[..., Any]:
    """SciPy's, which fails instead of returning what it has."""

    def integrate(f: Callable[..., Any], y0: Any, t: Any) -> Any:
        def slope(y: Any, s: float) -> Any:
            value = f(y, s)
            refuse_traced((value,), name, WHERE)
            return value

        y, told = original("integrate").odeint(slope, y0, t, full_output=True, **options)
        if told["message"] not in DONE:
            raise NotConverged(
                f"{WHERE}: {name} was not integrated from t = {t[0]:.6g} to {t[-1]:.6g}: "
                f"{told['message']} Loosen rtol and atol, raise mxstep, or look for a singularity."
            )
        return y

    return integrate


def _check(*x: Any) -> None:
    away = [b.name for b in map(select_backend, x) if "host" not in b.capabilities]
    if away:
        raise UnsupportedOperator(
            f"{WHERE}: SciPy integrates on the host, and the arrays lie on the backend "
            f"{away[0]!r}. Write the steps with riesz.scan."
        )
    if any(v.dtype.kind == "c" for v in x):
        raise InvalidType(
            f"{WHERE} of complex arrays: real numbers are integrated. Write the real and the "
            "imaginary parts as unknowns (parameters) of their own."
        )


def _reshaped(slope: Any, shape: tuple[int, ...]) -> Any:
    if math.prod(slope.shape) != math.prod(shape):
        raise InvalidValue(
            f"{WHERE}: the derivative has shape {slope.shape}, the state {shape}. func(y, t, ...) "
            "returns a number for each entry of y."
        )
    return np.reshape(slope, shape)


__all__ = ["odeint"]


def __getattr__(name: str) -> Any:
    raise unknown("integrate", name, __all__)
