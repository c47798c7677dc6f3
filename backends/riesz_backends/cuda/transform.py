"""Discrete transforms: roots of unity, norms, and cosine and sine transforms as Fourier ones.

Those of types 1 to 4 are sums over cosines or sines of pi (j + s) (k + t) / d, with halves or whole
numbers s and t: the real part of a Fourier transform of length 2 d, with factors before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from riesz.errors import InvalidValue

OPPOSITE = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}
TYPES = {  # twice s, twice t, and d - n for n entries
    ("dct", 1): (0, 0, -1), ("dct", 2): (1, 0, 0), ("dct", 3): (0, 1, 0), ("dct", 4): (1, 1, 0),
    ("dst", 1): (2, 2, 1), ("dst", 2): (1, 2, 0), ("dst", 3): (2, 1, 0), ("dst", 4): (1, 1, 0),
}  # fmt: skip
TRANSPOSE = {1: 1, 2: 3, 3: 2, 4: 4}


@dataclass(frozen=True)
class Trigonometric:
    """Y_k = 2 sum_j w_j X_j cos(pi (j + s) (k + t) / d), or with sin; w_j = 1/2 at multiples of d.

    `orthogonal`: the matrix is orthogonal, by such factors on both sides.
    """

    name: str
    type: int
    n: int
    orthogonal: bool

    def __post_init__(self) -> None:
        """Raise InvalidValue where there is no length to repeat after."""
        if not self.length:
            raise InvalidValue("The cosine transform of type 1 takes at least two entries.")

    @property
    def length(self) -> int:
        """2 d, after which all repeats."""
        return 2 * (self.n + TYPES[self.name, self.type][2])

    def before(self) -> np.ndarray[Any, Any]:
        """w_j e^(-pi i j t / d)."""
        s, t, _ = TYPES[self.name, self.type]
        j = np.arange(self.length)
        end = math.sqrt(0.5) if self.orthogonal else 0.5
        factors: np.ndarray[Any, Any] = self._ends(s, end) * roots(2 * self.length, j * t)
        return factors

    def after(self) -> np.ndarray[Any, Any]:
        """2 e^(-pi i s (k + t) / d), with sines i times that."""
        s, t, _ = TYPES[self.name, self.type]
        k = np.arange(self.length)
        turned = (2 if self.name == "dct" else 2j) * roots(4 * self.length, s * (2 * k + t))
        return turned * self._ends(t, math.sqrt(0.5)) if self.orthogonal else turned

    def _ends(self, twice: int, end: float) -> np.ndarray[Any, Any]:
        """`end` where j + twice / 2 is a multiple of d, else 1."""
        return np.where((2 * np.arange(self.length) + twice) % self.length == 0, end, 1.0)


def factor(n: int, norm: Any, inverse: bool = False) -> float:
    """By what `norm` multiplies a transform of n entries; InvalidValue for what is none."""
    if norm not in OPPOSITE:
        raise InvalidValue(f"norm={norm!r}, but it must be backward, ortho or forward.")
    if norm == "ortho":
        return 1 / math.sqrt(n)
    return 1 / n if inverse is (norm != "forward") else 1.0


def roots(n: int, k: Any) -> np.ndarray[Any, np.dtype[np.complex128]]:
    """e^(-2 pi i k / n) for integers k, each part to half a unit in the last place or so.

    The nearest quarter turn is taken off in integers, so that no angle is beyond pi / 4.
    """
    k = np.asarray(k, np.int64) % n
    quarters = (4 * k + n // 2) // n
    angle = np.pi / 2 * ((4 * k - quarters * n) / n)
    turned: Any = (np.cos(angle) - 1j * np.sin(angle)) * np.array([1, -1j, -1, 1j])[quarters % 4]
    return turned  # type: ignore[no-any-return]
