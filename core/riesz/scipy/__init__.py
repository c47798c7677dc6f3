"""SciPy functions under their own names and signatures, which take traced values.

SciPy converts its arguments to plain arrays, where NumPy asks them first; so write
`from riesz.scipy import linalg` for `from scipy import linalg`, and the same for fft, integrate,
signal, special and stats. On plain arrays these are SciPy's own functions. A name without an
operator raises AttributeError.
"""

from . import fft, integrate, linalg, signal, special, stats

__all__ = ["fft", "integrate", "linalg", "signal", "special", "stats"]
