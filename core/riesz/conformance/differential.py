"""References for a tangent dF(x)u that use values of F only.

The complex step where F is analytic, Taylor's remainder where it is not, exactness where F is
linear.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from riesz.calculus.check import size

from .application import Function, Points, host
from .finding import Finding, agreement, relative
from .tolerance import DOUBLE, SLOPE

STEP, OTHER_STEP = 1e-20, 1e-9  # so small that the complex step has no truncation error
STEPS = tuple(2.0**-k for k in range(5, 22))
EPS = float(np.finfo(float).eps)


def along(x: Points, u: Points, h: complex) -> Points:
    """x + h u."""
    return tuple(xi + h * ui for xi, ui in zip(x, u, strict=True))


def difference(y: Points, z: Points) -> Points:
    """y - z, on the host."""
    return tuple(yi - zi for yi, zi in zip(host(y), host(z), strict=True))


def taylor(F: Function, x: Points, u: Points, dy: Points) -> Finding:
    """|F(x + hu) - F(x) - h dF u| falls like h^2, or is rounding from the start.

    The slope is fitted in the clean window: below the remainder's own curvature, above rounding.
    """
    y, direction = host(F(*x)), size(dy)
    noise = 1e3 * EPS * (size(y) + direction)
    remainders = [(h, _remainder(F, x, u, y, dy, h)) for h in STEPS]
    clean = [(h, r) for h, r in remainders if noise < r < np.inf][-5:]
    if len(clean) < 3:
        least = min((r for _, r in remainders if np.isfinite(r)), default=np.nan)
        return Finding(
            least / (noise + np.finfo(float).tiny), 1.0, "Taylor remainder over rounding"
        )
    h, r = np.log(np.asarray(clean).T)
    slope = np.polyfit(h, r, 1)[0]
    return Finding(2.0 - float(slope), SLOPE, f"Taylor remainder of slope {slope:.2f}")


def _remainder(F: Function, x: Points, u: Points, y: Points, dy: Points, h: float) -> float:
    with np.errstate(all="ignore"):
        return size(difference(difference(F(*along(x, u, h)), y), tuple(h * d for d in host(dy))))


def complex_step(F: Function, x: Points, u: Points, dy: Points) -> Finding | None:
    """Im F(x + ihu) / h = dF u for analytic F that is real at real x.

    None where two steps, both far too small to matter, differ: then it is F that is inaccurate for
    complex arguments, as some special functions are.
    """
    stepped, again = (
        tuple(y.imag / h for y in host(F(*along(x, u, 1j * h)))) for h in (STEP, OTHER_STEP)
    )
    if relative(stepped, again) > DOUBLE.agreement:
        return None
    return agreement(dy, stepped, DOUBLE.agreement, "complex step")


def is_analytic(F: Function, x: Points, u: Points) -> bool:
    """Whether F, real at the real x, takes complex arguments and has dF(iu) = i dF(u)."""
    h = 1e-5
    if any(y.dtype.kind == "c" for y in F(*x)):
        return False
    try:
        with warnings.catch_warnings(action="error"):
            real = difference(F(*along(x, u, h)), F(*along(x, u, -h)))
            turned = difference(F(*along(x, u, 1j * h)), F(*along(x, u, -1j * h)))
    except Exception:  # whatever an operator raises for complex arguments
        return False
    rotated: Any = tuple(1j * d for d in real)
    return size(real) > 0 and relative(turned, rotated) < 1e-6
