"""What the conformance suite finds, and is right so: SciPy's values that no function takes."""

from __future__ import annotations

from functools import cache

from riesz_backends.numpy import expected

REASON = "SciPy gives NaN or a number without digits at infinity and at the ends of the float range"
LINK = "https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.{}.html"


@cache
def expected_failures() -> dict[str, dict[str, str]]:
    """Those of NumPy, whose dtypes are kept, and functions where SciPy's have no value."""
    found = dict(expected.expected_failures())
    for name in "jv yv iv ive kve j0 j1 y0 y1 poch".split():
        found[f"{name}:special_values:*"] = {"reason": REASON, "link": LINK.format(name)}
    return found
