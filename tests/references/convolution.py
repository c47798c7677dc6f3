"""Convolutions of sequences, as sums."""

from itertools import product

from declare import Numbers, filled, whole

draw = Numbers("convolution")


def convolve(x, y, mode):
    n, m = len(x), len(y)
    full = filled((n + m - 1,))
    for i, j in product(range(n), range(m)):
        full[i + j] += x[i] * y[j]
    start = {"full": 0, "same": (min(n, m) - 1) // 2, "valid": min(n, m) - 1}[mode]
    length = {"full": n + m - 1, "same": max(n, m), "valid": abs(n - m) + 1}[mode]
    return full[start : start + length]


for (n, m), mode in product(((5, 3), (3, 5), (4, 4), (3, 1), (2, 5)), ("full", "same", "valid")):
    whole("convolve", convolve, draw(n), draw(m), mode=mode)
    whole("convolve", convolve, draw.complex(n), draw.complex(m), mode=mode)
whole("convolve", convolve, draw(4), draw.complex(3), mode="full")
