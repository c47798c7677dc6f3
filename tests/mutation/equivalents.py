"""The mutants that survive, each with the reason; any other survivor fails, and so does a dead one.

A reason that starts with "not caught" owns up to a wrong derivative that the suite does not see.
"""

GUARD = "a number to divide by where the quotient is not taken"

EQUIVALENTS = {
    "cholesky:adjoint:2:1 to 2": "the other axis of a square matrix",
    "cholesky:tangent:2:1 to 2": "the other axis of a square matrix",
    "copysign:partials:0:* to /": "the divisor is 1 or -1",
    "exprel:partials:2:1.0 to 2.0": GUARD,
    "float_power:partials:1:1 to 2": "the logarithm is multiplied by y = 0 there, if p > 0",
    "lambertw_branch:partials:1:+ to -": "0j is added to make the number complex",
    "modulus:partials:1:1 to 2": "0 is divided by it",
    "p_norm:adjoint:1:1.0 to 2.0": GUARD,
    "power:partials:1:1 to 2": "the logarithm is multiplied by y = 0 there, if p > 0",
    "slogdet:tangent:5:* to /": "not caught: NaN where the trace is exactly 0, as of u = 0",
    "spence:partials:3:1.0 to 2.0": GUARD,
    "xlog1py:partials:1:1.0 to 2.0": GUARD,
    "xlogy:partials:1:1.0 to 2.0": GUARD,
}
