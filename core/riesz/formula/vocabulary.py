"""The closed vocabulary of elementwise formulas: names every kernel printer must know.

Names are NumPy's (or, under `special`, SciPy's). A printer maps each to its language; a name that a
language lacks is a capability its backend does not declare.
"""

INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**",
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=",
    "equal": "==", "not_equal": "!=",
}  # fmt: skip

COMPARISONS = frozenset(
    "less less_equal greater greater_equal equal not_equal logical_and logical_or logical_not "
    "logical_xor isnan isinf isfinite signbit".split()
)

#: Functions whose value is real also where the argument is complex.
REAL_VALUED = frozenset("absolute real imag angle".split()) | COMPARISONS

FUNCTIONS = frozenset(
    "negative positive absolute sign sqrt cbrt square reciprocal exp exp2 expm1 log log2 log10 "
    "log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sinc "
    "floor ceil trunc rint nan_to_num real imag conj angle deg2rad rad2deg "
    "float_power maximum minimum fmax fmin hypot arctan2 logaddexp logaddexp2 copysign fmod "
    "remainder floor_divide where heaviside nextafter".split()
)

#: SciPy's special functions, found on a backend as `xp.special.<name>`.
SPECIAL = frozenset(
    "erf erfc erfinv erfcinv erfcx ndtr ndtri log_ndtr gamma gammaln digamma polygamma beta betaln "
    "expit logit log_expit xlogy xlog1py entr rel_entr kl_div i0 i1 i0e i1e j0 j1 jv jvp y0 y1 yv "
    "iv ive kv kve k0 k1 k0e k1e loggamma gammainc gammaincc spence dawsn lambertw wofz "
    "gammasgn rgamma poch exprel cosm1 zeta softplus betainc erfi expi exp1 ellipk ellipe".split()
)

VOCABULARY = frozenset(INFIX) | COMPARISONS | FUNCTIONS | SPECIAL
