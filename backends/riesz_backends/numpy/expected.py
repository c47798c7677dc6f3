"""What the conformance suite finds and NumPy or SciPy will not change."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

SCIPY = "https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.{}.html"
ALWAYS = "SciPy computes it in double precision, always"
HERE = "this release of SciPy computes it in double precision"

LOST = "LAPACK eliminates with a pivot that is NaN only where it is large enough, so not at all"
LAPACK = "https://github.com/OpenMathLib/OpenBLAS/pull/3924"


@cache
def expected_failures() -> dict[str, dict[str, str]]:
    """Functions whose results are wider than their arguments, or do without one that is NaN."""
    found = {
        "float_power:precision_kept:float32": _entry(
            "NumPy computes it in double precision, always",
            "https://numpy.org/doc/stable/reference/generated/numpy.float_power.html",
        ),
        "polygamma:precision_kept:float32": _entry(ALWAYS, SCIPY.format("polygamma")),
        "lambertw_branch:precision_kept:float32": _entry(ALWAYS, SCIPY.format("lambertw")),
        "lambertw_branch:precision_kept:complex64": _entry(ALWAYS, SCIPY.format("lambertw")),
    }
    if _loses_nan():
        for name in ("inv", "solve", "slogdet"):
            found[f"{name}:nan_carried:*"] = _entry(LOST, LAPACK)
    for name in _wide():
        found[f"{name}:precision_kept:float32"] = _entry(HERE, SCIPY.format(name))
    return found


def _loses_nan() -> bool:
    """Whether NaN on a diagonal leaves some of the inverse finite, as in this LAPACK."""
    return bool(np.isfinite(np.linalg.inv(np.array([[np.nan, 1.0], [0.5, 2.0]]))).any())


def _wide() -> list[str]:
    """The functions that this release of SciPy, if there is one, has in double precision only."""
    try:
        from scipy import special
    except ModuleNotFoundError:
        return []
    one: Any = np.float32(1)
    values = {
        "gammainc": special.gammainc(2.0, one),
        "gammaincc": special.gammaincc(2.0, one),
        "wofz": special.wofz(one),
    }
    return [name for name, y in values.items() if y.dtype not in ("float32", "complex64")]


def _entry(reason: str, link: str) -> dict[str, str]:
    return {"reason": reason, "link": link}
