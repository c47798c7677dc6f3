"""What the conformance suite finds, and is right so, of CuPy's functions and of ours."""

from __future__ import annotations

from functools import cache

from riesz_backends.cuda import expected
from riesz_backends.cupy.special import LACKING

WIDE = ("float_power", "polygamma", "lambertw_branch")  # in double precision, always
COMPILED = ("beta", "poch")  # CuPy's as they are, ours in compiled kernels


@cache
def expected_failures() -> dict[str, dict[str, str]]:
    """Of all that NumPy, SciPy and our own CUDA differ in, what concerns these functions."""
    known, concerned = expected.expected_failures(), (*WIDE, *COMPILED, *LACKING)
    return {k: v for k, v in known.items() if k.partition(":")[0] in concerned}
