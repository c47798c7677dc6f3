"""How much the checks allow, by the precision they run in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Tolerance:
    """`identity`: two ways to one number; `agreement`: two ways to one array, by norms."""

    identity: float
    agreement: float


SINGLE = Tolerance(identity=1e-5, agreement=1e-4)
DOUBLE = Tolerance(identity=1e-12, agreement=1e-11)
TOLERANCES = {
    np.dtype(np.float32): SINGLE,
    np.dtype(np.complex64): SINGLE,
    np.dtype(np.float64): DOUBLE,
    np.dtype(np.complex128): DOUBLE,
}

#: A Taylor remainder falls like h^2: the slope of its logarithm may miss 2 by this much.
SLOPE = 0.1


def tolerance(dtype: Any) -> Tolerance:
    """The tolerances of a dtype."""
    return TOLERANCES[np.dtype(dtype)]


def is_double(dtype: Any) -> bool:
    """Whether differences of values are accurate enough to be a reference."""
    return tolerance(dtype) is DOUBLE
