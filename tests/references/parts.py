"""Real and imaginary parts, modulus, argument, conjugate, and other dtypes."""

import numpy as np
from declare import pointwise, whole
from mpmath import mp

REAL = [-2.5, 0.75, 1e-6, 1e6]
COMPLEX = [3 - 4j, -0.5 + 1e-3j, 1e-6 + 1e-6j, 2.0, -1j]

pointwise("absolute", abs, [*REAL, 0.0])
pointwise("modulus", abs, REAL)
pointwise("modulus", abs, COMPLEX)
pointwise("angle", mp.arg, [0.5, 3.0])
pointwise("angle", mp.arg, COMPLEX)
for name, f in {"real": mp.re, "imag": mp.im, "conj": mp.conj}.items():
    pointwise(name, f, REAL)
    pointwise(name, f, COMPLEX)

for dtype in ("float32", "float64"):
    whole("astype", lambda x, dtype: x, np.array(REAL), dtype=np.dtype(dtype))
for dtype in ("complex64", "complex128"):
    whole("astype", lambda x, dtype: x * mp.mpc(1), np.array(REAL), dtype=np.dtype(dtype))
    whole("astype", lambda x, dtype: x, np.array(COMPLEX), dtype=np.dtype(dtype))

for dtype, rule in (("int64", lambda v: mp.mpf(int(v))), ("bool", lambda v: mp.mpf(bool(v)))):
    whole("truncated", lambda x, dtype, rule=rule: np.frompyfunc(rule, 1, 1)(x), np.array(REAL),
          constant=True, dtype=np.dtype(dtype))  # fmt: skip
