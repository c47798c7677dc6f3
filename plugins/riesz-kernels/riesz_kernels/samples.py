"""Where the conformance suite tries the operators: points that do not coincide, and no points."""

from __future__ import annotations

from collections.abc import Iterator

from riesz.conformance import Draw, Sample, sample
from riesz_kernels.profile import POSITIVE, PROFILES

ORDERS = ((1, 0, 1), (1, 1, 0), (2, 1, 1), (2, 0, 2))  # order, contract, emit


def moment_samples(draw: Draw) -> Iterator[Sample]:
    """Every kernel, its derivatives, weights given by logarithms, one point, none."""
    for kernel in PROFILES:
        yield moment_sample(draw, 5, 4, 2, 1, kernel=kernel)
    yield moment_sample(draw, 3, 4, 3, 2, kernel="gaussian")
    for order, contract, emit in ORDERS:
        form = {"kernel": "matern52", "order": order, "contract": contract, "emit": emit}
        yield sample(draw(4, 2), draw(3, 2), draw(3, *(2,) * contract, 1), **form)
    for kernel in ("laplacian", "cauchy"):
        yield moment_sample(draw, 4, 3, 2, 1, kernel=kernel, order=1, log=True)
    for n, m in ((1, 1), (3, 0), (0, 3)):
        yield moment_sample(draw, n, m, 1, 1, kernel="gaussian", log=bool(m))


def moment_sample(
    draw: Draw, n: int, m: int, d: int, p: int, *, kernel: str, order: int = 0, log: bool = False
) -> Sample:
    """n points, m points that lie elsewhere, p weights for each; the gradient if order is 1."""
    logs = (draw(n), draw(m)) if log else ()
    static = {"kernel": kernel, "order": order, "contract": 0, "emit": order}
    return sample(draw(n, d), draw(m, d), draw(m, p), *logs, **static)


def logsumexp_samples(draw: Draw) -> Iterator[Sample]:
    """Every kernel with a logarithm; one point; points so far away that exp underflows."""
    for kernel in POSITIVE:
        yield sample(draw(4, 2), draw(5, 2), draw(5), kernel=kernel)
    yield sample(draw(1, 1), draw(1, 1), draw(1), kernel="gaussian")
    yield sample(draw(3, 2) + 60, draw(4, 2), draw(4), kernel="laplacian")
    yield sample(draw(0, 2), draw(3, 2), draw(3), kernel="gaussian")
