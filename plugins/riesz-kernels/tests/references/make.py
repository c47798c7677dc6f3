"""Write riesz_kernels/references/kernels.json, or check it: python make.py [--check].

From the definitions alone: profiles as formulas of t = r^2, their derivatives by mpmath's `diff`,
covectors by central differences of step 1e-35, all with 100 digits. Points are multiples of 1/32,
so that single precision has them too. At coinciding points the differences give the subgradient 0.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

mp.dps = 100
STEP = mpf(10) ** -35
TARGET = Path(__file__).parents[2] / "riesz_kernels/references/kernels.json"
PROFILES: dict[str, Callable[[Any], Any]] = {
    "gaussian": lambda t: mp.exp(-t / 2),
    "laplacian": lambda t: mp.exp(-mp.sqrt(t)),
    "cauchy": lambda t: 1 / (1 + t),
    "energy": lambda t: -mp.sqrt(t),
    "matern12": lambda t: mp.exp(-mp.sqrt(t)),
    "matern32": lambda t: (1 + mp.sqrt(3 * t)) * mp.exp(-mp.sqrt(3 * t)),
    "matern52": lambda t: (1 + mp.sqrt(5 * t) + 5 * t / 3) * mp.exp(-mp.sqrt(5 * t)),
}
ALLOWED = '"ulps": [16, 32], "reason": "sums of terms of both signs", '
Case = tuple[str, tuple[np.ndarray, ...], dict[str, Any]]


def moment(x, y, b, *log, kernel, order, contract, emit):
    """sum_j phi^(order)(|D|^2) exp(alpha_i + beta_j) <D^contract, b_j> D^emit."""
    n, d = x.shape
    out = np.full((n, *(d,) * emit, b.shape[-1]), mpf(0))
    for i, j in product(range(n), range(y.shape[0])):
        D = x[i] - y[j]
        weight = slope(PROFILES[kernel], D @ D, order)
        weight *= mp.exp(log[0][i] + log[1][j]) if log else 1
        for e in product(range(d), repeat=emit):
            for f in product(range(d), repeat=contract):
                factor = mp.fprod(D[k] for k in (*e, *f))
                out[(i, *e)] = out[(i, *e)] + weight * factor * b[(j, *f)]
    return out


def slope(phi, t, order):
    return phi(t) if order == 0 else mp.diff(phi, t, order, h=mpf(10) ** -20)


def logsumexp(x, y, b, *, kernel):
    """log sum_j phi(|D|^2) exp(b_j)."""
    terms = [
        [PROFILES[kernel]((xi - yj) @ (xi - yj)) * mp.exp(bj) for yj, bj in zip(y, b, strict=True)]
        for xi in x
    ]
    return np.array([mp.log(mp.fsum(row)) for row in terms], object)


OPERATORS = {"kernel_moment": moment, "kernel_logsumexp": logsumexp}


def cases() -> Iterator[Case]:
    """Every kernel; its first derivative; both shapes; logarithms; coinciding and far points."""
    rng = np.random.RandomState(5)

    def draw(*shape):
        return rng.randint(-64, 65, shape) / 32

    for kernel in PROFILES:
        x, y = draw(3, 2), draw(4, 2)
        yield moment_case(kernel, (x, y, draw(4, 2)))
        yield moment_case(kernel, (x, y, draw(4, 1)), order=1, emit=1)
        touching = np.vstack([y[:1], x[2:], y[2:]])
        yield moment_case(kernel, (x, touching, draw(4, 1)))
    for kernel in ("gaussian", "matern32", "matern52"):
        yield moment_case(kernel, (draw(2, 2), draw(3, 2), draw(3, 2, 1)), order=1, contract=1)
        yield moment_case(
            kernel, (draw(2, 2), draw(3, 2), draw(3, 2, 1)), order=2, contract=1, emit=1
        )
    for kernel in ("laplacian", "cauchy"):
        yield moment_case(kernel, (draw(3, 1), draw(2, 1), draw(2, 2), draw(3), draw(2)))
    for kernel in [name for name in PROFILES if name != "energy"]:
        static = {"kernel": kernel}
        yield "kernel_logsumexp", (draw(3, 2), draw(4, 2), draw(4)), static
    yield "kernel_logsumexp", (draw(2, 2) + 64, draw(3, 2), draw(3)), {"kernel": "gaussian"}


def moment_case(kernel, x, order=0, contract=0, emit=0) -> Case:
    static = {"kernel": kernel, "order": order, "contract": contract, "emit": emit}
    return "kernel_moment", x, static


def exact(x):
    """The array with mpmath's numbers for entries."""
    return np.array([mpf(v) for v in x.ravel().tolist()], object).reshape(x.shape)


def covectors(F, x, a):
    """d<a, F>/dx_i, entry by entry."""
    for i, xi in enumerate(x):
        g = np.empty(xi.shape, object)
        for place in np.ndindex(xi.shape):
            values = []
            for h in (STEP, -STEP):
                z = xi.copy()
                z[place] += h
                values.append(np.sum(a * F(*x[:i], z, *x[i + 1 :])))
            g[place] = (values[0] - values[1]) / (2 * STEP)
        yield np.where(np.abs(g) < mpf(10) ** -50, mpf(0), g)


def encoded(x: np.ndarray) -> dict[str, Any]:
    """Shape, dtype and entries in C order, as riesz.conformance reads them."""
    return {"shape": list(x.shape), "of": "float64", "entries": [float(v) for v in x.ravel()]}


def computed(case: Case) -> dict[str, Any]:
    """What is stored of one application."""
    name, x, static = case
    z = tuple(map(exact, x))

    def F(*v):
        return OPERATORS[name](*v, **static)

    y = F(*z)
    a = np.resize([1.0, -0.5, 0.75, 2.0, -1.25], y.shape)
    return {
        "x": [*map(encoded, x)], "static": static, "active": list(range(len(x))),
        "y": [encoded(y)], "a": [encoded(a)], "g": [*map(encoded, covectors(F, z, exact(a)))],
    }  # fmt: skip


def text() -> str:
    """The file, a line for each case."""
    made = {"by": "tests/references/make.py", "mpmath": mpmath.__version__, "digits": mp.dps}
    found: dict[str, list[str]] = {name: [] for name in OPERATORS}
    for case in cases():
        found[case[0]].append(json.dumps(computed(case), separators=(",", ":")))
    blocks = [
        f'  "{name}": {{{ALLOWED}"cases": [\n    ' + ",\n    ".join(lines) + "]}"
        for name, lines in found.items()
    ]
    return f'{{"made": {json.dumps(made)},\n "operators": {{\n' + ",\n".join(blocks) + "\n}}\n"


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        TARGET.write_text(text(), encoding="utf-8")
        return 0
    stored, made = (
        json.loads(t)["operators"] for t in (TARGET.read_text(encoding="utf-8"), text())
    )
    print("as declared" if stored == made else "the file is not what the definitions give")
    return int(stored != made)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
