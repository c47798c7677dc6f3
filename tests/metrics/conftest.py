"""The spaces on which every metric is tried: metric x shape x dtype."""

import numpy as np
import pytest
import scipy.sparse as sp

from riesz.metrics import Euclidean, Mass, Sobolev, Weighted
from riesz.space import Space

DOUBLE, SINGLE = (np.float64, np.complex128), (np.float32, np.complex64)
SHAPES = ((1,), (7,), (3, 4), (2, 1, 5), ())


def spd(n, kind=float):
    """A symmetric (Hermitian) positive definite matrix."""
    rng = np.random.default_rng(n)
    A = rng.standard_normal((n, n)).astype(kind)
    if kind is complex:
        A = A + 1j * rng.standard_normal((n, n))
    return A @ A.conj().T / n + np.eye(n)


def sparse_spd(n, kind=float):
    """A sparse one."""
    A = np.triu(np.tril(spd(n, kind), 2), -2)
    return sp.csr_array(A + 3 * np.eye(n))


def metrics_for(shape):
    """One of each kind that fits the shape."""
    n = int(np.prod(shape))
    weights = np.random.default_rng(n).uniform(0.1, 3.0, shape)
    yield from (Euclidean(), Weighted(0.25), Weighted(weights))
    yield from (Mass(spd(n)), Mass(sparse_spd(n)))
    yield from (Mass(spd(n, complex)), Mass(sparse_spd(n, complex)))
    yield from (Sobolev(1), Sobolev(-1, 0.5, "neumann", 2.0), Sobolev(1.5, 2.0, "dirichlet", 0.5))
    ends = ["periodic", ("neumann", "dirichlet"), ("dirichlet", "neumann")]
    spacing, lengthscale = (0.5, 1.0, 2.0)[: len(shape)], (1.0, 0.0, 0.3)[: len(shape)]
    yield Sobolev(0.5, spacing, ends[: len(shape)], lengthscale)
    yield Sobolev(-0.75, 0.5, ends[::-1][: len(shape)], lengthscale)
    rng = np.random.default_rng(n)
    widths = [rng.uniform(0.5, 2.0, k) for k in shape]
    mask = np.asarray(rng.random(shape) < 0.8)
    mask[(0,) * len(shape)] = True
    yield Sobolev(1, widths, ends[: len(shape)], lengthscale, mask)
    yield Sobolev(2, 0.5, "dirichlet", 0.7, mask)
    yield Sobolev(-1, widths, "neumann", 1.5)
    yield Mass(sparse_spd(n), "lu")


def spaces():
    """Every metric on every shape in double precision, and on one of them in single precision."""
    for shape in SHAPES:
        for metric in metrics_for(shape):
            needs_complex = isinstance(metric, Mass) and metric.M.dtype.kind == "c"
            for dtype in DOUBLE + SINGLE if shape == (3, 4) else DOUBLE:
                if dtype(0).dtype.kind == "c" or not needs_complex:
                    yield Space(shape, dtype, metric)


@pytest.fixture(params=list(spaces()), ids=repr)
def X(request):
    return request.param


@pytest.fixture
def points(X):
    """Three points of X."""
    rng = np.random.default_rng(5)
    u = rng.standard_normal((3, *X.shape))
    if X.dtype.kind == "c":
        u = u + 1j * rng.standard_normal((3, *X.shape))
    return tuple(u.astype(X.dtype))


@pytest.fixture
def tolerance(X):
    """What roundoff may do on X, relative."""
    return 1e-12 if np.finfo(X.dtype).eps < 1e-10 else 1e-5


@pytest.fixture(
    params=[S for S in spaces() if S.shape in ((7,), (3, 4)) and S.dtype in DOUBLE], ids=repr
)
def S(request):
    """A space of double precision, few enough for tests that take derivatives of derivatives."""
    return request.param


@pytest.fixture
def x(S):
    """A point of S."""
    rng = np.random.default_rng(6)
    parts = rng.standard_normal((2, *S.shape))
    return parts[0] + 1j * parts[1] if S.dtype.kind == "c" else parts[0]
