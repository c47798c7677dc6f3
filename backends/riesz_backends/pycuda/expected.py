"""What the conformance suite finds, and is right so: SciPy's values that no function takes."""

from __future__ import annotations

from functools import cache

from riesz_backends.numpy import expected

TOLERANCES = {
    "i1e:reference_covectors:float64": {
        "factor": 2.0,
        "reason": "I_0, I_1 and I_2, each one unit off, cancel to a twentieth at 12",
    }
}
REASON = "SciPy gives NaN or a number without digits at infinity and at the ends of the float range"
LINK = "https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.{}.html"


@cache
def expected_failures() -> dict[str, dict[str, str]]:
    """Those of NumPy, whose dtypes are kept, and functions where SciPy's have no value."""
    found = dict(expected.expected_failures())
    for name in "yv iv ive kv kve poch".split():
        found[f"{name}:special_values:*"] = {"reason": REASON, "link": LINK.format(name)}
    return found
