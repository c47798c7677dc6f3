"""What the conformance suite finds, and is right so: SciPy's values that no function takes."""

from __future__ import annotations

from functools import cache

from riesz_backends.numpy import expected

SCIPY_LACKS = {"*": "yv ive kve poch", "float64": "iv kv", "float32": "jv j0 j1 y0 y1"}
TOLERANCES = {
    "i1e:reference_covectors:float64": {
        "factor": 2.0,
        "reason": "I_0, I_1 and I_2, each one unit off, cancel to a twentieth at 12",
    }
}
REASON = "SciPy gives NaN or a number without digits at infinity and at the ends of the float range"
POLE = "between two poles, at (0, -1) and (-1, -1), infinity has no sign: ours is the other one"
LINK = "https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.{}.html"


@cache
def expected_failures() -> dict[str, dict[str, str]]:
    """Those of NumPy, whose dtypes are kept, and functions where SciPy's have no value."""
    known = expected.expected_failures()
    found = {key: entry for key, entry in known.items() if ":nan_carried:" not in key}  # LAPACK's
    for dtype, names in SCIPY_LACKS.items():
        for name in names.split():
            key = f"{name}:special_values:{dtype}"
            found[key] = {"reason": REASON, "link": LINK.format(name)}
    found["beta:special_values:*"] = {"reason": POLE, "link": LINK.format("beta")}
    return found
