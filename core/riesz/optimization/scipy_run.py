"""SciPy's optimisers in the inner product of a metric."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from riesz.errors import InvalidType, InvalidValue, MissingExtra
from riesz.suggestion import suggestion

from .coordinates import Array, Coordinates
from .objective import Objective
from .point import Iterate
from .result import Result
from .rules import RUNNING, Record, Rules, Status, Verdict

WITH_HESSIAN = ("Newton-CG", "trust-ncg", "trust-krylov", "trust-constr")
WITH_GRADIENT = ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", *WITH_HESSIAN)
WITHOUT = ("Nelder-Mead", "Powell")
PREFIX = "scipy:"
UNLIMITED = 10**9  # SciPy has no infinity
NAMES = tuple(PREFIX + name for name in (*WITH_GRADIENT, *WITHOUT))


DERIVATIVES = "The derivatives are Riesz's own: leave it out."
CONSTRAINTS = "Only minimisation without constraints is there: a box in x is none in a metric's z."
#: Arguments of SciPy's `minimize` that are given in another way here.
ELSEWHERE = {
    "args": "Bind them: riesz.minimize(lambda x: f(x, *args), x0).",
    "jac": DERIVATIVES, "hess": DERIVATIVES, "hessp": DERIVATIVES,
    "bounds": CONSTRAINTS, "constraints": CONSTRAINTS,
    "tol": "Use rtol=, gtol= or ftol=.",
    "maxiter": "Use max_steps=.",
    "disp": "Use progress=True.",
    "options": "Give them one by one, as keywords.",
}  # fmt: skip


class Over(Exception):
    """Leaves SciPy's loop."""


class SciPyRun:
    """A run of `scipy.optimize.minimize` on z -> f(L'^-1 z), stopped by Riesz's rules.

    Its gradient is L^-1 Df = L' R^-1 Df, the coordinates of the gradient, whose Euclidean norm is
    the metric's norm of it; the Riesz representative itself never meets a Euclidean method.
    """

    def __init__(
        self, objective: Objective, name: str, rules: Rules, report: Callable[[Result], Any] | None,
        options: dict[str, Any],
    ) -> None:  # fmt: skip
        """Raise InvalidValue for a method SciPy does not have."""
        if name not in NAMES:
            raise InvalidValue(f"unknown method {name!r}. {suggestion(name, NAMES)}")
        self.objective, self.rules, self.report = objective, rules, report
        self.coordinates = Coordinates(objective)
        self.arguments = _arguments(name.removeprefix(PREFIX), self, options)
        self.history: list[Record] = []
        self.verdict: Verdict | None = None
        self.began = perf_counter()

    def go(self) -> Result:
        """Run to the end of it."""
        try:
            self._keep(self._at(self.coordinates.to(self.objective.start)))
            found = _scipy_minimize(x0=self.z, **self.arguments)
            self._keep_if_lower(found.x)
            self.verdict = self.rules.verdict(self.history) or _told(found)
        except Over:
            pass
        except KeyboardInterrupt:
            if not self.history:
                raise
            self.verdict = Status.INTERRUPTED, "interrupted"
        return self._result(self.verdict or RUNNING)

    # --- what SciPy calls ------------------------------------------------------------------------

    def value(self, z: Array) -> float:
        """f at the point of z."""
        return self._finite(self.objective.value(self.coordinates.back(z)))

    def value_and_gradient(self, z: Array) -> tuple[float, Array]:
        """f at the point of z, and its Euclidean gradient in z."""
        at = self._at(z)
        return self._finite(at.value), self.coordinates.to(at.g)

    def hessian_product(self, z: Array, u: Array) -> Array:
        """The Hessian in z times u: L^-1 D²f L'^-1 u = L' R^-1 D²f L'^-1 u."""
        x = self.coordinates.back(z)
        a = self.objective.hessian(x, self.coordinates.back(u))
        return self.coordinates.to(self.objective.sharp(a, x))

    def stepped(self, z: Array, *state: Any) -> None:
        """After each step of SciPy's: keep it, and stop where a rule or the user says so."""
        self._keep(self.latest if np.array_equal(z, self.z) else self._at(z))
        if self.verdict is None and self.report and self.report(self._result(RUNNING)):
            self.verdict = Status.CALLBACK, "the callback asked for it"
        if self.verdict:
            raise Over

    # --- where it is -----------------------------------------------------------------------------

    def _at(self, z: Array) -> Iterate:
        self.z = np.array(z)
        self.latest = self.objective.iterate(self.objective.at(self.coordinates.back(z)))
        return self.latest

    def _finite(self, value: float) -> float:
        if not np.isfinite(value):
            self.verdict = Status.NON_FINITE, "f is NaN or infinite on SciPy's way; x is kept"
            raise Over
        return value

    def _keep(self, at: Iterate) -> None:
        seconds, nfev = perf_counter() - self.began, self.objective.counts.nfev
        self.history.append(Record(len(self.history), at.value, at.norm, 1.0, nfev, seconds))
        self.now, self.verdict = at, self.rules.verdict(self.history)
        if not at.is_finite:
            self.verdict = Status.NON_FINITE, "f or its derivative is NaN or infinite"
        if self.verdict and len(self.history) == 1:
            raise Over

    def _keep_if_lower(self, z: Array) -> None:
        """What SciPy returns after its last step, where that is not the last step."""
        at = self._at(z)
        if at.value < self.now.value:
            self._keep(at)

    def _result(self, verdict: Verdict) -> Result:
        nit = len(self.history) - 1
        return Result.of(self.objective, self.now, nit, verdict, self.history, None)


def _arguments(method: str, run: SciPyRun, options: dict[str, Any]) -> dict[str, Any]:
    """What `scipy.optimize.minimize` is given; its own rules for stopping are off."""
    for name in options.keys() & ELSEWHERE.keys():
        raise InvalidType(f"{PREFIX}{method} has no option {name!r}. {ELSEWHERE[name]}")
    limit = int(min(run.rules.max_steps, UNLIMITED))
    steps = {"maxfun": UNLIMITED} if method == "TNC" else {"maxiter": limit}
    arguments = {"method": method, "tol": 0.0, "callback": run.stepped, "options": steps | options}
    if method in WITHOUT:
        return arguments | {"fun": run.value}
    if method in WITH_HESSIAN:
        arguments["hessp"] = run.hessian_product
    return arguments | {"fun": run.value_and_gradient, "jac": True}


def _scipy_minimize(**arguments: Any) -> Any:
    try:
        from scipy.optimize import minimize
    except ImportError:
        method = PREFIX + arguments["method"]
        raise MissingExtra(f"minimize(method={method!r})", "SciPy", "scipy") from None
    return minimize(**arguments)


def _told(found: Any) -> Verdict:
    """SciPy's own word, where none of our rules holds."""
    status = Status.CONVERGED if found.success else Status.SCIPY
    return status, f"SciPy: {found.message.rstrip('.')}"
