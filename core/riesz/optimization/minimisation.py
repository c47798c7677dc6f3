"""`minimize`: descent in the inner product one declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from math import inf
from typing import Any

from riesz.errors import InvalidType, InvalidValue
from riesz.suggestion import suggestion

from .descent import GradientDescent, NaturalGradient, NonlinearCG
from .gauss_newton import GaussNewton
from .method import Method
from .newton import NewtonCG
from .objective import Objective
from .progress import progress as drawn
from .quasi_newton import LBFGS
from .result import Result
from .rules import Rules
from .run import Run
from .scipy_run import ELSEWHERE, NAMES, PREFIX, SciPyRun

METHODS: dict[str, type[Method]] = {
    "gradient-descent": GradientDescent,
    "nonlinear-cg": NonlinearCG,
    "l-bfgs": LBFGS,
    "newton-cg": NewtonCG,
    "gauss-newton": GaussNewton,
    "natural-gradient": NaturalGradient,
}


def minimize(
    f: Callable[[Any], Any], x0: Any = None, *, metric: Any = None, method: str = "l-bfgs",
    rtol: float = 1e-6, gtol: float = 0.0, ftol: float = 0.0, target: float = -inf,
    max_steps: float = 1000, max_seconds: float = inf,
    callback: Callable[[Result], Any] | None = None, progress: bool = False,
    resume: Result | None = None, **options: Any,
) -> Result:  # fmt: skip
    """Descend the real scalar function f of one tree of arrays from x0, in the metric given.

    Methods: "gradient-descent", "nonlinear-cg", "l-bfgs", "newton-cg", "gauss-newton" (f is a
    `riesz.LeastSquares`), "natural-gradient" (metric(at=x), as of a `riesz.Pullback`), and SciPy's
    by name, as in "scipy:L-BFGS-B". `options` are the method's: line_search ("armijo", "wolfe",
    "exact" for a quadratic f, or a function (phi, f(x), slope) -> t), memory, beta, damping, inner;
    SciPy's own.

    It stops where |grad f| <= gtol or rtol times the first, in the norm of the metric; where f
    falls by at most ftol of itself; at f <= target; after max_steps or max_seconds; where callback,
    given the `Result` so far after each step, returns true; on Ctrl-C; and where f is NaN or
    infinite, keeping the last good x. `resume` is such a result: the steps go on from it, as if
    they had never stopped.

    Raises InvalidType for integer x0, InvalidValue for an f that is no scalar, an unknown method or
    option, a metric that does not fit.

    >>> import numpy as np, riesz
    >>> result = riesz.minimize(lambda x: np.sum((x - 1) ** 4 + x**2), np.zeros(3))
    >>> result.x.round(4), result.success
    (array([0.4102, 0.4102, 0.4102]), True)
    """
    rules = Rules(rtol, gtol, ftol, target, max_steps, max_seconds)
    objective = Objective(f, _start(x0, resume), metric)
    with drawn(progress) as line:
        report = _both(callback, line.show) if line else callback
        if isinstance(method, str) and method.startswith(PREFIX):
            _refuse_resume(resume, method)
            return SciPyRun(objective, method, rules, report, options).go()
        run = Run(objective, _method(method, options), rules, report)
        if resume is not None:
            run.resume(resume)
        return run.go()


def _method(name: Any, options: dict[str, Any]) -> Method:
    """The method of this name with these options."""
    if not isinstance(name, str) or name not in METHODS:
        known = suggestion(str(name), (*METHODS, *NAMES))
        raise InvalidValue(f"unknown method {name!r}. {known}")
    known_options = [field.name for field in fields(METHODS[name])]  # type: ignore[arg-type]
    for option in options:
        if option not in known_options:
            hint = ELSEWHERE.get(option) or suggestion(option, known_options)
            raise InvalidType(f"{name} has no option {option!r}. {hint}")
    return METHODS[name](**options)


def _start(x0: Any, resume: Any) -> Any:
    if resume is not None and not isinstance(resume, Result):
        raise InvalidType(f"resume= takes what minimize returned, but was given {resume!r:.60}.")
    if resume is None and x0 is None:
        raise InvalidType("minimize needs a point to start from: minimize(f, x0), or resume=.")
    return x0 if resume is None else resume.x


def _refuse_resume(resume: Any, method: str) -> None:
    if resume is not None:
        raise InvalidValue(
            f"{method} cannot resume: SciPy does not hand out what it remembers. Start anew from "
            "x0=result.x, or take a method of Riesz's own."
        )


def _both(callback: Any, show: Callable[[Result], None]) -> Callable[[Result], Any]:
    """The user's callback after the progress line."""

    def report(result: Result) -> Any:
        show(result)
        return callback(result) if callback else None

    return report
