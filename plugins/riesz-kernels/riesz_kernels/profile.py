"""Radial profiles k(x, y) = phi(t), t = |x - y|^2, and their derivatives in t, exactly.

Each profile is exp(-decay e) times a sum of c_k w^k with integers k. Either w = e = sqrt(rate t),
or w = 1 + t and e = t: families that d/dt does not leave, so one rule differentiates every
kernel to any order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

from riesz import InvalidValue


@dataclass(frozen=True)
class Profile:
    """phi(t); `terms`: the exponents k and the coefficients c_k."""

    terms: tuple[tuple[int, Fraction], ...]
    decay: Fraction = Fraction(0)
    root: bool = False
    rate: Fraction = Fraction(1)

    def differentiated(self) -> Profile:
        """dphi/dt: with w^2 = rate t, dw/dt = rate / (2w); with w = 1 + t it is 1."""
        down, factor = (2, self.rate / 2) if self.root else (1, Fraction(1))
        found: dict[int, Fraction] = {}
        for k, c in self.terms:
            for power, coefficient in ((k - down, k * c), (k - down + 1, -self.decay * c)):
                found[power] = found.get(power, Fraction(0)) + factor * coefficient
        return replace(self, terms=tuple((k, c) for k, c in sorted(found.items()) if c))

    def derivative(self, order: int) -> Profile:
        """phi^(order)."""
        phi = self
        for _ in range(order):
            phi = phi.differentiated()
        return phi

    def parts(self, math: Any, t: Any) -> tuple[Any, Any]:
        """The e and s with phi(t) = s exp(e); None for an e that is 0 everywhere.

        `math` has `sqrt`, and `inverse`: 1/w, but 0 at w = 0. So what has no value where points
        coincide is 0 there: the subgradient 0 of the kernels with a kink.
        """
        w = math.sqrt(float(self.rate) * t) if self.root else 1.0 + t
        exponent = -float(self.decay) * (w if self.root else t) if self.decay else None
        up = [c for k, c in self._dense(0)]
        down = [c for k, c in self._dense(1)]
        value = _horner(up, w) if up else 0.0
        if down:
            v = math.inverse(w)
            value = value + v * _horner(down, v)
        return exponent, value

    def _dense(self, first: int) -> list[tuple[int, float]]:
        """The coefficients of w^first, w^(first+1), ..., or of 1/w, 1/w^2, ... if first is 1."""
        powers = {(-k if first else k): float(c) for k, c in self.terms}
        return [(k, powers.get(k, 0.0)) for k in range(first, max(powers, default=-1) + 1)]


def _horner(coefficients: list[float], w: Any) -> Any:
    """c_0 + c_1 w + c_2 w^2 + ..."""
    value: Any = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        value = value * w + c if c else value * w
    return value


def _of(*coefficients: Fraction | int) -> tuple[tuple[int, Fraction], ...]:
    return tuple((k, Fraction(c)) for k, c in enumerate(coefficients))


ONE = Fraction(1)
EXPONENTIAL = Profile(_of(1), ONE, root=True)
PROFILES = {
    "gaussian": Profile(_of(1), Fraction(1, 2)),
    "laplacian": EXPONENTIAL,
    "cauchy": Profile(((-1, ONE),)),
    "energy": Profile(((1, -ONE),), root=True),
    "matern12": EXPONENTIAL,
    "matern32": Profile(_of(1, 1), ONE, root=True, rate=Fraction(3)),
    "matern52": Profile(_of(1, 1, Fraction(1, 3)), ONE, root=True, rate=Fraction(5)),
}
POSITIVE = tuple(name for name in PROFILES if name != "energy")  # those with a logarithm


@cache
def profile(kernel: str, order: int = 0) -> Profile:
    """The profile of a kernel, or a derivative of it."""
    return PROFILES[kernel].derivative(order)


def check_kernel(kernel: str, known: tuple[str, ...] = tuple(PROFILES)) -> None:
    """Raise InvalidValue for a kernel that is not known."""
    if kernel not in known:
        raise InvalidValue(f"kernel={kernel!r}, but one of {', '.join(known)} is expected.")
